package condition_test

import (
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

func load(t *testing.T, name string) *world.World {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	return world.New(f.Config(), nil)
}

func parse(t *testing.T, text string) []condition.Condition {
	t.Helper()
	var list []condition.Condition
	for _, word := range strings.Fields(text) {
		c, err := condition.ParseText(word)
		assert.NilError(t, err)
		list = append(list, c)
	}
	return list
}

// is asks once what is true of a world.
func is(t *testing.T, w *world.World, text string, want bool, seen string) {
	t.Helper()
	results := condition.NewWatch(parse(t, text), 0).Results(w)
	assert.Equal(t, len(results), 1)
	assert.Equal(t, results[0].Condition, text)
	assert.Equal(t, results[0].Holds, want, results[0].Seen)
	assert.Equal(t, results[0].Seen, seen)
}

func change(t *testing.T, w *world.World, c fault.Change) {
	t.Helper()
	_, err := w.Change(c)
	assert.NilError(t, err)
}

// elect makes node 2 the leader.
func elect(t *testing.T, w *world.World) {
	t.Helper()
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 2})
	until(t, w, "leader=2")
}

// until moves the world until a condition holds.
func until(t *testing.T, w *world.World, text string) {
	t.Helper()
	watch := condition.NewWatch(parse(t, text), condition.Now)
	for !watch.Holds(w) {
		assert.Assert(t, w.Now() < time.Minute && w.Step(), "%v", watch.Results(w))
	}
}

func TestAFreshClusterHasNoLeader(t *testing.T) {
	w := load(t, "fresh_3")
	is(t, w, "leader=none", true, "nobody leads in the highest term, which is 0: node 0 is Follower in term 0, node 1 is Follower in term 0, node 2 is Follower in term 0")
	is(t, w, "role=Follower", true, "node 0 is Follower, node 1 is Follower, node 2 is Follower")
	is(t, w, "committed=0", true, "node 0 has committed 0, node 1 has committed 0, node 2 has committed 0")
	is(t, w, "logs_equal=all", true, "node 0 ends at entry 0 of term 0, node 1 ends at entry 0 of term 0, node 2 ends at entry 0 of term 0")
	is(t, w, "event=BecomeLeader", false, "no BecomeLeader in records 1 to 6")
}

func TestAnElectedClusterHasOneLeader(t *testing.T) {
	w := load(t, "fresh_3")
	elect(t, w)
	is(t, w, "leader=unique", true, "node 2 leads in term 1")
	is(t, w, "leader=2", true, "node 2 leads in term 1")
	is(t, w, "leader=1", false, "node 2 leads in term 1")
	is(t, w, "leader=none", false, "node 2 leads in term 1")
	is(t, w, "role=2:Leader", true, "node 2 is Leader")
	is(t, w, "role=0,2:Leader", false, "node 0 is Follower, node 2 is Leader")
	is(t, w, "term=1", true, "node 0 is in term 1, node 1 is in term 1, node 2 is in term 1")
	is(t, w, "term=2:2", false, "node 2 is in term 1")
}

func TestANodeThatIsDownHasOnlyItsStorage(t *testing.T) {
	w := load(t, "fresh_3")
	elect(t, w)
	change(t, w, fault.Change{Kind: fault.Crash, Node: 2})
	is(t, w, "leader=none", true, "nobody leads in the highest term, which is 1: node 0 is Follower in term 1, node 1 is Follower in term 1")
	is(t, w, "role=2:Follower", false, "node 2 is down")
	is(t, w, "role=Follower", true, "node 0 is Follower, node 1 is Follower")
	is(t, w, "term=2:1", true, "node 2 is in term 1")
	is(t, w, "committed=2:0", false, "node 2 is down")
	is(t, w, "queues_equal=0,2", false, "node 2 is down")
	is(t, w, "logs_equal=0,2", true, "node 0 ends at entry 0 of term 0, node 2 ends at entry 0 of term 0")
	change(t, w, fault.Change{Kind: fault.Crash, Node: 0})
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	for _, text := range []string{"role=Follower", "committed=0", "logs_equal=all", "queues_equal=all"} {
		is(t, w, text, false, "no node is up")
	}
	is(t, w, "leader=none", true, "no node is up")
	is(t, w, "leader=unique", false, "no node is up")
}

