package load

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// A link is one client's connection to one node, kept for the next request.
//
// It speaks HTTP itself because net/http may resend a GET when a kept connection
// breaks. A second pop would remove a message that nobody sees. A link also knows
// for certain whether it has sent any part of a request.
type link struct {
	address string // host:port
	host    string // what the Host header says
	path    string // before the path of every request; usually ""

	conn net.Conn // nil: not connected
	in   *bufio.Reader
	stop func() bool // ends the watch for the end of the context
	used time.Time
}

// maxIdle bounds how long an unused connection is kept. A server may close an idle
// one just as the next request comes, whose outcome would then be unknown.
const maxIdle = time.Second

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 8 << 20

var (
	errNotSent = errors.New("nothing of the request was sent")
	errTooLong = errors.New("the answer is too long")
	past       = time.Unix(1, 0)
)

func newLink(node *url.URL) *link {
	address := node.Host
	if node.Port() == "" {
		address = net.JoinHostPort(node.Hostname(), "80")
	}
	return &link{address: address, host: node.Host, path: node.EscapedPath()}
}

// exchange sends a request and reads the answer, until the deadline or the end of
// the context. The error is errNotSent if no byte of the request was sent.
func (l *link) exchange(ctx context.Context, deadline time.Time, request []byte) (*http.Response, []byte, error) {
	if err := l.open(ctx, deadline); err != nil {
		return nil, nil, errors.Join(errNotSent, err)
	}
	_ = l.conn.SetDeadline(deadline) // fails on a closed connection only
	if err := ctx.Err(); err != nil {
		return nil, nil, errors.Join(errNotSent, err)
	}
	if n, err := l.conn.Write(request); err != nil {
		l.close()
		if n == 0 {
			err = errors.Join(errNotSent, err)
		}
		return nil, nil, err
	}
	response, body, err := l.read()
	if err != nil || response.Close {
		l.close()
	}
	l.used = time.Now()
	return response, body, err
}

func (l *link) read() (*http.Response, []byte, error) {
	for {
		response, err := http.ReadResponse(l.in, nil)
		if err != nil {
			return nil, nil, err
		}
		if response.StatusCode < http.StatusOK {
			continue // the final answer follows
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
		switch {
		case err != nil:
			return nil, nil, err
		case len(body) > maxAnswer:
			return nil, nil, errTooLong
		}
		return response, body, nil
	}
}

// open connects, unless a fresh connection is still usable.
func (l *link) open(ctx context.Context, deadline time.Time) error {
	if l.conn != nil && time.Since(l.used) < maxIdle && l.in.Buffered() == 0 {
		_ = l.conn.SetDeadline(deadline) // an expired one would fail hungUp
		if !hungUp(l.conn) {
			return nil
		}
	}
	l.close()
	dialer := net.Dialer{Deadline: deadline}
	conn, err := dialer.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	l.conn = conn
	if l.in == nil {
		l.in = bufio.NewReader(conn)
	}
	l.in.Reset(conn)
	l.stop = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(past) })
	return nil
}

// close closes the connection, if there is one.
func (l *link) close() {
	if l.conn != nil {
		l.stop()
		l.conn.Close()
		l.conn = nil
	}
}
