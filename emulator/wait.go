package emulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
)

// maxDrive bounds the wall time of a wait in virtual time.
const maxDrive = 5 * time.Minute

// Within returns the cluster with another patience: its Wait waits that long, and with
// Virtual that long in the cluster's time.
//
//	c.Within(300 * time.Millisecond).Wait("leader=unique")
func (c *Cluster) Within(patience time.Duration) *Cluster {
	with := *c
	with.patience = patience
	return &with
}

// Since returns the cluster with another beginning: its Wait and Holds count the events
// after seq, which an earlier call of Seq returned. They fail once the cluster has been
// replaced by another, which counts from 1 again.
func (c *Cluster) Since(seq uint64) *Cluster {
	with := *c
	with.since = &place{c.RunID(), seq}
	return &with
}

// Wait waits until all conditions hold at the same moment. After 5 s, or the time of Within,
// it fails the test and names the conditions that do not hold. In virtual time it moves the
// clock, event by event, no further than needed.
//
// Conditions are those of the admin API's /v1/wait: "leader=unique",
// "role=2:Follower", "committed=12", "logs_equal=all" and so on; package condition
// has them all. Events count from the last call that changed the Cluster or waited. So after
//
//	c.Crash(1)
//	c.Wait("event=BecomeLeader")
//
// the leader was elected after the crash.
//
// A Wait during which the cluster is replaced fails.
func (c *Cluster) Wait(conditions ...string) {
	c.t.Helper()
	watch, run := c.watch(conditions)
	if watch == nil {
		return
	}
	h := c.run.server.Host
	clock := h.Clock()
	wall := c.patience
	if clock.Mode == host.Virtual && !clock.Paused && clock.Speed == 0 {
		wall = maxDrive
	}
	ctx, cancel := context.WithTimeout(context.Background(), wall)
	defer cancel()
	var at place
	look := func(o host.View) { at = place{o.RunID(), o.Trace().Last()} }
	held := h.Wait(ctx, c.patience, func(o host.View) bool {
		look(o)
		return at.run != run || watch.Holds(o)
	})
	var results []condition.Result
	if !held {
		c.observe(func(o host.View) {
			if look(o); at.run == run {
				results = watch.Results(o)
			}
		})
	}
	switch {
	case at.run != run:
		c.fail("the cluster was replaced during the wait")
		return
	case held:
		c.run.begin(at)
		return
	}
	text := condition.Unmet(results)
	if clock.Paused {
		text += " (the clock is paused)"
	}
	c.fail("still untrue after %v: %s", c.patience, text)
}

// Holds reports whether all conditions hold now. They are those of Wait.
func (c *Cluster) Holds(conditions ...string) bool {
	c.t.Helper()
	watch, run := c.watch(conditions)
	if watch == nil {
		return false
	}
	var holds bool
	c.observe(func(o host.View) { holds = o.RunID() == run && watch.Holds(o) })
	return holds
}

// watch reads conditions for the run that it returns; nil when the test has failed.
func (c *Cluster) watch(texts []string) (watch *condition.Watch, run string) {
	c.t.Helper()
	var nodes int
	c.observe(func(o host.View) { nodes, run = o.Nodes(), o.RunID() })
	conditions, err := readConditions(texts, nodes)
	if err != nil {
		c.fail("%v", err)
		return nil, run
	}
	c.run.mu.Lock()
	since := c.run.since
	c.run.mu.Unlock()
	if since.run != run { // the admin API has loaded a fixture
		since.seq = 0
	}
	if c.since != nil {
		if since = *c.since; since.run != run {
			c.fail("Since(%d) is a place in a run that is over: the cluster was replaced", since.seq)
			return nil, run
		}
	}
	return condition.NewWatch(conditions, since.seq), run
}

func readConditions(texts []string, nodes int) ([]condition.Condition, error) {
	if len(texts) == 0 {
		return nil, fmt.Errorf("%w: there is none, want one such as leader=unique", condition.ErrInvalid)
	}
	var conditions []condition.Condition
	for _, text := range texts {
		cond, err := condition.ParseText(text)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(cond.Check(nodes), cond.CheckAlone()); err != nil {
			return nil, err
		}
		conditions = append(conditions, cond)
	}
	return conditions, nil
}

// Advance moves the time of a cluster that was started with Virtual, and lets everything
// happen that is due until then.
func (c *Cluster) Advance(d time.Duration) {
	c.t.Helper()
	before := c.place()
	if clock := c.run.server.Host.Clock(); clock.Mode != host.Virtual {
		c.fail("advance: time passes by itself in this cluster; start it with emulator.Virtual(), or Wait for a condition")
		return
	}
	if _, err := c.run.server.Host.Advance(context.Background(), d); err != nil {
		c.fail("advance: %v", err)
		return
	}
	c.run.begin(before)
}

// Now is the cluster's time, counted from its start or the last Load.
func (c *Cluster) Now() time.Duration {
	var now time.Duration
	c.observe(func(o host.View) { now = o.Now() })
	return now
}

// Seq is the number of the newest event, for a later Since or Events; 0 before the first
// event.
func (c *Cluster) Seq() uint64 {
	var seq uint64
	c.observe(func(o host.View) { seq = o.Trace().Last() })
	return seq
}

// place is where the trace ends now.
func (c *Cluster) place() place {
	var p place
	c.observe(func(o host.View) { p = place{o.RunID(), o.Trace().Last()} })
	return p
}

// An Event is one record of the trace. Its String is one line for people.
type Event = trace.Event

// Nobody stands for no node: in an Event that concerns all nodes, and for a vote that a node
// has not given.
const Nobody = trace.Nobody

// Events lists the events after number since (0: from the beginning), the oldest first. With
// kinds, such as "BecomeLeader", it lists only those. The cluster keeps the newest 81,920
// events; the test fails when older ones are asked for.
func (c *Cluster) Events(since uint64, kinds ...string) []Event {
	c.t.Helper()
	wanted := map[trace.Kind]bool{}
	for _, name := range kinds {
		kind, err := condition.ParseEvent(name)
		if err != nil {
			c.fail("%v", err)
			return nil
		}
		wanted[kind] = true
	}
	var records []trace.Record
	var first, last uint64
	c.observe(func(o host.View) {
		t := o.Trace()
		first, last = t.First(), t.Last()
		for seq := max(since+1, first); seq <= last; seq++ {
			if r := t.At(seq); len(kinds) == 0 || wanted[r.Kind] {
				records = append(records, *r)
			}
		}
	})
	switch {
	case since > last:
		c.fail("there is no event %d: the newest is %d", since, last)
		return nil
	case since+1 < first:
		c.fail("events %d to %d are no longer kept", since+1, first-1)
		return nil
	}
	events := make([]Event, len(records))
	for i := range records {
		events[i] = records[i].Event()
	}
	return events
}
