package scenario

import (
	"errors"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/raft"
)

// narrate tells what a record is about, in a sentence that goes on from the
// time at which it happened. It is "" for what nobody would tell: heartbeats
// and what leads to nothing.
func narrate(r *trace.Record) string {
	if r.Kind < trace.Init {
		return narrateAction(r)
	}
	m := &r.Message
	switch r.Kind {
	case trace.Init:
		text := fmt.Sprintf("node %d began as %s of term %d, its log ending at index %d", r.Node, r.State.Role, r.State.Term, r.State.LastIndex)
		if c, ok := r.Detail.(*trace.Start); ok && c.Bug != "" {
			text += ", with the bug " + c.Bug
		}
		return text
	case trace.Reply:
		return narrateReply(r)
	case trace.DuplicateMessage:
		return fmt.Sprintf("the network doubled %s%s", letterWords(m), by(r))
	case trace.DropMessage:
		return fmt.Sprintf("the network lost %s%s", letterWords(m), by(r))
	case trace.HoldMessage:
		return fmt.Sprintf("the network held %s back%s", letterWords(m), by(r))
	case trace.ReleaseMessage:
		return fmt.Sprintf("the network let %s go on", letterWords(m))
	case trace.ResumeMessage:
		return fmt.Sprintf("%s was on its way", letterWords(m))
	case trace.Apply:
		return fmt.Sprintf("node %d applied its log up to index %d", r.Node, r.Index)
	case trace.Request:
		q, _ := r.Detail.(*trace.Call)
		return fmt.Sprintf("a client asked node %d for %s", r.Node, q.Command)
	case trace.Response:
		q, _ := r.Detail.(*trace.Call)
		return narrateResponse(r, q)
	case trace.RPC:
		return fmt.Sprintf("somebody outside sent %s", letterWords(m))
	case trace.Nemesis:
		c, _ := r.Detail.(*fault.Change)
		return narrateChange(c)
	case trace.RuleEnded:
		return fmt.Sprintf("the fault%s ended", ruleName(r))
	}
	return ""
}

// narrateAction tells of an action of raft.tla.
func narrateAction(r *trace.Record) string {
	m, s := &r.Message, &r.State
	switch raft.ActionKind(r.Kind) {
	case raft.Restart:
		return fmt.Sprintf("node %d was up again, a follower in term %d with its log ending at index %d", r.Node, s.Term, s.LastIndex)
	case raft.Timeout:
		return fmt.Sprintf("node %d had heard from no leader for too long and became a candidate in term %d", r.Node, s.Term)
	case raft.RequestVote:
		return fmt.Sprintf("node %d asked node %d for its vote of term %d", r.Node, m.To, m.Term)
	case raft.BecomeLeader:
		return fmt.Sprintf("node %d became the leader of term %d", r.Node, s.Term)
	case raft.ClientRequest:
		q, _ := r.Detail.(*trace.Call)
		return fmt.Sprintf("node %d put %s into its log at index %d", r.Node, q.Command, r.Index)
	case raft.AdvanceCommitIndex:
		return fmt.Sprintf("node %d committed its log up to index %d", r.Node, s.CommitIndex)
	case raft.AppendEntries:
		if len(m.Entries) > 0 {
			return fmt.Sprintf("node %d sent %s of term %d to node %d", r.Node, entriesWords(m), m.Term, m.To)
		}
	case raft.UpdateTerm:
		return fmt.Sprintf("node %d heard from node %d that term %d has begun and follows", r.Node, m.From, s.Term)
	case raft.HandleRequestVoteResponse:
		if m.VoteGranted {
			return fmt.Sprintf("node %d got the vote of node %d for term %d", r.Node, m.From, m.Term)
		}
	case raft.DropStaleResponse:
		return fmt.Sprintf("node %d ignored an answer of node %d that belongs to term %d", r.Node, m.From, m.Term)
	case raft.HandleAppendEntriesRequest:
		if len(m.Entries) > 0 {
			return fmt.Sprintf("node %d got %s of term %d from node %d; its log ends at index %d now", r.Node, entriesWords(m), m.Term, m.From, s.LastIndex)
		}
	}
	return ""
}

// narrateReply tells of an answer of one node to another.
func narrateReply(r *trace.Record) string {
	switch m := &r.Message; {
	case m.Type == raft.RequestVoteResponse && m.VoteGranted:
		return fmt.Sprintf("node %d granted its vote of term %d to node %d", m.From, m.Term, m.To)
	case m.Type == raft.RequestVoteResponse:
		return fmt.Sprintf("node %d, in term %d, refused its vote to node %d", m.From, m.Term, m.To)
	case !m.Success && r.State.Leader != m.To: // it would follow one of its own term
		return fmt.Sprintf("node %d, in term %d, rejected what node %d sent as the leader of an earlier term", m.From, m.Term, m.To)
	case !m.Success:
		return fmt.Sprintf("node %d, in term %d, rejected what node %d sent: its log has no such entry at index %d", m.From, m.Term, m.To, m.PrevLogIndex)
	}
	return ""
}

