package judge

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

const (
	// quick is the time within which an answer without success comes from the state of a
	// queue. It is shorter than all limits of programs for a request to another node or for
	// a majority: later, the request may wait in a log.
	quick = 50 * time.Millisecond
	// searchTime bounds the search for an order of the requests.
	searchTime = 5 * time.Second
)

// history returns the requests as far as they can be judged: each done, not done, or unknown.
func (e *Evidence) history(m *memory) *history.History {
	h := &history.History{}
	for k := range e.Changes {
		c := &e.Changes[k]
		h.Faults = append(h.Faults, history.Fault{At: int64(c.Begin), Words: c.Told(), Time: c.Begin})
	}
	for i := range e.Calls {
		c := &e.Calls[i]
		if c.Begin >= m.limit || c.reads() && !e.readsAreFresh() {
			continue
		}
		outcome, result := e.outcome(i)
		if !m.covers(c) && outcome != history.Refused {
			outcome = history.Unknown
		}
		h.Calls = append(h.Calls, history.Call{
			Client: c.Client, Node: c.Node, Command: c.Command, Call: int64(c.Begin), Return: int64(max(c.End, c.Begin+1)),
			Outcome: outcome, Result: result, ID: "request " + strconv.Itoa(i),
		})
	}
	return h
}

// outcome says what certainly became of a call. An answer without success may hide a request
// that waits in a log: it counts as not done only if its node was a follower throughout. It
// says that there was nothing to take, no such topic or a topic already only if it cannot have
// waited; see current.
func (e *Evidence) outcome(i int) (history.Outcome, machine.Result) {
	c := &e.Calls[i]
	switch {
	case c.Outcome != history.Failed:
		return c.Outcome, c.Result
	case e.follower(c):
		return history.Failed, machine.Result{}
	case e.current(i):
		return history.Done, machine.Result{}
	}
	return history.Unknown, machine.Result{}
}

// follower reports whether the node of a call was a follower throughout. A node that leads the
// same term may call itself a follower only while it misses a majority.
func (e *Evidence) follower(c *Call) bool {
	before, _ := e.steady(c.Node, c.Begin, c.End)
	if !e.Course.Promises.FollowersRefuse || before == nil || before.Role != raft.Follower || e.everLed(c.Node, before.Term) {
		return false
	}
	if e.ledByAnother(c.Node, before.Term) {
		return true
	}
	if !e.healthy(c.Node, before.Begin, c.End) {
		return false
	}
	twice := false
	e.confirmed(c.Node, func(_, b *Poll) bool {
		twice = b == before
		return !twice
	})
	return twice
}

// refusedByLeader reports whether a leader with a majority answered a call at once without
// success. On a busy machine it may believe that it has lost its majority.
func (e *Evidence) refusedByLeader(c *Call) bool {
	if e.Nodes > 1 && e.busy() != "" {
		return false
	}
	leads := e.leads(c.Node, c.Begin, c.End)
	return c.Outcome == history.Failed && leads && c.End-c.Begin < quick && e.healthy(c.Node, c.Begin, c.End)
}

// current reports whether an answer without success shows the state of the queue. It came at
// once, from a leader that had carried out a change since the last fault began or ended, and had
// no other request meanwhile. So a majority was there, had the leader's log and had time: a
// leader that tries only once had no reason to give up.
func (e *Evidence) current(i int) bool {
	c := &e.Calls[i]
	if !e.refusedByLeader(c) {
		return false
	}
	from := time.Duration(-1)
	for k := range i {
		o := &e.Calls[k]
		if o.Node != c.Node || !o.succeeded() || o.reads() || o.End > c.Begin || e.restarted(c.Node, o.Begin, c.End) || !e.healthy(c.Node, o.Begin, c.End) {
			continue
		}
		if e.leads(c.Node, o.Begin, c.End) {
			from = o.Begin
		}
	}
	if from < 0 {
		return false
	}
	for k := range e.Calls {
		o := &e.Calls[k]
		if k != i && (o.Node == c.Node || !e.Course.Promises.FollowersRefuse) && o.Begin < c.End && o.End >= from && (o.End > c.Begin || o.Outcome == history.Unknown) {
			return false
		}
	}
	return true
}

// messages checks the answers about topics and messages.
func (e *Evidence) messages(ctx context.Context, h *history.History) (violations []*Violation, open string) {
	report := history.Check(ctx, *h, history.Options{Timeout: searchTime})
	for k := range report.Verdicts {
		v := &report.Verdicts[k]
		switch v.State {
		case history.Open:
			open = v.Words
		case history.Violated:
			violations = append(violations, e.violated(v))
		}
	}
	switch {
	case len(violations) > 1: // the first is the most general
		violations = violations[1:]
	case len(violations) == 1:
		if x := vanished(h); x != nil {
			violations[0] = x
		}
	}
	for _, x := range violations {
		x.Why = e.durably(x.Why, e.startedAgain(x.At))
	}
	return violations, open
}

// number returns the place of a call of the history in the evidence.
func number(c *history.Call) int {
	i, err := strconv.Atoi(strings.TrimPrefix(c.ID, "request "))
	if err != nil {
		panic("judge: a request without its number: " + c.ID)
	}
	return i
}

// violated puts a verdict on the history into words.
func (e *Evidence) violated(v *history.Verdict) *Violation {
	x := &Violation{Name: v.Name, At: time.Duration(v.At()), Words: v.Words}
	if v.Topic != "" {
		x.Words = fmt.Sprintf("topic %q: %s", history.Brief(v.Topic), v.Words)
	}
	for k := range v.Witness {
		x.Calls = append(x.Calls, number(&v.Witness[k]))
	}
	x.Right, x.Why = promised(v.Name)
	if e.Nodes == 1 { // no peer, log or leader has anything to do with it
		x.Why = "a node answers with success after it has done what was asked, and a message that equals another one is a message of its own"
	}
	return x
}

// promised says what a queue does instead of a violation, and why.
func promised(check string) (right, why string) {
	switch check {
	case history.Lost:
		return "a message that was acknowledged stays until somebody takes it, before all that were put after it",
			"an acknowledged entry is committed, so all later leaders have it (Leader Completeness, §5.4)"
	case history.DeliveredTwice:
		return "each message is taken once",
			"taking a message is an entry of the log, which each node applies once (§5.3), and which all later leaders have (§5.4)"
	case history.OutOfOrder:
		return "the message that was put first is taken first",
			"all nodes apply the entries in the order of the log (§5.3)"
	case history.Invented:
		return "only a message that somebody put is taken",
			"nodes apply entries of the log and nothing else (§5.3)"
	}
	return "one order of all requests, in which each takes effect between its beginning and its answer, explains all answers",
		"a leader answers after it has applied the entry, in the order of the log (§5.3, §8)"
}
