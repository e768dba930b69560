package explain

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A walk goes through the records. It stands before the record at, and has the state of the
// cluster as far as the earlier ones show it.
type walk struct {
	*Explainer
	at      int
	members []node
	cuts    []uint64 // by from*nodes+to: the record that cut the link; 0: it is whole
	rules   []ruleInForce
	calls   map[uuid.UUID]call
	origins map[place]uint64     // the records in which leaders took entries from clients
	leaders map[raft.Term]uint64 // the records in which terms got their leaders
	last    decision
}

// A place is that of an entry: no two entries share it.
type place struct {
	index raft.Index
	term  raft.Term
}

// A ruleInForce is a fault, with the record since which it is in force.
type ruleInForce struct {
	rule *fault.Rule
	by   uint64
}

// A call is a client's request that has no answer yet.
type call struct {
	by    uint64 // its Request
	took  uint64 // its ClientRequest; 0: it is in no log
	place place
}

// A node is what the records show of a node.
type node struct {
	id        raft.NodeID
	known     bool // at least its state
	state     raft.State
	log       log
	down      bool
	downBy    uint64
	pausedBy  uint64 // 0: it is not paused
	wipedBy   uint64 // the crash that has wiped its disk, up to the next restart
	lastWipe  uint64 // the last such crash
	applied   raft.Index
	appliedOK bool // applied is known

	votedBy   uint64 // gave the vote of the present term
	termBy    uint64 // brought the node into its term
	heardBy   uint64 // the last message of a leader that it accepted
	hadLeader raft.NodeID

	candidacy
	leadership

	// Of the event being taken:
	time     time.Duration
	step     uint64
	stepRole raft.Role // when it began
	stepOK   bool      // stepRole is known
	stepSeq  uint64    // its first record at the node

	timer   raft.Timer
	timerAt time.Duration
	timerBy uint64 // the cause of its setting

	promise promise
	writes  []write
	claims  []claim
}

// A candidacy has the answers to a candidate, by node: the record of each, or 0 without one.
type candidacy struct {
	votesOK  bool // all are known
	granted  []uint64
	refused  []uint64
	standsBy uint64
}

// A leadership has a leader's indices, by node; nil if they are unknown.
type leadership struct {
	next, match []raft.Index
	matchOK     []bool   // both are known
	matchBy     []uint64 // the answers that said so
	sent        []uint64 // the last AppendEntries to each node
	leadsBy     uint64
}

func newWalk(e *Explainer) *walk {
	w := &walk{
		Explainer: e, members: make([]node, e.nodes), cuts: make([]uint64, e.nodes*e.nodes),
		calls: map[uuid.UUID]call{}, origins: map[place]uint64{}, leaders: map[raft.Term]uint64{},
	}
	for i := range w.members {
		w.members[i] = node{id: raft.NodeID(i), state: raft.State{VotedFor: raft.None, Leader: raft.None}, hadLeader: raft.None}
	}
	return w
}

// node returns the node of a record, or nil.
func (w *walk) node(r *trace.Record) *node {
	if r.Node < 0 || int(r.Node) >= len(w.members) {
		return nil
	}
	return &w.members[r.Node]
}

// follow takes over what a record shows.
func (w *walk) follow(r *trace.Record) {
	if r.Kind.HasMessage() {
		w.noteSent(r)
	}
	n := w.node(r)
	switch r.Kind {
	case trace.Nemesis:
		w.change(r, n)
	case trace.RuleEnded:
		if rule, ok := r.Detail.(*fault.Rule); ok {
			w.deleteRule(rule.Name)
		}
	case trace.Request:
		if c, ok := r.Detail.(*trace.Call); ok {
			w.calls[c.ID] = call{by: r.Seq}
		}
	case trace.Response:
		if c, ok := r.Detail.(*trace.Call); ok {
			delete(w.calls, c.ID)
		}
	}
	if n == nil {
		return
	}
	w.act(r, n)
	n.state, n.known = r.State, true
	n.log.settle(&n.state)
	n.noteWrite(r)
	if n.state.Leader != raft.None && n.state.Leader != n.id {
		n.hadLeader = n.state.Leader
	}
}

// begin notes the begin of an event at a node.
func (n *node) begin(r *trace.Record) {
	if r.Step != n.step || r.Time != n.time || n.stepSeq == 0 || r.Kind == trace.Nemesis {
		n.step, n.time, n.stepRole, n.stepOK, n.stepSeq = r.Step, r.Time, n.state.Role, n.known, r.Seq
	}
}

