package systematic

import (
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/raft"
)

// WriteText writes the schedule, a line for each step, and under it the nodes that the
// step changed.
func (v *Violation) WriteText(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n\n", v.Property, v.Says)
	fmt.Fprintln(w, "   0  the beginning")
	before := make([]NodeState, len(v.First))
	writeNodes(w, before, v.First, true)
	before = v.First
	for k := range v.Steps {
		s := &v.Steps[k]
		fmt.Fprintf(w, "%4d  %s\n", k+1, s.String())
		writeNodes(w, before, s.Nodes, false)
		before = s.Nodes
	}
}

func writeNodes(w io.Writer, before, now []NodeState, all bool) {
	for id := range now {
		if line := now[id].String(); all || line != before[id].String() {
			fmt.Fprintf(w, "        node %d: %s\n", id, line)
		}
	}
}

// String returns the step in words.
func (s *Step) String() string {
	switch s.Choice {
	case timeout.String():
		return fmt.Sprintf("the election timer of node %d runs out", s.Node)
	case request.String():
		return fmt.Sprintf("a client's request reaches node %d", s.Node)
	case heartbeat.String():
		return fmt.Sprintf("the heartbeat timer of node %d runs out", s.Node)
	case crash.String():
		return fmt.Sprintf("node %d crashes and restarts", s.Node)
	}
	m, what := s.Message, "receives"
	if s.Choice == duplicate.String() {
		what = "receives a copy of"
	}
	from := "from the beginning"
	if s.SentBy > 0 {
		from = fmt.Sprintf("of step %d", s.SentBy)
	}
	return fmt.Sprintf("node %d %s node %d's %s %s", m.To, what, m.From, messageWords(m), from)
}

// messageWords returns a message's type and the fields that matter.
func messageWords(m *raft.Message) string {
	switch m.Type {
	case raft.RequestVoteRequest:
		return fmt.Sprintf("RequestVote of term %d (last entry: index %d, term %d)", m.Term, m.LastLogIndex, m.LastLogTerm)
	case raft.RequestVoteResponse:
		if m.VoteGranted {
			return fmt.Sprintf("vote in term %d", m.Term)
		}
		return fmt.Sprintf("refusal to vote in term %d", m.Term)
	case raft.AppendEntriesRequest:
		return fmt.Sprintf("AppendEntries of term %d (after index %d of term %d: %s, leaderCommit %d)",
			m.Term, m.PrevLogIndex, m.PrevLogTerm, entriesWords(m.Entries), m.LeaderCommit)
	}
	if m.Success {
		return fmt.Sprintf("success in term %d (up to index %d)", m.Term, m.MatchIndex)
	}
	return fmt.Sprintf("rejection in term %d (after index %d)", m.Term, m.PrevLogIndex)
}

func entriesWords(list []raft.Entry) string {
	switch len(list) {
	case 0:
		return "nothing"
	case 1:
		return "an entry of term " + termsOf(list)
	}
	return fmt.Sprintf("%d entries of terms %s", len(list), termsOf(list))
}

// termsOf writes a log as the paper's figures do.
func termsOf(list []raft.Entry) string {
	terms := make([]string, len(list))
	for k, e := range list {
		terms[k] = fmt.Sprint(e.Term)
	}
	return strings.Join(terms, " ")
}

// String shows the node on a line.
func (s NodeState) String() string {
	is := s.State
	var b strings.Builder
	fmt.Fprintf(&b, "%s in term %d", strings.ToLower(is.Role.String()), is.Term)
	if is.VotedFor != raft.None {
		fmt.Fprintf(&b, ", voted for %d", is.VotedFor)
	}
	if len(s.Log) > 0 {
		fmt.Fprintf(&b, ", log %s, committed %d", termsOf(s.Log), is.CommitIndex)
		if is.LastApplied != is.CommitIndex {
			fmt.Fprintf(&b, ", applied %d", is.LastApplied)
		}
	}
	return b.String()
}
