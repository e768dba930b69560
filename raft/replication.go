package raft

import "slices"

// clientRequests is ClientRequest(i, v) for each command, in order: the leader appends
// the commands to its log and sends them to its followers (§5.3). A follower that has
// not answered an earlier message gets them later. Other nodes do nothing.
func (n *Node) clientRequests(commands []any) {
	if !n.rules.takesRequests(n) || len(commands) == 0 {
		return
	}
	n.cut(removalPoint(n.rules.placeOfRequest(n))) // removes nothing, unless a bug sets the place
	for _, c := range commands {
		n.log.Append(Entry{Term: n.currentTerm, Command: c})
		n.act(ClientRequest)
		n.out.Actions[len(n.out.Actions)-1].Index = n.log.LastIndex()
	}
	if n.role != Leader {
		return // a bug made it take them, and only a leader sends
	}
	n.nextIndex[n.id] = n.log.LastIndex() + 1
	for j := range n.nodes {
		if n.rules.sendsTo(n, NodeID(j)) && n.flights[j].To == 0 {
			n.appendEntries(NodeID(j), n.log.LastIndex())
		}
	}
}

// appendEntries is AppendEntries(i, j): it sends the entries from nextIndex up to index
// to, at most those of one message. Without entries it is a heartbeat (§5.2, §5.3).
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

// heartbeat sends AppendEntries to every follower (§5.2). It does not repeat entries
// that were sent less than an interval ago, because they may still arrive; after that
// they count as lost and are sent again (§5.3, §5.5).
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
// It refuses two requests that a healthy cluster never sends: an AppendEntries to the
// leader of the same term, and one that contradicts a committed entry. They come from
// outside, or from a state that Raft cannot reach. The log stays as it is.
func (n *Node) handleAppendEntriesRequest(m *Message) {
	if n.rules.refusesLeader(n, m) {
		n.refuseEntries(m)
		return
	}
	// An AppendEntries of the leader resets the election timer, whatever the logs hold
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

// putEntries puts new entries at index i and removes the log from there on before. It
// returns false and changes nothing when that would remove a committed entry.
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

// cut truncates the log behind index keep.
func (n *Node) cut(keep Index) {
	if keep < n.log.LastIndex() {
		n.out.Removed = n.log.Truncate(keep)
		n.out.TruncatedTo = keep
	}
}

// refuseEntries rejects an AppendEntries, with a hint at where the logs can agree (end
// of §5.3).
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

// handleAppendEntriesResponse is HandleAppendEntriesResponse(i, j, m): a success raises
// matchIndex and a rejection lowers nextIndex. The leader sends until the follower has
// the whole log (§5.3).
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

// entriesRejected lowers nextIndex and tries again.
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

// advanceCommitIndex is AdvanceCommitIndex(i) (§5.3, §5.4.2), recorded only when
// commitIndex moves.
func (n *Node) advanceCommitIndex() {
	if i := n.rules.leaderCommit(n); i > n.commitIndex {
		n.commitIndex = i
		n.act(AdvanceCommitIndex)
	}
}

// quorumIndex is the highest index that a majority has stored, and 0 when that is not
// above commitIndex.
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
	// In rising order, the last index with a quorum at or above it is the highest that a
	// majority has reached.
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
