package wire

import (
	"encoding/json"
	"errors"
	"fmt"

	"rrmq.example/emulator/raft"
)

// An answer has the keys of all answers. A key that is missing or null is nil.
type answer struct {
	Term          *uint64 `json:"term"`
	VoteGranted   *bool   `json:"voteGranted"`
	Success       *bool   `json:"success"`
	MatchIndex    *uint64 `json:"matchIndex"`
	ConflictIndex *uint64 `json:"conflictIndex"`
	ConflictTerm  *uint64 `json:"conflictTerm"`
}

// DecodeAnswer reads the answer to a request, which may come from a program that others
// wrote: it ignores further keys, and fills in what the format leaves open.
//
//   - A success without matchIndex agrees up to the last entry of the request.
//   - A refusal without conflictIndex makes the leader go back by one entry (§5.3).
//
// From, To, PrevLogIndex and Round follow from the request.
func DecodeAnswer(request *raft.Message, data []byte) (raft.Message, error) {
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return raft.Message{}, fmt.Errorf("the answer is no JSON object: %w", err)
	}
	if a.Term == nil || *a.Term > maxNumber {
		return raft.Message{}, errors.New("the answer has no term that a node can have")
	}
	m := raft.Message{From: request.To, To: request.From, Term: raft.Term(*a.Term)}
	if request.Type == raft.RequestVoteRequest {
		if a.VoteGranted == nil {
			return raft.Message{}, errors.New("the answer has no voteGranted")
		}
		m.Type, m.VoteGranted = raft.RequestVoteResponse, *a.VoteGranted
		return m, nil
	}
	if a.Success == nil {
		return raft.Message{}, errors.New("the answer has no success")
	}
	m.Type, m.Success = raft.AppendEntriesResponse, *a.Success
	m.PrevLogIndex, m.Round = request.PrevLogIndex, request.Round
	if m.Success {
		m.MatchIndex = request.PrevLogIndex + raft.Index(len(request.Entries))
		if a.MatchIndex != nil {
			m.MatchIndex = raft.Index(min(*a.MatchIndex, maxNumber))
		}
		return m, nil
	}
	m.ConflictIndex, m.ConflictTerm = oneBack(request.PrevLogIndex)
	if a.ConflictIndex != nil && a.ConflictTerm != nil {
		m.ConflictIndex = raft.Index(min(*a.ConflictIndex, maxNumber))
		m.ConflictTerm = raft.Term(min(*a.ConflictTerm, maxNumber))
	}
	return m, nil
}

// oneBack is the hint that makes a leader go back by one entry, whatever that entry's term
// is. A refusal at index 0 has no place before it.
func oneBack(prev raft.Index) (raft.Index, raft.Term) {
	if prev == 0 {
		return 0, 0
	}
	return prev - 1, maxNumber
}
