package raft

// refusesLeader: a node refuses the AppendEntries of an earlier term (§5.1). A leader
// also refuses one of its own term, which Raft never sends.
func (figure2) refusesLeader(n *Node, m *Message) bool {
	return isStale(m.Term, n.currentTerm) || n.role == Leader
}

// followLeader: the sender of an AppendEntries is the leader of its term, and a
// candidate of that term follows it, whatever the logs hold. The vote stays (§5.2).
func (figure2) followLeader(n *Node, m *Message) {
	n.role = Follower
	n.leader = m.From
}

// acceptsEntries is the consistency check of AppendEntries: the log must hold the
// entry before the new ones (§5.3).
func (figure2) acceptsEntries(n *Node, m *Message) bool {
	return n.log.Matches(m.PrevLogIndex, m.PrevLogTerm)
}

// firstNewEntry finds the first of a message's entries that the log does not hold:
// the log ends before it or has another entry there. The entries before it stay
// untouched, so that a repeated, older or shorter message changes nothing (§5.3, §5.5).
func (figure2) firstNewEntry(n *Node, m *Message) int {
	for k := range m.Entries {
		if !n.log.Matches(m.PrevLogIndex+1+Index(k), m.Entries[k].Term) {
			return k
		}
	}
	return len(m.Entries)
}

// removalPoint is the last index that the log keeps when a new entry comes to index
// i: the conflicting entry and all that follow it are removed (§5.3).
func removalPoint(i Index) Index { return i - 1 }

// cutsCommitted reports whether a log truncated behind index keep would lose a
// committed entry, which no leader can ask for (§5.4.3). A bug may have moved
// commitIndex beyond the log's end, where there is nothing to lose.
func (figure2) cutsCommitted(n *Node, keep Index) bool {
	return keep < min(n.commitIndex, n.log.LastIndex())
}

// storeEntries puts the message's new entries into the log (§5.3). It returns false
// and changes nothing when that would remove a committed entry.
func (figure2) storeEntries(n *Node, m *Message) bool {
	k := n.rules.firstNewEntry(n, m)
	if k == len(m.Entries) {
		return true
	}
	return n.putEntries(m.PrevLogIndex+1+Index(k), m.Entries[k:])
}

// lastNewEntry is the last index up to which an accepted AppendEntries makes the logs
// agree. Behind it the follower's log may still differ from the leader's.
func lastNewEntry(m *Message) Index { return m.PrevLogIndex + Index(len(m.Entries)) }

// followerCommit is a follower's commitIndex after an accepted AppendEntries:
// min(leaderCommit, index of last new entry), and never less than it was (Figure 2).
func (figure2) followerCommit(n *Node, m *Message) Index {
	return max(n.commitIndex, min(m.LeaderCommit, lastNewEntry(m)))
}

// acknowledges is the last index that a follower reports as agreeing after an accepted
// AppendEntries: that of the last new entry (§5.3).
func (figure2) acknowledges(n *Node, m *Message) Index { return lastNewEntry(m) }

// conflictHint is the hint in a rejection: the follower's last entry up to the
// refused index whose term is at most that of the leader's entry there (end of §5.3).
func (n *Node) conflictHint(m *Message) (Index, Term) {
	return n.log.LastOfTermAtMost(m.PrevLogIndex, m.PrevLogTerm)
}
