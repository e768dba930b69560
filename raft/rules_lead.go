package raft

// sendsTo: a leader sends to all of its followers in parallel; none waits for
// another (§5.3).
func (figure2) sendsTo(n *Node, j NodeID) bool { return j != n.id }

// hasAgreedTo is the last index at which a follower reports agreement: that of the
// last entry in the answered request, and not of what the leader appended or sent
// since (§5.3).
func (figure2) hasAgreedTo(n *Node, m *Message) Index { return min(m.MatchIndex, n.log.LastIndex()) }

// matchAfterSuccess is a follower's matchIndex after it reported agreement up to index
// has: it only increases (Figure 2).
func (figure2) matchAfterSuccess(match, has Index) Index { return max(match, has) }

// isLateRejection reports whether a rejection answers an earlier attempt than the
// current one: it is about another index, or the follower has agreed there since (§5.3).
func (figure2) isLateRejection(n *Node, m *Message) bool {
	return m.PrevLogIndex != n.nextIndex[m.From]-1 ||
		m.PrevLogIndex <= n.matchIndex[m.From] && m.Round <= n.flights[m.From].Agreed
}

// isRefusal reports whether a rejection's hint is the refused index itself. The logs
// agree there, so that going back does not help: the follower refuses for another
// reason, in a state that Raft cannot reach.
func (n *Node) isRefusal(m *Message) bool {
	return m.ConflictIndex == m.PrevLogIndex && n.log.Matches(m.PrevLogIndex, m.ConflictTerm)
}

// hasLostEntries reports whether a rejection that is not late shows that the follower
// lost entries that it had: its storage was wiped, or a request from outside truncated
// its log. Raft excludes this (D §3.8). The leader sends the entries again and keeps
// matchIndex.
func (n *Node) hasLostEntries(m *Message) bool {
	return m.PrevLogIndex <= n.matchIndex[m.From]
}

// nextAfterRejection is nextIndex after a rejection: one behind the last index at
// which the logs can agree, which is at or before the follower's hint and not of a
// later term. Each rejection skips at least one entry and up to a whole term. It stays
// above matchIndex, unless the follower lost entries (end of §5.3).
func (figure2) nextAfterRejection(n *Node, m *Message) Index {
	least := n.matchIndex[m.From] + 1
	if n.hasLostEntries(m) {
		least = n.log.FirstIndex()
	}
	agree, _ := n.log.LastOfTermAtMost(m.ConflictIndex, m.ConflictTerm)
	return max(min(m.PrevLogIndex, agree+1), least)
}

// retriesAtOnce: a leader answers a rejection with the next attempt at once, because
// each one brings it closer to agreement (§5.3). A follower that lost entries waits
// for the next heartbeat, so that two nodes never send to each other without end.
func (figure2) retriesAtOnce(n *Node, m *Message) bool { return !n.hasLostEntries(m) }

// leaderCommit is a leader's commitIndex: the highest index on the stable storage of a
// majority, if its entry is of the leader's own term. Entries of earlier terms are
// committed only together with such an entry (§5.3, §5.4.2).
func (figure2) leaderCommit(n *Node) Index {
	i := n.quorumIndex()
	if i <= n.commitIndex {
		return n.commitIndex
	}
	if t, ok := n.log.Term(i); !ok || t != n.currentTerm {
		return n.commitIndex
	}
	return i
}
