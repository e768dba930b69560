package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/tests/budget"
)

// properties checks a lab after every step. It fails the test when a property of Figure 3
// does not hold, or when a variable decreases that must not.
type properties struct {
	leaders   map[Term]NodeID
	votes     map[vote]NodeID
	born      map[place]birth
	committed []Entry
	match     map[NodeID][]Index
	led       map[NodeID]Term
	stored    map[NodeID]Term
	wiped     bool // a node lost its storage: nextIndex may go below matchIndex
}

type vote struct {
	term  Term
	voter NodeID
}

type place struct {
	index Index
	term  Term
}

type birth struct {
	before  Term
	command any
}

func newProperties() *properties {
	return &properties{
		leaders: map[Term]NodeID{}, votes: map[vote]NodeID{}, born: map[place]birth{},
		match: map[NodeID][]Index{}, led: map[NodeID]Term{}, stored: map[NodeID]Term{},
	}
}

// require is an assertion that formats its message only when it fails.
func (w *properties) require(l *lab, ok bool, format string, args ...any) {
	if !ok {
		l.t.Helper()
		for i, p := range l.peers {
			l.t.Logf("node %d: %+v, log %s", i, p.core.State(), termsOf(p.core.Log()))
		}
		assert.Assert(l.t, false, fmt.Sprintf(format, args...))
	}
}

// sends checks a message that leaves a node, which must have stored its vote.
func (w *properties) sends(l *lab, m *Message) {
	if m.Type == RequestVoteResponse && m.VoteGranted {
		w.votesFor(l, m.Term, m.From, m.To)
	}
	hard := l.peers[m.From].hard
	w.require(l, hard.Term >= m.Term, "One vote per term: node %d spoke in term %d and has stored %d", m.From, m.Term, hard.Term)
}

func (w *properties) votesFor(l *lab, t Term, voter, candidate NodeID) {
	before, voted := w.votes[vote{t, voter}]
	w.require(l, !voted || before == candidate, "One vote per term: node %d voted for %d and %d in term %d", voter, before, candidate, t)
	w.votes[vote{t, voter}] = candidate
}

// step checks a node after a step; was is its state before.
func (w *properties) step(l *lab, p *peer, was State, out *Effects) {
	s := p.core.State()
	log := p.core.Log()
	id := p.core.ID()
	w.require(l, s.Term >= was.Term, "term of node %d went from %d to %d", id, was.Term, s.Term)
	w.require(l, s.CommitIndex >= was.CommitIndex, "commitIndex of node %d went from %d to %d", id, was.CommitIndex, s.CommitIndex)
	w.require(l, s.CommitIndex <= s.LastIndex, "commitIndex of node %d is beyond its log", id)
	w.require(l, out.TruncatedTo >= was.CommitIndex, "node %d removed committed entries", id)
	w.require(l, s.LastApplied == s.CommitIndex, "node %d did not apply all", id)
	w.require(l, s.VotedFor == was.VotedFor || s.Term > was.Term || was.VotedFor == None, "One vote per term: node %d", id)
	if was.Role == Leader && s.Role == Leader {
		w.require(l, out.TruncatedTo == was.LastIndex, "Leader Append-Only: node %d", id)
	}
	for i := out.TruncatedTo + 1; i <= s.LastIndex; i++ {
		w.appended(l, id, log, i)
	}
	for i := was.CommitIndex + 1; i <= s.CommitIndex; i++ {
		w.commits(l, id, s.Term, i, log.Entry(i))
	}
	for k := range out.Actions {
		if out.Actions[k].Kind == BecomeLeader {
			w.elected(l, id, s, log)
		}
	}
	w.progress(l, p.core, s)
	timer := p.timer
	if out.Timer != KeepTimer {
		timer = out.Timer
	}
	w.require(l, (timer == HeartbeatTimer) == (s.Role == Leader) && timer != KeepTimer, "timer %d of node %d as %s", timer, id, s.Role)
}

// appended checks Log Matching, by induction: all entries of this index and term have this
// command and, before them, an entry of this term.
func (w *properties) appended(l *lab, id NodeID, log *Log, i Index) {
	e := log.Entry(i)
	before, _ := log.Term(i - 1)
	b := birth{before, e.Command}
	first, known := w.born[place{i, e.Term}]
	w.require(l, !known || first == b, "Log Matching: index %d, term %d of node %d", i, e.Term, id)
	w.require(l, before <= e.Term, "terms decrease at index %d of node %d", i, id)
	w.born[place{i, e.Term}] = b
}

// commits checks State Machine Safety, and Leader Completeness for present leaders.
func (w *properties) commits(l *lab, id NodeID, t Term, i Index, e Entry) {
	if int(i) <= len(w.committed) {
		w.require(l, w.committed[i-1] == e, "State Machine Safety: index %d of node %d", i, id)
		return
	}
	w.require(l, int(i) == len(w.committed)+1, "node %d committed index %d first", id, i)
	w.committed = append(w.committed, e)
	for j, p := range l.peers {
		if s := p.core.State(); s.Role == Leader && s.Term > t {
			w.require(l, s.LastIndex >= i && p.core.Log().Entry(i) == e, "Leader Completeness: index %d, node %d", i, j)
		}
	}
}

