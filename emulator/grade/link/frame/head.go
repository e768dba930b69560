package frame

import (
	"bytes"
	"math"
)

// A Request is the head of a request. Its slices are parts of the bytes that were parsed.
type Request struct {
	Method, Target []byte
	Body           Body
	// Expect says that the client waits for an answer before it sends the body.
	Expect bool
}

// Path returns the path of the target, without its query.
func (r *Request) Path() []byte {
	path := r.Target
	if i := bytes.Index(path, []byte("://")); i > 0 && path[0] != '/' {
		path = path[i+3:]
		if i = bytes.IndexByte(path, '/'); i < 0 {
			return []byte{'/'}
		}
		path = path[i:]
	}
	if i := bytes.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	return path
}

// An Answer is the head of an answer.
type Answer struct {
	Status int
	Body   Body
}

// Interim reports whether the final answer to the same request follows.
func (a *Answer) Interim() bool { return a.Status < 200 && a.Status != 101 }

// ParseRequest parses a whole head. It is not ok if the head is no HTTP, or if its length is
// ambiguous.
func ParseRequest(head []byte) (r Request, ok bool) {
	line, _ := firstLine(head)
	if r.Method, r.Target, ok = splitRequestLine(line); !ok {
		return r, false
	}
	h, ok := readHeaders(head)
	if !ok || h.coded && !h.chunked || h.coded && h.sized {
		return r, false
	}
	r.Expect = h.expect
	switch {
	case h.chunked:
		r.Body = Body{form: chunked}
	case h.length > 0:
		r.Body = Body{form: counted, left: h.length}
	}
	return r, true
}

// ParseAnswer parses the whole head of an answer to a request with this method.
func ParseAnswer(head, method []byte) (a Answer, ok bool) {
	line, _ := firstLine(head)
	if a.Status, ok = parseStatusLine(line); !ok {
		return a, false
	}
	h, ok := readHeaders(head)
	if !ok || h.coded && h.sized {
		return a, false
	}
	switch {
	case a.Status < 200, a.Status == 204, a.Status == 304, string(method) == "HEAD":
	case string(method) == "CONNECT" && a.Status < 300:
		a.Body = Body{form: untilClose}
	case h.chunked:
		a.Body = Body{form: chunked}
	case h.coded:
		a.Body = Body{form: untilClose}
	case h.sized:
		if h.length > 0 {
			a.Body = Body{form: counted, left: h.length}
		}
	default:
		a.Body = Body{form: untilClose}
	}
	return a, true
}

// headers are those that say where a message ends.
type headers struct {
	length  uint64
	sized   bool // there is a Content-Length
	coded   bool // there is a Transfer-Encoding
	chunked bool // and it is chunked
	expect  bool
}

// readHeaders reads the lines behind the first one.
func readHeaders(head []byte) (h headers, ok bool) {
	rest := head[bytes.IndexByte(head, '\n')+1:]
	for len(rest) > 0 {
		line, _ := firstLine(rest)
		end := bytes.IndexByte(rest, '\n')
		if len(line) == 0 {
			return h, true
		}
		if end < 0 {
			return h, false
		}
		rest = rest[end+1:]
		name, value, found := bytes.Cut(line, []byte{':'})
		if !found || len(name) == 0 || bytes.ContainsAny(name, " \t\r") || bytes.IndexByte(value, '\r') >= 0 {
			return h, false
		}
		if !h.read(name, bytes.Trim(value, " \t")) {
			return h, false
		}
	}
	return h, true
}

func (h *headers) read(name, value []byte) (ok bool) {
	switch {
	case is(name, "content-length"):
		length, ok := parseLength(value)
		if !ok || h.sized && h.length != length {
			return false
		}
		h.sized, h.length = true, length
	case is(name, "transfer-encoding"):
		if h.coded {
			return false
		}
		h.coded, h.chunked = true, is(value, "chunked")
	case is(name, "expect"):
		h.expect = true
	}
	return true
}

// is compares with a word in lower case.
func is(b []byte, word string) bool { return len(b) == len(word) && bytes.EqualFold(b, []byte(word)) }

func parseLength(b []byte) (n uint64, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' || n > math.MaxInt64/10-1 {
			return 0, false
		}
		n = 10*n + uint64(c-'0')
	}
	return n, true
}
