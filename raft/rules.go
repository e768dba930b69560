package raft

// This file holds the rules that safety rests on, each a function of its own.
// Those that can be broken on purpose (bugs.go) are methods of figure2.

// rules are the rules that a Node follows: those of figure2, but for the ones
// that its planted bug breaks.
type rules interface {
	hasQuorum(count, nodes int) bool
	roleAfterNewTerm(n *Node) Role
	dropsResponse(n *Node, m *Message) bool
	startsElection(n *Node) bool
	isUpToDate(candidateTerm Term, candidateIndex Index, ownTerm Term, ownIndex Index) bool
	isVoteFree(votedFor, candidate NodeID) bool
	countsVote(n *Node, m *Message) bool
	resetsTimerOnVote(granted bool) bool
	toStore(n *Node) HardState
	takesRequests(n *Node) bool
	sendsTo(n *Node, j NodeID) bool
	refusesLeader(n *Node, m *Message) bool
	followLeader(n *Node, m *Message)
	acceptsEntries(n *Node, m *Message) bool
	firstNewEntry(n *Node, m *Message) int
	cutsCommitted(n *Node, keep Index) bool
	storeEntries(n *Node, m *Message) bool
	followerCommit(n *Node, m *Message) Index
	hasAgreedTo(n *Node, m *Message) Index
	isLateRejection(n *Node, m *Message) bool
	nextAfterRejection(n *Node, m *Message) Index
	retriesAtOnce(n *Node, m *Message) bool
	leaderCommit(n *Node) Index
	applicable(n *Node) Index
}

// figure2 are the rules as the paper's Figure 2 has them.
type figure2 struct{}

// hasQuorum tells whether count of nodes is a majority (§5.2, §5.3).
func (figure2) hasQuorum(count, nodes int) bool { return count > nodes/2 }

// isNewer tells whether a message's term ends the receiver's own: it then
// adopts it and becomes a follower, whatever it was (§5.1).
func isNewer(term, current Term) bool { return term > current }

// isStale tells whether a message belongs to a term that is over: a request is
// then refused, a response dropped (§5.1).
func isStale(term, current Term) bool { return term < current }

// roleAfterNewTerm is what a node is in a term that it has just heard of (§5.1).
func (figure2) roleAfterNewTerm(*Node) Role { return Follower }

// dropsResponse: an answer to what was asked in an earlier term changes nothing (§5.1).
func (figure2) dropsResponse(n *Node, m *Message) bool { return isStale(m.Term, n.currentTerm) }

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

// toStore is what a node must find again after a crash, beside its log: both
// of it (Figure 2, persistent state).
func (figure2) toStore(n *Node) HardState {
	return HardState{Term: n.currentTerm, VotedFor: n.votedFor}
}

// mustStore tells whether a step changed what has to be on stable storage
// before any of its messages is sent: currentTerm, votedFor, log[] (Figure 2,
// persistent state; D §3.8).
func mustStore(was, is HardState, logChanged bool) bool { return was != is || logChanged }

// coversOwn tells whether a write that is done holds the node's own vote, or
// its own copy of entries, of the current term: it was asked for in that term
// (D §3.8).
func coversOwn(stored, current Term) bool { return stored == current }

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
// would lose a committed entry, which no leader can ask for (§5.4.3).
func (figure2) cutsCommitted(n *Node, keep Index) bool { return keep < n.commitIndex }

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

// applicable is the last index that may be applied to the state machine (§5.3).
func (figure2) applicable(n *Node) Index { return n.commitIndex }

// resetsTimerOnAppend: hearing from the current leader puts off an election,
// whatever the logs say (Figure 2, rules for followers).
func (n *Node) resetsTimerOnAppend(m *Message) bool {
	return n.role != Leader && m.Term == n.currentTerm
}

// resetsTimerOnVote: so does granting a vote, and only granting it (Figure 2).
func (figure2) resetsTimerOnVote(granted bool) bool { return granted }

// takesRequests: clients talk to the leader (§8).
func (figure2) takesRequests(n *Node) bool { return n.role == Leader }

// sendsTo: a leader sends to all of its followers at a time; none of them waits
// for another (§5.3).
func (figure2) sendsTo(n *Node, j NodeID) bool { return j != n.id }

// hasAgreedTo is the index up to which a follower says that its log agrees with
// the leader's: what the answered request carried, and not what the leader has
// got or sent since (§5.3).
func (figure2) hasAgreedTo(n *Node, m *Message) Index { return min(m.MatchIndex, n.log.LastIndex()) }

// matchAfterSuccess is a follower's matchIndex after it is heard to have all up
// to index has: it only increases (Figure 2).
func matchAfterSuccess(match, has Index) Index { return max(match, has) }

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

// conflictHint is what a follower says in a rejection: its last entry, not
// behind the place asked about, that is not of a later term than the leader's
// entry there (end of §5.3).
func (n *Node) conflictHint(m *Message) (Index, Term) {
	return n.log.LastOfTermAtMost(m.PrevLogIndex, m.PrevLogTerm)
}
