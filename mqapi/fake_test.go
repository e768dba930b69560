package mqapi

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

var testID = uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8")

// A fakeNode is node 1 of 3, a leader that applies each command at once.
type fakeNode struct {
	leader raft.NodeID // what replies say; may be set before serving
	do     func(ctx context.Context, cmd *machine.Command) machine.Reply
	err    error // of Status, View and RPC
	answer raft.Message

	mu    sync.Mutex // guards the fields below
	queue *queue.Queue
	index raft.Index
	asked []raft.Message // by RPC
}

func newFakeNode() *fakeNode { return &fakeNode{leader: 1, queue: queue.New()} }

func (n *fakeNode) Do(ctx context.Context, cmd *machine.Command) machine.Reply {
	if n.do != nil {
		return n.do(ctx, cmd)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.index++
	return machine.Reply{Result: n.queue.Apply(cmd), Index: n.index, Leader: n.leader, RequestID: testID}
}

func (n *fakeNode) Status(context.Context) (Status, error) {
	return Status{Role: raft.Leader.String(), Term: 7}, n.err
}

func (n *fakeNode) View(context.Context) (machine.View, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.queue.View(n.index), n.err
}

func (n *fakeNode) RPC(_ context.Context, m raft.Message) (raft.Message, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, m)
	return n.answer, n.err
}

func (n *fakeNode) Nodes() int      { return 3 }
func (n *fakeNode) ID() raft.NodeID { return 1 }

func (n *fakeNode) URL(id raft.NodeID) string {
	return "http://127.0.0.1:" + string("678"[id]) + "000"
}

// seed applies commands as if clients had sent them.
func (n *fakeNode) seed(commands ...*machine.Command) {
	for _, c := range commands {
		n.Do(context.Background(), c)
	}
}

// An answer is what a client saw.
type answer struct {
	status int
	body   string
	header http.Header
}

// A client asks one node over a real connection.
type client struct {
	t   *testing.T
	url string
}

// serve serves a node until the test ends.
func serve(t *testing.T, n Node) client {
	server := httptest.NewServer(Handler(n, Options{}))
	t.Cleanup(server.Close)
	return client{t, server.URL}
}

// ask sends a request; headers are pairs of a name and a value.
func (c client) ask(method, path, body string, headers ...string) answer {
	c.t.Helper()
	req, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	assert.NilError(c.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	assert.NilError(c.t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	assert.NilError(c.t, err)
	return answer{resp.StatusCode, string(got), resp.Header}
}

const (
	success = `{"success": true}` + "\n"
	refused = `{"success": false}` + "\n"
)
