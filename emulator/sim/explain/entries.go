package explain

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// sentEntries explains an AppendEntries.
func (t *telling) sentEntries(n *node) {
	m := &t.r.Message
	cause := t.find(t.r.Cause)
	now := cause != nil && cause.Step == t.r.Step
	next := m.PrevLogIndex + 1
	count := raft.Index(len(m.Entries))
	what := "a heartbeat"
	if count > 0 {
		what = entries(next, next+count-1)
	}
	switch {
	case now && r0(cause) == raft.BecomeLeader:
		t.say("§5.2", "node %d sent node %d %s: a new leader asserts its authority at once", n.id, m.To, what)
	case now && r0(cause) == raft.ClientRequest, cause != nil && cause.Kind == trace.Request:
		t.say("§5.3", "node %d sent node %d %s: a client's request is to be replicated", n.id, m.To, what)
	case now && r0(cause) == raft.HandleAppendEntriesResponse && cause.Message.Success:
		t.say("§5.3", "node %d sent node %d %s: node %d has answered, and still misses them", n.id, m.To, what, m.To)
	case now && r0(cause) == raft.HandleAppendEntriesResponse:
		t.say("§5.3", "node %d sent node %d %s: node %d had no matching entry further on, so the leader tries further back", n.id, m.To, what, m.To)
	case count > 0:
		t.say("§5.3, §5.5", "node %d sent node %d %s with its heartbeat: node %d has not confirmed them yet", n.id, m.To, what, m.To)
	default:
		t.say("§5.2", "node %d sent node %d a heartbeat, which keeps it from starting an election", n.id, m.To)
	}
	if n.next != nil && int(m.To) < len(n.next) && n.matchOK[m.To] {
		t.value("nextIndex", "%d", n.next[m.To])
		t.value("matchIndex", "%d", n.match[m.To])
		t.since(n.matchBy[m.To])
	}
	t.value("prevLogIndex, prevLogTerm", "%d, %d", m.PrevLogIndex, m.PrevLogTerm)
	t.value("leaderCommit", "%d", m.LeaderCommit)
}

// decidedEntries explains the answer to an AppendEntries.
func (t *telling) decidedEntries() {
	d := &t.last
	m, s := d.msg, &d.before.state
	if d.answer == nil || !d.before.known {
		t.partial = true
		t.say("§5.3", "%s", t.r.Sentence())
		return
	}
	t.value("leader's term", "%d", m.Term)
	t.value("own term", "%d", s.Term)
	t.value("prevLogIndex, prevLogTerm", "%d, %d", m.PrevLogIndex, m.PrevLogTerm)
	switch {
	case m.PrevLogIndex > s.LastIndex:
		t.value("own log ends at", "%d", s.LastIndex)
	case d.match != unknown && m.PrevLogIndex > 0:
		t.value("own term there", "%d", d.own)
	}
	if d.answer.Success {
		t.accepted()
	} else {
		t.rejected()
	}
}

// rejected explains why a node refuses an AppendEntries.
func (t *telling) rejected() {
	d := &t.last
	m, s, id := d.msg, &d.before.state, t.r.Node
	head := fmt.Sprintf("node %d rejected what node %d sent in term %d", id, m.From, m.Term)
	switch {
	case m.Term < s.Term:
		t.since(d.before.termBy, t.leaders[s.Term])
		t.say("§5.1", "%s: that term is over, and node %d is in term %d", head, id, s.Term)
	case s.Role == raft.Leader:
		t.since(d.before.leadsBy)
		t.say("§5.2", "%s: node %d leads this term itself, which has only one leader", head, id)
	case s.Role == raft.Candidate && d.after.Role == raft.Candidate:
		t.since(t.leaders[m.Term], d.before.standsBy)
		t.say("§5.2", "%s: it goes on as a candidate, although this term has got its leader", head)
	case m.PrevLogIndex > s.LastIndex:
		t.since(d.before.log.source(s.LastIndex))
		t.say("§5.3", "%s: the entry before it is at index %d, and the log of node %d ends at index %d; the leader tries again further back",
			head, m.PrevLogIndex, id, s.LastIndex)
	case d.match == no:
		t.since(d.before.log.source(m.PrevLogIndex))
		t.say("§5.3", "%s: the entry before it is of term %d at index %d, where node %d has one of term %d; the leader tries again further back",
			head, m.PrevLogTerm, m.PrevLogIndex, id, d.own)
	case d.match == unknown:
		t.partial = true
		t.say("§5.3", "%s: its log has no such entry at index %d", head, m.PrevLogIndex)
	default:
		t.say("§5.4.3", "%s: it contradicts an entry that node %d has committed, up to index %d, which no leader may remove", head, id, s.CommitIndex)
	}
}

