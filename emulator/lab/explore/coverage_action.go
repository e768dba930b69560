package explore

import (
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// action looks at an action of raft.tla. n is the node as it was before.
func (c *coverage) action(w *world.World, n *covered, r *trace.Record) {
	m, s := &r.Message, &r.State
	switch raft.ActionKind(r.Kind) {
	case raft.Restart:
		c.reachIf(leaderRestarted, n.crashed)
		n.crashed = false
	case raft.Timeout:
		c.reachIf(splitVote, n.Role == raft.Candidate)
	case raft.UpdateTerm:
		c.reachIf(leaderStepsDown, n.Role == raft.Leader)
		c.reachIf(candidateStepsDown, n.Role == raft.Candidate)
	case raft.DropStaleResponse:
		c.reach(staleResponse)
	case raft.HandleRequestVoteRequest:
		c.voteRequest(n, m, s)
	case raft.HandleRequestVoteResponse:
		c.reachIf(lateVote, m.VoteGranted && n.Role != raft.Candidate)
	case raft.BecomeLeader:
		c.reachIf(reelected, n.led)
		c.reachIf(twoLeaders, c.leads(w, r.Node, func(t raft.Term) bool { return t != s.Term }))
		n.led = true
		clear(n.known)
	case raft.ClientRequest:
		c.reachIf(oldLeaderAsked, c.leads(w, r.Node, func(t raft.Term) bool { return t > s.Term }))
		c.reachIf(leaderAlone, 2*c.reached(w, r.Node) <= len(c.nodes))
	case raft.HandleAppendEntriesRequest:
		c.appendRequest(w, n, r)
	case raft.HandleAppendEntriesResponse:
		if n.Role == raft.Leader {
			c.appendResponse(n, m, s)
		}
	case raft.AdvanceCommitIndex:
		c.commit(w, n, s)
	}
}

// voteRequest: the vote is given if it is the candidate's afterwards.
func (c *coverage) voteRequest(n *covered, m *raft.Message, s *raft.State) {
	switch {
	case m.Term < s.Term:
		c.reach(voteRefusedTerm)
	case s.VotedFor == raft.None:
		c.reach(voteRefusedLog)
	case s.VotedFor != m.From:
		c.reach(voteRefusedGiven)
	case n.VotedFor == m.From:
		c.reach(voteRepeated)
	}
}

func (c *coverage) appendRequest(w *world.World, n *covered, r *trace.Record) {
	m, s := &r.Message, &r.State
	if m.Term < s.Term {
		c.reach(staleAppend)
		return
	}
	c.reachIf(candidateGivesWay, n.Role == raft.Candidate && s.Role == raft.Follower)
	switch {
	case w.Log(r.Node).Matches(m.PrevLogIndex, m.PrevLogTerm):
		c.reachIf(idempotentAppend, len(m.Entries) > 0 && c.changed != r.Node)
		c.reachIf(tailKept, s.LastIndex > m.PrevLogIndex+raft.Index(len(m.Entries)))
	case s.LastIndex < m.PrevLogIndex:
		c.reach(missingEntries)
	default:
		c.reach(conflictingEntries)
	}
}

func (c *coverage) appendResponse(n *covered, m *raft.Message, s *raft.State) {
	known := &n.known[m.From]
	if !m.Success {
		c.reachIf(lateRejection, m.PrevLogIndex <= *known)
		c.reachIf(hintSkips, m.ConflictIndex+1 < m.PrevLogIndex)
		return
	}
	c.reachIf(lateSuccess, m.MatchIndex < *known)
	*known = max(*known, m.MatchIndex)
	t := at(n.terms, m.MatchIndex)
	c.reachIf(oldEntryWaits, m.MatchIndex > s.CommitIndex && s.LastTerm < s.Term && t > 0 && at(c.majority, m.MatchIndex) == t)
}

func (c *coverage) commit(w *world.World, n *covered, s *raft.State) {
	c.reachIf(oldEntryCommitted, at(n.terms, n.CommitIndex+1) < s.Term)
	atWork := 0
	for id := range raft.NodeID(len(c.nodes)) {
		if _, up, paused := w.State(id); up && !paused {
			atWork++
		}
	}
	c.reachIf(bareMajority, len(c.nodes) > 1 && atWork == len(c.nodes)/2+1)
	for i := n.CommitIndex + 1; i <= s.CommitIndex; i++ {
		if t := at(c.orphans, i); t > 0 && t == at(n.terms, i) {
			c.reach(orphanCommitted)
			put(&c.orphans, i, 0)
		}
	}
}

// leads reports whether another node that is up leads a term that will do.
func (c *coverage) leads(w *world.World, not raft.NodeID, will func(raft.Term) bool) bool {
	for id := range raft.NodeID(len(c.nodes)) {
		if s, up, _ := w.State(id); id != not && up && s.Role == raft.Leader && will(s.Term) {
			return true
		}
	}
	return false
}

// reached is the number of nodes that a node reaches and is reached by, itself
// included.
func (c *coverage) reached(w *world.World, from raft.NodeID) int {
	if !c.cutsKnown {
		c.cutsKnown, c.cuts = true, map[fault.Link]bool{}
		for _, l := range w.Cuts() {
			c.cuts[l] = true
		}
	}
	count := 0
	for id := range raft.NodeID(len(c.nodes)) {
		_, up, paused := w.State(id)
		if up && !paused && !c.cuts[fault.Link{From: from, To: id}] && !c.cuts[fault.Link{From: id, To: from}] {
			count++
		}
	}
	return count
}
