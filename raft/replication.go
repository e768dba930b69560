package raft

import "slices"

// clientRequests is ClientRequest(i, v) for each of the commands, in order: the
// leader appends them to its log and sends them on, all in one message to each
// follower that has none to answer still (§5.3). Whoever does not lead does nothing.
func (n *Node) clientRequests(commands []any) {
	if !n.rules.takesRequests(n) || len(commands) == 0 {
		return
	}
	n.cut(removalPoint(n.rules.placeOfRequest(n))) // of a leader's log nothing, but for a bug
	for _, c := range commands {
		n.log.Append(Entry{Term: n.currentTerm, Command: c})
		n.act(ClientRequest)
		n.out.Actions[len(n.out.Actions)-1].Index = n.log.LastIndex()
	}
	if n.role != Leader {
		return // it took them because of a bug, and has nobody to send them to
	}
	n.nextIndex[n.id] = n.log.LastIndex() + 1
	for j := range n.nodes {
		if n.rules.sendsTo(n, NodeID(j)) && n.flights[j].To == 0 {
			n.appendEntries(NodeID(j), n.log.LastIndex())
		}
	}
}

// appendEntries is AppendEntries(i, j): what follows nextIndex, not beyond
// index to, as far as one message carries it; a heartbeat when nothing does (§5.2, §5.3).
func (n *Node) appendEntries(j NodeID, to Index) {
	prev := n.nextIndex[j] - 1
	prevTerm, _ := n.log.Term(prev)
	entries := n.log.Slice(prev+1, to)
	if len(entries) > 0 {
		n.flights[j].To, n.flights[j].Fresh = prev+Index(len(entries)), true
	}
	n.round++
	n.actSending(AppendEntries, Message{
		Type:         AppendEntriesRequest,
		From:         n.id,
		To:           j,
		Term:         n.currentTerm,
		PrevLogIndex: prev,
		PrevLogTerm:  prevTerm,
		Entries:      entries,
		LeaderCommit: n.commitIndex,
		Round:        n.round,
	})
}

func (n *Node) appendEntriesToAll() {
	for j := range n.nodes {
		if n.rules.sendsTo(n, NodeID(j)) {
			n.appendEntries(NodeID(j), n.log.LastIndex())
		}
	}
}

// heartbeat repeats AppendEntries to everyone (§5.2). Entries that were sent
// less than an interval ago may still arrive, so they are not sent again yet;
// after that they count as lost and are (§5.3, §5.5).
func (n *Node) heartbeat() {
	if n.role != Leader {
		return
	}
	n.out.Timer = HeartbeatTimer
	for j := range n.nodes {
		switch f := &n.flights[j]; {
		case !n.rules.sendsTo(n, NodeID(j)):
		case f.Fresh:
			f.Fresh = false
			n.appendEntries(NodeID(j), 0)
		default:
			n.appendEntries(NodeID(j), n.log.LastIndex())
		}
	}
}

// handleAppendEntriesRequest is HandleAppendEntriesRequest(i, j, m) (§5.3).
//
// Two cases cannot come from a healthy cluster, only from a request that was
// made up or a state that Raft cannot reach: an AppendEntries to the leader of
// the same term, and one that contradicts what is committed here. Both are
// refused, and the log stays as it is.
func (n *Node) handleAppendEntriesRequest(m *Message) {
	if n.rules.refusesLeader(n, m) {
		n.refuseEntries(m)
		return
	}
	// Hearing from the leader puts off an election, whatever the logs say
	// (Figure 2, rules for followers).
	n.out.Timer = ElectionTimer
	n.rules.followLeader(n, m)
	if !n.rules.acceptsEntries(n, m) || !n.rules.storeEntries(n, m) {
		n.refuseEntries(m)
		return
	}
	n.commitIndex = n.rules.followerCommit(n, m)
	n.actSending(HandleAppendEntriesRequest, Message{
		Type:         AppendEntriesResponse,
		From:         n.id,
		To:           m.From,
		Term:         n.currentTerm,
		Success:      true,
		PrevLogIndex: m.PrevLogIndex,
		Round:        m.Round,
		MatchIndex:   n.rules.acknowledges(n, m),
	})
}

