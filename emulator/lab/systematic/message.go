package systematic

import "rrmq.example/emulator/raft"

// encodeMessage writes a message without its number (see the package's contract).
func encodeMessage(e *encoder, m *raft.Message) {
	e.text("message")
	e.uint(uint64(m.Type))
	e.node(m.From)
	e.node(m.To)
	e.term(m.Term)
	switch m.Type {
	case raft.RequestVoteRequest:
		e.index(m.LastLogIndex)
		e.term(m.LastLogTerm)
	case raft.RequestVoteResponse:
		e.bool(m.VoteGranted)
	case raft.AppendEntriesRequest:
		e.index(m.PrevLogIndex)
		e.term(m.PrevLogTerm)
		e.entries(m.Entries)
		e.index(m.LeaderCommit)
	case raft.AppendEntriesResponse:
		e.bool(m.Success)
		e.index(m.PrevLogIndex)
		e.index(m.MatchIndex)
		e.index(m.ConflictIndex)
		e.term(m.ConflictTerm)
	}
}

// isObsolete reports whether a message can no longer have an effect: it answers a
// request of a term that the node has left, and the node ignores such answers.
func isObsolete(m *raft.Message, to *local) bool {
	return m.Type.IsResponse() && m.Term < to.state.Term && to.bug == nil
}
