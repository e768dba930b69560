package trace_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

const ms = time.Millisecond

// eventful returns the records of a world with records of all kinds.
func eventful(t *testing.T) []trace.Record {
	t.Helper()
	entry := func(term raft.Term) raft.Entry {
		return raft.Entry{Term: term, Command: queue.GetTopics.New()}
	}
	var records []trace.Record
	w := world.New(world.Config{
		Seed: 3, ElectionMin: world.DefaultElectionMin, ElectionMax: world.DefaultElectionMax, Heartbeat: world.DefaultHeartbeat,
		StorageDelay: ms,
		Machine:      queue.Type,
		Nodes: []world.NodeConfig{
			{VotedFor: raft.None},
			{VotedFor: raft.None},
			{Term: 2, VotedFor: raft.None, Log: []raft.Entry{entry(1), entry(1), entry(2)}, Bug: "timer_reset_on_any_vote_request"},
		},
		Faults: []fault.Rule{
			{Name: "twice", Match: fault.Match{Type: fault.RequestVoteType, Kind: fault.RequestKind}, Duplicate: 1, Count: 1},
			{Name: "kept", Match: fault.Match{Type: fault.AppendEntriesType, To: []raft.NodeID{1}}, Hold: true, Until: 400 * ms},
		},
		Messages: []world.SentMessage{{Message: raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 0, Term: 2}, Left: ms}},
	}, func(r *trace.Record) { records = append(records, *r) })
	change := func(c fault.Change) {
		t.Helper()
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	run := func(d time.Duration) { w.RunUntil(w.Now() + d) }
	lead := func() raft.NodeID {
		for w.Leader() == raft.None {
			run(50 * ms)
		}
		return w.Leader()
	}
	do := func(c machine.Command) { w.Do(lead(), &c, nil) }
	leader := lead()
	do(queue.PutTopic.With("dog"))
	do(queue.PutMessage.With("dog", "I love dogs!"))
	run(100 * ms)
	do(queue.GetTopics.With())
	do(queue.PopMessage.With("dog"))
	do(queue.PopMessage.With("dog"))
	w.Do((leader+1)%3, queue.GetTopics.New(), nil)
	run(100 * ms)
	w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 0, To: 1, Term: 1}, nil)
	run(10 * ms)
	change(fault.Change{Kind: fault.Skew, Node: 0, Skew: 1.5})
	change(fault.Change{Kind: fault.Plant, Node: 0, Bug: "vote_twice"})
	change(fault.Change{Kind: fault.Plant, Node: 0})
	change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
	change(fault.Change{Kind: fault.Partition})
	change(fault.Change{Kind: fault.Isolate, Node: leader})
	do(queue.PutTopic.With("lost"))
	run(790 * ms)
	change(fault.Change{Kind: fault.HealNode, Node: leader})
	run(100 * ms)
	change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "lossy", Drop: true}})
	run(60 * ms)
	change(fault.Change{Kind: fault.DeleteRule, Name: "lossy"})
	do(queue.PutTopic.With("cow"))
	second := lead()
	change(fault.Change{Kind: fault.Crash, Node: second, Wipe: true})
	other := (second + 1) % 3
	change(fault.Change{Kind: fault.Pause, Node: other})
	change(fault.Change{Kind: fault.Resume, Node: other})
	change(fault.Change{Kind: fault.Timeout, Node: other})
	run(40 * ms)
	change(fault.Change{Kind: fault.Heal})
	run(500 * ms)
	return records
}

// Every record has a line that describes it.
func TestStringTellsRecordsOfAllKinds(t *testing.T) {
	var lines strings.Builder
	kinds := map[trace.Kind]bool{}
	for _, r := range eventful(t) {
		kinds[r.Kind] = true
		line := r.String()
		for _, wrong := range []string{"\n", "%!", "no command", r.Kind.String() + ": " + r.Kind.String()} {
			assert.Check(t, !strings.Contains(line, wrong), line)
		}
		lines.WriteString(line + "\n")
	}
	golden.Assert(t, lines.String(), "eventful.txt")
	for k := range trace.NumKinds {
		assert.Check(t, kinds[k] || k == trace.Kind(raft.DropStaleResponse), "there is no %s", k)
	}
}

func TestSentenceOfAStaleResponse(t *testing.T) {
	r := trace.Record{Kind: trace.Kind(raft.DropStaleResponse), Node: 1, Message: raft.Message{Type: raft.RequestVoteResponse, From: 2, To: 1, Term: 3}}
	assert.Equal(t, r.Sentence(), "node 1 ignored an answer of node 2 that belongs to term 3 (§5.1)")
}

// Notable records leave out those without which people understand a run.
func TestNotableLeavesOutHeartbeats(t *testing.T) {
	may := []trace.Kind{
		trace.Kind(raft.AppendEntries), trace.Kind(raft.HandleAppendEntriesRequest), trace.Kind(raft.HandleAppendEntriesResponse),
		trace.Kind(raft.HandleRequestVoteRequest), trace.Kind(raft.HandleRequestVoteResponse), trace.Reply, trace.Persist, trace.SetTimer,
	}
	out := map[trace.Kind]bool{}
	for _, r := range eventful(t) {
		if !r.Notable() {
			assert.Check(t, slices.Contains(may, r.Kind), r.String())
			out[r.Kind] = true
		}
	}
	assert.Equal(t, len(out), len(may))
}

// An event of a later version, with unknown parts, still has a line.
func TestStringOfAnUnknownEvent(t *testing.T) {
	e := trace.Event{Seq: 1, Time: 2 * ms, Kind: "Snapshot", Node: 2}
	assert.Equal(t, e.String(), "     1     2.000 ms  Snapshot")
}

// Records and the events that users see have the same words.
func TestStringOfEvents(t *testing.T) {
	for _, r := range eventful(t) {
		if r.Kind != trace.Response { // an event does not repeat the request
			assert.Equal(t, r.Event().String(), r.String())
		}
	}
}