// act takes over what a record shows of its node, beside the state.
func (w *walk) act(r *trace.Record, n *node) {
	s := &r.State
	switch r.Kind {
	case trace.Init:
		w.init(r, n)
	case trace.Apply:
		n.applied, n.appliedOK = max(n.applied, r.Index), true
	case trace.SetTimer:
		n.setTimer(r, w.find(r.Cause))
	case trace.Persist:
		n.persisted(r)
	}
	switch raft.ActionKind(r.Kind) {
	case raft.Restart:
		n.down, n.downBy, n.pausedBy, n.wipedBy = false, 0, 0, 0
		n.applied, n.appliedOK = 0, true
		n.termBy, n.hadLeader = r.Seq, raft.None
	case raft.Timeout:
		n.termBy, n.votedBy = r.Seq, r.Seq
		n.candidacy = candidacy{votesOK: true, granted: make([]uint64, w.nodes), refused: make([]uint64, w.nodes), standsBy: r.Seq}
		n.granted[n.id] = r.Seq
	case raft.BecomeLeader:
		w.leaders[s.Term] = r.Seq
		n.lead(r, w.nodes)
	case raft.ClientRequest:
		w.take(r, n)
	case raft.AppendEntries:
		if n.match == nil {
			n.leadership = newLeadership(w.nodes)
		}
		if n.sent != nil && int(r.Message.To) < len(n.sent) {
			n.sent[r.Message.To] = r.Seq
		}
	case raft.UpdateTerm:
		n.termBy, n.votedBy = r.Seq, 0
	case raft.HandleRequestVoteRequest:
		if s.VotedFor != raft.None && s.VotedFor != n.state.VotedFor {
			n.votedBy = r.Seq
		}
	case raft.HandleRequestVoteResponse:
		n.countVote(r)
	case raft.HandleAppendEntriesRequest:
		w.store(r, n)
	case raft.HandleAppendEntriesResponse:
		n.heard(r)
	}
}

// init takes over a node's start.
func (w *walk) init(r *trace.Record, n *node) {
	start, ok := r.Detail.(*trace.Start)
	if !ok {
		return
	}
	n.log = log{}
	n.log.push(r.Seq, start.Log...)
	if !start.Up {
		n.down, n.downBy = true, r.Seq
	}
	if start.Paused {
		n.pausedBy = r.Seq
	}
	n.applied, n.appliedOK = r.State.LastApplied, true
	n.termBy = r.Seq
	if r.State.VotedFor != raft.None {
		n.votedBy = r.Seq
	}
	for _, to := range start.Cut {
		w.cut(n.id, to, r.Seq)
	}
	for i := range start.Faults {
		w.rules = append(w.rules, ruleInForce{&start.Faults[i], r.Seq})
	}
	switch r.State.Role {
	case raft.Candidate:
		n.candidacy = candidacy{votesOK: true, granted: make([]uint64, w.nodes), refused: make([]uint64, w.nodes), standsBy: r.Seq}
		n.granted[n.id] = r.Seq
		for _, id := range start.Votes {
			if int(id) < w.nodes {
				n.granted[id] = r.Seq
			}
		}
	case raft.Leader:
		w.leaders[r.State.Term] = r.Seq
		n.lead(r, w.nodes)
		copy(n.next, start.NextIndex)
		copy(n.match, start.MatchIndex)
	}
}

// lead makes a node the leader of a term.
func (n *node) lead(r *trace.Record, nodes int) {
	n.leadership = newLeadership(nodes)
	n.leadsBy = r.Seq
	for j := range n.next {
		n.next[j], n.matchOK[j] = r.State.LastIndex+1, true
	}
	if d, ok := r.Detail.(*trace.Indices); ok {
		copy(n.next, d.Next)
		copy(n.match, d.Match)
	}
}

// newLeadership returns that of a leader of which nothing is known yet.
func newLeadership(nodes int) leadership {
	return leadership{
		next: make([]raft.Index, nodes), match: make([]raft.Index, nodes), matchOK: make([]bool, nodes),
		matchBy: make([]uint64, nodes), sent: make([]uint64, nodes),
	}
}

// knowsAll reports whether all indices of a leader are known.
func (n *node) knowsAll() bool {
	for j, ok := range n.matchOK {
		if !ok && raft.NodeID(j) != n.id {
			return false
		}
	}
	return n.match != nil
}

// take appends a client's entry.
func (w *walk) take(r *trace.Record, n *node) {
	at := place{r.Index, r.State.Term}
	n.log.cut(r.Index - min(r.Index, 1))
	if n.log.last()+1 == r.Index {
		n.log.push(r.Seq, raft.Entry{Term: r.State.Term})
	}
	w.origins[at] = r.Seq
	if c, ok := r.Detail.(*trace.Call); ok {
		known := w.calls[c.ID]
		known.took, known.place = r.Seq, at
		w.calls[c.ID] = known
	}
}

// store changes a follower's log as the decision about the message says.
func (w *walk) store(r *trace.Record, n *node) {
	if r.State.Leader == r.Message.From && r.Message.Term == r.State.Term {
		n.heardBy = r.Seq
	}
	if d := &w.last; d.seq == r.Seq && d.changes {
		n.log.cut(d.kept)
		m := &r.Message
		if added := r.State.LastIndex - min(r.State.LastIndex, d.kept); int(added) <= len(m.Entries) {
			n.log.push(r.Seq, m.Entries[len(m.Entries)-int(added):]...)
		}
	}
}

