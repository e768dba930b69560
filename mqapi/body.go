package mqapi

import (
	"io"
	"net/http"
	"sync"
	"unicode/utf8"
)

// A buffer holds a request's body while it is decoded. What is decoded is
// copied out of it, so that the next request may use it.
type buffer struct{ bytes []byte }

// keptBuffer is the largest buffer that is kept for the next request, in bytes.
const keptBuffer = 64 << 10

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, 1<<10)} }}

func (b *buffer) release() {
	if cap(b.bytes) <= keptBuffer {
		b.bytes = b.bytes[:0]
		buffers.Put(b)
	}
}

// readBody reads the request's body to its end: only then does net/http watch
// for the client to go away. The caller releases the buffer.
func readBody(r *http.Request) (*buffer, error) {
	b := buffers.Get().(*buffer)
	if r.ContentLength > MaxBody {
		return b, errTooLong
	}
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = append(b.bytes, 0)[:len(b.bytes)]
		}
		n, err := r.Body.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		switch {
		case len(b.bytes) > MaxBody:
			return b, errTooLong
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, badRequest("the body could not be read: %v", err)
		}
	}
}

// discardBody reads the body of a request that needs none.
func discardBody(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	b, err := readBody(r)
	b.release()
	return err
}

// A putBody is the body of a PUT.
type putBody struct{ topic, message string }

// readPut reads the body of a PUT, with or without a message.
func readPut(r *http.Request, withMessage bool) (putBody, error) {
	b, err := readBody(r)
	defer b.release()
	if err != nil {
		return putBody{}, err
	}
	if body, ok := decodePlain(b.bytes, withMessage); ok {
		return body, nil
	}
	return decodePut(b.bytes, withMessage)
}

// decodePut decodes any body.
func decodePut(data []byte, withMessage bool) (putBody, error) {
	var body putBody
	o := parseObject(data)
	body.topic = o.text("topic")
	if withMessage {
		body.message = o.text("message")
	}
	if *o.err != nil {
		return putBody{}, badRequest("%v", *o.err)
	}
	return body, nil
}

// decodePlain decodes the body that nearly every client sends: an object whose
// values are strings without escapes. It is not ok with any other body, be it
// right or wrong; that is for decodePut, which agrees with it on the rest.
func decodePlain(data []byte, withMessage bool) (body putBody, ok bool) {
	var topic, message []byte // nil until seen
	s := plainScanner{data: data}
	s.token('{')
	for {
		key := s.text()
		s.token(':')
		value := s.text()
		switch string(key) {
		case "topic":
			topic = value
		case "message":
			message = value
		}
		if !s.next(',') {
			break
		}
	}
	s.token('}')
	if !s.end() || topic == nil || (withMessage && message == nil) || !utf8.Valid(data) {
		return putBody{}, false
	}
	body.topic = string(topic)
	if withMessage {
		body.message = string(message)
	}
	return body, true
}

// A plainScanner reads tokens until one is not there; from then on it is
// failed and reads nothing.
type plainScanner struct {
	data   []byte
	at     int
	failed bool
}

func (s *plainScanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next takes the token if it is there.
func (s *plainScanner) next(token byte) bool {
	s.space()
	if s.failed || s.at == len(s.data) || s.data[s.at] != token {
		return false
	}
	s.at++
	return true
}

// token takes a token that must be there.
func (s *plainScanner) token(token byte) {
	if !s.next(token) {
		s.failed = true
	}
}

// text takes a string without escapes; it is nil only when there is none.
func (s *plainScanner) text() []byte {
	s.token('"')
	if s.failed {
		return nil
	}
	start := s.at
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return s.data[start : s.at-1]
		case c == '\\', c < ' ':
			s.failed = true
			return nil
		}
	}
	s.failed = true
	return nil
}

// end tells whether all was read and nothing is left.
func (s *plainScanner) end() bool {
	s.space()
	return !s.failed && s.at == len(s.data)
}
