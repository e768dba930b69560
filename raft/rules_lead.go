package raft

// sendsTo: a leader sends to all of its followers at a time; none of them waits
// for another (§5.3).
func (figure2) sendsTo(n *Node, j NodeID) bool { return j != n.id }

// hasAgreedTo is the index up to which a follower says that its log agrees with
// the leader's: what the answered request carried, and not what the leader has
// got or sent since (§5.3).
func (figure2) hasAgreedTo(n *Node, m *Message) Index { return min(m.MatchIndex, n.log.LastIndex()) }

// matchAfterSuccess is a follower's matchIndex after it is heard to have all up
// to index has: it only increases (Figure 2).
func (figure2) matchAfterSuccess(match, has Index) Index { return max(match, has) }

// isLateRejection tells a rejection that answers an earlier attempt from one
// that answers the current: the follower was asked about another place, or it
// has agreed there since (§5.3).
func (figure2) isLateRejection(n *Node, m *Message) bool {
	return m.PrevLogIndex != n.nextIndex[m.From]-1 ||
		m.PrevLogIndex <= n.matchIndex[m.From] && m.Round <= n.flights[m.From].Agreed
}

// isRefusal tells a rejection that names as the last place of agreement the
// very one asked about. The logs agree there, so it is no use to go back: the
// follower has other reasons, which only a state that Raft cannot reach gives it.
func (n *Node) isRefusal(m *Message) bool {
	return m.ConflictIndex == m.PrevLogIndex && n.log.Matches(m.PrevLogIndex, m.ConflictTerm)
}

// hasLostEntries tells from a rejection that is not late that the follower no
// longer has what it agreed to: its storage was wiped, or its log was cut by a
// request that did not come from its leader. Raft assumes that this cannot be
// (D §3.8). It is brought up again; matchIndex stays.
func (n *Node) hasLostEntries(m *Message) bool {
	return m.PrevLogIndex <= n.matchIndex[m.From]
}

// nextAfterRejection moves nextIndex back to behind the last place at which
// the logs can agree: at or before the follower's hint, where the leader has no
// later term either. This skips a term for each rejection; it goes back by one
// at least, and not to matchIndex unless the follower lost that (end of §5.3).
func (figure2) nextAfterRejection(n *Node, m *Message) Index {
	least := n.matchIndex[m.From] + 1
	if n.hasLostEntries(m) {
		least = n.log.FirstIndex()
	}
	agree, _ := n.log.LastOfTermAtMost(m.ConflictIndex, m.ConflictTerm)
	return max(min(m.PrevLogIndex, agree+1), least)
}

// retriesAtOnce: each rejection brings the end of the search nearer, so the
// leader asks again at once (§5.3). A follower that lost what it had is an
// exception: it is asked again with the next heartbeat, so that nothing that
// happens to logs can make two nodes write to each other without end.
func (figure2) retriesAtOnce(n *Node, m *Message) bool { return !n.hasLostEntries(m) }

// leaderCommit is a leader's commitIndex: the highest index that is on the
// stable storage of a majority and whose entry is of the leader's own term.
// Entries of earlier terms are only committed along with one of those (§5.3, §5.4.2).
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
