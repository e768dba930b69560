package host

import (
	"io"
	"net/http"
	"time"
)

// bodyLimits bound how long a request's body may take. A connection whose client sent
// half a body would otherwise stay open for ever. Only reading is bounded: a request
// that was read to its end waits as long as it likes.
type bodyLimits struct {
	progress time.Duration // without a byte
	whole    time.Duration // from the end of the headers to the end of the body
}

var defaultBodyLimits = bodyLimits{progress: 10 * time.Second, whole: 5 * time.Minute}

// limitBodies makes reads of a body that takes too long fail with
// os.ErrDeadlineExceeded, those that net/http makes after the handler included.
func limitBodies(next http.Handler, limits bodyLimits) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			b := &timedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), limits: limits}
			b.extend(time.Now())
			r.Body = b
		}
		next.ServeHTTP(w, r)
	})
}

// A timedBody sets the connection's read deadline while the body is being read.
type timedBody struct {
	io.ReadCloser
	conn   *http.ResponseController
	limits bodyLimits
	armed  time.Time // when the client last got time
	end    time.Time // when it must be complete
}

// extend gives the client time for the next bytes.
func (b *timedBody) extend(now time.Time) {
	if b.end.IsZero() {
		b.end = now.Add(b.limits.whole)
	}
	b.armed = now
	deadline := now.Add(b.limits.progress)
	if deadline.After(b.end) {
		deadline = b.end
	}
	_ = b.conn.SetReadDeadline(deadline) // fails only without a connection, in tests
}

// Read implements io.Reader. At the body's end it takes the deadline away, which
// would otherwise end a request that waits for its answer.
func (b *timedBody) Read(p []byte) (int, error) {
	if now := time.Now(); now.Sub(b.armed) > b.limits.progress/2 {
		b.extend(now) // the handler has let the client wait
	}
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == io.EOF:
		_ = b.conn.SetReadDeadline(time.Time{})
	case err == nil && n > 0:
		b.extend(time.Now())
	}
	return n, err
}
