package condition_test

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// one asks a single condition, which may hold blanks.
func one(t *testing.T, text string, env condition.Env) *condition.Watch {
	t.Helper()
	c, err := condition.ParseText(text)
	assert.NilError(t, err)
	return condition.NewWatchIn([]condition.Condition{c}, env)
}

// checkIn checks how one condition stands, in a scenario.
func checkIn(t *testing.T, o condition.Cluster, env condition.Env, text string, want bool, seen string) {
	t.Helper()
	w := one(t, text, env)
	r := w.Results(o)[0]
	assert.Equal(t, r.Holds, want, "%s: %s", text, r.Seen)
	assert.Equal(t, r.Seen, seen)
	assert.Assert(t, r.Observable)
	assert.Assert(t, w.Observable())
	assert.Equal(t, one(t, text, env).Holds(o), want)
}

// bound is an Env in which names are bound to nodes.
func bound(names map[string]raft.NodeID) condition.Env {
	return condition.Env{Resolve: func(name string) (raft.NodeID, bool) {
		id, ok := names[name]
		return id, ok
	}}
}

func TestFindResolvesRoles(t *testing.T) {
	w := load(t, "fresh_3")
	find := func(name string) raft.NodeID {
		id, ok := syntax.Find(w, name)
		assert.Equal(t, ok, id != raft.None)
		return id
	}
	assert.Equal(t, find("leader"), raft.None)
	assert.Equal(t, find("candidate"), raft.None)
	assert.Equal(t, find("follower"), raft.NodeID(0))
	elect(t, w)
	assert.Equal(t, find("leader"), raft.NodeID(2))
	change(t, w, fault.Change{Kind: fault.Crash, Node: 0})
	assert.Equal(t, find("follower"), raft.NodeID(1))
	assert.Equal(t, find("any"), raft.NodeID(1))
	assert.Equal(t, find("old"), raft.None)
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
	assert.Equal(t, find("candidate"), raft.NodeID(1))
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	assert.Equal(t, find("follower"), raft.None)
}

// Of two that believe that they lead, it is the one of the higher term.
func TestFindPrefersTheHighestTerm(t *testing.T) {
	w := load(t, "fresh_3")
	elect(t, w)
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 2})
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 0})
	until(t, w, "leader=0")
	id, ok := syntax.Find(w, syntax.Leader)
	assert.Assert(t, ok && id == 0)
	checkIn(t, w, condition.Env{}, "role=2:Leader", true, "node 2 is Leader")
	checkIn(t, w, condition.Env{}, "term=leader:2", true, "node 0 (leader) is in term 2")
}

// A node that does not count neither leads nor matters by its term.
func TestLeaderOfTheOthers(t *testing.T) {
	w := load(t, "fresh_3")
	elect(t, w)
	env := bound(map[string]raft.NodeID{"old": 2, "late": 1})
	checkIn(t, w, env, "leader=not:late", true, "node 2 leads in term 1, without node 1 (late)")
	checkIn(t, w, env, "leader=not:old", false, "nobody leads in the highest term, which is 1: node 0 is Follower in term 1, node 1 is Follower in term 1, node 2 is Leader in term 1, without node 2 (old)")
	checkIn(t, w, env, "leader=not:nobody", false, "no node is called nobody yet")
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 1})
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
	checkIn(t, w, env, "leader=unique", false, "nobody leads in the highest term, which is 2: node 0 is Follower in term 1, node 1 is Candidate in term 2, node 2 is Leader in term 1")
	checkIn(t, w, env, "leader=not:late", true, "node 2 leads in term 1, without node 1 (late)")
	checkIn(t, w, env, "leader=not:late,old", false, "nobody leads in the highest term, which is 1: node 0 is Follower in term 1, node 1 is Candidate in term 2, node 2 is Leader in term 1, without node 1 (late) and node 2 (old)")
}

func TestNamesAreResolvedEachTime(t *testing.T) {
	w := load(t, "fresh_3")
	names := map[string]raft.NodeID{}
	env := bound(names)
	checkIn(t, w, env, "role=old:Leader", false, "no node is called old yet")
	checkIn(t, w, env, "leader=old", false, "nobody leads in the highest term, which is 0: node 0 is Follower in term 0, node 1 is Follower in term 0, node 2 is Follower in term 0, and no node is called old yet")
	checkIn(t, w, env, "role=leader,0:Follower", false, "nobody leads, node 0 is Follower")
	checkIn(t, w, env, "role=candidate:Candidate", false, "no node is a candidate")
	checkIn(t, w, env, "event=Init:old", false, "no node is called old yet")
	checkIn(t, w, env, "count=Init:old:0", false, "no node is called old yet")
	checkIn(t, w, env, "down=old", false, "no node is called old yet")
	checkIn(t, w, env, "voted_for=0:old", false, "node 0 has voted for nobody in term 0, and no node is called old yet")
	elect(t, w)
	names["old"] = 2
	checkIn(t, w, env, "role=old:Leader", true, "node 2 (old) is Leader")
	checkIn(t, w, env, "leader=old", true, "node 2 leads in term 1, and old is node 2")
	checkIn(t, w, env, "leader=leader", true, "node 2 leads in term 1")
	checkIn(t, w, env, "voted_for=0,1:old", true, "node 0 has voted for node 2 in term 1, node 1 has voted for node 2 in term 1, and old is node 2")
	checkIn(t, w, env, "logs_equal=old,0", true, "node 2 (old) ends at entry 0 of term 0, node 0 ends at entry 0 of term 0")
	checkIn(t, w, env, "down=old", false, "node 2 (old) is up")
	names["old"] = 9
	checkIn(t, w, env, "role=old:Leader", false, "no node is called old yet")
	checkIn(t, w, condition.Env{}, "role=old:Leader", false, "no node is called old yet")
	for id := range raft.NodeID(3) {
		change(t, w, fault.Change{Kind: fault.Crash, Node: id})
	}
	checkIn(t, w, env, "role=follower:Follower", false, "nobody who is up follows")
}

