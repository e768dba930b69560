package oracle

import (
	"fmt"
	"strconv"
	"strings"
)

// wrong returns a Violation with the expected and the actual value in words.
func wrong(r Rule, want, got string) *Violation { return &Violation{Rule: r, Want: want, Got: got} }

// place writes an index with the term of its entry.
func place(i, t uint64) string { return fmt.Sprintf("%d (term %d)", i, t) }

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// server writes a server's id, or null.
func server(i int) string {
	if i == Nobody {
		return "null"
	}
	return strconv.Itoa(i)
}

// stateDiff finds the first variable in which two states differ.
func stateDiff(k Kind, want, got *State) *Violation {
	var v variable
	var a, b string
	switch {
	case want.Term != got.Term:
		v, a, b = varTerm, fmt.Sprint(want.Term), fmt.Sprint(got.Term)
	case want.Role != got.Role:
		v, a, b = varRole, want.Role.String(), got.Role.String()
	case want.VotedFor != got.VotedFor:
		v, a, b = varVotedFor, server(want.VotedFor), server(got.VotedFor)
	case want.LastIndex != got.LastIndex || want.LastTerm != got.LastTerm:
		v, a, b = varLog, place(want.LastIndex, want.LastTerm), place(got.LastIndex, got.LastTerm)
	case want.CommitIndex != got.CommitIndex:
		v, a, b = varCommit, fmt.Sprint(want.CommitIndex), fmt.Sprint(got.CommitIndex)
	case want.Applied != got.Applied:
		v, a, b = varApplied, fmt.Sprint(want.Applied), fmt.Sprint(got.Applied)
	default:
		v, a, b = varLeader, server(want.Leader), server(got.Leader)
	}
	key := variables[v].key
	return wrong(ruleOf(k, v), "state."+key+" = "+a, b)
}

// headDiff names the fields in which two messages differ.
func headDiff(want, got *Head) (fields string) {
	var list []string
	add := func(key string, differs bool) {
		if differs {
			list = append(list, key)
		}
	}
	add("id", want.ID != got.ID)
	add("type", want.Type != got.Type)
	add("from", want.From != got.From)
	add("to", want.To != got.To)
	add("term", want.Term != got.Term)
	add("last_log_index", want.LastLogIndex != got.LastLogIndex)
	add("last_log_term", want.LastLogTerm != got.LastLogTerm)
	add("vote_granted", want.VoteGranted != got.VoteGranted)
	add("success", want.Success != got.Success)
	add("prev_log_index", want.PrevLogIndex != got.PrevLogIndex)
	add("prev_log_term", want.PrevLogTerm != got.PrevLogTerm)
	add("leader_commit", want.LeaderCommit != got.LeaderCommit)
	add("match_index", want.MatchIndex != got.MatchIndex)
	add("conflict_index", want.ConflictIndex != got.ConflictIndex)
	add("conflict_term", want.ConflictTerm != got.ConflictTerm)
	return strings.Join(list, ", ")
}

// words describes a message.
func (h *Head) words() string {
	s := fmt.Sprintf("%s %d-%d of term %d", h.Type, h.From, h.To, h.Term)
	switch h.Type {
	case RequestVoteRequest:
		s += ", log up to " + place(h.LastLogIndex, h.LastLogTerm)
	case RequestVoteResponse:
		s += fmt.Sprintf(", vote_granted %t", h.VoteGranted)
	case AppendEntriesRequest:
		s += fmt.Sprintf(", after %s, committed %d", place(h.PrevLogIndex, h.PrevLogTerm), h.LeaderCommit)
	case AppendEntriesResponse:
		s += fmt.Sprintf(", success %t for %d, match_index %d, conflict at %s", h.Success, h.PrevLogIndex, h.MatchIndex, place(h.ConflictIndex, h.ConflictTerm))
	}
	return s
}

// differ returns the Violation of a message with wrong fields.
func differ(r Rule, want, got *Head) *Violation {
	return wrong(r, want.words(), got.words()+": "+headDiff(want, got))
}
