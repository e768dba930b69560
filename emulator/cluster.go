package emulator

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/raft"
)

// A Cluster is one that runs for a test; Start makes it. Nodes are named by
// their ids, 0 to Size - 1.
//
// Whatever a method is told to do that is already so, it leaves so: crashing a
// node that is down is fine, and changes nothing.
type Cluster struct {
	// AdminURL is the base URL of the admin API, which can do all that is done
	// here and some more. It stays the same through Load.
	AdminURL string

	t        TB
	patience time.Duration
	since    *uint64 // nil: run.since counts
	run      *run
}

// A run is what all views of one cluster have in common.
type run struct {
	server *serve.Server

	mu       sync.Mutex // guards the rest
	since    uint64     // where the last thing that was done begins or ends in the trace
	reported bool       // the failed test shows the cluster already
}

// On is the cluster for a subtest: what fails then fails the subtest.
//
//	t.Run("Vote", func(t *testing.T) {
//		c := c.On(t)
//		…
//	})
func (c *Cluster) On(t TB) *Cluster {
	sub := *c
	sub.t = t
	t.Cleanup(sub.logFailure)
	return &sub
}

// Size is the number of nodes, whatever their state.
func (c *Cluster) Size() int {
	var n int
	c.observe(func(o host.View) { n = o.Nodes() })
	return n
}

// Crash ends nodes, as kill -9 ends a process: they refuse connections, requests
// that wait at them break off without an answer, and of what they know only
// what is on their disks is left.
func (c *Cluster) Crash(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Crash}, ids)
}

// Wipe crashes nodes and destroys their disks: term, vote and log are gone, too.
// Raft has no answer to that, so safety is lost with it.
func (c *Cluster) Wipe(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Crash, Wipe: true}, ids)
}

// Restart starts nodes again that have crashed, from their disks.
func (c *Cluster) Restart(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Restart}, ids)
}

// Pause lets nodes stand still, as SIGSTOP does: they accept connections and
// answer nobody. A node that is down cannot be paused.
func (c *Cluster) Pause(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Pause}, ids)
}

// Resume lets paused nodes go on, with all that has come to them meanwhile.
func (c *Cluster) Resume(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Resume}, ids)
}

// Timeout lets the election timers of nodes run out now, one after the other.
// They must be up, not paused, and no leaders.
func (c *Cluster) Timeout(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Timeout}, ids)
}

// Isolate cuts nodes off from all others, beside the cuts there are. Clients
// still reach them.
func (c *Cluster) Isolate(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Isolate}, ids)
}

// Skew makes a node's timers longer by a factor (above 1) or shorter, from
// 0.001 to 1000; 1 makes them straight.
func (c *Cluster) Skew(id int, factor float64) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Skew, Skew: factor}, []int{id})
}

// Plant gives the programs of nodes a bug, by its name, in the place of the one
// that they have; "" cures. Neither Restart nor Heal does. Without ids all nodes are
// meant. The bugs are those of bugs.All, which emulator bugs lists.
func (c *Cluster) Plant(bug string, ids ...int) {
	c.t.Helper()
	if len(ids) == 0 {
		for id := range c.Size() {
			ids = append(ids, id)
		}
	}
	c.each(fault.Change{Kind: fault.Plant, Bug: bug}, ids)
}

// Heal undoes all that was done to these nodes: they are restarted, resumed and
// reconnected, and their timers straight. Without ids it undoes everything: it
// heals all nodes and lifts all faults.
func (c *Cluster) Heal(ids ...int) {
	c.t.Helper()
	if len(ids) == 0 {
		c.change(fault.Change{Kind: fault.Heal})
		return
	}
	c.each(fault.Change{Kind: fault.HealNode}, ids)
}

// Partition cuts the links between nodes of different groups, in the place of
// all cuts there are. Nodes that no group names are one further group. Without
// groups, all links are whole again.
//
//	c.Partition([][]int{{0, 1}, {2, 3, 4}})
func (c *Cluster) Partition(groups [][]int) {
	c.t.Helper()
	if len(groups) == 0 {
		c.change(fault.Change{Kind: fault.Partition})
		return
	}
	c.cut(map[string]any{"groups": groups})
}

