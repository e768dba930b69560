package trace

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// String describes the record in a line: its number, the cluster's time, the node, the
// kind, and its Sentence without the node, with more about messages.
//
//	181   538.758 ms  all     Nemesis: the network was partitioned: nothing goes from node 0 to 3, 1 to 3
//	233  1575.861 ms  node 1  BecomeLeader: became the leader of term 2 (§5.2)
//	234  1575.861 ms  node 1  AppendEntries: sent node 0 a heartbeat in term 2 (§5.2); after index 4 of term 1, committed up to 4
func (r *Record) String() string {
	node, words := "all", r.Sentence()
	if r.Node != raft.None {
		node = fmt.Sprintf("node %d", r.Node)
		words = strings.TrimPrefix(words, node+" ")
	}
	if more := r.details(); more != "" {
		words += "; " + more
	}
	return fmt.Sprintf("%6d %9.3f ms  %-7s %s: %s", r.Seq, float64(r.Time)/float64(time.Millisecond), node, r.Kind, words)
}

// String describes the event like Record.String.
func (e Event) String() string {
	r, err := e.Record(nil)
	if err != nil {
		return fmt.Sprintf("%6d %9.3f ms  %s", e.Seq, float64(e.Time)/float64(time.Millisecond), e.Kind)
	}
	return r.String()
}

// Sentence describes the record in a sentence, which can follow the time of the event. It
// names the section of the Raft paper that asks a node for this.
func (r *Record) Sentence() string {
	if r.Kind < Init {
		return r.action()
	}
	switch r.Kind {
	case Init:
		return r.beginning()
	case Reply:
		return r.reply()
	case DuplicateMessage:
		return fmt.Sprintf("the network doubled %s%s", letter(&r.Message), r.why())
	case DropMessage:
		return fmt.Sprintf("the network lost %s%s", letter(&r.Message), r.why())
	case HoldMessage:
		return fmt.Sprintf("the network held %s back%s", letter(&r.Message), r.why())
	case ReleaseMessage:
		return fmt.Sprintf("the network let %s go on%s", letter(&r.Message), r.why())
	case ResumeMessage:
		return fmt.Sprintf("%s was on its way", letter(&r.Message))
	case Persist:
		return r.stored()
	case Apply:
		return fmt.Sprintf("node %d applied its log up to index %d (§5.3)", r.Node, r.Index)
	case Request:
		return fmt.Sprintf("a client asked node %d for %s", r.Node, r.command())
	case Response:
		return r.answer()
	case RPC:
		return fmt.Sprintf("somebody outside sent %s", letter(&r.Message))
	case Nemesis:
		if c, ok := r.Detail.(*fault.Change); ok {
			return c.Told()
		}
	case SetTimer:
		return r.timerSet()
	case RuleEnded:
		if rule, ok := r.Detail.(*fault.Rule); ok {
			return fmt.Sprintf("the fault %q ended", rule.Name)
		}
	}
	return r.Kind.String()
}

// Notable reports whether the record helps to explain a run: heartbeats, and steps without
// an effect of their own, do not.
func (r *Record) Notable() bool {
	m := &r.Message
	switch r.Kind {
	case Persist, SetTimer,
		Kind(raft.HandleRequestVoteRequest), Kind(raft.HandleAppendEntriesResponse):
		return false
	case Kind(raft.AppendEntries), Kind(raft.HandleAppendEntriesRequest):
		return len(m.Entries) > 0
	case Kind(raft.HandleRequestVoteResponse):
		return m.VoteGranted
	case Reply:
		return m.Type == raft.RequestVoteResponse || !m.Success
	}
	return true
}

// action describes an action of raft.tla.
func (r *Record) action() string {
	m, s := &r.Message, &r.State
	switch raft.ActionKind(r.Kind) {
	case raft.Restart:
		return fmt.Sprintf("node %d was up again, as a follower of term %d with %s (§5.5)", r.Node, s.Term, logUpTo(s.LastIndex, s.LastTerm))
	case raft.Timeout:
		return fmt.Sprintf("node %d heard from no leader in time and became a candidate in term %d (§5.2)", r.Node, s.Term)
	case raft.RequestVote:
		return fmt.Sprintf("node %d asked node %d for its vote in term %d, with %s (§5.2)", r.Node, m.To, m.Term, logUpTo(m.LastLogIndex, m.LastLogTerm))
	case raft.BecomeLeader:
		return fmt.Sprintf("node %d became the leader of term %d (§5.2)", r.Node, s.Term)
	case raft.ClientRequest:
		return fmt.Sprintf("node %d appended %s to its log at index %d (§5.3)", r.Node, r.command(), r.Index)
	case raft.AdvanceCommitIndex:
		return fmt.Sprintf("node %d committed its log up to index %d (§5.3, §5.4.2)", r.Node, s.CommitIndex)
	case raft.AppendEntries:
		what, section := contents(m)
		return fmt.Sprintf("node %d sent node %d %s in term %d (%s)", r.Node, m.To, what, m.Term, section)
	case raft.UpdateTerm:
		return fmt.Sprintf("node %d learned of term %d from %s of node %d, and follows (§5.1)", r.Node, s.Term, name(m), m.From)
	case raft.DropStaleResponse:
		return fmt.Sprintf("node %d ignored an answer of node %d that belongs to term %d (§5.1)", r.Node, m.From, m.Term)
	}
	return r.handling()
}

