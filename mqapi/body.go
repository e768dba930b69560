package mqapi

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
)

// A buffer holds a request's body while it is decoded. The decoder copies texts out
// of it, so that the next request may use it.
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

// readBody reads the request's body, at most limit bytes, to its end: only then does
// net/http watch for the client to go away. The caller releases the buffer.
func readBody(r *http.Request, limit int) (*buffer, error) {
	b := buffers.Get().(*buffer)
	if r.ContentLength > int64(limit) {
		return b, errTooLong
	}
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = append(b.bytes, 0)[:len(b.bytes)]
		}
		n, err := r.Body.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		switch {
		case len(b.bytes) > limit:
			return b, errTooLong
		case err == io.EOF:
			return b, nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return b, errTooSlow
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
	b, err := readBody(r, MaxBody)
	b.release()
	return err
}
