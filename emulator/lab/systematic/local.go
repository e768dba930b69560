package systematic

import (
	"fmt"

	"rrmq.example/emulator/raft"
)

// A local is the whole of one node: its core, its stable storage, and the part of its
// past that properties ask about. It is immutable.
type local struct {
	core *raft.Node // cloned before each step
	hard raft.HardState
	bug  *raft.Bug
	// voted is its vote in its term, even if the node has forgotten it; applied is what
	// it has applied since its last crash.
	voted   raft.NodeID
	applied []raft.Entry

	state raft.State
	log   []raft.Entry
}

// newLocal makes the node that a config describes.
func newLocal(c raft.Config) *local {
	l := &local{core: raft.New(c), hard: c.HardState, bug: c.Bug, voted: c.HardState.VotedFor}
	l.look()
	l.applied = l.log[:l.state.LastApplied]
	return l
}

// look caches the core's state and log.
func (l *local) look() {
	l.state = l.core.State()
	l.log = l.log[:0:0]
	for i := raft.Index(1); i <= l.state.LastIndex; {
		s := l.core.Log().Slice(i, l.state.LastIndex)
		l.log = append(l.log, s...)
		i += raft.Index(len(s))
	}
}

// encodeLocal writes a node.
func encodeLocal(e *encoder, l *local) {
	s := &l.state
	e.text("node")
	e.node(l.core.ID())
	if l.bug != nil {
		e.text(l.bug.Name)
	} else {
		e.text("")
	}
	e.uint(uint64(s.Role))
	e.term(s.Term)
	e.node(s.VotedFor)
	e.node(s.Leader)
	e.index(s.CommitIndex)
	e.index(s.LastApplied)
	e.term(l.hard.Term)
	e.node(l.hard.VotedFor)
	e.node(l.voted)
	e.entries(l.log)
	e.applied(l)
	switch s.Role {
	case raft.Candidate:
		e.votes(l.core.Resume())
	case raft.Leader:
		e.progress(l.core)
	}
}

// applied writes the applied entries, unless they are the log's beginning.
func (e *encoder) applied(l *local) {
	same := len(l.applied) == int(l.state.LastApplied) && len(l.applied) <= len(l.log)
	for k := 0; same && k < len(l.applied); k++ {
		same = l.applied[k] == l.log[k]
	}
	e.bool(same)
	if !same {
		e.entries(l.applied)
	}
}

// votes writes the answers that a candidate has.
func (e *encoder) votes(r raft.Resume) {
	const refused, granted = 1, 2
	answers := make([]uint64, len(e.by))
	for _, id := range r.Refused {
		answers[e.by.of(id)] = refused
	}
	for _, id := range r.Granted {
		answers[e.by.of(id)] = granted
	}
	for _, a := range answers {
		e.uint(a)
	}
}

// progress writes what a leader knows about the others, without the numbers of its
// requests (see the package's contract).
func (e *encoder) progress(n *raft.Node) {
	next, match := n.Progress()
	flights := n.Resume().Flights
	for _, j := range e.by.inverse() {
		e.index(next[j])
		e.index(match[j])
		e.index(flights[j].To)
		e.bool(flights[j].Fresh)
	}
}

// A stepper is a node during a step.
type stepper struct {
	local
	sent  []raft.Message
	wrong *failure
	out   raft.Effects
}

// A failure names a property of Raft that does not hold, mostly one of Figure 3.
type failure struct {
	property string
	// says is what is wrong, in words.
	says string
}

// step gives the core an input and carries out its effects according to the contract
// of package raft, with storage that takes no time. It returns the node after that.
func (l *local) step(in raft.Input) *stepper {
	s := &stepper{local: *l}
	s.core = l.core.Clone()
	s.take(in)
	s.finish(l)
	return s
}

func (s *stepper) take(in raft.Input) {
	was, id := s.core.State(), s.core.ID()
	s.core.Step(&in, &s.out)
	is, e := s.core.State(), &s.out
	leads := was.Role == raft.Leader && is.Role == raft.Leader && was.Term == is.Term
	s.require(!leads || e.TruncatedTo == was.LastIndex, "leader_append_only",
		"node %d leads term %d and removed its own entries behind index %d (Figure 3)", id, was.Term, e.TruncatedTo)
	s.require(is.CommitIndex >= was.CommitIndex, "monotonic_commit_index",
		"the commit index of node %d went from %d to %d (Figure 2)", id, was.CommitIndex, is.CommitIndex)
	if e.Persist {
		s.hard = e.HardState
	}
	for _, m := range e.Messages {
		m.Round = 0
		s.sent = append(s.sent, m)
	}
	if e.ApplyTo >= e.ApplyFrom {
		s.apply(e.ApplyFrom, e.ApplyTo)
	}
	if e.Persist {
		s.take(raft.Input{Kind: raft.Stored, StoredTerm: s.hard.Term, StoredIndex: s.core.Log().LastIndex()})
	}
}

// apply notes the applied entries. The state machine must get them in order.
func (s *stepper) apply(from, to raft.Index) {
	applied := append([]raft.Entry(nil), s.applied...)
	s.require(int(from) == len(applied)+1, "applied_once_in_order",
		"node %d applied index %d after index %d (§5.3)", s.core.ID(), from, len(applied))
	for i := from; i <= to; i++ {
		applied = append(applied, s.core.Log().Entry(i))
	}
	s.applied = applied
}

// crash returns the node after a crash and a restart.
func (l *local) crash(nodes int) *stepper {
	s := &stepper{local: *l}
	s.core = raft.NewRestarted(raft.Config{
		ID: l.core.ID(), Nodes: nodes, HardState: l.hard, Log: raft.NewLog(l.log...), Bug: l.bug,
	})
	s.applied = nil
	s.take(raft.Input{Kind: raft.Start})
	s.finish(l)
	return s
}

// finish compares the node with the one before the step. Even a crash takes back
// neither a term nor a vote.
func (s *stepper) finish(was *local) {
	s.look()
	id := s.core.ID()
	is := &s.state
	s.require(is.Term >= was.state.Term, "monotonic_term",
		"the term of node %d went from %d to %d (§5.1)", id, was.state.Term, is.Term)
	if is.Term > was.state.Term || s.voted == raft.None {
		s.voted = is.VotedFor
	}
	s.require(is.VotedFor == raft.None || is.VotedFor == s.voted, "one_vote_per_term",
		"node %d voted for node %d and for node %d in term %d (§5.2)", id, s.voted, is.VotedFor, is.Term)
}

// require notes the first failure.
func (s *stepper) require(ok bool, property, format string, args ...any) {
	if !ok && s.wrong == nil {
		s.wrong = &failure{property, fmt.Sprintf(format, args...)}
	}
}