// handling describes how a node handles a message.
func (r *Record) handling() string {
	m := &r.Message
	switch raft.ActionKind(r.Kind) {
	case raft.HandleRequestVoteRequest:
		return fmt.Sprintf("node %d was asked by node %d for its vote in term %d, with %s (§5.2)", r.Node, m.From, m.Term, logUpTo(m.LastLogIndex, m.LastLogTerm))
	case raft.HandleRequestVoteResponse:
		if m.VoteGranted {
			return fmt.Sprintf("node %d got the vote of node %d for term %d (§5.2)", r.Node, m.From, m.Term)
		}
		return fmt.Sprintf("node %d did not get the vote of node %d for term %d (§5.2)", r.Node, m.From, m.Term)
	case raft.HandleAppendEntriesRequest:
		what, section := contents(m)
		return fmt.Sprintf("node %d got %s in term %d from node %d (%s); its log ends at index %d", r.Node, what, m.Term, m.From, section, r.State.LastIndex)
	case raft.HandleAppendEntriesResponse:
		if m.Success {
			return fmt.Sprintf("node %d heard from node %d in term %d that their logs match up to index %d (§5.3)", r.Node, m.From, m.Term, m.MatchIndex)
		}
		return fmt.Sprintf("node %d heard from node %d in term %d that its log has no such entry at index %d (§5.3)", r.Node, m.From, m.Term, m.PrevLogIndex)
	}
	return r.Kind.String()
}

// reply describes the answer of one node to another.
func (r *Record) reply() string {
	switch m := &r.Message; {
	case m.Type == raft.RequestVoteResponse && m.VoteGranted:
		return fmt.Sprintf("node %d granted its vote in term %d to node %d (§5.2)", m.From, m.Term, m.To)
	case m.Type == raft.RequestVoteResponse:
		return fmt.Sprintf("node %d refused its vote in term %d to node %d (§5.2, §5.4.1)", m.From, m.Term, m.To)
	case m.Success:
		return fmt.Sprintf("node %d confirmed to node %d in term %d that their logs match up to index %d (§5.3)", m.From, m.To, m.Term, m.MatchIndex)
	case r.State.Leader != m.To: // it would follow one of its own term
		return fmt.Sprintf("node %d rejected in term %d what node %d sent as an earlier leader (§5.1)", m.From, m.Term, m.To)
	default:
		return fmt.Sprintf("node %d rejected in term %d what node %d sent: its log has no such entry at index %d (§5.3)", m.From, m.Term, m.To, m.PrevLogIndex)
	}
}

// beginning describes the start of a node.
func (r *Record) beginning() string {
	s := &r.State
	text := fmt.Sprintf("node %d began as a %s of term %d with %s, committed up to %d",
		r.Node, strings.ToLower(s.Role.String()), s.Term, logUpTo(s.LastIndex, s.LastTerm), s.CommitIndex)
	if start, ok := r.Detail.(*Start); ok {
		if !start.Up {
			text += ", down"
		}
		if start.Bug != "" {
			text += ", with the bug " + start.Bug
		}
	}
	return text
}

// stored describes a write to stable storage.
func (r *Record) stored() string {
	h, _ := r.Detail.(raft.HardState)
	vote := "no vote"
	if h.VotedFor != raft.None {
		vote = fmt.Sprintf("its vote for node %d", h.VotedFor)
	}
	return fmt.Sprintf("node %d stored term %d, %s and its log up to index %d (Figure 2)", r.Node, h.Term, vote, r.Index)
}

// timerSet describes the setting of a timer.
func (r *Record) timerSet() string {
	t, at, _ := r.Extra.Timer()
	return fmt.Sprintf("node %d set its %s timer, which runs out at %.3f ms (§5.2)", r.Node, timerNames[t], float64(at)/float64(time.Millisecond))
}

// command names a client's command.
func (r *Record) command() string {
	c, _ := r.Detail.(*Call)
	if c == nil {
		return "no command"
	}
	return c.Command.String()
}

