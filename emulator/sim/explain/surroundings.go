package explain

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// began explains an Init.
func (t *telling) began() {
	t.say("", "%s: so the fixture says", t.r.Sentence())
}

// restarted explains a Restart.
func (t *telling) restarted(n *node) {
	s := &t.r.State
	t.since(n.downBy)
	if n.wipedBy != 0 {
		t.since(n.wipedBy)
		t.say("Figure 2, persistent state", "node %d was up again with an empty disk: it has lost its term, its vote and its log, which Raft does not allow for", n.id)
	} else {
		t.say("Figure 2, persistent state", "node %d was up again as a follower, with its term, its vote and its log from the disk; commitIndex and the queue were in memory, and it learns from the leader again what is committed", n.id)
	}
	switch t.broken {
	case keepsTerm:
		t.say("Figure 2, persistent state", "node %d was up again in term %d, although it has sent messages of term %d before the crash", n.id, s.Term, n.promise.term)
	case keepsVote:
		t.say("Figure 2, persistent state", "node %d was up again in term %d with the vote %q, although it has given its vote in this term to %s before the crash", n.id, s.Term, vote(s.VotedFor), vote(n.promise.vote))
	}
	if p := &n.promise; p.isKnown {
		t.value("term of its messages", "%d", p.term)
		if s.Term < p.term {
			t.since(p.by)
		}
		if p.voteBy != 0 && p.voteTerm == s.Term {
			t.value("vote that it has sent in term", "%s", vote(p.vote))
			t.since(p.voteBy)
		}
	}
	t.value("term", "%d", s.Term)
	t.value("vote", "%s", vote(s.VotedFor))
	t.value("last entry", "%s", end(s.LastIndex, s.LastTerm))
}

// stored explains a Persist.
func (t *telling) stored(n *node) {
	t.say("Figure 2, persistent state", "%s; only now it may send messages that rest on this", t.r.Sentence())
	if message, sent := n.early(t.r); message != 0 {
		t.say("Figure 2, persistent state", "%s, and a message that rests on this was on its way before", t.r.Sentence())
		t.since(message, sent)
	}
	if hard, ok := t.r.Detail.(raft.HardState); ok {
		t.value("stored term", "%d", hard.Term)
		t.value("stored vote", "%s", vote(hard.VotedFor))
	}
	t.value("stored log up to", "%d", t.r.Index)
}

// changed explains what somebody did to the cluster.
func (t *telling) changed(n *node) {
	t.say("", "somebody changed the cluster: %s", t.r.Sentence())
	c, ok := t.r.Detail.(*fault.Change)
	if !ok {
		return
	}
	if c.Kind == fault.Crash && n != nil {
		t.crashed(c, n)
	}
	if c.Kind == fault.Partition && len(c.Links) > 0 {
		after := walk{Explainer: t.Explainer, members: t.members, cuts: make([]uint64, len(t.cuts))}
		for _, l := range c.Links {
			after.cut(l.From, l.To, t.r.Seq)
		}
		t.toldReach(&after)
	}
	switch c.Kind {
	case fault.DeleteRule:
		t.since(t.ruleBy(c.Name))
	case fault.Restart:
		if n != nil {
			t.since(n.downBy)
		}
	case fault.Resume:
		if n != nil {
			t.since(n.pausedBy)
		}
	}
}

// crashed says what a crash takes from a node.
func (t *telling) crashed(c *fault.Change, n *node) {
	t.out.Section = "Figure 2, persistent state"
	switch {
	case c.Wipe:
		t.add("its disk is empty now, which Raft does not allow for")
	case t.r.Log != nil && n.known && n.state.LastIndex > t.r.Log.Kept:
		t.add("%s had not reached its disk", entries(t.r.Log.Kept+1, n.state.LastIndex))
		for i := t.r.Log.Kept + 1; i <= n.state.LastIndex && i <= t.r.Log.Kept+3; i++ {
			t.since(n.log.source(i))
		}
	default:
		t.add("its term, its vote and its log are on its disk, the rest is lost")
	}
	if n.known && n.state.Role == raft.Leader {
		t.since(n.leadsBy)
		t.add("it led term %d, so the others elect another leader when their timers run out", n.state.Term)
	}
}

// toldReach says which nodes reach a majority.
func (t *telling) toldReach(w *walk) {
	var with, without []raft.NodeID
	for j := range raft.NodeID(t.nodes) {
		if len(w.reach(j)) >= t.majority() {
			with = append(with, j)
		} else {
			without = append(without, j)
		}
	}
	t.out.Section = "§5.2"
	switch {
	case len(with) == 0:
		t.add("no node reaches a majority, %d of %d: no leader can be elected, and no entry committed", t.majority(), t.nodes)
	case len(without) > 0:
		t.add("%s cannot reach a majority, %d of %d", ids(without), t.majority(), t.nodes)
	}
}

// reach lists the nodes that run and that a node talks with in both directions, itself
// included.
func (w *walk) reach(id raft.NodeID) []raft.NodeID {
	var list []raft.NodeID
	for j := range raft.NodeID(w.nodes) {
		n := &w.members[j]
		if !n.down && n.pausedBy == 0 && (j == id || w.cutBy(id, j) == 0 && w.cutBy(j, id) == 0) {
			list = append(list, j)
		}
	}
	return list
}

// ruleEnded explains the end of a fault.
func (t *telling) ruleEnded() {
	if rule, ok := t.r.Detail.(*fault.Rule); ok {
		t.since(t.ruleBy(rule.Name))
		t.say("", "the fault %q has reached its limit, and ended by itself", rule.Name)
	}
}

// network explains what happened to a message.
func (t *telling) network() {
	m := &t.r.Message
	t.say("", "%s", t.r.Sentence())
	if !t.r.Kind.HasMessage() || m.From < 0 || m.To < 0 || int(m.From) >= t.nodes || int(m.To) >= t.nodes {
		return
	}
	switch d := t.r.Detail.(type) {
	case *fault.Rule:
		t.since(t.ruleBy(d.Name))
		t.say("", "%s; the fault acts on messages that match it: %s", t.r.Sentence(), d)
	case trace.Reason:
		t.lost(d, m)
	}
	if t.r.Kind == trace.DropMessage {
		t.out.Section = "§5.3, §5.5"
		t.add("raft expects that messages get lost: requests are sent again")
	}
}

// lost says why the network lost a message.
func (t *telling) lost(why trace.Reason, m *raft.Message) {
	switch why {
	case trace.Partitioned:
		t.since(t.cutBy(m.From, m.To))
	case trace.Crashed:
		for _, id := range []raft.NodeID{m.From, m.To} {
			if n := &t.members[id]; n.down {
				t.since(n.downBy)
				t.value("down", "node %d", id)
			}
		}
	case trace.Overflow:
		t.since(t.members[m.To].pausedBy)
	}
	if seq := t.cutBy(m.From, m.To); seq != 0 {
		t.value("cut", "%s", fmt.Sprintf("from node %d to node %d", m.From, m.To))
	}
}
