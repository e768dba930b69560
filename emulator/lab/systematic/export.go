package systematic

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/raft"
)

// ErrTooLong: a fixture has no room for so many steps.
var ErrTooLong = errors.New("the schedule is too long for a fixture")

// In a fixture each step of a schedule has its own time. No timer runs out
// before the end, but for those that are made to.
const (
	slot = 10 * time.Millisecond
	// heartbeatInterval is short enough that a skew of world.MinSkew can bring the
	// next heartbeat into any slot.
	heartbeatInterval = 4 * time.Second
	electionTimeout   = 1000 * time.Second
	// quickly is when a heartbeat comes that is to come now, and the skew ends
	// when it has.
	quickly, again = 4 * time.Millisecond, 6 * time.Millisecond
	// tolerance is how far from its time a copy may arrive and not meet what comes
	// before or after it.
	tolerance = 4 * time.Millisecond
	// maxExported is the longest schedule: after a heartbeat that was made to come,
	// the next one is half an interval away at least.
	maxExported = int(heartbeatInterval/slot)/2 - 2
)

// Export gives the fixture of which a run does what the schedule says: f, from
// which it began, with the steps as those of a scenario. Each message of the
// schedule has its own delay, and all others are lost. bugs are as in Options.
//
// When copies of a message arrive, the seed decides about their times, each within
// those of all of them: see Try. The error is ErrTooLong.
func (v *Violation) Export(f *fixture.Fixture, bugs []string) (*fixture.Fixture, error) {
	if len(v.Steps) > maxExported {
		return nil, fmt.Errorf("%w: it has %d steps, and at most %d can be", ErrTooLong, len(v.Steps), maxExported)
	}
	x := fixture.Fresh(len(f.Nodes))
	x.Name = "counterexample"
	x.Description = fmt.Sprintf("%s after %d steps: %s.", v.Property, len(v.Steps), v.Says)
	x.Unsafe = f.Unsafe
	x.ElectionMin, x.ElectionMax, x.Heartbeat = electionTimeout, 2*electionTimeout, heartbeatInterval
	x.Nodes = awake(f.Nodes)
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
	e := exporter{rules: map[kindOfMail][]arrival{}, due: make([]time.Duration, len(f.Nodes))}
	for id := range e.due {
		e.due[id] = heartbeatInterval
	}
	for k := range v.Steps {
		e.step(k+1, v)
	}
	e.steps = append(e.steps, play.Step{Name: "violated", At: timeOf(len(v.Steps)) + again})
	x.Faults = e.faults(len(f.Nodes))
	x.Scenario = &play.Scenario{
		Steps: e.steps, TimeLimit: play.DefaultTimeLimit, RunTime: timeOf(len(v.Steps) + 1),
	}
	return x, nil
}

// timeOf is when a step of a schedule is taken; step 0 is the beginning.
func timeOf(step int) time.Duration { return time.Duration(step) * slot }

// An arrival is a message of the schedule: the number-th of its kind.
type arrival struct {
	number int
	delay  time.Duration
}

type exporter struct {
	steps []play.Step
	rules map[kindOfMail][]arrival
	due   []time.Duration // when the heartbeat timer of a leader runs out
}

func (e *exporter) add(at time.Duration, a play.Action) {
	e.steps = append(e.steps, play.Step{At: at, Action: a})
}

func (e *exporter) step(k int, v *Violation) {
	s, at := &v.Steps[k-1], timeOf(k)
	who := play.Who{ID: s.Node}
	op := func(op fault.Kind) { e.add(at, play.NodeAction{Op: op, Who: []play.Who{who}}) }
	switch s.Choice {
	case timeout.String():
		op(fault.Timeout)
	case crash.String():
		op(fault.Crash)
		op(fault.Restart)
	case request.String():
		e.add(at, play.Request{
			Command: queue.Command{Op: queue.PutTopic, Topic: fmt.Sprintf("step_%d", k)},
			To:      who, Times: 1, Timeout: play.DefaultRequestTimeout,
		})
	case heartbeat.String():
		e.heartbeat(at, who)
	case deliver.String(), duplicate.String():
		kind := kindOf(s.Message)
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

// sentAt is when a step sent what it did: a heartbeat comes a little later.
func (e *exporter) sentAt(step int, v *Violation) time.Duration {
	if step > 0 && v.Steps[step-1].Choice == heartbeat.String() {
		return timeOf(step) + quickly
	}
	return timeOf(step)
}

// heartbeat has a leader's timer run fast until it has run out. What is left of
// the new one then is stretched with the skew's end.
func (e *exporter) heartbeat(at time.Duration, who play.Who) {
	factor := float64(quickly) / float64(e.due[who.ID]-at)
	e.add(at, play.Skew{Who: who, Factor: factor})
	e.add(at+again, play.Skew{Who: who, Factor: 1})
	e.due[who.ID] = at + again + heartbeatInterval - time.Duration(float64(again-quickly)/factor)
}

// faults are the rules on messages: first those that say when the messages of
// the schedule arrive, then those that lose all others. What a rule loses the next
// ones do not see, so that they skip less.
func (e *exporter) faults(nodes int) []fault.Rule {
	var delays, losses []fault.Rule
	for from := range raft.NodeID(nodes) {
		for to := range raft.NodeID(nodes) {
			silent := true
			var onLink []fault.Rule
			for kind := raft.RequestVoteRequest; kind <= raft.AppendEntriesResponse; kind++ {
				k := kindOfMail{from, to, kind}
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

// rules are those of a kind of messages: when some arrive, and which are lost.
func (k kindOfMail) rules(arrivals []arrival) (delays, losses []fault.Rule) {
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

func (k kindOfMail) name(which string) string {
	return fmt.Sprintf("%s %d to %d: %s", k.kind, k.from, k.to, which)
}

func (k kindOfMail) match() fault.Match {
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