// answer describes an answer to a client.
func (r *Record) answer() string {
	c, _ := r.Detail.(*Call)
	if c == nil {
		return r.Kind.String()
	}
	asked, its := "", "" // a trace does not repeat the request
	if !c.Command.None() {
		asked, its = " for "+c.Command.String(), "'s "+c.Command.String()
	}
	result := &c.Reply.Result
	switch {
	case errors.Is(c.Reply.Err, machine.ErrNodeDown):
		return fmt.Sprintf("the client that had asked node %d%s was cut off", r.Node, asked)
	case c.Reply.Err != nil:
		return fmt.Sprintf("node %d refused the client%s: %v", r.Node, its, c.Reply.Err)
	case !result.OK:
		return fmt.Sprintf("node %d answered the client%s with success: false", r.Node, its)
	case !c.Command.None() && c.Command.Op.Gives == machine.Text, result.Text != "":
		return fmt.Sprintf("node %d answered the client%s with %q", r.Node, its, result.Text)
	case !c.Command.None() && c.Command.Op.Gives == machine.List, result.List != nil:
		return fmt.Sprintf("node %d answered the client%s with %s", r.Node, its, list(len(result.List), func(i int) string {
			return strconv.Quote(result.List[i])
		}))
	}
	return fmt.Sprintf("node %d answered the client%s with success", r.Node, its)
}

// name names a message by its type.
func name(m *raft.Message) string {
	switch m.Type {
	case raft.RequestVoteRequest:
		return "the vote request"
	case raft.RequestVoteResponse:
		if m.VoteGranted {
			return "the granted vote"
		}
		return "the refused vote"
	case raft.AppendEntriesRequest:
		if len(m.Entries) > 0 {
			return numbers(m)
		}
		return "the heartbeat"
	case raft.AppendEntriesResponse:
		if m.Success {
			return "the confirmation"
		}
		return "the rejection"
	}
	return "a message"
}

// letter names a message with its sender and receiver.
func letter(m *raft.Message) string {
	return fmt.Sprintf("%s of term %d from node %d to node %d", name(m), m.Term, m.From, m.To)
}

// numbers names the entries of a message by their indices.
func numbers(m *raft.Message) string {
	first, last := m.PrevLogIndex+1, m.PrevLogIndex+raft.Index(len(m.Entries))
	if first == last {
		return fmt.Sprintf("entry %d", first)
	}
	return fmt.Sprintf("entries %d to %d", first, last)
}

// contents names the contents of an AppendEntries request, and their section.
func contents(m *raft.Message) (what, section string) {
	if len(m.Entries) == 0 {
		return "a heartbeat", "§5.2"
	}
	return numbers(m), "§5.3"
}

// details describes the rest of an AppendEntries message; "" for other records.
func (r *Record) details() string {
	m := &r.Message
	switch r.Kind {
	case Kind(raft.AppendEntries), Kind(raft.HandleAppendEntriesRequest):
		text := fmt.Sprintf("after %s, committed up to %d", place(m.PrevLogIndex, m.PrevLogTerm), m.LeaderCommit)
		if len(m.Entries) > 0 {
			text = list(len(m.Entries), func(i int) string { return command(&m.Entries[i]).String() }) + " " + text
		}
		return text
	case Reply, Kind(raft.HandleAppendEntriesResponse):
		if m.Type == raft.AppendEntriesResponse && !m.Success {
			return "the conflict is at " + place(m.ConflictIndex, m.ConflictTerm)
		}
	}
	return ""
}

// maxListed is the number of things that a list names one by one.
const maxListed = 3

// list names the first of n things.
func list(n int, tell func(int) string) string {
	var words []string
	for i := range min(n, maxListed) {
		words = append(words, tell(i))
	}
	if n > maxListed {
		words = append(words, fmt.Sprintf("and %d more", n-maxListed))
	}
	return "[" + strings.Join(words, "; ") + "]"
}

// place names an index with the term of its entry.
func place(index raft.Index, term raft.Term) string {
	if index == 0 {
		return "index 0"
	}
	return fmt.Sprintf("index %d of term %d", index, term)
}

// logUpTo names a log by its last entry.
func logUpTo(index raft.Index, term raft.Term) string {
	if index == 0 {
		return "an empty log"
	}
	return "a log up to " + place(index, term)
}

// why says who or what did it to a message.
func (r *Record) why() string {
	switch d := r.Detail.(type) {
	case *fault.Rule:
		return fmt.Sprintf(" (fault %q)", d.Name)
	case Reason:
		switch d {
		case Partitioned:
			return " (the link is cut)"
		case Crashed:
			return " (one of them is down)"
		case Overflow:
			return " (too many messages wait there)"
		}
	}
	return ""
}