// accepted explains what a node did with an AppendEntries.
func (t *telling) accepted() {
	d := &t.last
	m, s, id := d.msg, &d.before.state, t.r.Node
	head := fmt.Sprintf("node %d accepted what node %d, the leader of term %d, sent", id, m.From, m.Term)
	why := "its log has the entry before it"
	switch {
	case m.Term < s.Term:
		why = fmt.Sprintf("although that term is over, and node %d is in term %d", id, s.Term)
	case d.match == no:
		why = fmt.Sprintf("although its log has no entry of term %d at index %d", m.PrevLogTerm, m.PrevLogIndex)
	case m.PrevLogIndex == 0:
		why = "it begins with the first entry"
	}
	t.say("§5.3", "%s: %s", head, why)
	if len(m.Entries) == 0 && !d.changes && d.match != no {
		t.out.Section = "§5.2"
	}
	t.toldRemoval()
	if d.changes && d.after.LastIndex > d.kept {
		t.add("it appended %s", entries(d.kept+1, d.after.LastIndex))
	}
	switch {
	case d.keeps:
		t.add("it kept entries of its own that conflict with them")
	case len(m.Entries) > 0 && !d.changes:
		t.add("it has all of these entries already, and its log stays as it is")
	}
	newest := m.PrevLogIndex + raft.Index(len(m.Entries))
	t.value("leaderCommit", "%d", m.LeaderCommit)
	t.value("last new entry", "%d", newest)
	t.value("commitIndex before, after", "%d, %d", s.CommitIndex, d.after.CommitIndex)
	switch {
	case d.after.CommitIndex > max(s.CommitIndex, min(m.LeaderCommit, newest)):
		t.add("it committed its log up to index %d, although the lower of leaderCommit, %d, and its last new entry, %d, is less", d.after.CommitIndex, m.LeaderCommit, newest)
	case d.after.CommitIndex > s.CommitIndex:
		t.add("it knows now that its log is committed up to index %d: the lower of leaderCommit, %d, and its last new entry, %d", d.after.CommitIndex, m.LeaderCommit, newest)
	case d.after.CommitIndex < s.CommitIndex:
		t.add("it lowered its commitIndex from %d to %d", s.CommitIndex, d.after.CommitIndex)
	}
	if s.VotedFor != d.after.VotedFor {
		t.add("it forgot its vote for %s", vote(s.VotedFor))
	}
	if s.Role == raft.Candidate && m.Term == s.Term {
		t.since(t.leaders[m.Term])
		t.add("it gave up its own election, because this term has a leader")
	}
	if d.answer.MatchIndex != newest {
		t.add("it confirmed its log up to index %d, and the request went up to index %d", d.answer.MatchIndex, newest)
	}
}

