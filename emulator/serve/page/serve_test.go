package page

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"gotest.tools/v3/assert"
)

// ask serves a file; header holds names and values in turn.
func ask(t *testing.T, method, name string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/page/"+name, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	assert.Assert(t, Serve(w, r, name))
	return w
}

func TestServeSendsTheFile(t *testing.T) {
	w := ask(t, "GET", "main.js")
	assert.Equal(t, w.Code, http.StatusOK)
	assert.Equal(t, w.Body.String(), string(files()["main.js"].text))
	h := w.Header()
	assert.Equal(t, h.Get("Content-Type"), "text/javascript; charset=utf-8")
	assert.Equal(t, h.Get("Content-Encoding"), "")
	assert.Equal(t, h.Get("Content-Security-Policy"), policy)
	assert.Equal(t, h.Get("X-Content-Type-Options"), "nosniff")
	assert.Equal(t, h.Get("Vary"), "Accept-Encoding")
}

func TestServeSendsGzipToWhoReadsIt(t *testing.T) {
	for accept, want := range map[string]string{
		"gzip": "gzip", "gzip, deflate, br": "gzip", "*": "gzip", "br;q=1.0, gzip;q=0.8": "gzip",
		"": "", "br": "", "gzip;q=0": "", "*;q=1, gzip;q=0": "", "gzip;q=x": "",
	} {
		assert.Equal(t, ask(t, "GET", "main.js", "Accept-Encoding", accept).Header().Get("Content-Encoding"), want, accept)
	}
	in, err := gzip.NewReader(ask(t, "GET", "main.js", "Accept-Encoding", "gzip").Body)
	assert.NilError(t, err)
	text, err := io.ReadAll(in)
	assert.NilError(t, err)
	assert.Assert(t, bytes.Equal(text, files()["main.js"].text))
}

// A browser that has the file gets no second copy, whichever encoding it has.
func TestServeComparesTags(t *testing.T) {
	for _, encoding := range []string{"identity", "gzip"} {
		tag := ask(t, "GET", "main.js", "Accept-Encoding", encoding).Header().Get("Etag")
		for _, have := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := ask(t, "GET", "main.js", "Accept-Encoding", encoding, "If-None-Match", have)
			assert.Equal(t, w.Code, http.StatusNotModified, have)
			assert.Equal(t, w.Body.Len(), 0)
			assert.Equal(t, w.Header().Get("Etag"), tag)
		}
		w := ask(t, "GET", "main.js", "Accept-Encoding", encoding, "If-None-Match", `"other"`)
		assert.Equal(t, w.Code, http.StatusOK)
	}
	assert.Assert(t, ask(t, "GET", "main.js").Header().Get("Etag") != ask(t, "GET", "main.js", "Accept-Encoding", "gzip").Header().Get("Etag"))
}

func TestServeHeadHasNoBody(t *testing.T) {
	get, head := ask(t, "GET", Index), ask(t, "HEAD", Index)
	assert.Equal(t, head.Body.Len(), 0)
	assert.DeepEqual(t, head.Header(), get.Header())
}

func TestServeLeavesUnknownNames(t *testing.T) {
	for _, name := range []string{"", "nothing.js", "../files.go", "view", "/main.js"} {
		w := httptest.NewRecorder()
		assert.Assert(t, !Serve(w, httptest.NewRequest("GET", "/page/x", nil), name), name)
		assert.Equal(t, len(w.Header()), 0)
	}
}

func TestChoose(t *testing.T) {
	for accept, want := range map[string]string{
		"":    "text/plain",
		"*/*": "text/plain",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html",
		"TEXT/HTML":                               "text/html",
		"text/html;q=0, */*":                      "text/plain",
		"application/json":                        "application/json",
		"application/json, text/plain, */*":       "application/json",
		"application/json;q=0.1, text/html;q=0.2": "text/html",
		"application/*":                           "application/json",
		"text/*":                                  "text/plain",
		"*/*;q=0.1, text/*;q=0.5":                 "text/plain",
		"text/html;level=1;q=0.3, application/json ; q=0.4": "application/json",
		"image/png":                         "text/plain",
		"text/html;q=2":                     "text/plain",
		"text/plain;q=0.5, text/html;q=0.5": "text/plain",
	} {
		assert.Equal(t, Choose([]string{accept}, "text/plain", "application/json", "text/html"), want, accept)
	}
	assert.Equal(t, Choose([]string{"text/plain;q=0.5", "text/html"}, "text/plain", "text/html"), "text/html")
}
