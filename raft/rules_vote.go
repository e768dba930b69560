package raft

// startsElection: a follower that hears from no leader starts an election, and so does
// a candidate whose election failed (§5.2).
func (figure2) startsElection(n *Node) bool { return n.role != Leader }

// isUpToDate reports whether a candidate's log is at least as up to date as the
// voter's: the later last term wins, then the longer log (§5.4.1).
func (figure2) isUpToDate(candidateTerm Term, candidateIndex Index, ownTerm Term, ownIndex Index) bool {
	if candidateTerm != ownTerm {
		return candidateTerm > ownTerm
	}
	return candidateIndex >= ownIndex
}

// isVoteFree reports whether the candidate may get the vote of the current term: the
// vote is not given, or given to this candidate (§5.2).
func (figure2) isVoteFree(votedFor, candidate NodeID) bool {
	return votedFor == None || votedFor == candidate
}

// grantsVote decides on a RequestVote request: only a follower votes, and only
// in its own term (§5.2, §5.4.1).
func (n *Node) grantsVote(m *Message) bool {
	return n.role == Follower && m.Term == n.currentTerm && n.rules.isVoteFree(n.votedFor, m.From) &&
		n.rules.isUpToDate(m.LastLogTerm, m.LastLogIndex, n.log.LastTerm(), n.log.LastIndex())
}

// countsVote decides whether a RequestVote response counts: it must be of the term in
// which the node is a candidate, and the first answer of its sender (§5.2).
func (figure2) countsVote(n *Node, m *Message) bool {
	return n.role == Candidate && m.Term == n.currentTerm && !n.votesResponded[m.From]
}

// resetsTimerOnVote: only a granted vote resets the election timer (Figure 2, rules for
// followers).
func (figure2) resetsTimerOnVote(_ *Node, granted bool) bool { return granted }
