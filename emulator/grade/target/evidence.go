package target

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
)

// errCannotStart means that the fixture begins in a state that only the emulator's own nodes
// can have.
var errCannotStart = scenario.ErrCannot

// watchClock measures by how much the grader is late, and how many tasks want each core: on a
// machine that is too busy, programs are late also.
func (t *cluster) watchClock() {
	const every = 50 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	last, sum, samples := time.Now(), 0.0, 0.0
	for n := 0; ; n++ {
		select {
		case <-t.ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		if n%4 == 0 {
			if tasks, ok := t.o.crowd(); ok {
				sum, samples = sum+tasks, samples+1
			}
		}
		t.mu.Lock()
		if !t.o.patient {
			t.record.Late = max(t.record.Late, now.Sub(last)-every)
		}
		if samples > 0 {
			t.record.Crowd = sum / samples
		}
		t.mu.Unlock()
		last = now
	}
}

// fault returns the grader's own failure, or nil if the program or the context ended the run.
func (t *cluster) fault(ctx context.Context, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range []error{t.failed, err} {
		if e != nil && !errors.Is(e, errOver) && !errors.Is(e, scenario.ErrCannot) && ctx.Err() == nil {
			return e
		}
	}
	if r, ok := t.rooms.(interface{ Failed() error }); ok {
		return r.Failed()
	}
	return nil
}

// counts returns what the links have carried; nil if there are none.
func (t *cluster) counts() (list []scenario.LinkCount) {
	if t.links == nil {
		return nil
	}
	for _, c := range t.links.Counts() {
		list = append(list, scenario.LinkCount{
			From: c.From, To: c.To, Requests: c.Requests, Answers: c.Answers, Other: c.Other, Held: c.Held,
			Reset: c.Reset + c.Unreached, Delayed: c.Delayed, Lost: c.Lost, Copied: c.Copied, Reordered: c.Reordered,
		})
	}
	return list
}

// electionTime is the time after which nodes that have sent nothing use other ways.
const electionTime = 3 * time.Second

// unused says that nodes cannot have used the links, if no node ever connected to another one
// by them.
func unused(counts []scenario.LinkCount) string {
	if len(counts) == 0 || slices.ContainsFunc(counts, func(c scenario.LinkCount) bool { return c.Seen() }) {
		return ""
	}
	return "no node connected to another one at the addresses in its own config.json. " +
		"Take the addresses of the other nodes from the file that the node is started with"
}

// evidence returns what the run has shown.
func (t *cluster) evidence(f *fixture.Fixture, own error) *judge.Evidence {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.record
	e.Course, e.Scenario, e.Paper, e.Nodes = t.o.Course, f.Scenario, f.Paper, len(t.nodes)
	e.Fault = own
	e.Links = t.o.Mode.String()
	if t.rooms != nil {
		e.Bypassed, e.OwnAddress = t.rooms.Bypassed(), t.rooms.OwnAddress()
	}
	if d := t.datagrams.Load(); d != nil {
		e.Datagrams = fmt.Sprintf("node %d sent some to node %d", d[0], d[1])
	}
	e.Counts = t.counts()
	if e.Bypassed == "" && t.o.Mode == room.Proxy && e.End > electionTime {
		e.Bypassed = unused(e.Counts)
	}
	for k := range e.Changes {
		if r := e.Changes[k].Rule; r != nil && r.Match.Type != fault.AnyType && !t.types[r.Match.Type].Load() {
			e.Unrecognized = fault.MatchTypes()[r.Match.Type-1]
		}
	}
	for i := range e.Calls {
		if c := &e.Calls[i]; c.End < 0 {
			c.End = e.End
		}
	}
	e.Output = make([][]string, len(t.nodes))
	for i, n := range t.nodes {
		if n.process != nil {
			e.Output[i] = n.process.Tail()
		}
	}
	return &e
}
