package invariant

import (
	"errors"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Excuse says why Raft promises nothing from now on; it is empty while Raft does. Other
// checks with the same preconditions call it when they have found something wrong.
func (m *Monitor) Excuse() string {
	if m.world == nil {
		return ""
	}
	return m.excuse(m.world)
}

// excuse is Excuse. The first call checks whether Raft can reach the world's start.
func (m *Monitor) excuse(w *world.World) string {
	if m.judged {
		return m.damage
	}
	m.judged = true
	c := w.Config()
	f := fixture.Fixture{Nodes: c.Nodes, Messages: c.Messages, StorageDelay: c.StorageDelay, Heartbeat: c.Heartbeat}
	if err := f.Impossible(); err != nil {
		what := err.Error()
		if list, ok := errors.AsType[source.Errors](err); ok && len(list) > 0 {
			what = list[0].Key + " " + list[0].Message
		}
		m.damage = "the cluster starts in a state that Raft cannot reach: " + what
	}
	return m.damage
}

// nemesis handles a change of the cluster.
func (m *Monitor) nemesis(w *world.World, r *trace.Record) {
	c, ok := r.Detail.(*fault.Change)
	if !ok {
		return
	}
	switch c.Kind {
	case fault.Plant:
		m.planted(c.Node, c.Bug)
	case fault.Crash:
		m.crashed(w, r, c.Wipe)
	}
}

// planted adds a node's bug.
func (m *Monitor) planted(id raft.NodeID, bug string) {
	p := Planted{id, bug}
	for _, known := range m.bugs {
		if known == p {
			return
		}
	}
	if bug != "" {
		m.bugs = append(m.bugs, p)
	}
}

// crashed handles a node that lost its memory. The terms and votes that it sent must be on
// its disk, unless that was wiped.
func (m *Monitor) crashed(w *world.World, r *trace.Record, wipe bool) {
	n, s := &m.nodes[r.Node], &r.State
	if wipe {
		n.told, n.wiped = 0, true
		m.damaged(sayf("the disk of node %d was wiped at #%d, and Raft assumes that disks survive (D §3.8)", r.Node, r.Seq))
	}
	if s.Term < n.told {
		m.wentBack(w, r, n.told, sayf("it had stored term %d, or others have heard from it in that term", n.told))
		n.told = s.Term // report it once
	}
	n.role, n.term, n.votedFor = s.Role, s.Term, s.VotedFor
	n.commit, n.applied, n.given = s.CommitIndex, s.LastApplied, s.LastApplied
	n.vote = ballot{s.Term, s.VotedFor, r.Seq}
	n.match = n.match[:0]
}

// outside handles a message from outside. It is harmless when the node that it names as its
// sender could have sent it. A request for a vote is always harmless: the node that votes
// for it cannot vote for another.
func (m *Monitor) outside(w *world.World, r *trace.Record) {
	if _, up, _ := w.State(r.Node); !up || r.Message.Type == raft.RequestVoteRequest || couldSend(w, &r.Message) {
		return
	}
	m.damaged(sayf("node %d got a message from outside at #%d that node %d could not have sent", r.Node, r.Seq, r.Message.From))
}

// couldSend reports whether the sender leads the term of an AppendEntries and has its
// entries.
func couldSend(w *world.World, msg *raft.Message) bool {
	s, up, _ := w.State(msg.From)
	log := w.Log(msg.From)
	if !up || msg.Type != raft.AppendEntriesRequest || s.Role != raft.Leader || s.Term != msg.Term ||
		msg.LeaderCommit > s.CommitIndex || !log.Matches(msg.PrevLogIndex, msg.PrevLogTerm) ||
		msg.PrevLogIndex+raft.Index(len(msg.Entries)) > log.LastIndex() {
		return false
	}
	for k := range msg.Entries {
		e := log.Entry(msg.PrevLogIndex + 1 + raft.Index(k))
		if e.Term != msg.Entries[k].Term || !sameCommand(commandOf(&e), commandOf(&msg.Entries[k])) {
			return false
		}
	}
	return true
}

// damaged records why Raft promises nothing from now on.
func (m *Monitor) damaged(why string) {
	if m.damage == "" {
		m.damage = why
	}
}