// PartitionOneWay cuts single directions of links, in the place of all cuts
// there are: of each pair, the first node no longer reaches the second.
func (c *Cluster) PartitionOneWay(links [][2]int) {
	c.t.Helper()
	c.cut(map[string]any{"oneway": links})
}

// cut reads a partition as the admin API does, and makes it.
func (c *Cluster) cut(p map[string]any) {
	c.t.Helper()
	data, err := json.Marshal(p)
	if err != nil { // it is made of numbers
		panic(err)
	}
	c.decide(fault.Partition, func(o host.View) (fault.Change, error) {
		part, err := syntax.ParsePartition(data, o.Nodes())
		if err != nil {
			return fault.Change{}, err
		}
		links, err := part.Links(o.Nodes(), raft.None)
		return fault.Change{Kind: fault.Partition, Links: links}, err
	})
}

// Fault puts a rule on messages in force, in the place of one of the same name.
//
//	c.Fault(world.Rule{Name: "no votes", Match: world.Match{Type: world.RequestVoteType}, Drop: true})
func (c *Cluster) Fault(rule fault.Rule) {
	c.t.Helper()
	c.decide(fault.SetRule, func(o host.View) (fault.Change, error) {
		return fault.Change{Kind: fault.SetRule, Rule: &rule}, checkRule(rule, o)
	})
}

// checkRule refuses what the admin API would refuse.
func checkRule(rule fault.Rule, o host.View) error {
	if rule.Until != 0 && rule.Until <= o.Now() {
		return fmt.Errorf("fault %q: it is to end at %v, and it is %v already", rule.Name, rule.Until, o.Now())
	}
	return rule.ValidateIn(o.Nodes())
}

// Lift ends rules; what they hold goes on. They must be in force.
func (c *Cluster) Lift(names ...string) {
	c.t.Helper()
	for _, name := range names {
		c.change(fault.Change{Kind: fault.DeleteRule, Name: name})
	}
}

// Faults lists the rules in force, with how many messages each has matched,
// acted on and holds.
func (c *Cluster) Faults() []fault.RuleStatus {
	var rules []fault.RuleStatus
	c.observe(func(o host.View) { rules = o.Rules() })
	return rules
}

// Load replaces the cluster by another, at its time 0; the fixture is what Start
// takes. The ports stay, a larger cluster gets further ones. Requests that wait
// are cut off.
func (c *Cluster) Load(fixture string) {
	c.t.Helper()
	f, err := readFixture(fixture)
	if err != nil {
		c.fail("%v", err)
		return
	}
	c.LoadFixture(f)
}

// LoadFixture is Load for a fixture that has been read or made.
func (c *Cluster) LoadFixture(f *fixture.Fixture) {
	c.t.Helper()
	if err := c.run.server.Host.Load(f); err != nil {
		c.fail("%v", err)
		return
	}
	c.run.begin(0)
}

// each makes one change to each of some nodes.
func (c *Cluster) each(change fault.Change, ids []int) {
	c.t.Helper()
	if len(ids) == 0 {
		c.fail("%s: no node is named", change.Kind)
		return
	}
	for _, id := range ids {
		change.Node = raft.NodeID(id)
		c.change(change)
	}
}

// change makes a change.
func (c *Cluster) change(change fault.Change) {
	c.t.Helper()
	c.decide(change.Kind, func(host.View) (fault.Change, error) { return change, nil })
}

// decide makes a change that depends on how the cluster stands.
func (c *Cluster) decide(op fault.Kind, decide func(host.View) (fault.Change, error)) {
	c.t.Helper()
	var before uint64
	_, err := c.run.server.Host.Change(func(o host.View) (fault.Change, error) {
		before = o.Trace().Last()
		return decide(o)
	})
	if err != nil {
		c.fail("%s: %v", op, err)
		return
	}
	c.run.begin(before)
}

// begin has events count after a place in the trace.
func (r *run) begin(since uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.since = since
}

// observe looks at the cluster as it is.
func (c *Cluster) observe(look func(host.View)) { c.run.server.Host.Observe(look) }