// toldRemoval says which entries were removed and why.
func (t *telling) toldRemoval() {
	d := &t.last
	m, last := d.msg, d.before.state.LastIndex
	if len(d.gone) == 0 {
		return
	}
	first := d.gone[0]
	for _, g := range d.gone {
		t.since(g.by)
	}
	t.since(t.origins[first.place], t.leaders[m.Term])
	k := int(first.index) - int(m.PrevLogIndex) - 1
	switch {
	case k < 0 || k >= len(m.Entries):
		t.add("it removed %s behind those of the message, which nothing contradicts", entries(first.index, last))
	case m.Entries[k].Term != first.term:
		t.out.Section = "§5.3"
		t.add("it removed its own %s: at index %d it had an entry of term %d, and the leader has one of term %d there; an entry that conflicts goes, with all behind it",
			entries(first.index, last), first.index, first.term, m.Entries[k].Term)
		t.value(fmt.Sprintf("terms at index %d: own, leader's", first.index), "%d, %d", first.term, m.Entries[k].Term)
		if d.broken == nil {
			t.add("it was never committed, because a leader has every committed entry (§5.4.3)")
		}
	default:
		t.add("it removed %s, although the leader's entry at index %d is the same", entries(first.index, last), first.index)
	}
}

// gotAnswer explains what a leader learns from a follower.
func (t *telling) gotAnswer(n *node) {
	m := &t.r.Message
	if n.state.Role != raft.Leader || m.Term < n.state.Term {
		t.since(n.termBy)
		if m.Term < n.state.Term {
			t.say("§5.1", "node %d took the answer of node %d to a message of term %d, although it is in term %d now", n.id, m.From, m.Term, n.state.Term)
		} else {
			t.say("§5.1", "the answer of node %d changes nothing: node %d does not lead any more", m.From, n.id)
		}
		t.value("term of the answer", "%d", m.Term)
		t.value("own term", "%d", n.state.Term)
		return
	}
	if n.match == nil || !n.matchOK[m.From] {
		t.partial = true
		return
	}
	had, hadNext := n.match[m.From], n.next[m.From]
	after := *n // with lists of its own
	after.next, after.match, after.matchBy, after.matchOK = slices.Clone(n.next), slices.Clone(n.match), slices.Clone(n.matchBy), slices.Clone(n.matchOK)
	after.heard(t.r)
	next, match := after.next[m.From], after.match[m.From]
	switch {
	case m.Success && match > max(had, m.MatchIndex):
		t.say("§5.3", "node %d counts the leader's log up to index %d for node %d, although this one has confirmed it only up to index %d", n.id, match, m.From, m.MatchIndex)
	case m.Success && match > had:
		t.say("§5.3", "node %d has the leader's log up to index %d, so node %d counts these entries for it", m.From, match, n.id)
	case m.Success && match < had:
		t.say("Figure 2, leaders", "node %d now counts only %d entries of node %d, although it has confirmed %d", n.id, match, m.From, had)
	case m.Success:
		t.say("§5.3", "node %d confirmed its log up to index %d, which node %d knew already", m.From, m.MatchIndex, n.id)
	case next < hadNext:
		t.say("§5.3", "node %d has no matching entry at index %d, so node %d goes back from index %d to %d, where the logs may agree",
			m.From, m.PrevLogIndex, n.id, hadNext, next)
	case t.broken != nil:
		t.say("§5.3", "node %d leaves nextIndex of node %d at %d, although node %d has no matching entry at index %d", n.id, m.From, next, m.From, m.PrevLogIndex)
	default:
		t.say("§5.3", "the rejection of node %d changes nothing: it answers an earlier attempt, at index %d", m.From, m.PrevLogIndex)
	}
	t.value(fmt.Sprintf("nextIndex of node %d before, after", m.From), "%d, %d", hadNext, next)
	t.value(fmt.Sprintf("matchIndex of node %d before, after", m.From), "%d, %d", had, match)
	if m.Success {
		t.waiting(&after)
	}
}

