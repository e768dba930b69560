package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// A patience bounds what a client takes from a server that may be no emulator: one that
// says nothing, that sends its answer byte by byte, or that never ends.
type patience struct {
	headers  time.Duration // from the request to the answer's headers
	progress time.Duration // without a byte of the body
	body     time.Duration // the whole body, unless it is a stream
	stream   time.Duration // without a byte of a stream, which has heartbeats
	most     int64         // bytes of the body, unless it is a stream
}

var defaultPatience = patience{
	headers: time.Minute, progress: 30 * time.Second, body: 5 * time.Minute, stream: time.Minute, most: 1 << 30,
}

// longest bounds the wait for the answer to a request that may take long.
const longest = time.Hour

// A slowError is the error when a server takes too long.
type slowError struct {
	doing string
	limit time.Duration
}

func (e *slowError) Error() string { return fmt.Sprintf("%s within %v", e.doing, e.limit) }

// A guard ends a request that takes too long. From the answer's headers on it is the
// answer's body.
type guard struct {
	patience
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc
	timer  *time.Timer
	late   atomic.Pointer[slowError] // why the timer would end the request

	body    io.ReadCloser
	streams bool
	end     time.Time // of the body, unless it streams
	taken   int64
}

// guarded returns a guard for a request.
func (p patience) guarded(ctx context.Context, r *Request) *guard {
	g := &guard{patience: p, streams: r.Streams}
	if r.Long {
		g.headers = longest
	}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	g.late.Store(&slowError{"no answer came", g.headers})
	g.timer = time.AfterFunc(g.headers, func() { g.cancel(g.late.Load()) })
	return g
}

// reason returns why the guard ended the request, else the error that ended it.
func (g *guard) reason(err error) error {
	if slow, ok := errors.AsType[*slowError](context.Cause(g.ctx)); ok {
		return slow
	}
	return err
}

// watch makes the guard the answer's body.
func (g *guard) watch(response *http.Response) {
	g.body, response.Body = response.Body, g
	g.end = time.Now().Add(g.patience.body)
	g.wait()
}

// wait gives the server time for the next bytes.
func (g *guard) wait() {
	late, d := &slowError{"no more of the answer came", g.progress}, g.progress
	if g.streams {
		late, d = &slowError{late.doing, g.stream}, g.stream
	} else if left := time.Until(g.end); left < d {
		late, d = &slowError{"the answer was not complete", g.patience.body}, left
	}
	g.late.Store(late)
	g.timer.Reset(d)
}

// Read implements io.Reader.
func (g *guard) Read(b []byte) (int, error) {
	n, err := g.body.Read(b)
	g.taken += int64(n)
	switch {
	case err == nil && !g.streams && g.taken > g.most:
		return n, fmt.Errorf("the answer is longer than %d bytes", g.most)
	case err == nil:
		g.wait()
	case err != io.EOF:
		err = g.reason(err)
	}
	return n, err
}

// Close ends the request.
func (g *guard) Close() error {
	g.timer.Stop()
	g.cancel(nil)
	if g.body == nil {
		return nil
	}
	return g.body.Close()
}
