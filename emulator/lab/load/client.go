package load

import (
	"context"
	"encoding/json"
	"time"

	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
)

// How long a client waits after it has tried every node in vain.
const (
	minPause = 5 * time.Millisecond
	maxPause = 100 * time.Millisecond
)

// A client sends one request after the other.
type client struct {
	id int
	// process is the number under which the history knows it: as in Jepsen, a
	// client goes on under another one when it will never know what became of a
	// request, as that may still go on.
	process int
	run     *run
	cluster *cluster
	links   []*link
	buffer  []byte
}

func newClient(r *run, id int) *client {
	c := &client{id: id, process: id, run: r, cluster: r.cluster}
	for _, u := range r.cluster.nodes {
		c.links = append(c.links, newLink(u))
	}
	return c
}

func (c *client) close() {
	for _, l := range c.links {
		l.close()
	}
}

// do has a command carried out, as far as the cluster lets it, and records it.
// Only what was certainly not carried out is tried again, on another node: one
// that may have been could happen twice. from is when its latency begins.
func (c *client) do(ctx context.Context, command queue.Command, from time.Time) history.Call {
	var (
		node  = c.cluster.first()
		until = time.Now().Add(c.run.options.Timeout)
		pause = minPause
		op    = history.Call{Client: c.process, Command: command}
	)
	for tried := 1; ; tried++ {
		began := time.Now()
		a := c.attempt(ctx, node, &command)
		ended := time.Now()
		c.run.tally.attempt(node, &a)
		op.Node, op.Call, op.Return = node, c.run.time(began), c.run.time(ended)
		op.Outcome, op.Result, op.Index, op.ID = a.outcome, c.run.own(a.result), a.index, a.id
		if a.outcome != history.Done && (a.outcome != history.Refused || a.elsewhere) {
			c.cluster.doubt(node)
		}
		over := ctx.Err() != nil || !ended.Before(until)
		if a.outcome != history.Refused || !a.elsewhere || over {
			if op.Outcome == history.Unknown {
				op.Return = 0
				c.process += c.run.options.Clients
			}
			c.run.tally.request(&op, ended.Sub(from))
			c.run.add(&op)
			if a.outcome == history.Done && c.cluster.leads(node) {
				c.status(ctx, node)
			}
			return op
		}
		node = c.cluster.after(node, &a)
		if tried%len(c.links) == 0 {
			sleep(ctx, min(pause, time.Until(until)))
			pause = min(2*pause, maxPause)
		}
	}
}

// attempt asks one node.
func (c *client) attempt(ctx context.Context, node int, command *queue.Command) answer {
	led := c.cluster.led[node].Load() // before anything is sent
	believed := c.cluster.first() == node
	l := c.links[node]
	c.buffer = l.request(c.buffer[:0], command)
	deadline := time.Now().Add(c.run.options.Timeout)
	response, body, err := l.exchange(ctx, deadline, c.buffer)
	if err != nil {
		return broken(err)
	}
	a := judge(command, response, body)
	if a.vague {
		c.clear(ctx, node, led, believed, &a)
	}
	return a
}

// clear finds out what a failure without a reason meant. A node that led in one
// term before and after led all the time between: it has carried the request
// out, and there was nothing to do. One that was taken for the leader, of which
// this can't be said, may have left the request in logs that become the next
// leader's.
func (c *client) clear(ctx context.Context, node int, led uint64, believed bool, a *answer) {
	term, leads := c.status(ctx, node)
	switch {
	case leads && led == term+1:
		a.outcome, a.kind = history.Done, ""
	case believed:
		a.outcome, a.kind = history.Unknown, "failed without a reason, maybe by a leader of before"
	}
}

// status asks a node whether it leads, and in which term, and remembers it.
func (c *client) status(ctx context.Context, node int) (term uint64, leads bool) {
	l := c.links[node]
	deadline := time.Now().Add(c.run.options.Timeout)
	_, body, err := l.exchange(ctx, deadline, l.get(nil, "/status"))
	var status mqapi.Status
	if err != nil || json.Unmarshal(body, &status) != nil || status.Role != "Leader" {
		return 0, false
	}
	c.cluster.led[node].Store(status.Term + 1)
	c.cluster.leads(node)
	return status.Term, true
}
