package event

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// String tells the event in a line: its number, the cluster's time, the node,
// the kind, and what is special about it.
//
//	181   538.758 ms  all     Nemesis partition: 0-3 1-3 2-3 3-0 3-1 3-2
//	233  1575.861 ms  node 1  BecomeLeader of term 2
func (e Event) String() string {
	node := "all"
	if e.Node != Nobody {
		node = "node " + strconv.Itoa(e.Node)
	}
	line := fmt.Sprintf("%6d %9.3f ms  %-7s %s", e.Seq, float64(e.Time)/float64(time.Millisecond), node, e.Kind)
	if about := e.about(); about != "" {
		line += " " + about
	}
	return line
}

// about says what is special about the event.
func (e *Event) about() string {
	switch {
	case e.Change != nil:
		return e.Change.String()
	case e.Response != nil:
		return e.Response.String()
	case e.Request != nil:
		return e.request()
	case e.Message != nil:
		return e.message()
	case e.Fault != "":
		return strconv.Quote(e.Fault)
	case e.State != nil:
		return e.state()
	}
	return ""
}

func (e *Event) state() string {
	s := e.State
	switch e.Kind {
	case "Init", "Restart":
		text := fmt.Sprintf("as %s of term %d, log up to %s, committed %d", s.Role, s.Term, place(s.LastIndex, s.LastTerm), s.CommitIndex)
		if e.Init != nil && e.Init.Bug != "" {
			text += ", with the bug " + e.Init.Bug
		}
		return text
	case "Timeout":
		return fmt.Sprintf("stands for term %d", s.Term)
	case "BecomeLeader":
		return fmt.Sprintf("of term %d", s.Term)
	case "AdvanceCommitIndex":
		return fmt.Sprintf("to %d", s.CommitIndex)
	case "Apply":
		return fmt.Sprintf("up to %d", e.Index)
	}
	return ""
}

func (e *Event) request() string {
	command := e.Request.Command.String()
	if e.Index > 0 {
		return fmt.Sprintf("%s, index %d", command, e.Index)
	}
	return command
}

// message tells of a message as its sender, its receiver or the network sees it.
func (e *Event) message() string {
	m := e.Message
	way := fmt.Sprintf("%s %d-%d", m.Type, m.From, m.To)
	switch e.Kind {
	case "RequestVote", "AppendEntries", "Reply":
		way = fmt.Sprintf("to %d", m.To)
	case "HandleRequestVoteRequest", "HandleRequestVoteResponse",
		"HandleAppendEntriesRequest", "HandleAppendEntriesResponse":
		way = fmt.Sprintf("from %d", m.From)
	}
	text := way + ": " + m.fields()
	if e.Kind == "UpdateTerm" && e.State != nil {
		text = fmt.Sprintf("to %d, by the %s of node %d", e.State.Term, m.Type, m.From)
	}
	switch {
	case e.Fault != "":
		text += ", by fault " + strconv.Quote(e.Fault)
	case e.Reason != "":
		text += ", for the " + e.Reason
	}
	return text
}

// fields are those that belong to the message's type.
func (m *Message) fields() string {
	term := fmt.Sprintf("term %d", m.Term)
	switch m.Type {
	case "RequestVoteRequest":
		return term + ", log up to " + place(m.LastLogIndex, m.LastLogTerm)
	case "RequestVoteResponse":
		if m.VoteGranted {
			return term + ", vote granted"
		}
		return term + ", vote refused"
	case "AppendEntriesRequest":
		return fmt.Sprintf("%s, %s after %s, committed %d", term, entries(m.Entries), place(m.PrevLogIndex, m.PrevLogTerm), m.LeaderCommit)
	case "AppendEntriesResponse":
		if m.Success {
			return fmt.Sprintf("%s, matches up to %d", term, m.MatchIndex)
		}
		return fmt.Sprintf("%s, no match at %d, conflict at %s", term, m.PrevLogIndex, place(m.ConflictIndex, m.ConflictTerm))
	}
	return term
}

// place writes an index with the term of its entry.
func place(index, term uint64) string {
	if index == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (term %d)", index, term)
}

// maxEntries bounds how many commands of a message are told.
const maxEntries = 3

func entries(list []Entry) string {
	if len(list) == 0 {
		return "no entries"
	}
	var words []string
	for i := range list[:min(len(list), maxEntries)] {
		words = append(words, list[i].String())
	}
	if more := len(list) - maxEntries; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return "[" + strings.Join(words, "; ") + "]"
}

// String writes the command as logs show it: put_message dog "I love dogs!".
func (c *Command) String() string {
	if c == nil {
		return "no command"
	}
	op, err := queue.Type.Op(c.Op)
	if err != nil {
		return "no command"
	}
	return (&machine.Command{Op: op, Args: [2]string{c.Topic, c.Message}}).String()
}

// String tells what the client was answered.
func (r *Response) String() string {
	switch {
	case r.Error != "":
		return "none: " + strings.ReplaceAll(r.Error, "_", " ")
	case !r.OK:
		return "refused"
	case r.Topics != nil:
		return fmt.Sprintf("ok %q", r.Topics)
	case r.Message != "":
		return fmt.Sprintf("ok %q", r.Message)
	}
	return "ok"
}

// String tells what was done, as one would order it.
func (c *Change) String() string {
	text := c.Op
	if c.Node != Nobody {
		text += " node " + strconv.Itoa(c.Node)
	}
	switch c.Op {
	case "crash":
		if c.Wipe {
			text += ", disk wiped"
		}
	case "partition":
		text += ":"
		for _, l := range c.Links {
			text += fmt.Sprintf(" %d-%d", l[0], l[1])
		}
		if len(c.Links) == 0 {
			text += " nothing is cut"
		}
	case "set_fault":
		text += " " + string(c.Fault)
	case "delete_fault":
		text += " " + strconv.Quote(c.Name)
	case "skew":
		text += fmt.Sprintf(" by %g", c.Skew)
	case "plant":
		if c.Bug == "" {
			return text + ", no bug"
		}
		text += ", " + c.Bug
	}
	return text
}
