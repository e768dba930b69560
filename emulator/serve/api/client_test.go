package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/api"
)

// serve starts a server that answers everything with the same.
func serve(t *testing.T, status int, contentType, body string) *api.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	c, err := api.NewClient(s.URL + "/")
	assert.NilError(t, err)
	assert.Equal(t, c.Base(), s.URL)
	t.Cleanup(c.Close)
	return c
}

func TestClientSendsTheRequest(t *testing.T) {
	var got *http.Request
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"seq": 7, "time_ms": 1.5, "later": true}`)
	}))
	defer s.Close()
	c, err := api.NewClient(s.URL)
	assert.NilError(t, err)
	defer c.Close()
	r := api.Send(http.MethodPost, "/v1/nodes/leader/skew", map[string]float64{"factor": 2})
	r.Query = url.Values{"log": {"1"}}
	r.Header = map[string]string{"Accept": "text/plain"}
	var at api.Place
	assert.NilError(t, c.Ask(t.Context(), r, &at))
	assert.Equal(t, at, api.Place{Seq: 7, TimeMS: 1_500_000})
	assert.Equal(t, got.Method, http.MethodPost)
	assert.Equal(t, got.RequestURI, "/v1/nodes/leader/skew?log=1")
	assert.Equal(t, got.Header.Get("Content-Type"), "application/json")
	assert.Equal(t, got.Header.Get("Accept"), "text/plain")
	assert.Equal(t, string(body), `{"factor":2}`)
}

func TestClientReturnsProblems(t *testing.T) {
	c := serve(t, http.StatusUnprocessableEntity, api.ProblemType, `{"title": "Wrong", "status": 422, "detail": "d",
		"errors": [{"file": "fixture.toml", "line": 3, "key": "a", "message": "is 1"}, {"message": "is 2"}]}`)
	_, err := c.Fetch(t.Context(), api.Get("/", nil))
	p, ok := errors.AsType[*api.Problem](err)
	assert.Assert(t, ok, "%v", err)
	assert.Equal(t, p.Status, http.StatusUnprocessableEntity)
	assert.Equal(t, p.Error(), "Wrong:\n  fixture.toml:3: a: is 1\n  is 2")
	p.File = "mine.toml"
	assert.ErrorContains(t, p, "mine.toml:3: a")
	p.Errors = p.Errors[1:]
	assert.Equal(t, p.Error(), "is 2")
	p.Errors = nil
	assert.Equal(t, p.Error(), "d")
}

func TestClientNamesWhatIsNotAnEmulator(t *testing.T) {
	for name, c := range map[string]*api.Client{
		"NotFound":   serve(t, http.StatusNotFound, "text/html", "<html>"),
		"OtherJSON":  serve(t, http.StatusNotFound, "application/json", "{}"),
		"BadProblem": serve(t, http.StatusNotFound, api.ProblemType, "{}"),
		"NotJSON":    serve(t, http.StatusOK, "text/html", "<html>"),
	} {
		t.Run(name, func(t *testing.T) {
			err := c.Ask(t.Context(), api.Get("/v1/cluster", nil), &api.Place{})
			_, ok := errors.AsType[*api.Unreachable](err)
			assert.Assert(t, ok, "%v", err)
			assert.ErrorContains(t, err, "no emulator answers at "+c.Base())
		})
	}
}

func TestClientEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := serve(t, http.StatusOK, "", "").Fetch(ctx, api.Get("/", nil))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestNewClientRefusesOtherURLs(t *testing.T) {
	for _, base := range []string{"ftp://localhost", "http://", "http://a?b", "http://a#b", "http://[", "", "8500", ":8500"} {
		_, err := api.NewClient(base)
		assert.ErrorContains(t, err, "is not the URL of an emulator", base)
	}
	c, err := api.NewClient("localhost:8500")
	assert.NilError(t, err)
	assert.Equal(t, c.Base(), "http://localhost:8500")
	c, err = api.NewClient("http://localhost:8500/v1/")
	assert.NilError(t, err)
	assert.Equal(t, c.Base(), "http://localhost:8500")
}

func TestURLComesFromTheEnvironment(t *testing.T) {
	t.Setenv(api.URLVariable, "")
	t.Setenv(api.OldURLVariable, "")
	assert.Equal(t, api.URL(), api.DefaultURL)
	t.Setenv(api.OldURLVariable, "http://old")
	assert.Equal(t, api.URL(), "http://old")
	t.Setenv(api.URLVariable, "http://new")
	assert.Equal(t, api.URL(), "http://new")
}
