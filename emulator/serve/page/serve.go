package page

import (
	"net/http"
	"strconv"
	"strings"
)

// policy lets the page load its own files and ask its own server, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// SetHeaders sets the headers that keep others away from an answer of the page.
func SetHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// Serve answers GET or HEAD with a file of the page. It reports whether there is one; if
// not, it has written nothing.
func Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	f, ok := files()[name]
	if !ok {
		return false
	}
	body, tag := f.text, `"`+f.tag+`"`
	h := w.Header()
	SetHeaders(h)
	h.Add("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if takesGzip(r.Header.Values("Accept-Encoding")) {
		body, tag = f.zipped, `"`+f.tag+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Etag", tag)
	if matches(r.Header.Values("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // an error means that the browser has gone
	}
	return true
}

// takesGzip reports whether a client reads gzip.
func takesGzip(accept []string) bool {
	named, any := -1.0, -1.0
	for _, item := range readList(accept) {
		switch strings.ToLower(item.value) {
		case "gzip", "x-gzip":
			named = item.quality
		case "*":
			any = item.quality
		}
	}
	if named >= 0 {
		return named > 0
	}
	return any > 0
}

// matches reports whether a tag is one that the client has.
func matches(have []string, tag string) bool {
	for _, list := range have {
		for _, t := range strings.Split(list, ",") {
			if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == tag {
				return true
			}
		}
	}
	return false
}
