package scenario

import (
	"slices"
	"strings"
	"testing"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A story in which something of every kind happens, for people to read.
func TestNarrate(t *testing.T) {
	f := fixture.Fresh(3)
	f.Seed, f.StorageDelay = 3, ms
	f.Faults = []fault.Rule{
		{Name: "twice", Match: fault.Match{Type: fault.RequestVoteType}, Duplicate: 1, Count: 1},
		{Name: "kept", Match: fault.Match{Type: fault.AppendEntriesType, To: []raft.NodeID{1}}, Hold: true, Until: 400 * ms},
	}
	var lines []string
	kinds := map[trace.Kind]bool{}
	untold := map[trace.Kind]bool{}
	w := world.New(f.Config(), func(r *trace.Record) {
		kinds[r.Kind] = true
		words := narrate(r)
		if words == "" {
			untold[r.Kind] = true
			return
		}
		assert.Check(t, !strings.Contains(words, "%!") && !strings.Contains(words, "no command") && !strings.HasSuffix(words, " "), words)
		lines = append(lines, moment(r.Time)+" "+words)
	})
	change := func(c fault.Change) {
		t.Helper()
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	do := func(c machine.Command) { w.Do(w.Leader(), &c, nil) }
	w.RunUntil(600 * ms)
	leader := w.Leader()
	do(queue.PutTopic.With("dog"))
	do(queue.PutMessage.With("dog", "wuff"))
	w.RunUntil(700 * ms)
	do(queue.PopMessage.With("dog"))
	do(queue.PopMessage.With("dog"))
	w.Do((leader+1)%3, queue.GetTopics.New(), nil)
	w.RunUntil(800 * ms)
	w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 0, To: 1, Term: 1}, nil)
	w.RunUntil(810 * ms)
	change(fault.Change{Kind: fault.Skew, Node: 0, Skew: 1.5})
	change(fault.Change{Kind: fault.Plant, Node: 0, Bug: "vote_twice"})
	change(fault.Change{Kind: fault.Plant, Node: 0})
	change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
	change(fault.Change{Kind: fault.Partition})
	change(fault.Change{Kind: fault.Isolate, Node: leader})
	do(queue.PutTopic.With("lost"))
	w.RunUntil(1600 * ms)
	change(fault.Change{Kind: fault.HealNode, Node: leader})
	w.RunUntil(1700 * ms)
	change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "lossy", Drop: true}})
	w.RunUntil(1760 * ms)
	change(fault.Change{Kind: fault.DeleteRule, Name: "lossy"})
	do(queue.PutTopic.With("cow"))
	change(fault.Change{Kind: fault.Crash, Node: w.Leader(), Wipe: true})
	change(fault.Change{Kind: fault.Pause, Node: 1})
	change(fault.Change{Kind: fault.Resume, Node: 1})
	change(fault.Change{Kind: fault.Timeout, Node: 1})
	change(fault.Change{Kind: fault.Timeout, Node: 1})
	w.RunUntil(1800 * ms)
	change(fault.Change{Kind: fault.Heal})
	w.RunUntil(2300 * ms)

	m := raft.Message{Type: raft.AppendEntriesRequest, From: 1, To: 2, Term: 3}
	assert.Equal(t, narrate(&trace.Record{Kind: trace.ResumeMessage, Message: m}),
		"the heartbeat of term 3 from node 1 to node 2 was on its way")
	golden.Assert(t, strings.Join(lines, "\n")+"\n", "story.txt")
	for k := range trace.NumKinds {
		assert.Check(t, kinds[k] || k == trace.ResumeMessage, "no %s has happened", k)
	}
	for k := range untold {
		assert.Check(t, slices.Contains([]trace.Kind{
			trace.Kind(raft.AppendEntries), trace.Kind(raft.HandleAppendEntriesRequest), trace.Kind(raft.HandleAppendEntriesResponse),
			trace.Kind(raft.HandleRequestVoteRequest), trace.Kind(raft.HandleRequestVoteResponse), trace.Reply, trace.Persist,
		}, k), "a %s is not told", k)
	}
}

// What a condition names is what the trail is about.
func TestNodesOf(t *testing.T) {
	for c, want := range map[string]string{
		"leader=2":                  "2",
		"leader=unique":             "",
		"leader=none":               "",
		"leader=old":                "old",
		"role=1,old:Follower":       "1,old",
		"role=all:Follower":         "",
		"term=5":                    "",
		"term=2:5":                  "2",
		"committed=0,1:>=3":         "0,1",
		"logs_equal=0,1":            "0,1",
		"logs_equal=all":            "",
		"queue=1:dog:[\"a:b\"]":     "1",
		"event=BecomeLeader":        "",
		"event=BecomeLeader:2":      "2",
		"count=RequestVote:0":       "",
		"count=RequestVote:0,1:>=3": "0,1",
		"answer=w:ok":               "",
		"answers=w:ok:3":            "",
	} {
		assert.Equal(t, strings.Join(nodesOf(c), ","), want, c)
	}
}

// A trail is short, tells what is repeated once, and is about the nodes named.
func TestTrail(t *testing.T) {
	p := settled(t, 3).
		then("", play.Cut{Isolate: []play.Who{id(0)}}).
		within(1000*ms, "", "role=0:Follower").
		within(1000*ms, "", "role=old:Follower").
		within(1000*ms, "", "leader=0", "role=0:Follower")
	trail := p.run().Findings[0].Trail
	assert.DeepEqual(t, trail[:2], []string{
		"at 0 ms node 0 began as Leader of term 1, its log ending at index 0",
		"at 0 ms the network was parted: nothing goes from node 0 to 1, 0 to 2, 1 to 0, 2 to 0",
	})
	assert.Assert(t, len(trail) <= trailLength, "%q", trail)
	for _, line := range trail {
		assert.Check(t, !strings.Contains(line, "to node 1 "), line)
	}
	all := p.run().Findings[1].Trail
	assert.Equal(t, len(all), trailLength)
	assert.Assert(t, strings.Contains(strings.Join(all, "\n"), "times before)"), "%q", all)
}