// A minority that is cut off may be in any term: the majority's leader is one
// all the same.
func TestLeaderOfTheMajority(t *testing.T) {
	w := load(t, "fresh_3")
	is(t, w, "leader=majority", false, "no leader has a majority that follows it; nobody leads in the highest term, which is 0: node 0 is Follower in term 0, node 1 is Follower in term 0, node 2 is Follower in term 0")
	elect(t, w)
	until(t, w, "leader=majority")
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 0})
	until(t, w, "term=0:5")
	is(t, w, "leader=unique", false, "nobody leads in the highest term, which is 5: node 0 is Candidate in term 5, node 1 is Follower in term 1, node 2 is Leader in term 1")
	is(t, w, "leader=majority", true, "node 2 leads, and a majority follows it")
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	is(t, w, "leader=majority", false, "no leader has a majority that follows it; nobody leads in the highest term, which is 5: node 0 is Candidate in term 5, node 2 is Leader in term 1")
}

// A leader that has been left behind does not count as one of the highest term.
func TestAStaleLeaderIsNoLeaderOfTheHighestTerm(t *testing.T) {
	w := load(t, "force_candidate_step_down")
	until(t, w, "leader=1 role=0:Follower")
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 1})
	until(t, w, "term=0:1000")
	is(t, w, "leader=unique", false, "nobody leads in the highest term, which is 1000: node 0 is Candidate in term 1000, node 1 is Leader in term 999")
	is(t, w, "leader=none", false, "nobody leads in the highest term, which is 1000: node 0 is Candidate in term 1000, node 1 is Leader in term 999")
}

func TestLogsEqual(t *testing.T) {
	w := load(t, "missing_and_extra_entries")
	is(t, w, "logs_equal=0,1", false, `at index 4 node 0 has put_message dog "I love dogs x 2!" of term 4 and node 1 has put_message dog "I love dogs x 2!" of term 2`)
	watch := condition.NewWatch(parse(t, "logs_equal=all queues_equal=all"), 0)
	assert.Assert(t, !watch.Holds(w))
	until(t, w, "logs_equal=all committed=6")
	is(t, w, "logs_equal=all", true, "node 0 ends at entry 6 of term 6, node 1 ends at entry 6 of term 6")
	is(t, w, "queues_equal=0,1", true, "node 0 has applied 6, node 1 has applied 6")
	assert.Assert(t, watch.Holds(w))
}

