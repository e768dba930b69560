package judge

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/raft"
)

// An asking is one request that is on its way.
type asking struct {
	x       *watched
	place   int // in the evidence
	to, at  raft.NodeID
	starts  int
	command *machine.Command
	over    bool
}

// ask sends a request, and another one later.
func (x *watched) ask() {
	a := &asking{x: x, place: len(x.e.Calls), command: x.command()}
	a.to = raft.NodeID(x.IntN(x.w.Nodes()))
	if l := x.w.Leader(); l != raft.None && !x.oneIn(5) {
		a.to = l
	}
	a.at = a.to
	client := slices.Index(x.busy, false)
	if client < 0 {
		client = len(x.busy)
		x.busy = append(x.busy, false)
	}
	x.busy[client] = true
	x.e.Calls = append(x.e.Calls, Call{
		Client: client, Node: int(a.to), Command: *a.command, Begin: x.w.Now(), End: -1, Outcome: history.Unknown,
	})
	x.later(x.millis(0, 5), a.arrive)
}

// finish ends the request for its client.
func (a *asking) finish(change func(c *Call)) {
	if a.over {
		return
	}
	a.over = true
	c := &a.x.e.Calls[a.place]
	a.x.busy[c.Client] = false
	c.End = a.x.w.Now()
	change(c)
	a.x.later(a.x.millis(0, int(a.x.restless/time.Millisecond)), a.x.ask)
}

// says lets the node answer after a moment, if it still can.
func (a *asking) says(change func(c *Call)) {
	a.x.later(a.x.millis(0, 5), func() {
		if a.starts == a.x.starts[a.to] && a.x.now.runs(int(a.to)) {
			a.finish(change)
		}
	})
}

func (a *asking) arrive() {
	x := a.x
	s, up, paused := x.w.State(a.to)
	a.starts = x.starts[a.to]
	if !up {
		a.finish(func(c *Call) { c.Outcome = history.Refused })
		return
	}
	if l := x.w.Leader(); x.passOn && s.Role != raft.Leader && l != raft.None && x.linked(a.to, l) {
		a.at = l
	}
	own := x.awkward && x.leased(a.to) || x.stale && s.Role == raft.Leader || x.passOn
	switch {
	case !paused && own && a.command.Op.Access == machine.Reads:
		r := machine.Reply{Result: x.w.Machine(a.to).Foresee(a.command)}
		a.says(func(c *Call) { a.answer(c, &r) })
		return
	case !paused && x.awkward && s.Role == raft.Leader && !x.hasBegun(a.to) && x.oneIn(2):
		a.says(a.decline)
		return
	case !paused && x.awkward && !x.inSync(a.to) && x.oneIn(2):
		a.says(a.decline)
	}
	request := x.w.Do(a.at, a.command, func(r machine.Reply) {
		if errors.Is(r.Err, machine.ErrNodeDown) || a.at != a.to && !x.linked(a.at, a.to) {
			return
		}
		a.says(func(c *Call) { a.answer(c, &r) })
	})
	patience := x.millis(60, 3000)
	if x.oneIn(4) {
		patience = x.millis(60, 200)
	}
	impatient := x.awkward && patience > quick
	x.later(patience, func() {
		if !a.over {
			x.w.HangUp(request)
		}
		a.finish(func(c *Call) {
			if impatient && x.now.runs(int(a.to)) && a.starts == x.starts[a.to] {
				a.decline(c)
			}
		})
	})
}

// inSync reports whether a majority runs and has a leader's log.
func (x *watched) inSync(leader raft.NodeID) bool {
	s, _, _ := x.w.State(leader)
	n := 0
	for i := range x.w.Nodes() {
		o, up, paused := x.w.State(raft.NodeID(i))
		if up && !paused && o.LastIndex == s.LastIndex && o.LastTerm == s.LastTerm {
			n++
		}
	}
	return s.Role != raft.Leader || n > x.w.Nodes()/2
}

// hasBegun reports whether a leader has carried out an entry of its own term.
func (x *watched) hasBegun(leader raft.NodeID) bool {
	s, _, _ := x.w.State(leader)
	term, ok := x.w.StoredTerm(leader, s.LastApplied)
	return ok && term == s.Term
}

// leased reports whether a leader that runs has carried out an entry of its own term, and no
// node was ever in a higher one: then nothing was carried out without it.
func (x *watched) leased(leader raft.NodeID) bool {
	s, up, paused := x.w.State(leader)
	if !up || paused || s.Role != raft.Leader {
		return false
	}
	const lease = 2 * time.Second
	if x.highest > s.Term || x.e.cutOff(int(leader), x.w.Now()-lease, x.w.Now()) {
		return false
	}
	return x.hasBegun(leader)
}

// decline answers without success.
func (a *asking) decline(c *Call) {
	x := a.x
	c.Outcome, c.Status, c.Declined = history.Failed, 200, true
	if !x.odd || x.oneIn(2) {
		return
	}
	s, _, _ := x.w.State(a.to)
	waited := x.e.Nodes > 1 && c.End-c.Begin >= quick
	switch {
	case x.oneIn(2):
		c.Outcome, c.Declined, c.Status = history.Unknown, false, []int{500, 502, 503}[x.IntN(3)]
		c.Wrong, c.Certain = "null", x.oneIn(2)
	case waited || x.e.Nodes > 1 && (s.Role != raft.Leader || !x.hasBegun(a.to)):
		c.Outcome, c.Declined, c.Status = history.Unknown, false, []int{200, 400, 401, 403, 404, 408, 409, 421, 429}[x.IntN(9)]
		c.Wrong = "a page"
	}
}

// answer fills in a reply.
func (a *asking) answer(c *Call, r *machine.Reply) {
	switch {
	case r.Err != nil:
		a.decline(c)
	case !r.Result.OK:
		c.Outcome, c.Declined, c.Status = history.Failed, true, []int{200, 400, 403, 404, 409}[a.x.IntN(5)]
	default:
		c.Outcome, c.Status, c.Result = history.Done, 200, r.Result
	}
}

// command returns a random command.
func (x *watched) command() *machine.Command {
	x.number++
	topic, message := "topic"+strconv.Itoa(x.IntN(2)), "m"+strconv.Itoa(x.number)
	if x.equal {
		message = "m" + strconv.Itoa(x.IntN(3))
	}
	switch k := x.IntN(20); {
	case k < 3 || x.number < 5:
		return machines.Op("put_topic").New(topic)
	case k < 5:
		return machines.Op("get_topics").New()
	case k < 13:
		return machines.Op("put_message").New(topic, message)
	}
	return machines.Op("get_message").New(topic)
}
