package judge

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// succeeded reports whether a call was answered with success.
func (c *Call) succeeded() bool { return c.Outcome == history.Done && c.Result.OK }

// reads reports whether a call only reads.
func (c *Call) reads() bool { return c.Command.Op.Access == machine.Reads }

// readsAreFresh reports whether a read shows everything that was answered before it began. A
// single node has no other state, until it is started again and reads its log.
func (e *Evidence) readsAreFresh() bool {
	return e.Course.Promises.Reads == course.Linearizable || e.Nodes == 1 && !e.restarted(0, 0, forever)
}

// promisedAlone finds a success that was answered by a node that could not have asked a
// majority.
func (e *Evidence) promisedAlone() *Violation {
	for i := range e.Calls {
		c := &e.Calls[i]
		if !c.succeeded() || c.reads() && !e.readsAreFresh() || !e.cutOff(c.Node, c.Begin, c.End) || c.reads() && !e.noLease(c) {
			continue
		}
		why := "a leader answers only after a majority has stored the entry (§5.3); taking a message is a change like any other"
		if c.reads() {
			why = "a leader that cannot reach a majority may have been replaced, so it must hear from one before it answers a read (§8)"
		}
		return &Violation{
			Name: PromisedAlone, At: c.End,
			Words: fmt.Sprintf("node %d answered %s with success while it could not reach a majority", c.Node, asked(&c.Command)),
			Right: "it does not answer before it reaches a majority again, or it answers without success",
			Why:   why,
			Calls: []int{i},
		}
	}
	return nil
}

// noLease reports whether a node that is cut off can have no lease any more that lets it answer
// a read: another node was elected before, or the time in which that must happen is over. A
// lease is sound only as long as nobody else can be elected. The other node counts only if its
// term is above the last one that the node had a majority for, and if no voter has lost its
// memory, and with it the promise to wait.
func (e *Evidence) noLease(c *Call) bool {
	before := e.lastPoll(c.Node, c.Begin)
	if before == nil {
		return false
	}
	if e.cutOff(c.Node, c.Begin-e.Course.Limits.Late, c.End) {
		return true
	}
	if !e.cutOff(c.Node, before.Begin-Moment, c.End) || !e.sameVoters(c.End) {
		return false
	}
	elected := false
	for node := range e.Nodes {
		e.confirmed(node, func(_, b *Poll) bool {
			elected = elected || node != c.Node && b.Role == raft.Leader && b.Term > before.Term && b.End <= c.Begin
			return !elected && b.End <= c.Begin
		})
	}
	return elected
}

// sameVoters reports whether no node was started again before a time, or none has lost anything
// by it.
func (e *Evidence) sameVoters(before time.Duration) bool {
	if e.Course.Promises.Durable {
		return true
	}
	for k := range e.Changes {
		if e.Changes[k].Begin < before && len(e.starts(k)) > 0 {
			return false
		}
	}
	return true
}

// servedByFollower finds a success that was answered by a node that was a follower at the
// time.
func (e *Evidence) servedByFollower() *Violation {
	if !e.Course.Promises.FollowersRefuse || e.Nodes == 1 {
		return nil
	}
	for i := range e.Calls {
		c := &e.Calls[i]
		if !c.succeeded() {
			continue
		}
		before, after := e.followed(c)
		if before == nil {
			continue
		}
		return &Violation{
			Name: ServedByFollower, At: c.End,
			Words: fmt.Sprintf("node %d answered %s with success while it was a follower of term %d", c.Node, asked(&c.Command), before.Term),
			Right: `a node that does not lead answers {"success": false}`,
			Why:   "only the leader knows which entries are committed: clients send all requests to it (§8)",
			Calls: []int{i}, Polls: []Witness{{c.Node, before}, {c.Node, after}},
		}
	}
	return nil
}

// followed returns the polls that prove that the node of a call was a follower throughout; nil
// if none do. Besides, another node must have led the term: a poll may show the role of one
// moment and the term of the next, and a leader may call itself a follower while it misses a
// majority.
func (e *Evidence) followed(c *Call) (before, after *Poll) {
	before, after = e.steady(c.Node, c.Begin, c.End)
	if before == nil || before.Role != raft.Follower || e.everLed(c.Node, before.Term) || !e.ledByAnother(c.Node, before.Term) {
		return nil, nil
	}
	return before, after
}

// everLed reports whether a poll shows a node as the leader of a term.
func (e *Evidence) everLed(node int, term raft.Term) bool {
	return slices.ContainsFunc(e.Polls[node], func(p Poll) bool { return p.Wrong == "" && p.Role == raft.Leader && p.Term == term })
}

// ledByAnother reports whether another node certainly led a term.
func (e *Evidence) ledByAnother(node int, term raft.Term) (led bool) {
	for i := 0; i < e.Nodes && !led; i++ {
		if i == node {
			continue
		}
		e.confirmed(i, func(a, _ *Poll) bool {
			led = a.Role == raft.Leader && a.Term == term
			return !led
		})
	}
	return led
}