// countVote counts the answer of a voter.
func (n *node) countVote(r *trace.Record) {
	m := &r.Message
	if n.state.Role != raft.Candidate || m.Term != n.state.Term || n.granted == nil || int(m.From) >= len(n.granted) {
		return
	}
	if n.granted[m.From] != 0 || n.refused[m.From] != 0 {
		return // only the first answer counts
	}
	if m.VoteGranted {
		n.granted[m.From] = r.Seq
	} else {
		n.refused[m.From] = r.Seq
	}
}

// votes counts the votes of a candidate.
func (n *node) votes() int {
	count := 0
	for _, seq := range n.granted {
		if seq != 0 {
			count++
		}
	}
	return count
}

// heard takes over a follower's answer.
func (n *node) heard(r *trace.Record) {
	m := &r.Message
	if n.state.Role != raft.Leader || n.match == nil || int(m.From) >= len(n.match) {
		return
	}
	j := m.From
	if next, match, ok := r.Extra.Progress(); ok {
		n.next[j], n.match[j], n.matchOK[j] = next, match, true
	} else if m.Success {
		n.match[j] = max(n.match[j], min(m.MatchIndex, n.state.LastIndex))
		n.next[j] = max(n.next[j], n.match[j]+1)
	}
	if m.Success {
		n.matchBy[j] = r.Seq
	}
}

// setTimer takes over a timer. A node's own setting has a cause; a change of the clock keeps
// that of before.
func (n *node) setTimer(r *trace.Record, cause *trace.Record) {
	timer, at, ok := r.Extra.Timer()
	if !ok {
		return
	}
	n.timer, n.timerAt = timer, at
	if cause == nil || !movesTimer(cause) {
		n.timerBy = r.Cause
	}
}

// movesTimer reports whether a record is of a change that moves a running timer.
func movesTimer(r *trace.Record) bool {
	c, ok := r.Detail.(*fault.Change)
	return ok && c.Kind != fault.Timeout
}

// change takes over what somebody did to the cluster.
func (w *walk) change(r *trace.Record, n *node) {
	c, ok := r.Detail.(*fault.Change)
	if !ok {
		return
	}
	switch c.Kind {
	case fault.Partition:
		clear(w.cuts)
		for _, l := range c.Links {
			w.cut(l.From, l.To, r.Seq)
		}
	case fault.Heal:
		clear(w.cuts)
		w.rules = nil
		for i := range w.members {
			w.members[i].pausedBy = 0
		}
	case fault.SetRule:
		if c.Rule != nil {
			w.deleteRule(c.Rule.Name)
			w.rules = append(w.rules, ruleInForce{c.Rule, r.Seq})
		}
	case fault.DeleteRule:
		w.deleteRule(c.Name)
	}
	if n != nil {
		w.changeNode(c, r, n)
	}
}

func (w *walk) changeNode(c *fault.Change, r *trace.Record, n *node) {
	switch c.Kind {
	case fault.Crash:
		n.down, n.pausedBy = true, 0
		n.downBy = r.Seq
		n.applied, n.appliedOK = 0, true
		n.writes, n.claims, n.timer = nil, nil, raft.KeepTimer
		if c.Wipe {
			n.wipedBy, n.lastWipe, n.promise = r.Seq, r.Seq, promise{}
		}
		switch {
		case r.Log != nil:
			n.log.cut(r.Log.Kept)
			n.log.push(r.Seq, r.Log.Entries...)
		case c.Wipe:
			n.log = log{}
		}
	case fault.Pause:
		n.pausedBy = r.Seq
	case fault.Resume:
		n.pausedBy = 0
	case fault.Isolate, fault.HealNode:
		by := r.Seq
		if c.Kind == fault.HealNode {
			by, n.pausedBy = 0, 0
		}
		for j := range raft.NodeID(w.nodes) {
			if j != n.id {
				w.cut(n.id, j, by)
				w.cut(j, n.id, by)
			}
		}
	}
}

func (w *walk) cut(from, to raft.NodeID, by uint64) {
	if from >= 0 && to >= 0 && int(from) < w.nodes && int(to) < w.nodes {
		w.cuts[int(from)*w.nodes+int(to)] = by
	}
}

// cutBy returns the record that cut a link; 0 if it is whole.
func (w *walk) cutBy(from, to raft.NodeID) uint64 { return w.cuts[int(from)*w.nodes+int(to)] }

func (w *walk) deleteRule(name string) {
	w.rules = slices.DeleteFunc(w.rules, func(r ruleInForce) bool { return r.rule.Name == name })
}

// ruleBy returns the record since which a fault is in force; 0 if it is unknown.
func (w *walk) ruleBy(name string) uint64 {
	for _, r := range w.rules {
		if r.rule.Name == name {
			return r.by
		}
	}
	return 0
}