func TestVotedFor(t *testing.T) {
	w := load(t, "fresh_3")
	is(t, w, "voted_for=none", true, "node 0 has voted for nobody in term 0, node 1 has voted for nobody in term 0, node 2 has voted for nobody in term 0")
	elect(t, w)
	is(t, w, "voted_for=2", true, "node 0 has voted for node 2 in term 1, node 1 has voted for node 2 in term 1, node 2 has voted for node 2 in term 1")
	is(t, w, "voted_for=0:1", false, "node 0 has voted for node 2 in term 1")
	change(t, w, fault.Change{Kind: fault.Crash, Node: 0})
	is(t, w, "voted_for=0:2", true, "node 0 has voted for node 2 in term 1")
}

func TestUpDownAndPaused(t *testing.T) {
	w := load(t, "fresh_3")
	change(t, w, fault.Change{Kind: fault.Crash, Node: 0})
	change(t, w, fault.Change{Kind: fault.Pause, Node: 1})
	is(t, w, "up=1,2", true, "node 1 is paused, node 2 is up")
	is(t, w, "up=all", false, "node 0 is down, node 1 is paused, node 2 is up")
	is(t, w, "down=0", true, "node 0 is down")
	is(t, w, "down=all", false, "node 0 is down, node 1 is paused, node 2 is up")
	is(t, w, "paused=1", true, "node 1 is paused")
	is(t, w, "paused=0", false, "node 0 is down")
}

func TestNumbersAreCompared(t *testing.T) {
	w := load(t, "fresh_3")
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 2})
	until(t, w, "leader=2")
	for text, want := range map[string]bool{
		"term=2:1": true, "term=2:>=1": true, "term=2:=1": true, "term=2:<=1": true, "term=2:>1": false, "term=2:<1": false,
		"term=2:>0": true, "term=2:<2": true, "term=2:=0": false, "term=2:<=0": false, "term=2:2": false,
	} {
		is(t, w, strings.Replace(text, ">=", "", 1), want, "node 2 is in term 1")
	}
}

// A partialView is a target that shows only some aspects.
type partialView struct {
	*world.World
	shows string
}

func (b partialView) Shows(what condition.Aspect) bool {
	return strings.Contains(b.shows, string(what))
}

func TestHiddenAspectsAreNotObservable(t *testing.T) {
	w := load(t, "fresh_3")
	for _, c := range []struct {
		text, shows string
		want        bool
	}{
		{"role=0:Follower", "role", true},
		{"role=leader:Leader", "role", false},
		{"leader=none", "role term", true},
		{"leader=none", "term", false},
		{"voted_for=none", "vote", true},
		{"voted_for=0:none", "role term", false},
		{"log=empty", "log", true},
		{"last=0", "vote", false},
		{"commands=0:empty", "", false},
		{"logs_equal=all", "queue", false},
		{"entries_once=all", "queue", false},
		{"queues_equal=all", "queue", true},
		{"topics=0:empty", "log", false},
		{"committed=0", "applied", false},
		{"applied=0", "applied", true},
		{"event=Init", "log", false},
		{"count=Init:3", "trace", true},
		{"up=0", "", true},
		{"answer=w:ok", "role term vote log queue trace", false},
	} {
		t.Run(c.text, func(t *testing.T) {
			watch := one(t, c.text, condition.Env{})
			assert.Assert(t, watch.Observable(), "before it was asked")
			holds := watch.Holds(partialView{w, c.shows})
			assert.Equal(t, watch.Observable(), c.want)
			assert.Assert(t, c.want || !holds)
			r := watch.Results(partialView{w, c.shows})[0]
			assert.Equal(t, r.Observable, c.want)
			assert.Equal(t, r.Seen == "not observable", !c.want, r.Seen)
		})
	}
}

// A distantCluster is a target that gives only copies and has no trace.
type distantCluster struct{ w *world.World }

func (f distantCluster) Nodes() int                                     { return f.w.Nodes() }
func (f distantCluster) State(id raft.NodeID) (raft.State, bool, bool)  { return f.w.State(id) }
func (f distantCluster) View(id raft.NodeID, maxLog int) world.NodeView { return f.w.View(id, maxLog) }
func (f distantCluster) Queue(id raft.NodeID) machine.View              { return f.w.Queue(id) }
func (f distantCluster) Trace() *trace.Ring                             { return nil }
func (f distantCluster) Shows(what condition.Aspect) bool               { return what != condition.AspectTrace }

func TestAnObserverMayGiveOnlyCopies(t *testing.T) {
	w := load(t, "missing_and_extra_entries")
	env := condition.Env{}
	checkIn(t, distantCluster{w}, env, "log=0:1*3 4*2 6", true, "node 0 has 1*3 4*2 6")
	logs := condition.NewWatch(parse(t, "logs_equal=all queues_equal=all entries_once=all pending=all:dog:1"), 0)
	assert.Assert(t, !logs.Holds(distantCluster{w}))
	until(t, w, "logs_equal=all applied=6")
	assert.Assert(t, logs.Holds(distantCluster{w}), "%v", logs.Results(distantCluster{w}))
	events := condition.NewWatch(parse(t, "event=Init"), 0)
	assert.Assert(t, !events.Holds(distantCluster{w}) && !events.Observable())
}
