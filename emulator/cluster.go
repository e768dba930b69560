package emulator

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Words for nodes. Wherever a method takes the id of a node it also takes one of these, as do
// the lists of a rule's match and the groups of a partition. The node is chosen at the moment
// of the change.
//
//	c.Crash(emulator.Leader)
//	c.Fault(fault.Rule{Name: "deaf", Match: fault.Match{To: []raft.NodeID{emulator.Leader}}, Drop: true})
const (
	Leader    = -2 // the node that is up and leads the highest term
	Follower  = -3 // the lowest id that is up and does not lead
	Candidate = -4 // the lowest id that is up and a candidate
	All       = -5 // every node; to pause, resume and time out: every node that is up
)

// who returns what an id or a word for nodes means.
func who(ids ...int) []syntax.Who {
	words := map[int]string{Leader: syntax.Leader, Follower: syntax.Follower, Candidate: syntax.Candidate, All: syntax.All}
	list := make([]syntax.Who, len(ids))
	for i, id := range ids {
		list[i] = syntax.Who{ID: raft.NodeID(id), Name: words[id]}
	}
	return list
}

// meant says which nodes are meant now.
func meant(o host.View) syntax.Resolver { return syntax.Resolver{Cluster: o} }

// A Cluster runs for a test; Start makes it. Ids 0 to Size - 1 name its nodes.
//
// Changes of several nodes are made at one moment: of all of them, or of none if one cannot
// be changed. Changes are idempotent: to crash a node that is down is fine and changes nothing.
type Cluster struct {
	// AdminURL is the base URL of the admin API, which offers everything that this
	// package does, and more. Load keeps it.
	AdminURL string

	t        TB
	patience time.Duration
	since    *place // nil: run.since counts
	run      *run
}

// A run is the part that all views of one cluster share.
type run struct {
	server *serve.Server

	mu       sync.Mutex // guards the rest
	since    place      // where the last thing that was done begins or ends in the trace
	reported bool       // the failed test shows the cluster already
}

// A place is a number of the trace of a run.
type place struct {
	run string // its id
	seq uint64
}

// On returns the cluster for a subtest: a failure then fails the subtest.
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

// Crash ends nodes, as kill -9 ends a process: they refuse connections, break off waiting
// requests without an answer, and keep only their disks.
func (c *Cluster) Crash(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Crash}, ids)
}

// Wipe crashes nodes and destroys their disks: they also lose term, vote and log. Raft does
// not tolerate that, so the cluster loses its safety.
func (c *Cluster) Wipe(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Crash, Wipe: true}, ids)
}

// Restart starts crashed nodes again, from their disks.
func (c *Cluster) Restart(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Restart}, ids)
}

// Pause stops nodes, as SIGSTOP does: they accept connections and answer nothing. A node
// that is down cannot be paused.
func (c *Cluster) Pause(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Pause}, ids)
}

// Resume continues paused nodes, with everything that has arrived meanwhile.
func (c *Cluster) Resume(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Resume}, ids)
}

// Timeout makes the election timers of nodes expire now, one after the other. The nodes
// must be up and not paused, and must not lead.
func (c *Cluster) Timeout(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Timeout}, ids)
}

// Isolate cuts all links of nodes, both ways, in addition to existing cuts. Clients still
// reach them.
func (c *Cluster) Isolate(ids ...int) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Isolate}, ids)
}

// Skew multiplies the length of a node's timers by a factor from 0.001 to 1000; 1 resets
// them.
func (c *Cluster) Skew(id int, factor float64) {
	c.t.Helper()
	c.each(fault.Change{Kind: fault.Skew, Skew: factor}, []int{id})
}

// Plant gives nodes a bug by its name, instead of the one that they have; "" removes it.
// Restart and Heal keep it. Without ids, Plant changes all nodes. The bugs are those of
// bugs.All, which emulator bugs lists.
func (c *Cluster) Plant(bug string, ids ...int) {
	c.t.Helper()
	if len(ids) == 0 {
		ids = []int{All}
	}
	c.each(fault.Change{Kind: fault.Plant, Bug: bug}, ids)
}

// Heal undoes every change to these nodes: it restarts, resumes and reconnects them and
// resets their timers. Without ids, or with All, it undoes everything: it heals all nodes and deletes all
// faults.
func (c *Cluster) Heal(ids ...int) {
	c.t.Helper()
	if len(ids) == 0 || slices.Equal(ids, []int{All}) {
		c.change(fault.Change{Kind: fault.Heal})
		return
	}
	c.each(fault.Change{Kind: fault.HealNode}, ids)
}

// Partition cuts the links between nodes of different groups, instead of all existing cuts.
// Nodes that no group names form one more group. Without groups, no link stays cut.
//
//	c.Partition([][]int{{0, 1}, {2, 3, 4}})
func (c *Cluster) Partition(groups [][]int) {
	c.t.Helper()
	if len(groups) == 0 {
		c.change(fault.Change{Kind: fault.Partition})
		return
	}
	var cut syntax.Cut
	for _, group := range groups {
		cut.Groups = append(cut.Groups, who(group...))
	}
	c.cut(&cut)
}

// PartitionOneWay cuts links in one direction, instead of all existing cuts: the first node
// of each pair no longer reaches the second.
func (c *Cluster) PartitionOneWay(links [][2]int) {
	c.t.Helper()
	cut := syntax.Cut{OneWay: make([][2]syntax.Who, len(links))}
	for i, l := range links {
		cut.OneWay[i] = [2]syntax.Who(who(l[:]...))
	}
	c.cut(&cut)
}

