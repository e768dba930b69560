package raft

// refusesLeader: what comes from a leader of an earlier term is refused (§5.1).
// So is what comes to the leader itself in its own term, which cannot be.
func (figure2) refusesLeader(n *Node, m *Message) bool {
	return isStale(m.Term, n.currentTerm) || n.role == Leader
}

// followLeader: whoever sends an AppendEntries leads its term, and a candidate
// of that term follows it, whatever the logs say. The vote stays given (§5.2).
func (figure2) followLeader(n *Node, m *Message) {
	n.role = Follower
	n.leader = m.From
}

// acceptsEntries is the consistency check of AppendEntries: the log holds the
// entry that the new ones follow (§5.3).
func (figure2) acceptsEntries(n *Node, m *Message) bool {
	return n.log.Matches(m.PrevLogIndex, m.PrevLogTerm)
}

// firstNewEntry finds the first of a message's entries that the log does not
// hold already, because it ends there or because another entry is in its place.
// What comes before it stays untouched, so a repeated, an older or a shorter
// message changes nothing (§5.3, §5.5).
func (figure2) firstNewEntry(n *Node, m *Message) int {
	for k := range m.Entries {
		if !n.log.Matches(m.PrevLogIndex+1+Index(k), m.Entries[k].Term) {
			return k
		}
	}
	return len(m.Entries)
}

// removalPoint is the last index that the log keeps when an entry is to be put
// at index i: all from a conflicting entry on goes (§5.3).
func removalPoint(i Index) Index { return i - 1 }

// cutsCommitted tells whether a log that keeps no more than up to index keep
// would lose a committed entry, which no leader can ask for (§5.4.3). Where a bug
// has brought commitIndex beyond the log's end, there is nothing to lose.
func (figure2) cutsCommitted(n *Node, keep Index) bool {
	return keep < min(n.commitIndex, n.log.LastIndex())
}

// storeEntries puts those of a message's entries into the log that it does not
// hold. It does nothing, and says so, when that would remove a committed entry (§5.3).
func (figure2) storeEntries(n *Node, m *Message) bool {
	k := n.rules.firstNewEntry(n, m)
	if k == len(m.Entries) {
		return true
	}
	return n.putEntries(m.PrevLogIndex+1+Index(k), m.Entries[k:])
}

// lastNewEntry is the index of the last entry that an accepted AppendEntries
// vouches for. Behind it the follower's log may still differ from the leader's.
func lastNewEntry(m *Message) Index { return m.PrevLogIndex + Index(len(m.Entries)) }

// followerCommit is a follower's commitIndex after an accepted AppendEntries:
// min(leaderCommit, index of last new entry), and never less than it was (Figure 2).
func (figure2) followerCommit(n *Node, m *Message) Index {
	return max(n.commitIndex, min(m.LeaderCommit, lastNewEntry(m)))
}

// acknowledges is the index up to which a follower says that its log agrees, when
// it has accepted an AppendEntries: no further than what came with it (§5.3).
func (figure2) acknowledges(n *Node, m *Message) Index { return lastNewEntry(m) }

// conflictHint is what a follower says in a rejection: its last entry, not
// behind the place asked about, that is not of a later term than the leader's
// entry there (end of §5.3).
func (n *Node) conflictHint(m *Message) (Index, Term) {
	return n.log.LastOfTermAtMost(m.PrevLogIndex, m.PrevLogTerm)
}
