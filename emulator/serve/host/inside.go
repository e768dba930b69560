package host

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Inside sends requests to a node without a port, as a client of its port would: a node that
// is down refuses them, and one that crashes breaks off. The URL's host does not matter.
func (h *Host) Inside(id raft.NodeID) http.RoundTripper { return inside{h, id} }

type inside struct {
	host *Host
	id   raft.NodeID
}

// errRefused is what a client sees whose node is down.
var errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// RoundTrip implements http.RoundTripper.
func (n inside) RoundTrip(r *http.Request) (*http.Response, error) {
	up := false
	n.host.own(func(w *world.World) {
		if int(n.id) < w.Nodes() && !n.host.ended {
			_, up, _ = w.State(n.id)
		}
	})
	if !up {
		return nil, errRefused
	}
	out := &answer{header: http.Header{}, status: http.StatusOK}
	err := out.take(n.host.handler(n.id), r)
	switch {
	case r.Context().Err() != nil:
		return nil, r.Context().Err()
	case err != nil:
		return nil, err
	}
	return &http.Response{
		Status: http.StatusText(out.status), StatusCode: out.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(&out.body), ContentLength: int64(out.body.Len()), Request: r,
	}, nil
}

// An answer is what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// errBrokenOff: the handler broke the connection off.
var errBrokenOff = errors.New("the connection broke off")

// take lets a handler answer.
func (a *answer) take(h http.Handler, r *http.Request) (err error) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			err = errBrokenOff
		} else if p != nil {
			panic(p)
		}
	}()
	h.ServeHTTP(a, r)
	return nil
}
