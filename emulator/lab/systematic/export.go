package systematic

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// errTooLong: a fixture cannot hold this many steps.
var errTooLong = errors.New("the schedule is too long for a fixture")

// In a fixture each step of a schedule has its own time. No timer runs out before
// the end, except those that a step makes run out.
const (
	slot = 10 * time.Millisecond
	// heartbeatInterval is short enough that a skew of world.MinSkew can bring the
	// next heartbeat into any slot.
	heartbeatInterval = 4 * time.Second
	electionTimeout   = 1000 * time.Second
	// A skewed clock brings the next heartbeat heartbeatDelay after a step; the skew
	// ends at skewEnd.
	heartbeatDelay, skewEnd = 4 * time.Millisecond, 6 * time.Millisecond
	// tolerance is how far from its time a copy may arrive without overtaking the
	// event before or after it.
	tolerance = 4 * time.Millisecond
	// maxExported bounds a schedule: after a heartbeat brought forward, the next one is
	// at least half an interval away.
	maxExported = int(heartbeatInterval/slot)/2 - 2
)

// toFixture returns a fixture whose run follows the schedule: f, from which the
// schedule began, with the steps as a scenario. Each message of the schedule has its
// own delay, and all others are dropped. bugs are as in Options.
//
// When copies of a message arrive, the seed decides about their times within the
// range of all of them: see Export. The error is errTooLong.
func (v *Violation) toFixture(f *fixture.Fixture, bugs []string) (*fixture.Fixture, error) {
	if len(v.Steps) > maxExported {
		return nil, fmt.Errorf("%w: it has %d choices, want at most %d", errTooLong, len(v.Steps), maxExported)
	}
	x := fixture.Fresh(len(f.Nodes))
	x.Name = "counterexample"
	x.Description = fmt.Sprintf("%s after %s: %s.", v.Property, text.Count(len(v.Steps), "choice"), v.Says)
	x.Unsafe = f.Unsafe
	x.ElectionMin, x.ElectionMax, x.Heartbeat = electionTimeout, 2*electionTimeout, heartbeatInterval
	x.Nodes = runningNodes(f.Nodes)
	for i := range x.Nodes {
		if n := &x.Nodes[i]; n.Running {
			n.TimerLeft = x.ElectionMin
			if n.Role == raft.Leader {
				n.TimerLeft = x.Heartbeat
			}
		}
		x.Nodes[i].Skew = 0
		if bugs != nil && bugs[i] != "" {
			x.Nodes[i].Bug = bugs[i]
		}
	}
	e := exporter{machine: f.MachineType(), rules: map[messageKind][]arrival{}, due: make([]time.Duration, len(f.Nodes))}
	for id := range e.due {
		e.due[id] = heartbeatInterval
	}
	for k := range v.Steps {
		e.step(k+1, v)
	}
	e.steps = append(e.steps, play.Step{Name: "violated", At: timeOf(len(v.Steps)) + skewEnd})
	x.Faults = e.faults(len(f.Nodes))
	x.Scenario = &play.Scenario{
		Steps: e.steps, TimeLimit: play.DefaultTimeLimit, RunTime: timeOf(len(v.Steps) + 1),
	}
	return x, nil
}

// timeOf returns the time of a step of the schedule; step 0 is the beginning.
func timeOf(step int) time.Duration { return time.Duration(step) * slot }

// An arrival is a message of the schedule: the number-th of its kind.
type arrival struct {
	number int
	delay  time.Duration
}

type exporter struct {
	machine *machine.Type
	steps   []play.Step
	rules   map[messageKind][]arrival
	due     []time.Duration // by node: when its heartbeat timer runs out, if it leads
}

func (e *exporter) add(at time.Duration, a play.Action) {
	e.steps = append(e.steps, play.Step{At: at, Action: a})
}

func (e *exporter) step(k int, v *Violation) {
	s, at := &v.Steps[k-1], timeOf(k)
	who := play.Who{ID: s.Node}
	op := func(op fault.Kind) { e.add(at, play.NodeAction{Change: fault.Change{Kind: op}, Who: []play.Who{who}}) }
	switch s.Choice {
	case timeout.String():
		op(fault.Timeout)
	case crash.String():
		op(fault.Crash)
		op(fault.Restart)
	case request.String():
		e.add(at, play.Request{
			Command: e.machine.Mark(fmt.Sprintf("step_%d", k)),
			To:      who, Times: 1, Timeout: play.DefaultRequestTimeout,
		})
	case heartbeat.String():
		e.heartbeat(at, who)
	case deliver.String(), duplicate.String():
		kind := messageKindOf(s.Message)
		e.rules[kind] = append(e.rules[kind], arrival{s.Number, at - e.sentAt(s.SentBy, v)})
	}
	before := v.First
	if k > 1 {
		before = v.Steps[k-2].Nodes
	}
	is, was := s.Nodes[s.Node].State, before[s.Node].State
	if is.Role == raft.Leader && (was.Role != raft.Leader || was.Term != is.Term) {
		e.due[s.Node] = at + heartbeatInterval
	}
}

