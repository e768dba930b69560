package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// impatient returns a client of a server, with a change to its patience, which else
// never ends.
func impatient(t *testing.T, serve http.HandlerFunc, change func(*patience)) *Client {
	t.Helper()
	s := httptest.NewServer(serve)
	t.Cleanup(s.Close)
	c, err := NewClient(s.URL)
	assert.NilError(t, err)
	t.Cleanup(c.Close)
	c.patience = patience{time.Hour, time.Hour, time.Hour, time.Hour, 1 << 40}
	change(&c.patience)
	return c
}

// soon is a limit that a test waits for.
const soon = 20 * time.Millisecond

// send sends bytes at once, and then waits for the client to go.
func send(w http.ResponseWriter, r *http.Request, text string) {
	_, _ = io.WriteString(w, text)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// drip sends an answer without an end.
func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush()
	}
}

func TestClientLosesPatience(t *testing.T) {
	for name, c := range map[string]struct {
		serve  http.HandlerFunc
		change func(*patience)
		ask    func(*Request)
		says   string
	}{
		"Silent": {
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			func(p *patience) { p.headers = soon }, func(*Request) {}, "no answer came within 20ms",
		},
		"Stalled": {
			func(w http.ResponseWriter, r *http.Request) { send(w, r, `{"seq":`) },
			func(p *patience) { p.progress = soon }, func(*Request) {}, "no more of the answer came within 20ms",
		},
		"Dripping": {drip, func(p *patience) { p.body = soon }, func(*Request) {}, "the answer was not complete within 20ms"},
		"DrippingLong": {
			drip, func(p *patience) { p.body = soon }, func(r *Request) { r.Long = true }, "the answer was not complete within 20ms",
		},
		"Endless": {drip, func(p *patience) { p.most = 3 }, func(*Request) {}, "the answer is longer than 3 bytes"},
		"StalledProblem": {
			func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusNotFound)
				send(w, r, "{")
			},
			func(p *patience) { p.progress = soon }, func(*Request) {}, `the answer "404 Not Found" is not an emulator's`,
		},
		"StalledStream": {
			func(w http.ResponseWriter, r *http.Request) { send(w, r, "event: run\n") },
			func(p *patience) { p.stream = soon }, func(r *Request) { r.Streams = true }, "no more of the answer came within 20ms",
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := impatient(t, c.serve, c.change)
			r := Get("/v1/cluster", nil)
			c.ask(&r)
			_, err := client.Fetch(t.Context(), r)
			away, ok := errors.AsType[*Unreachable](err)
			assert.Assert(t, ok, "%v", err)
			assert.Error(t, away.Err, c.says)
		})
	}
}

// A request that waits on purpose, and a stream, take longer than others may.
func TestClientWaitsForLongAnswersAndStreams(t *testing.T) {
	late := make(chan struct{})
	client := impatient(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stream":
			fmt.Fprint(w, "1\n")
			_ = http.NewResponseController(w).Flush()
			fallthrough
		case "/wait":
			select {
			case <-late:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, "2\n")
		case "/drip":
			drip(w, r)
		default:
			<-r.Context().Done()
		}
	}, func(p *patience) { p.headers, p.body = soon, soon })

	stream := Get("/stream", nil)
	stream.Streams = true
	client.patience.headers = time.Hour
	response, err := client.Open(t.Context(), stream)
	assert.NilError(t, err)
	defer response.Body.Close()
	in := bufio.NewReader(response.Body)
	line, err := in.ReadString('\n')
	assert.NilError(t, err)
	assert.Equal(t, line, "1\n")

	client.patience.headers = soon
	waited := make(chan error, 1)
	go func() {
		wait := Get("/wait", nil)
		wait.Long = true
		body, err := client.Fetch(t.Context(), wait)
		if err == nil && string(body) != "2\n" {
			err = fmt.Errorf("answered %q", body)
		}
		waited <- err
	}()
	// These requests begin later, and their limits end them.
	_, err = client.Fetch(t.Context(), Get("/silent", nil))
	assert.ErrorContains(t, err, "no answer came")
	_, err = client.Fetch(t.Context(), Get("/drip", nil))
	assert.ErrorContains(t, err, "within")
	close(late)
	assert.NilError(t, <-waited)
	line, err = in.ReadString('\n')
	assert.NilError(t, err)
	assert.Equal(t, line, "2\n")
}

// A change never reaches a server that the user did not name.
func TestClientFollowsNoRedirect(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the client followed") }))
	defer other.Close()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect} {
		client := impatient(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/x", status)
		}, func(*patience) {})
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
			_, err := client.Fetch(t.Context(), Send(method, "/v1/fixture", map[string]int{}))
			away, ok := errors.AsType[*Unreachable](err)
			assert.Assert(t, ok, "%v", err)
			assert.Error(t, away.Err, "it redirects to "+other.URL+"/x, and no emulator does")
		}
	}
}