// cut cuts the links of a partition.
func (c *Cluster) cut(cut *syntax.Cut) {
	c.t.Helper()
	c.decide(fault.Partition, func(o host.View) ([]fault.Change, error) {
		p, err := meant(o).Partition(cut)
		if err == nil {
			err = p.Validate(o.Nodes())
		}
		if err != nil {
			return nil, err
		}
		links, err := p.Links(o.Nodes())
		return []fault.Change{{Kind: fault.Partition, Links: links}}, err
	})
}

// Fault sets a rule, instead of one of the same name.
//
//	c.Fault(fault.Rule{Name: "no votes", Match: fault.Match{Type: fault.RequestVoteType}, Drop: true})
func (c *Cluster) Fault(rule fault.Rule) {
	c.t.Helper()
	c.decide(fault.SetRule, func(o host.View) ([]fault.Change, error) {
		rule, err := resolved(rule, o)
		if err == nil {
			err = checkRule(rule, o)
		}
		return []fault.Change{{Kind: fault.SetRule, Rule: &rule}}, err
	})
}

// resolved replaces the words for nodes in a rule's match by ids.
func resolved(rule fault.Rule, o host.View) (fault.Rule, error) {
	words := syntax.MatchWho{}
	for _, k := range fault.MatchKeys() {
		ids, isNodes := k.At(&rule).(*[]raft.NodeID)
		if !isNodes {
			continue
		}
		for _, id := range *ids {
			words[k.Name] = append(words[k.Name], who(int(id))...)
		}
		if !slices.ContainsFunc(words[k.Name], func(w syntax.Who) bool { return w.Name != "" }) {
			delete(words, k.Name)
		}
	}
	return meant(o).Rule(rule, words)
}

// checkRule refuses what the admin API would refuse.
func checkRule(rule fault.Rule, o host.View) error {
	if rule.Until != 0 && rule.Until <= o.Now() {
		return fmt.Errorf("fault %q: it is to end at %v, and it is %v already", rule.Name, rule.Until, o.Now())
	}
	return rule.ValidateIn(o.Nodes())
}

// DeleteFault deletes rules that are in force, and releases the messages that they hold.
func (c *Cluster) DeleteFault(names ...string) {
	c.t.Helper()
	var list []fault.Change
	for _, name := range names {
		list = append(list, fault.Change{Kind: fault.DeleteRule, Name: name})
	}
	if len(list) > 0 {
		c.decide(fault.DeleteRule, func(host.View) ([]fault.Change, error) { return list, nil })
	}
}

// Lift is the old name of DeleteFault.
//
// Deprecated: use DeleteFault.
func (c *Cluster) Lift(names ...string) {
	c.t.Helper()
	c.DeleteFault(names...)
}

// Faults lists the rules in force, each with the number of messages that it has matched, has
// acted on and holds.
func (c *Cluster) Faults() []fault.RuleStatus {
	var rules []fault.RuleStatus
	c.observe(func(o host.View) { rules = o.Rules() })
	return rules
}

// Load replaces the cluster with another one, at its time 0. It takes what Start takes. The
// ports stay, and a larger cluster gets more. Waiting requests break off.
func (c *Cluster) Load(fixture string) {
	c.t.Helper()
	f, err := readFixture(fixture)
	if err != nil {
		c.fail("%v", err)
		return
	}
	c.LoadFixture(f)
}

// LoadFixture is Load for a fixture that is a value already.
func (c *Cluster) LoadFixture(f *fixture.Fixture) {
	c.t.Helper()
	if err := c.run.server.Host.Load(f); err != nil {
		c.fail("%v", err)
		return
	}
	c.run.begin(place{c.RunID(), 0})
}

// RunID is the id of the run. Each Start and each Load begins a run with an id of its own,
// even with the same fixture and seed. The admin API and its streams have it too.
func (c *Cluster) RunID() string { return c.run.server.Host.RunID() }

// each makes one change to each of some nodes, at one moment.
func (c *Cluster) each(change fault.Change, ids []int) {
	c.t.Helper()
	if len(ids) == 0 {
		c.fail("%s: no node is named", change.Kind)
		return
	}
	c.decide(change.Kind, func(o host.View) ([]fault.Change, error) {
		ids, err := meant(o).For(change.Kind, who(ids...))
		list := make([]fault.Change, len(ids))
		for i, id := range ids {
			list[i] = change
			list[i].Node = id
		}
		return list, err
	})
}

// change makes a change.
func (c *Cluster) change(change fault.Change) {
	c.t.Helper()
	c.decide(change.Kind, func(host.View) ([]fault.Change, error) { return []fault.Change{change}, nil })
}

// decide makes changes that depend on the state of the cluster: all of them or none.
func (c *Cluster) decide(op fault.Kind, decide func(host.View) ([]fault.Change, error)) {
	c.t.Helper()
	var before place
	_, err := c.run.server.Host.ChangeAll(func(o host.View) ([]fault.Change, error) {
		before = place{o.RunID(), o.Trace().Last()}
		return decide(o)
	})
	if err != nil {
		c.fail("%s: %v", op, err)
		return
	}
	c.run.begin(before)
}

// begin moves the place in the trace after which events count.
func (r *run) begin(since place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.since = since
}

// observe looks at the present state of the cluster.
func (c *Cluster) observe(look func(host.View)) { c.run.server.Host.Observe(look) }