func TestQueuesEqual(t *testing.T) {
	for _, c := range []struct{ name, log0, log1, seen string }{
		{"Topics", `{ term = 1, op = "put_topic", topic = "dog" }`, ``,
			"node 0 has 1 topic and node 1 has 0"},
		{"TopicName", `{ term = 1, op = "put_topic", topic = "dog" }`, `{ term = 2, op = "put_topic", topic = "cat" }`,
			`topic 1 is "dog" on node 0 and "cat" on node 1`},
		{"Messages", `{ term = 1, op = "put_topic", topic = "dog" }, { term = 1, op = "put_message", topic = "dog", message = "x" }`,
			`{ term = 1, op = "put_topic", topic = "dog" }, { term = 2, op = "put_message", topic = "cat", message = "x" }`,
			`topic "dog" holds 1 message on node 0 and 0 on node 1`},
		{"Message", `{ term = 1, op = "put_topic", topic = "dog" }, { term = 1, op = "put_message", topic = "dog", message = "x" }`,
			`{ term = 1, op = "put_topic", topic = "dog" }, { term = 2, op = "put_message", topic = "dog", message = "y" }`,
			`message 1 of topic "dog" is "x" on node 0 and "y" on node 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries := func(log string) int { return strings.Count(log, "term =") }
			text := "format = 1\nunsafe = true\n"
			for i, log := range []string{c.log0, c.log1} {
				text += "[[node]]\nid = " + string(rune('0'+i)) + "\nlog = [" + log + "]\ncommit_index = " + string(rune('0'+entries(log))) + "\n"
			}
			f, err := fixture.Parse("queues.toml", []byte(text))
			assert.NilError(t, err)
			is(t, world.New(f.Config(), nil), "queues_equal=all", false, c.seen)
		})
	}
}

func TestEventsCountAfterSince(t *testing.T) {
	w := load(t, "fresh_3")
	from0 := condition.NewWatch(parse(t, "event=BecomeLeader:2"), 0)
	fromNow := condition.NewWatch(parse(t, "event=Init"), condition.Now)
	other := condition.NewWatch(parse(t, "event=BecomeLeader:0,1"), 0)
	assert.Assert(t, !from0.Holds(w) && !fromNow.Holds(w) && !other.Holds(w))
	elect(t, w)
	assert.Assert(t, from0.Holds(w) && !fromNow.Holds(w) && !other.Holds(w))
	found := from0.Results(w)[0].Seen
	assert.Assert(t, strings.HasPrefix(found, "record "), found)
	w.RunUntil(time.Second)
	assert.Equal(t, from0.Results(w)[0].Seen, found)
	assert.Assert(t, strings.HasPrefix(other.Results(w)[0].Seen, "no BecomeLeader of node 0,1 in records 1 to "))

	late := condition.NewWatch(parse(t, "event=BecomeLeader"), w.Trace().Last())
	assert.Equal(t, late.Results(w)[0].Holds, false)
	assert.Assert(t, strings.HasPrefix(late.Results(w)[0].Seen, "no record after "))

	replaced := load(t, "fresh_3")
	assert.Assert(t, fromNow.Holds(replaced), "all of another cluster's trace is new")
}

func TestCountsAreCompared(t *testing.T) {
	w := load(t, "fresh_3")
	is(t, w, "count=Init:3", true, "3 of Init in records 1 to 6, the last one is record 3, at 0 ms")
	is(t, w, "count=Init:2:1", true, "1 of Init of node 2 in records 1 to 6, the last one is record 3, at 0 ms")
	is(t, w, "count=Init:0,1:1", false, "2 of Init of node 0,1 in records 1 to 6, the last one is record 2, at 0 ms")
	is(t, w, "count=Timeout:0", true, "no Timeout in records 1 to 6")
	grows := condition.NewWatch(parse(t, "count=BecomeLeader:0,2:<=1"), condition.Now)
	assert.Assert(t, grows.Holds(w))
	elect(t, w)
	assert.Assert(t, grows.Holds(w))
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 2})
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 0})
	until(t, w, "leader=0")
	assert.Assert(t, !grows.Holds(w))
	assert.Assert(t, strings.HasPrefix(grows.Results(w)[0].Seen, "2 of BecomeLeader of node 0,2 in records 7 to "))
}

// Events of a name are those of the node that has it now, since the beginning.
func TestEventsOfNamedNodes(t *testing.T) {
	w := load(t, "fresh_3")
	names := map[string]raft.NodeID{}
	watch := one(t, "count=BecomeLeader:old:1", bound(names))
	led := one(t, "event=BecomeLeader:leader", condition.Env{})
	assert.Assert(t, !watch.Holds(w) && !led.Holds(w))
	elect(t, w)
	assert.Assert(t, !watch.Holds(w) && led.Holds(w))
	names["old"] = 2
	assert.Assert(t, watch.Holds(w))
	names["old"] = 1
	assert.Assert(t, !watch.Holds(w))
	names["old"] = 2
	assert.Assert(t, watch.Holds(w), "%v", watch.Results(w))
}

// An event stays counted, whichever node its name stands for later.
func TestEventsOfNamedNodesOutliveTheTrace(t *testing.T) {
	f, err := fixture.Named("fresh_3")
	assert.NilError(t, err)
	c := f.Config()
	c.TraceSize = 20
	w := world.New(c, nil)
	names := map[string]raft.NodeID{}
	watch := one(t, "count=Init:old:1", bound(names))
	assert.Assert(t, !watch.Holds(w))
	for w.Now() < 2*time.Second {
		w.Step()
		watch.Holds(w)
	}
	assert.Assert(t, w.Trace().First() > 3)
	names["old"] = 1
	assert.Assert(t, watch.Holds(w))
}

// A trace keeps only its newest records; a watch reports that some were lost.
func TestLostEventsAreReported(t *testing.T) {
	f, err := fixture.Named("fresh_3")
	assert.NilError(t, err)
	c := f.Config()
	c.TraceSize = 20
	w := world.New(c, nil)
	w.RunUntil(2 * time.Second)
	watch := condition.NewWatch(parse(t, "event=Init"), 0)
	assert.Assert(t, !watch.Holds(w))
	seen := watch.Results(w)[0].Seen
	assert.Assert(t, strings.HasSuffix(seen, "are no longer held"), seen)
}

// Nodes may go while somebody waits for them.
func TestAWatchOutlivesItsNodes(t *testing.T) {
	watch := condition.NewWatch(parse(t, "leader=4 role=4:Leader term=4:1 committed=4:1 logs_equal=0,4 queues_equal=0,4 event=Apply:4"), 0)
	assert.Assert(t, !watch.Holds(load(t, "fresh_5")))
	small := load(t, "fresh_1")
	assert.Assert(t, !watch.Holds(small))
	for _, r := range watch.Results(small) {
		assert.Assert(t, !r.Holds, "%v", r)
	}
}

func TestExplanationsOfManyNodesAreShort(t *testing.T) {
	results := condition.NewWatch(parse(t, "term=1"), 0).Results(load(t, "fresh_13"))
	assert.Assert(t, strings.HasSuffix(results[0].Seen, "node 9 is in term 0, and 3 more"), results[0].Seen)
}