// elected checks Election Safety and Leader Completeness.
func (w *properties) elected(l *lab, id NodeID, s State, log *Log) {
	other, led := w.leaders[s.Term]
	w.require(l, !led || other == id, "Election Safety: %d and %d lead in term %d", other, id, s.Term)
	w.leaders[s.Term] = id
	for k, e := range w.committed {
		i := Index(k + 1)
		w.require(l, s.LastIndex >= i && log.Entry(i) == e, "Leader Completeness: index %d, node %d", i, id)
	}
}

// progress: a leader's matchIndex never decreases, and nextIndex stays above it.
func (w *properties) progress(l *lab, n *Node, s State) {
	id := n.ID()
	if s.Role != Leader {
		return
	}
	if w.led[id] != s.Term {
		w.led[id], w.match[id] = s.Term, make([]Index, len(l.peers))
	}
	for j, i := range n.matchIndex {
		w.require(l, i >= w.match[id][j], "matchIndex of %d at node %d went from %d to %d", j, id, w.match[id][j], i)
		w.require(l, n.nextIndex[j] > i || w.wiped, "nextIndex of %d at node %d is %d, matchIndex %d", j, id, n.nextIndex[j], i)
		w.require(l, n.nextIndex[j] <= s.LastIndex+1, "nextIndex of %d at node %d is %d", j, id, n.nextIndex[j])
	}
	copy(w.match[id], n.matchIndex)
}

// chaos takes one random step in a lab: a message arrives out of order, is lost or
// repeated; a timer fires; clients ask; a write ends; a node crashes or restarts; links
// are cut or healed.
func chaos(l *lab, d *dice, command *int) {
	id := d.n(len(l.peers))
	p := l.peers[id]
	switch k := d.n(100); {
	case k < 55 && len(l.flying) > 0:
		at := 0
		if d.in(3) {
			at = d.n(len(l.flying))
		}
		m := l.flying[at]
		if !d.in(12) { // else it will come again
			last := len(l.flying) - 1
			l.flying[at] = l.flying[last]
			l.flying = l.flying[:last]
		}
		if !d.in(12) { // else it is lost
			l.deliver(m)
		}
	case k < 70:
		if len(p.writes) > 0 {
			l.finishWrite(id)
		}
	case k < 80:
		if leaders := l.leaders(); len(leaders) > 0 {
			*command++
			l.step(leaders[d.n(len(leaders))], Input{Kind: Propose, Commands: []any{*command}})
		}
	case k < 90:
		if p.up && p.timer == HeartbeatTimer {
			l.step(id, Input{Kind: HeartbeatTimeout})
		}
	case k < 93:
		if p.up && p.timer == ElectionTimer {
			l.step(id, Input{Kind: ElectionTimeout})
		}
	case k < 94:
		if p.up {
			l.crash(id)
		}
	case k < 97:
		if !p.up {
			l.restart(id)
		}
	case k < 98:
		if len(l.peers) > 1 {
			l.only(id, (id+1)%len(l.peers), (id+2)%len(l.peers))
		}
	case k < 99:
		l.only()
	default:
		l.heal()
	}
	if len(l.flying) > 60 { // a network that never loses would drown
		l.flying = l.flying[:copy(l.flying, l.flying[30:])]
	}
}

// recover heals the lab and elects a leader. One request must then be committed on all
// nodes, and all logs must be equal.
func (l *lab) recover(d *dice) {
	l.slow = false
	l.heal()
	for id, p := range l.peers {
		for len(p.writes) > 0 {
			l.finishWrite(id)
		}
		if !p.up {
			l.restart(id)
		}
	}
	l.settle()
	for _, id := range l.leaders() {
		l.heartbeat(id) // a leader of an earlier term steps down
	}
	for try := 0; len(l.leaders()) != 1; try++ {
		assert.Assert(l.t, try < 100, "no node is elected")
		l.timeout(d.n(len(l.peers)))
	}
	leader := l.leaders()[0]
	l.propose(leader, "the last")
	for range 3 {
		l.heartbeat(leader)
	}
	for id, p := range l.peers {
		assert.Equal(l.t, l.terms(id), l.terms(leader))
		assert.Equal(l.t, len(p.applied), int(l.state(leader).LastIndex))
		assert.DeepEqual(l.t, p.applied, entriesOf(l.peers[leader].core.Log()))
	}
}

// Clusters of 1 to 5 nodes suffer every fault that Raft tolerates, with all properties
// checked after every step, and then heal.
//
// Reference: section 5.4.3 and Figure 3 of the paper; MIT TestFigure8Unreliable3C.
func TestRandomRunsHoldFigure3(t *testing.T) {
	const steps = 5000
	seeds := budget.Pick(60, 240)
	total := 0
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d := dice(seed)
			l := fresh(t, []int{1, 2, 3, 4, 5, 5}[seed%6])
			l.slow = true
			l.watch = newProperties()
			command := 0
			for range steps {
				chaos(l, &d, &command)
			}
			l.recover(&d)
			total += len(l.watch.committed)
		})
	}
	assert.Assert(t, total > 20*seeds, "the runs got nowhere: %d entries committed", total)
}
