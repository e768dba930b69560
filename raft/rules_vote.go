package raft

// startsElection: a follower that hears from no leader does, and so does a
// candidate whose election came to nothing (§5.2).
func (figure2) startsElection(n *Node) bool { return n.role != Leader }

// isUpToDate tells whether a candidate's log is at least as up to date as the
// voter's: the later last term wins, and in the same term the longer log (§5.4.1).
func (figure2) isUpToDate(candidateTerm Term, candidateIndex Index, ownTerm Term, ownIndex Index) bool {
	if candidateTerm != ownTerm {
		return candidateTerm > ownTerm
	}
	return candidateIndex >= ownIndex
}

// isVoteFree tells whether the vote of the current term may go to a candidate:
// it has not been given, or has been given to the same one (§5.2).
func (figure2) isVoteFree(votedFor, candidate NodeID) bool {
	return votedFor == None || votedFor == candidate
}

// grantsVote decides on a RequestVote request: only a follower votes, and only
// in its own term (§5.2, §5.4.1).
func (n *Node) grantsVote(m *Message) bool {
	return n.role == Follower && m.Term == n.currentTerm && n.rules.isVoteFree(n.votedFor, m.From) &&
		n.rules.isUpToDate(m.LastLogTerm, m.LastLogIndex, n.log.LastTerm(), n.log.LastIndex())
}

// countsVote decides whether a RequestVote response is a vote: it was given in
// the term in which the node is a candidate, by a node that has not answered
// yet (§5.2).
func (figure2) countsVote(n *Node, m *Message) bool {
	return n.role == Candidate && m.Term == n.currentTerm && !n.votesResponded[m.From]
}

// resetsTimerOnVote: granting a vote puts off an election of one's own, and only
// granting it (Figure 2, rules for followers).
func (figure2) resetsTimerOnVote(_ *Node, granted bool) bool { return granted }