// waiting says which entries of a leader are not committed, and why.
func (t *telling) waiting(n *node) {
	s := &n.state
	switch {
	case s.LastIndex == s.CommitIndex:
		return
	case !n.knowsAll():
		t.partial = true
		t.add("it has committed its log up to index %d, which ends at index %d", s.CommitIndex, s.LastIndex)
		return
	}
	indices := slices.Clone(n.match)
	indices[n.id] = s.LastIndex
	words := make([]string, len(indices))
	for j, i := range indices {
		words[j] = fmt.Sprintf("node %d: %d", j, i)
	}
	t.value("matchIndex", "%s", strings.Join(words, ", "))
	t.value("commitIndex", "%d", s.CommitIndex)
	slices.Sort(indices)
	reached := indices[len(indices)-t.majority()]
	term, known := n.log.term(reached)
	switch {
	case reached <= s.CommitIndex:
		next := s.CommitIndex + 1
		t.add("entry %d is not committed yet: of %d nodes only %s has it, and a majority is %d", next, t.nodes, ids(t.have(n, next)), t.majority())
		for j, match := range n.match {
			if match < next && raft.NodeID(j) != n.id {
				t.add("node %d has not confirmed it%s", j, t.whyNoAnswer(n.id, raft.NodeID(j)))
			}
		}
	case !known:
		t.partial = true
	case term < s.Term:
		t.out.Section = "§5.4.2"
		t.since(n.leadsBy, n.log.source(reached), t.origins[place{reached, term}])
		t.since(n.matchBy...)
		t.add("a majority, %s, has entry %d, but it is of term %d: a leader commits by counting only entries of its own term, %d", ids(t.have(n, reached)), reached, term, s.Term)
		t.add("a later leader may still remove this one; it is committed together with the first entry of term %d", s.Term)
		t.value(fmt.Sprintf("term of entry %d, leader's term", reached), "%d, %d", term, s.Term)
	default:
		t.add("a majority, %s, has entry %d of the leader's term %d, so it is committed", ids(t.have(n, reached)), reached, s.Term)
	}
}

// whyNoAnswer says why a leader has no answer of a follower, with a colon before it.
func (t *telling) whyNoAnswer(leader, id raft.NodeID) string {
	f := &t.members[id]
	switch {
	case f.down:
		t.since(f.downBy)
		return ": it is down"
	case f.pausedBy != 0:
		t.since(f.pausedBy)
		return ": it is paused"
	case t.cutBy(leader, id) != 0:
		t.since(t.cutBy(leader, id))
		return ": the link to it is cut"
	case t.cutBy(id, leader) != 0:
		t.since(t.cutBy(id, leader))
		return ": the link from it is cut"
	}
	return ""
}

// committed explains an AdvanceCommitIndex.
func (t *telling) committed(n *node) {
	to := t.r.State.CommitIndex
	t.since(n.matchBy...)
	if !n.knowsAll() {
		t.partial = true
		t.say("§5.3, §5.4.2", "%s", t.r.Sentence())
		return
	}
	have := t.have(n, to)
	term, known := n.log.term(to)
	what := entries(n.state.CommitIndex+1, to)
	t.since(t.origins[place{to, t.r.State.Term}])
	switch {
	case len(have) < t.majority():
		t.say("§5.3", "node %d committed %s, although only %s has entry %d, and a majority is %d of %d", n.id, what, ids(have), to, t.majority(), t.nodes)
	case known && term != t.r.State.Term:
		t.since(n.log.source(to))
		t.say("§5.4.2", "node %d committed %s, which %s have, although entry %d is of term %d and not of its own term %d", n.id, what, ids(have), to, term, t.r.State.Term)
	default:
		t.say("§5.3, §5.4.2", "node %d committed %s: %s have entry %d, which is a majority, and it is of the leader's own term %d", n.id, what, ids(have), to, t.r.State.Term)
		if n.state.CommitIndex+1 < to {
			t.add("all entries before it are committed with it")
		}
	}
	for _, j := range have {
		t.value(fmt.Sprintf("matchIndex of node %d", j), "%d", max(n.match[j], map[bool]raft.Index{true: n.state.LastIndex}[j == n.id]))
	}
	t.value("majority", "%d of %d", t.majority(), t.nodes)
	if known {
		t.value("term of the entry, leader's term", "%d, %d", term, t.r.State.Term)
	}
}