// sentAt returns when a step sent its messages: a heartbeat comes a little later.
func (e *exporter) sentAt(step int, v *Violation) time.Duration {
	if step > 0 && v.Steps[step-1].Choice == heartbeat.String() {
		return timeOf(step) + heartbeatDelay
	}
	return timeOf(step)
}

// heartbeat makes a leader's timer run fast until it has run out. The end of the
// skew stretches the rest of the next interval.
func (e *exporter) heartbeat(at time.Duration, who play.Who) {
	factor := float64(heartbeatDelay) / float64(e.due[who.ID]-at)
	e.add(at, play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: factor}, Who: []play.Who{who}})
	e.add(at+skewEnd, play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 1}, Who: []play.Who{who}})
	e.due[who.ID] = at + skewEnd + heartbeatInterval - time.Duration(float64(skewEnd-heartbeatDelay)/factor)
}

// faults returns the rules on messages: first those that delay the messages of the
// schedule, then those that drop all others. A rule does not see messages that an
// earlier rule drops, so its skip is smaller.
func (e *exporter) faults(nodes int) []fault.Rule {
	var delays, losses []fault.Rule
	for from := range raft.NodeID(nodes) {
		for to := range raft.NodeID(nodes) {
			silent := true
			var onLink []fault.Rule
			for kind := raft.RequestVoteRequest; kind <= raft.AppendEntriesResponse; kind++ {
				k := messageKind{from, to, kind}
				silent = silent && len(e.rules[k]) == 0
				d, l := k.rules(e.rules[k])
				delays, onLink = append(delays, d...), append(onLink, l...)
			}
			switch {
			case from == to:
			case silent:
				losses = append(losses, fault.Rule{
					Name:  fmt.Sprintf("%d to %d lost", from, to),
					Match: fault.Match{From: []raft.NodeID{from}, To: []raft.NodeID{to}}, Drop: true,
				})
			default:
				losses = append(losses, onLink...)
			}
		}
	}
	return append(delays, losses...)
}

// rules returns the rules for one kind of messages: the delays, and the losses.
func (k messageKind) rules(arrivals []arrival) (delays, losses []fault.Rule) {
	slices.SortFunc(arrivals, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.delay, b.delay))
	})
	next, lost := 0, 0
	for len(arrivals) > 0 {
		first, copies := arrivals[0], 1
		for copies < len(arrivals) && arrivals[copies].number == first.number {
			copies++
		}
		r := fault.Rule{
			Name: k.name(fmt.Sprint(first.number)), Match: k.match(), DelayMin: first.delay, DelayMax: first.delay,
			Skip: uint64(first.number), Count: 1,
		}
		if copies > 1 {
			r.Duplicate = copies - 1
			r.DelayMin, r.DelayMax = first.delay-tolerance, arrivals[copies-1].delay+tolerance
		}
		delays = append(delays, r)
		if n := first.number - next; n > 0 {
			losses = append(losses, fault.Rule{
				Name: k.name(fmt.Sprintf("%d and on, %d lost", next, n)), Match: k.match(), Drop: true,
				Skip: uint64(next - lost), Count: uint64(n),
			})
			lost += n
		}
		next, arrivals = first.number+1, arrivals[copies:]
	}
	return delays, append(losses, fault.Rule{
		Name: k.name(fmt.Sprintf("%d and on lost", next)), Match: k.match(), Drop: true, Skip: uint64(next - lost),
	})
}

func (k messageKind) name(which string) string {
	return fmt.Sprintf("%s %d to %d: %s", k.kind, k.from, k.to, which)
}

func (k messageKind) match() fault.Match {
	m := fault.Match{
		From: []raft.NodeID{k.from}, To: []raft.NodeID{k.to}, Type: fault.RequestVoteType, Kind: fault.RequestKind,
	}
	if k.kind == raft.AppendEntriesRequest || k.kind == raft.AppendEntriesResponse {
		m.Type = fault.AppendEntriesType
	}
	if k.kind.IsResponse() {
		m.Kind = fault.ResponseKind
	}
	return m
}
