package explain

import (
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// command names the command of a record's call.
func command(r *trace.Record) string {
	if c, ok := r.Detail.(*trace.Call); ok && !c.Command.None() {
		return c.Command.String()
	}
	return "a request"
}

// asked explains a Request.
func (t *telling) asked(n *node) {
	what := command(t.r)
	switch {
	case n.down:
		t.since(n.downBy)
		t.say("§8", "a client asked node %d for %s; the node is down", n.id, what)
	case n.pausedBy != 0:
		t.since(n.pausedBy)
		t.say("§8", "a client asked node %d for %s; the node is paused, so the client waits", n.id, what)
	case n.known && n.state.Role == raft.Leader:
		t.since(n.leadsBy)
		t.say("§8", "a client asked node %d for %s: it leads term %d, so the request goes into its log", n.id, what, n.state.Term)
	case n.known:
		t.say("§8", "a client asked node %d for %s: it is a %s of term %d, and only the leader takes requests", n.id, what, role(n.state.Role), n.state.Term)
	default:
		t.say("§8", "a client asked node %d for %s", n.id, what)
	}
}

// took explains a ClientRequest.
func (t *telling) took(n *node) {
	s := &t.r.State
	what := command(t.r)
	switch {
	case s.Role != raft.Leader:
		t.say("§8", "node %d appended %s to its log at index %d, although it is a %s", n.id, what, t.r.Index, role(s.Role))
	case n.known && t.r.Index != n.state.LastIndex+1:
		t.say("Figure 3, Leader Append-Only", "node %d put %s at index %d, over an entry of its own log, which ended at index %d", n.id, what, t.r.Index, n.state.LastIndex)
	default:
		t.say("§5.3", "node %d leads term %d, so it appended %s to its log at index %d; it is committed when a majority, %d of %d nodes, has it",
			n.id, s.Term, what, t.r.Index, t.majority(), t.nodes)
	}
	t.since(n.leadsBy)
	t.value("role", "%s", role(s.Role))
	t.value("index", "%d", t.r.Index)
	t.value("term", "%d", s.Term)
}

// applied explains an Apply.
func (t *telling) applied(n *node) {
	s := &t.r.State
	first := t.r.Index
	if n.appliedOK && n.applied < first {
		first = n.applied + 1
	}
	what := entries(first, t.r.Index)
	again, _ := t.r.Detail.(trace.Again)
	switch {
	case t.r.Index > s.CommitIndex:
		t.say("§5.3", "node %d applied %s, although only the entries up to index %d are committed", n.id, what, s.CommitIndex)
	case n.appliedOK && t.r.Index <= n.applied, len(again) > 0:
		t.say("§5.3; Figure 3, State Machine Safety", "node %d applied %s, one of them a second time", n.id, what)
	default:
		t.say("§5.3", "node %d applied %s to its queue: they are committed, up to index %d", n.id, what, s.CommitIndex)
	}
	t.value("commitIndex", "%d", s.CommitIndex)
	if n.appliedOK {
		t.value("lastApplied before", "%d", n.applied)
	}
}

// answered explains a Response.
func (t *telling) answered(n *node) {
	c, ok := t.r.Detail.(*trace.Call)
	if !ok {
		return
	}
	asked := t.calls[c.ID]
	t.since(asked.by, asked.took)
	if asked.by == 0 {
		t.partial = true
	}
	if c.Reply.Err != nil {
		t.refusedClient(n, c, asked)
		return
	}
	s := &t.r.State
	switch {
	case t.r.Index == 0:
		t.say("§8", "node %d answered the client from its own queue, without an entry in the log", n.id)
	case n.appliedOK && t.r.Index > n.applied:
		t.say("§5.3, §8", "node %d answered the client before entry %d is applied: it has applied its log up to index %d", n.id, t.r.Index, n.applied)
	case s.Role != raft.Leader:
		t.say("§8", "node %d answered the client although it does not lead any more: another request's entry may stand at index %d", n.id, t.r.Index)
	default:
		t.say("§5.3, §8", "node %d answered the client: entry %d of its request is committed and applied", n.id, t.r.Index)
	}
	t.value("entry", "%d", t.r.Index)
	t.value("commitIndex", "%d", s.CommitIndex)
	t.value("role", "%s", role(s.Role))
}

// refusedClient explains an answer with an error.
func (t *telling) refusedClient(n *node, c *trace.Call, asked call) {
	s, err := &t.r.State, c.Reply.Err
	switch {
	case errors.Is(err, machine.ErrNotLeader):
		leader := "it knows no leader, so the client has to try another node"
		if s.Leader != raft.None {
			leader = fmt.Sprintf("it knows that node %d leads, and sends the client there", s.Leader)
			t.since(n.heardBy)
		}
		t.say("§8", "node %d did not take the client's request: it is a %s of term %d, and only the leader takes requests; %s", n.id, role(s.Role), s.Term, leader)
		t.value("role", "%s", role(s.Role))
		t.value("known leader", "%s", vote(s.Leader))
	case errors.Is(err, machine.ErrLeadershipLost):
		t.since(n.termBy)
		at := ""
		if asked.took != 0 {
			at = fmt.Sprintf(" at index %d", asked.place.index)
			t.value("entry", "%s", end(asked.place.index, asked.place.term))
		}
		t.say("§8", "node %d lost its leadership while the client waited: the entry%s may still be committed by a later leader, or removed, so the node cannot say", n.id, at)
		t.value("role", "%s", role(s.Role))
	case errors.Is(err, machine.ErrBusy):
		t.say("", "node %d refused the client, because too many requests wait there", n.id)
	case errors.Is(err, machine.ErrNodeDown):
		t.since(n.downBy)
		t.say("", "the client of node %d got no answer, because the node is down", n.id)
	default:
		t.say("", "node %d refused the client: %v", n.id, err)
	}
}
