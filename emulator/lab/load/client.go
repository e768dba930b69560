package load

import (
	"context"
	"encoding/json"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
)

// The pause after a client has tried every node without success.
const (
	minPause = 5 * time.Millisecond
	maxPause = 100 * time.Millisecond
)

// A client sends one request at a time.
type client struct {
	id int
	// process is the client's number in the history. As in Jepsen, a client takes a
	// new one after a request with an unknown outcome, which may still be in progress.
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

// do sends a command until a node carries it out or the time is over, and records
// the call. It tries another node only if the command was certainly not carried
// out, because a second try could execute it twice. Its latency counts from from.
func (c *client) do(ctx context.Context, command machine.Command, from time.Time) history.Call {
	var (
		node  = c.cluster.likelyLeader()
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
		op.Outcome, op.Result, op.Index, op.ID = a.outcome, c.run.ownTopics(a.result), a.index, a.id
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
			if a.outcome == history.Done && c.cluster.setLeader(node) {
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

// attempt sends the command to one node.
func (c *client) attempt(ctx context.Context, node int, command *machine.Command) answer {
	led := c.cluster.led[node].Load() // before anything is sent
	believed := c.cluster.likelyLeader() == node
	l := c.links[node]
	c.buffer = l.request(c.buffer[:0], command)
	deadline := time.Now().Add(c.run.options.Timeout)
	response, body, err := l.exchange(ctx, deadline, c.buffer)
	if err != nil {
		return noAnswer(err)
	}
	a := judge(command, response, body)
	if a.vague {
		c.resolve(ctx, node, led, believed, &a)
	}
	return a
}

// resolve finds out what a failure without a reason means. A node that led in the
// same term before and after led all the time between: it carried the request out,
// and there was nothing to do. Another node that clients took for the leader may
// have left the request in logs that the next leader commits.
func (c *client) resolve(ctx context.Context, node int, led uint64, believed bool, a *answer) {
	term, leads := c.status(ctx, node)
	switch {
	case leads && led == term+1:
		a.outcome, a.kind = history.Done, ""
	case believed:
		a.outcome, a.kind = history.Unknown, "failed without a reason, maybe by a former leader"
	}
}

// status asks a node whether it leads and in which term, and notes the answer in
// the cluster.
func (c *client) status(ctx context.Context, node int) (term uint64, leads bool) {
	l := c.links[node]
	deadline := time.Now().Add(c.run.options.Timeout)
	_, body, err := l.exchange(ctx, deadline, l.get(nil, "/status"))
	var status mqapi.Status
	if err != nil || json.Unmarshal(body, &status) != nil || status.Role != "Leader" {
		return 0, false
	}
	c.cluster.led[node].Store(status.Term + 1)
	c.cluster.setLeader(node)
	return status.Term, true
}
