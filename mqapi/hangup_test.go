package mqapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// serveLogged serves a node, and gives what its server logged once it is closed.
func serveLogged(n Node) (server *httptest.Server, logged func() string) {
	var lines bytes.Buffer
	server = httptest.NewUnstartedServer(Handler(n, Options{}))
	server.Config.ErrorLog = log.New(&lines, "", 0)
	server.Start()
	return server, func() string {
		server.Close() // waits for the requests, so that lines is at rest
		return lines.String()
	}
}

// A node that crashes breaks the connections of its clients off, whatever they
// asked, and this is nothing to log.
func TestHandlerNodeDown(t *testing.T) {
	vote := `{"class": "VoteRequestMessage", "dict": {"term": 8, "candidateId": 0, "lastLogIndex": 0, "lastLogTerm": 0}}`
	for name, ask := range map[string][3]string{
		"PutTopic":    {"PUT", "/topic", `{"topic": "dog"}`},
		"GetTopics":   {"GET", "/topic", ""},
		"PutMessage":  {"PUT", "/message", `{"topic": "dog", "message": "wuff"}`},
		"PopMessage":  {"GET", "/message/dog", ""},
		"Status":      {"GET", "/status", ""},
		"View":        {"GET", "/force-view-state-machine", ""},
		"RPC":         {"POST", "/rpc/0", vote},
		"UnknownPath": {"GET", "/", ""},
		"BadBody":     {"PUT", "/topic", "{}"},
		"Options":     {"OPTIONS", "/topic", ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.err = machine.ErrNodeDown
			n.do = func(context.Context, *machine.Command) machine.Reply {
				return machine.Reply{Err: machine.ErrNodeDown, Leader: raft.None}
			}
			server, logged := serveLogged(n)
			req, err := http.NewRequest(ask[0], server.URL+ask[1], strings.NewReader(ask[2]))
			assert.NilError(t, err)
			_, err = server.Client().Do(req)
			assert.Assert(t, errors.Is(err, io.EOF), "%v", err)
			assert.Equal(t, logged(), "")
		})
	}
}

// A client that goes away ends the request's context, also when it had sent a
// body with a GET; this is nothing to log either.
func TestHandlerClientGone(t *testing.T) {
	for name, ask := range map[string][3]string{
		"PutMessage":  {"PUT", "/message", `{"topic": "dog", "message": "wuff"}`},
		"PopMessage":  {"GET", "/message/dog", ""},
		"GetWithBody": {"GET", "/topic", "nobody reads this"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithCancel(context.Background())
			var ended error
			n := newFakeNode()
			n.do = func(ctx context.Context, _ *machine.Command) machine.Reply {
				leave()
				<-ctx.Done()
				ended = ctx.Err()
				return machine.Reply{Err: ctx.Err(), Leader: raft.None}
			}
			server, logged := serveLogged(n)
			req, err := http.NewRequestWithContext(ctx, ask[0], server.URL+ask[1], strings.NewReader(ask[2]))
			assert.NilError(t, err)
			_, err = server.Client().Do(req)
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, logged(), "")
			assert.ErrorIs(t, ended, context.Canceled)
		})
	}
}

// A request whose context ends while its client is still there gets no answer,
// rather than an empty one that looks like success.
func TestHandlerContextEndedByServer(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n := newFakeNode()
	n.do = func(ctx context.Context, _ *machine.Command) machine.Reply {
		return machine.Reply{Err: ctx.Err(), Leader: raft.None}
	}
	w := httptest.NewRecorder()
	defer func() {
		assert.Equal(t, recover(), http.ErrAbortHandler)
		assert.Equal(t, w.Body.Len(), 0)
	}()
	Handler(n, Options{}).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "http://localhost/topic", nil))
}

// A pausedNode answers Status only once it is resumed.
type pausedNode struct {
	*fakeNode
	asked  sync.WaitGroup // done with the first call of Status
	resume chan struct{}
}

func (n *pausedNode) Status(ctx context.Context) (Status, error) {
	n.asked.Done()
	<-n.resume
	return n.fakeNode.Status(ctx)
}

// A paused node lets nobody see that it works: not even a bad request is
// answered before it is resumed.
func TestHandlerPausedNodeAnswersNothing(t *testing.T) {
	n := &pausedNode{fakeNode: newFakeNode(), resume: make(chan struct{})}
	n.asked.Add(1)
	c := serve(t, n)
	answered := make(chan int, 1)
	go func() {
		resp, err := http.Get(c.url)
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	n.asked.Wait()
	select {
	case status := <-answered:
		t.Fatalf("answered with %d while paused", status)
	default:
	}
	close(n.resume)
	assert.Equal(t, <-answered, 404)
}

// A body that does not come in time ends its connection, with an answer unless the
// node is paused or down.
func TestHandlerBodyTooSlow(t *testing.T) {
	slow := func(n Node) (w *httptest.ResponseRecorder, aborted any) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // as net/http does when it cannot read
		r := httptest.NewRequestWithContext(ctx, "PUT", "http://localhost/topic", iotest.ErrReader(os.ErrDeadlineExceeded))
		w = httptest.NewRecorder()
		defer func() { aborted = recover() }()
		Handler(n, Options{}).ServeHTTP(w, r)
		return w, nil
	}
	t.Run("Answered", func(t *testing.T) {
		w, aborted := slow(newFakeNode())
		assert.Equal(t, aborted, nil)
		assert.Equal(t, w.Code, http.StatusRequestTimeout)
		assert.Equal(t, w.Body.String(), "{\"success\": false}\n")
		assert.Equal(t, w.Header().Get("Connection"), "close")
		assert.Equal(t, w.Header().Get(HeaderError), "the body did not come in time")
	})
	t.Run("Paused", func(t *testing.T) {
		n := newFakeNode()
		n.err = context.Canceled
		w, aborted := slow(n)
		assert.Equal(t, aborted, http.ErrAbortHandler)
		assert.Equal(t, w.Body.Len(), 0)
	})
}