// leads reports whether a node certainly led during a time.
func (e *Evidence) leads(node int, from, to time.Duration) bool {
	if e.Nodes == 1 && !slices.ContainsFunc(e.Polls[node], func(p Poll) bool { return p.Wrong == "" && p.Role != raft.Leader && p.Begin <= to }) {
		return !e.restarted(node, from, to) // nobody else can
	}
	before, _ := e.steady(node, from, to)
	return before != nil && before.Role == raft.Leader
}

// wrongBody finds an answer that the course's suites would not take.
func (e *Evidence) wrongBody() *Violation {
	for i := range e.Calls {
		c := &e.Calls[i]
		if c.Wrong == "" || c.Status >= http.StatusInternalServerError || !c.Certain && !e.serves(c) {
			continue
		}
		return &Violation{
			Name: WrongBody, At: c.End,
			Words: fmt.Sprintf("node %d answered %s with %s", c.Node, asked(&c.Command), c.Wrong),
			Right: "the answer is " + rightBody(&c.Command),
			Why:   "the course compares the whole body, so it has these keys and no others",
			Calls: []int{i},
		}
	}
	return nil
}

// serves reports whether the node of a call had no excuse to answer anything but a proper
// body: it led and had begun to serve, nothing had been done to the cluster, and it had not
// waited for other nodes. It may say that it has too much to do.
func (e *Evidence) serves(c *Call) bool {
	switch {
	case c.Status == http.StatusRequestTimeout, c.Status == http.StatusTooManyRequests, !e.faultless(c.End):
		return false
	case e.Nodes > 1 && (c.End-c.Begin >= quick || e.busy() != "" || !e.hasServed(c)):
		return false
	}
	return e.leads(c.Node, c.Begin, c.End)
}

// hasServed reports whether the node of a call answered another one with success before, or has
// led long enough to serve: a new leader refuses until its first entry is committed.
func (e *Evidence) hasServed(c *Call) bool {
	if e.leads(c.Node, c.Begin-e.Course.Limits.Good, c.End) {
		return true
	}
	return slices.ContainsFunc(e.Calls, func(o Call) bool {
		return o.Node == c.Node && o.succeeded() && o.End <= c.Begin && e.leads(c.Node, o.Begin, c.End)
	})
}

func rightBody(c *machine.Command) string {
	switch c.Op.Gives {
	case machine.Text, machine.List:
		value := "a text"
		if c.Op.Gives == machine.List {
			value = "a list of texts"
		}
		return fmt.Sprintf(`{"success": true, "%s": %s} or {"success": false}`, c.Op.Key, value)
	}
	return `{"success": true} or {"success": false}`
}

// impossibleTopics finds a list of topics that even an old state cannot explain. It is the
// check of reads that a course does not promise to be linearizable.
func (e *Evidence) impossibleTopics(m *memory) *Violation {
	for i := range e.Calls {
		c := &e.Calls[i]
		if !c.reads() || !c.succeeded() || !m.covers(c) {
			continue
		}
		if words := e.impossible(c); words != "" {
			return &Violation{
				Name: ImpossibleTopics, At: c.End,
				Words: fmt.Sprintf("node %d listed the topics %s: %s", c.Node, history.BriefList(c.Result.List), words),
				Right: "a list has the topics that were created, each once, in order of creation",
				Why:   "all nodes apply the same entries in the same order (State Machine Safety, §5.4.3)",
				Calls: []int{i},
			}
		}
	}
	return nil
}

func (e *Evidence) impossible(c *Call) string {
	for k, topic := range c.Result.List {
		if slices.Contains(c.Result.List[:k], topic) {
			return fmt.Sprintf("%q is there twice", history.Brief(topic))
		}
		created, asked := e.created(topic, c.End)
		if !asked {
			return fmt.Sprintf("nobody had created %q", history.Brief(topic))
		}
		for _, earlier := range c.Result.List[:k] {
			if e.createdAfter(earlier, created) {
				return fmt.Sprintf("%q was created before %q", history.Brief(topic), history.Brief(earlier))
			}
		}
	}
	return ""
}

// created returns the time at which a topic had certainly been created, or a time that never
// comes, and whether anybody had asked for it before a time.
func (e *Evidence) created(topic string, before time.Duration) (at time.Duration, asked bool) {
	at = 1 << 62
	for i := range e.Calls {
		c := &e.Calls[i]
		if !c.Command.Op.Creates || c.Command.Args[0] != topic || c.Begin >= before || c.Outcome == history.Refused {
			continue
		}
		asked = true
		if c.succeeded() {
			at = min(at, c.End)
		}
	}
	return at, asked
}

// createdAfter reports whether nobody had asked for a topic before a time.
func (e *Evidence) createdAfter(topic string, at time.Duration) bool {
	for i := range e.Calls {
		c := &e.Calls[i]
		if c.Command.Op.Creates && c.Command.Args[0] == topic && c.Outcome != history.Refused && c.Begin <= at {
			return false
		}
	}
	return true
}