// putEntries puts new entries at index i, after removing what is in their
// place. It does nothing, and says so, when that would remove a committed entry.
//
//	log      1 1 1 2 2 3        removed from the first conflict on:
//	entries        4 4          1 1 1 4 4
func (n *Node) putEntries(i Index, entries []Entry) bool {
	keep := removalPoint(i)
	if n.rules.cutsCommitted(n, keep) {
		return false
	}
	n.cut(keep)
	n.log.Append(entries...)
	return true
}

// cut removes what the log holds behind index keep, if anything.
func (n *Node) cut(keep Index) {
	if keep < n.log.LastIndex() {
		n.out.Removed = n.log.Truncate(keep)
		n.out.TruncatedTo = keep
	}
}

// refuseEntries answers an AppendEntries that failed, with a hint to where the
// logs can agree (end of §5.3).
func (n *Node) refuseEntries(m *Message) {
	index, term := n.conflictHint(m)
	n.actSending(HandleAppendEntriesRequest, Message{
		Type:          AppendEntriesResponse,
		From:          n.id,
		To:            m.From,
		Term:          n.currentTerm,
		PrevLogIndex:  m.PrevLogIndex,
		Round:         m.Round,
		ConflictIndex: index,
		ConflictTerm:  term,
	})
}

// handleAppendEntriesResponse is HandleAppendEntriesResponse(i, j, m): a
// success moves matchIndex up, a rejection nextIndex back, and the leader goes on
// sending until the follower has all (§5.3).
func (n *Node) handleAppendEntriesResponse(m *Message) {
	switch {
	case n.role != Leader:
		n.act(HandleAppendEntriesResponse)
	case m.Success:
		n.entriesAccepted(m)
	default:
		n.entriesRejected(m)
	}
}

func (n *Node) entriesAccepted(m *Message) {
	j, f := m.From, &n.flights[m.From]
	has := n.rules.hasAgreedTo(n, m)
	n.matchIndex[j] = n.rules.matchAfterSuccess(n.matchIndex[j], has)
	n.nextIndex[j] = max(n.nextIndex[j], has+1)
	f.Agreed = n.round
	if has >= f.To {
		f.land()
	}
	n.act(HandleAppendEntriesResponse)
	n.advanceCommitIndex()
	if f.To == 0 && n.nextIndex[j] <= n.log.LastIndex() {
		n.appendEntries(j, n.log.LastIndex())
	}
}

// entriesRejected goes back with nextIndex and tries again.
func (n *Node) entriesRejected(m *Message) {
	j := m.From
	if n.rules.isLateRejection(n, m) || n.isRefusal(m) {
		n.act(HandleAppendEntriesResponse)
		return
	}
	n.nextIndex[j] = n.rules.nextAfterRejection(n, m)
	n.flights[j].land()
	n.act(HandleAppendEntriesResponse)
	if n.rules.retriesAtOnce(n, m) {
		n.appendEntries(j, n.log.LastIndex())
	}
}

// advanceCommitIndex is AdvanceCommitIndex(i) (§5.3, §5.4.2). It is recorded
// when the index moves.
func (n *Node) advanceCommitIndex() {
	if i := n.rules.leaderCommit(n); i > n.commitIndex {
		n.commitIndex = i
		n.act(AdvanceCommitIndex)
	}
}

// quorumIndex is the highest index that a majority has stored. It is worked
// out only when more than commitIndex has a majority; else it is 0.
func (n *Node) quorumIndex() Index {
	n.scratch = n.scratch[:0]
	for _, i := range n.matchIndex {
		if i > n.commitIndex {
			n.scratch = append(n.scratch, i)
		}
	}
	ahead := len(n.scratch)
	if ahead == 0 || !n.rules.hasQuorum(ahead, n.nodes) {
		return 0
	}
	// Of those ahead, in rising order, the highest index that a majority of all
	// nodes has reached: the last one that still has a quorum at or above it.
	slices.Sort(n.scratch)
	for k := ahead - 1; k > 0; k-- {
		if n.rules.hasQuorum(ahead-k, n.nodes) {
			return n.scratch[k]
		}
	}
	return n.scratch[0]
}

func (n *Node) clearProgress() {
	n.nextIndex = make([]Index, n.nodes)
	n.matchIndex = make([]Index, n.nodes)
	n.flights = make([]Flight, n.nodes)
	n.round = 0
	for j := range n.nextIndex {
		n.nextIndex[j] = n.log.LastIndex() + 1
	}
	n.matchIndex[n.id] = n.log.LastIndex()
}
