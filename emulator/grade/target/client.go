package target

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

const (
	// maxHead bounds the head of an answer, and maxBody its body.
	maxHead = 1 << 16
	maxBody = 1 << 20
)

// A reply is what came back to a request.
type reply struct {
	reached bool   // the node accepted the connection, so that the request may have arrived
	status  int    // 0 without an answer
	body    []byte // as much as came
	problem string // why there is no whole answer; "" if there is one
	half    bool   // the node broke off in the middle of it
}

// exchange sends a request to a node on a connection of its own, as the course's suites do,
// and reads the answer. It follows no redirect. wrote, if not nil, is called when the request
// was written.
func (t *cluster) exchange(ctx context.Context, to int, method, path string, body []byte, wrote func()) (r reply) {
	c, err := t.rooms.Dial(ctx, to, false)
	if err != nil {
		r.problem = failure(ctx, err, "it refuses connections")
		return r
	}
	r.reached = true
	t.rooms.Shut(to, false)
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	request, err := newRequest(method, t.where(to)+path, body)
	if err == nil {
		err = request.Write(c)
	}
	if wrote != nil {
		wrote()
	}
	if err != nil && !isBroken(err) { // a node may answer and close before it has read all
		r.problem = failure(ctx, err, "")
		return r
	}
	if err := r.read(c, request); err != nil {
		r.problem = failure(ctx, err, "")
		r.half = errors.Is(err, errHalf) && isBroken(err)
	}
	return r
}

// newRequest returns a request as Python's requests sends it.
func newRequest(method, url string, body []byte) (*http.Request, error) {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body == nil {
		request.Body, request.ContentLength = nil, 0
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("User-Agent", "python-requests/2.28.1")
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Connection", "keep-alive")
	return request, nil
}

// read reads an answer.
func (r *reply) read(c net.Conn, request *http.Request) error {
	limited := &io.LimitedReader{R: c, N: maxHead}
	buffered := bufio.NewReader(limited)
	var response *http.Response
	for {
		var err error
		if response, err = http.ReadResponse(buffered, request); err != nil {
			if limited.N <= 0 {
				return fmt.Errorf("the head of the answer has more than %d bytes", maxHead)
			}
			return err
		}
		if response.StatusCode >= 200 {
			break
		}
	}
	defer response.Body.Close()
	r.status = response.StatusCode
	limited.N = maxBody + maxHead
	var err error
	r.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case len(r.body) > maxBody:
		return fmt.Errorf("a body of more than %d bytes", maxBody)
	case err != nil:
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	return nil
}

// isBroken reports whether the node has closed or reset the connection.
func isBroken(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// failure says in words why there is no answer. refused is the reason if nobody listens.
func failure(ctx context.Context, err error, refused string) string {
	var timeout net.Error
	why := err.Error()
	switch {
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		why = "no answer in time"
	case refused != "" && errors.Is(err, syscall.ECONNREFUSED):
		why = refused
	case isBroken(err):
		why = "the connection ended without an answer"
	}
	if errors.Is(err, errHalf) {
		return errHalf.Error() + ": " + why
	}
	return why
}

// errHalf means that an answer ended in its body.
var errHalf = errors.New("half an answer")
