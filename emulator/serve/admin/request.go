package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

const (
	requestUnlessAsked = 5_000 // ms, the timeout of a request
	maxNodeAnswer      = 64 << 20
	// maxFollowed bounds how many nodes one request asks.
	maxFollowed = 10
)

// nodeClient sends requests to nodes through their ports, as any client does. It opens a
// connection for each: net/http may send a GET a second time over a connection that a crash
// has closed.
var nodeClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// postRequest asks a node as a client does. The answer says what the client saw, whatever
// that is.
func postRequest(c *call) (any, error) {
	b := api.RequestBody{TimeoutMS: requestUnlessAsked}
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	command, err := commandOf(&b)
	if err != nil {
		return nil, err
	}
	node := raft.None
	c.host.Observe(func(o host.View) { node, err = c.node(o) })
	if err != nil {
		return nil, err
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(c.r.Context(), time.Duration(b.TimeoutMS*float64(time.Millisecond)))
	defer cancel()
	a := c.askNode(ctx, node, command)
	for followed := 1; b.Follow && followed < maxFollowed && leadsElsewhere(&a); followed++ {
		a = c.askNode(ctx, raft.NodeID(a.Leader), command)
	}
	a.WallMS = api.Millis(time.Since(began))
	c.host.Observe(func(o host.View) { a.Place = here(o) })
	return a, nil
}

// leadsElsewhere reports whether a node has named another one as the leader.
func leadsElsewhere(a *api.RequestAnswer) bool {
	return a.Status != nil && *a.Status == http.StatusMisdirectedRequest && raft.NodeID(a.Leader) != raft.None && a.Leader != a.Node
}

// commandOf reads a command of the machine. Its error has every problem.
func commandOf(b *api.RequestBody) (*machine.Command, error) {
	op := machines.Op(b.Op)
	if op == nil {
		return nil, &failure{err: errBody, flaws: []api.Flaw{{
			Key: "op", Pointer: "/op", Message: fmt.Sprintf("is %.40q, %s", b.Op, text.Suggest(b.Op, machines.OpNames())),
		}}}
	}
	given := map[string]*string{"topic": b.Topic, "message": b.Message}
	f := &failure{err: errBody}
	var args []string
	for _, a := range op.Args {
		value := given[a.Key]
		delete(given, a.Key)
		if value == nil {
			f.flaws = append(f.flaws, api.Flaw{Key: a.Key, Pointer: "/" + a.Key, Message: fmt.Sprintf("is missing, want a text for op %q", op)})
			continue
		}
		args = append(args, *value)
	}
	for _, key := range []string{"topic", "message"} {
		if given[key] != nil {
			f.flaws = append(f.flaws, api.Flaw{Key: key, Pointer: "/" + key, Message: fmt.Sprintf("means nothing with op %q, leave it out", op)})
		}
	}
	if len(f.flaws) > 0 {
		return nil, f
	}
	return op.New(args...), nil
}

// askNode sends a request to a node's port and says what came back.
func (c *call) askNode(ctx context.Context, id raft.NodeID, command *machine.Command) api.RequestAnswer {
	a := api.RequestAnswer{Node: api.NodeRef(id), Answer: "none", Leader: api.NodeRef(raft.None)}
	base, ok := c.nodeURL(id)
	if !ok {
		a.Reason = "the cluster was replaced"
		return a
	}
	method, path, body := wire.Request(command)
	q, err := http.NewRequestWithContext(ctx, method, base+path, bytes.NewReader(body))
	if err != nil {
		a.Reason = err.Error()
		return a
	}
	q.Header.Set("Content-Type", "application/json")
	response, err := c.clientOf(id).Do(q)
	if err != nil {
		a.Reason = noAnswer(ctx, err)
		return a
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxNodeAnswer))
	if err != nil {
		a.Reason = noAnswer(ctx, err)
		return a
	}
	h := response.Header
	a.Status, a.Body, a.Reason, a.RequestID = &response.StatusCode, json.RawMessage(bytes.TrimSpace(data)), h.Get(mqapi.HeaderError), h.Get(mqapi.HeaderRequestID)
	switch {
	case response.StatusCode < http.StatusMultipleChoices:
		a.Answer = "ok"
	case response.StatusCode < http.StatusInternalServerError:
		a.Answer = "refused"
	default:
		a.Answer = "unknown"
	}
	if n, err := strconv.ParseInt(h.Get(mqapi.HeaderLeader), 10, 32); err == nil {
		a.Leader = api.NodeRef(n)
	}
	if n, err := strconv.ParseUint(h.Get(mqapi.HeaderIndex), 10, 64); err == nil {
		a.Index = &n
	}
	return a
}

// nodeURL is the base URL of a node; false when there is no such node.
func (c *call) nodeURL(id raft.NodeID) (string, bool) {
	if c.prefix != "" { // nobody connects to it
		return "http://localhost", int(id) < c.nodes()
	}
	urls := c.host.URLs()
	if int(id) >= len(urls) {
		return "", false
	}
	return urls[id], true
}

// clientOf asks a node: through its port, or within the process if it has none.
func (c *call) clientOf(id raft.NodeID) *http.Client {
	if c.prefix == "" {
		return nodeClient
	}
	return &http.Client{Transport: c.host.Inside(id), CheckRedirect: nodeClient.CheckRedirect}
}

// noAnswer says why no answer came.
func noAnswer(ctx context.Context, err error) string {
	netError, isNet := errors.AsType[net.Error](err)
	dial, isDial := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the node refuses connections, as one that is down does"
	case isDial && dial.Op == "dial" && ctx.Err() == nil:
		return "the node was not asked: " + dial.Err.Error()
	case ctx.Err() != nil, isNet && netError.Timeout():
		return "no answer came in time; the request may be carried out all the same"
	}
	return "the connection broke off before an answer; the request may be carried out all the same"
}
