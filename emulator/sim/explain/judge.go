package explain

import (
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A decision is how a node handled a request of another one.
type decision struct {
	seq    uint64
	before node           // shares its lists with the node, which changes them afterwards
	answer *raft.Message  // nil: the records end before it
	own    raft.Term      // of the node's own entry at prevLogIndex
	match  has            // the log has the leader's entry at prevLogIndex
	after  raft.State     // the node's, afterwards
	msg    *raft.Message  // the request
	gone   []removedEntry // entries that the log lost, the first few
	broken *rule

	changes bool // the log was cut behind kept, and entries were appended
	kept    raft.Index
	keeps   bool // it had to change, and did not change as it had to
}

// A removedEntry is one that a follower removed.
type removedEntry struct {
	place
	by uint64 // the record that had put it there
}

// judge returns the rule that the node of a record breaks, or nil. It must be called for each
// record, before follow.
func (w *walk) judge(r *trace.Record) *rule {
	n := w.node(r)
	if n == nil {
		return nil
	}
	n.begin(r)
	if r.Kind >= trace.Init {
		return w.judgeSurroundings(r, n)
	}
	if !n.known {
		if k := raft.ActionKind(r.Kind); k == raft.HandleRequestVoteRequest || k == raft.HandleAppendEntriesRequest {
			w.decide(r, n)
			return w.last.broken
		}
		return nil
	}
	s := &r.State
	switch raft.ActionKind(r.Kind) {
	case raft.Restart:
		return n.judgeRestart(s)
	case raft.BecomeLeader:
		if n.votesOK && n.state.Role == raft.Candidate && n.votes() < w.majority() {
			return needsMajority
		}
	case raft.ClientRequest:
		switch {
		case s.Role != raft.Leader:
			return onlyLeaderTakes
		case r.Index != n.state.LastIndex+1:
			return leaderAppends
		}
	case raft.AdvanceCommitIndex:
		return w.judgeCommit(r, n)
	case raft.UpdateTerm:
		switch {
		case s.Role != raft.Follower:
			return followsNewTerm
		case s.VotedFor != raft.None:
			return newTermFreesVote
		}
	case raft.HandleRequestVoteRequest, raft.HandleAppendEntriesRequest:
		w.decide(r, n)
		return w.last.broken
	case raft.HandleRequestVoteResponse:
		if r.Message.Term < n.state.Term {
			return dropsStaleAnswer
		}
	case raft.HandleAppendEntriesResponse:
		return n.judgeProgress(r)
	}
	return nil
}

// judgeSurroundings judges the records that are no actions of raft.tla.
func (w *walk) judgeSurroundings(r *trace.Record, n *node) *rule {
	switch r.Kind {
	case trace.Reply:
		if d := &w.last; d.seq == r.Cause {
			return d.broken
		}
	case trace.Persist:
		if message, _ := n.early(r); message != 0 {
			return storesFirst
		}
	case trace.Apply:
		again, _ := r.Detail.(trace.Again)
		switch {
		case r.Index > r.State.CommitIndex:
			return appliesCommitted
		case n.appliedOK && r.Index <= n.applied, len(again) > 0:
			return appliesOnce
		}
	case trace.Response:
		return w.judgeAnswer(r, n)
	case trace.SetTimer:
		return w.judgeTimer(r, n)
	}
	return nil
}

// judgeRestart compares what a node still knows with what it has promised.
func (n *node) judgeRestart(s *raft.State) *rule {
	p := &n.promise
	switch {
	case p.isKnown && s.Term < p.term:
		return keepsTerm
	case p.voteBy != 0 && s.Term == p.voteTerm && s.VotedFor != p.vote:
		return keepsVote
	}
	return nil
}

// judgeCommit judges how far a leader commits.
func (w *walk) judgeCommit(r *trace.Record, n *node) *rule {
	to := r.State.CommitIndex
	if n.knowsAll() && len(w.have(n, to)) < w.majority() {
		return commitsMajority
	}
	if t, ok := n.log.term(to); ok && t != r.State.Term {
		return commitsOwnTerm
	}
	return nil
}

// have lists the nodes that, for a leader, have the entry at i.
func (w *walk) have(n *node, i raft.Index) []raft.NodeID {
	var ids []raft.NodeID
	for j, match := range n.match {
		if raft.NodeID(j) == n.id {
			match = n.state.LastIndex
		}
		if match >= i {
			ids = append(ids, raft.NodeID(j))
		}
	}
	return ids
}

// judgeProgress judges what a leader takes from a follower's answer.
func (n *node) judgeProgress(r *trace.Record) *rule {
	m := &r.Message
	if m.Term < n.state.Term {
		return dropsStaleAnswer
	}
	next, match, ok := r.Extra.Progress()
	if !ok || n.match == nil || int(m.From) >= len(n.match) || n.state.Role != raft.Leader || !n.matchOK[m.From] {
		return nil
	}
	hadNext, had := n.next[m.From], n.match[m.From]
	switch {
	case m.Success && match < had:
		return matchNeverFalls
	case m.Success && match > max(had, m.MatchIndex):
		return countsConfirmed
	case m.Success, m.PrevLogIndex+1 != hadNext, m.PrevLogIndex <= had, m.ConflictIndex >= m.PrevLogIndex:
		return nil // a late rejection, or one for another reason, may change nothing
	case next >= hadNext:
		return nextGoesBack
	}
	return nil
}

// judgeAnswer judges an answer to a client.
func (w *walk) judgeAnswer(r *trace.Record, n *node) *rule {
	c, ok := r.Detail.(*trace.Call)
	if !ok || c.Reply.Err != nil {
		return nil
	}
	asked := w.calls[c.ID]
	own, known := n.log.term(r.Index)
	switch {
	case r.Index == 0 && (asked.by != 0 || w.First() == 1), r.Extra.Unlogged():
		return answersFromLog
	case r.Index == 0:
		return nil
	case n.appliedOK && r.Index > n.applied:
		return answersApplied
	case r.State.Role != raft.Leader:
		return onlyLeaderAnswers
	case asked.took != 0 && (asked.place.index != r.Index || known && own != asked.place.term):
		return answersOwn
	}
	return nil
}

// judgeTimer judges why a timer was set.
func (w *walk) judgeTimer(r *trace.Record, n *node) *rule {
	timer, _, ok := r.Extra.Timer()
	cause := w.find(r.Cause)
	if !ok || cause == nil || movesTimer(cause) {
		return nil
	}
	switch timer {
	case raft.HeartbeatTimer:
		if n.sent == nil || !n.stepOK {
			return nil
		}
		for j, seq := range n.sent {
			if raft.NodeID(j) != n.id && seq < n.stepSeq {
				return sendsToAll
			}
		}
	case raft.ElectionTimer:
		change, _ := cause.Detail.(*fault.Change)
		if n.state.Role == raft.Candidate && n.known && (n.timer == raft.ElectionTimer && r.Cause == n.timerBy || change != nil) {
			return electionRestarts
		}
		if d := &w.last; d.seq == r.Cause && cause.Kind == trace.Kind(raft.HandleRequestVoteRequest) &&
			d.answer != nil && !d.answer.VoteGranted && n.stepOK && n.stepRole != raft.Leader {
			return timerOnlyForVote
		}
	}
	return nil
}

// decide fills in the decision of a node about a request.
func (w *walk) decide(r *trace.Record, n *node) {
	d := &w.last
	*d = decision{seq: r.Seq, before: *n, after: r.State, msg: &r.Message}
	if w.at+1 < len(w.records) {
		if next := &w.records[w.at+1]; next.Kind == trace.Reply && next.Cause == r.Seq {
			d.answer = &next.Message
		}
	}
	if raft.ActionKind(r.Kind) == raft.HandleAppendEntriesRequest {
		w.decideEntries(r, n)
	}
	switch {
	case !n.known:
	case raft.ActionKind(r.Kind) == raft.HandleRequestVoteRequest:
		d.broken = d.judgeVote()
	default:
		d.broken = d.judgeEntries()
	}
}

// judgeVote judges the answer to a RequestVote.
func (d *decision) judgeVote() *rule {
	if d.answer == nil {
		return nil
	}
	s, m := &d.before.state, d.msg
	granted := d.answer.VoteGranted
	current, follows, free := m.Term >= s.Term, s.Role == raft.Follower, s.VotedFor == raft.None || s.VotedFor == m.From
	switch {
	case granted && !current:
		return refusesOldTerm
	case granted && !follows:
		return onlyFollowerVotes
	case granted && !free:
		return votesOnce
	case granted && !upToDate(m.LastLogTerm, m.LastLogIndex, s):
		return votesUpToDate
	case !granted && current && follows && free && upToDate(m.LastLogTerm, m.LastLogIndex, s):
		return givesFreeVote
	}
	return nil
}

// upToDate compares a candidate's log with that of a voter (§5.4.1).
func upToDate(term raft.Term, index raft.Index, s *raft.State) bool {
	return term > s.LastTerm || term == s.LastTerm && index >= s.LastIndex
}

// decideEntries finds out what an AppendEntries did to the log.
func (w *walk) decideEntries(r *trace.Record, n *node) {
	d, m := &w.last, &r.Message
	d.match = n.log.matches(m.PrevLogIndex, m.PrevLogTerm)
	if !n.known {
		d.match = unknown
	}
	d.own, _ = n.log.term(m.PrevLogIndex)
	if w.full {
		d.kept, d.changes = r.Extra.Kept()
	} else if d.answer != nil && d.answer.Success {
		d.kept, d.changes, _ = d.due()
	}
	if !d.changes {
		return
	}
	for i := d.kept + 1; i <= n.state.LastIndex && len(d.gone) < 3; i++ {
		term, _ := n.log.term(i)
		d.gone = append(d.gone, removedEntry{place{i, term}, n.log.source(i)})
	}
}

// due returns what an accepted AppendEntries has to do to the log: cut it behind kept and
// append the rest. known is false if the records do not show enough of the log.
func (d *decision) due() (kept raft.Index, changes, known bool) {
	l, m := &d.before.log, d.msg
	for k := range m.Entries {
		i := m.PrevLogIndex + 1 + raft.Index(k)
		switch l.matches(i, m.Entries[k].Term) {
		case unknown:
			return 0, false, false
		case no:
			return i - 1, true, true
		}
	}
	return 0, false, true
}

// judgeEntries judges the answer to an AppendEntries.
func (d *decision) judgeEntries() *rule {
	if d.answer == nil {
		return nil
	}
	s, m, after := &d.before.state, d.msg, &d.after
	accepted := d.answer.Success
	switch {
	case m.Term < s.Term && (accepted || d.changes):
		return refusesOldLeader
	case m.Term == s.Term && s.Role == raft.Candidate && after.Role == raft.Candidate:
		return candidateFollows
	case after.VotedFor != s.VotedFor:
		return voteStays
	case after.CommitIndex < s.CommitIndex:
		return commitNeverFalls
	case !accepted:
		return nil
	case d.match == no:
		return checksConsistency
	}
	if broken := d.judgeLog(); broken != nil {
		return broken
	}
	newest := m.PrevLogIndex + raft.Index(len(m.Entries))
	switch {
	case after.CommitIndex > max(s.CommitIndex, min(m.LeaderCommit, newest)):
		return commitsUpToNew
	case d.answer.MatchIndex != newest:
		return reportsAgreement
	}
	return nil
}

// judgeLog compares what an AppendEntries did to the log with what it had to do.
func (d *decision) judgeLog() *rule {
	kept, changes, known := d.due()
	s := &d.before.state
	d.keeps = known && changes && kept < s.LastIndex && (!d.changes || d.kept > kept)
	switch {
	case !known:
		return nil
	case changes && kept < min(s.CommitIndex, s.LastIndex):
		return keepsCommitted
	case d.changes && d.kept < s.LastIndex && (!changes || d.kept < kept):
		return removesOnlyConflicts
	case d.keeps:
		return removesConflicts
	case d.changes != changes || changes && d.kept != kept:
		return appendsNew
	case d.changes && d.after.LastIndex-min(d.after.LastIndex, d.kept) != raft.Index(len(d.msg.Entries))-(kept-d.msg.PrevLogIndex):
		return appendsNew
	}
	return nil
}