func narrateResponse(r *trace.Record, q *trace.Call) string {
	reply := &q.Reply
	switch {
	case errors.Is(reply.Err, machine.ErrNodeDown):
		return fmt.Sprintf("the client that had asked node %d for %s was cut off", r.Node, q.Command)
	case reply.Err != nil:
		return fmt.Sprintf("node %d refused the client %s: %v", r.Node, q.Command, reply.Err)
	case !reply.Result.OK:
		return fmt.Sprintf("node %d answered the client's %s with success: false", r.Node, q.Command)
	case q.Command != nil && q.Command.Op == queue.PopMessage:
		return fmt.Sprintf("node %d answered the client's %s with %q", r.Node, q.Command, reply.Result.Text)
	}
	return fmt.Sprintf("node %d answered the client's %s with success", r.Node, q.Command)
}

// narrateChange tells what was done to the cluster.
func narrateChange(c *fault.Change) string {
	switch c.Kind {
	case fault.Crash:
		if c.Wipe {
			return fmt.Sprintf("node %d was crashed and its storage wiped", c.Node)
		}
		return fmt.Sprintf("node %d was crashed", c.Node)
	case fault.Restart:
		return fmt.Sprintf("node %d was restarted", c.Node)
	case fault.Pause:
		return fmt.Sprintf("node %d was paused", c.Node)
	case fault.Resume:
		return fmt.Sprintf("node %d was resumed", c.Node)
	case fault.Timeout:
		return fmt.Sprintf("the election timer of node %d was made to run out", c.Node)
	case fault.Isolate:
		return fmt.Sprintf("node %d was cut off from all others", c.Node)
	case fault.HealNode:
		return fmt.Sprintf("node %d was healed", c.Node)
	case fault.Heal:
		return "everything was healed"
	case fault.Partition:
		return narrateCuts(c.Links)
	case fault.SetRule:
		return fmt.Sprintf("the fault %q came into force", c.Rule.Name)
	case fault.DeleteRule:
		return fmt.Sprintf("the fault %q was lifted", c.Name)
	case fault.Skew:
		return fmt.Sprintf("the timers of node %d were set to take %g times as long", c.Node, c.Skew)
	case fault.Plant:
		if c.Bug == "" {
			return fmt.Sprintf("node %d was cured of its bug", c.Node)
		}
		return fmt.Sprintf("node %d got the bug %s", c.Node, c.Bug)
	}
	return c.Kind.String()
}

// narrateCuts tells which links were cut, the first of them.
func narrateCuts(links []fault.Link) string {
	const most = 6
	if len(links) == 0 {
		return "all links were made whole"
	}
	words := make([]string, 0, most)
	for _, l := range links[:min(len(links), most)] {
		words = append(words, fmt.Sprintf("%d to %d", l.From, l.To))
	}
	said := strings.Join(words, ", ")
	if more := len(links) - most; more > 0 {
		said += fmt.Sprintf(" and %d more", more)
	}
	return "the network was parted: nothing goes from node " + said
}

// letterWords names a message.
func letterWords(m *raft.Message) string {
	what := ""
	switch m.Type {
	case raft.RequestVoteRequest:
		what = "the vote request"
	case raft.RequestVoteResponse:
		what = "the answer to a vote request"
	case raft.AppendEntriesRequest:
		if what = "the heartbeat"; len(m.Entries) > 0 {
			what = entriesWords(m)
		}
	case raft.AppendEntriesResponse:
		what = "the answer to an AppendEntries"
	}
	return fmt.Sprintf("%s of term %d from node %d to node %d", what, m.Term, m.From, m.To)
}

// entriesWords names the entries of a message.
func entriesWords(m *raft.Message) string {
	first, last := m.PrevLogIndex+1, m.PrevLogIndex+raft.Index(len(m.Entries))
	if first == last {
		return fmt.Sprintf("entry %d", first)
	}
	return fmt.Sprintf("entries %d to %d", first, last)
}

// by says why the network did it.
func by(r *trace.Record) string {
	switch d := r.Detail.(type) {
	case *fault.Rule:
		return fmt.Sprintf(" (fault %q)", d.Name)
	case trace.Reason:
		switch d {
		case trace.Partitioned:
			return " (they are cut off from each other)"
		case trace.Crashed:
			return " (one of them is down)"
		case trace.Overflow:
			return " (too much waits there)"
		}
	}
	return ""
}

func ruleName(r *trace.Record) string {
	if d, ok := r.Detail.(*fault.Rule); ok {
		return fmt.Sprintf(" %q", d.Name)
	}
	return ""
}
