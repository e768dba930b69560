package invariant_test

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// ledByNode0 is a cluster of three nodes with node 0 as the leader of term 1. It sends
// heartbeats and does nothing else by itself.
const ledByNode0 = `
	cluster.election_timeout_ms = [20000, 30000]
	node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }]`

// change makes a change that must be possible.
func change(t *testing.T, w *world.World, c fault.Change) {
	t.Helper()
	_, err := w.Change(c)
	assert.NilError(t, err)
}

func topic(name string) *machine.Command { return queue.PutTopic.New(name) }

// put asks a node for a topic, and lets the answer arrive.
func put(w *world.World, id raft.NodeID, name string) {
	w.Do(id, topic(name), nil)
	w.RunUntil(w.Now() + time.Millisecond)
}

func TestFollowerMustKeepAcknowledgedEntries(t *testing.T) {
	w, m := begin(t, ledByNode0)
	put(w, 0, "a")
	put(w, 0, "b")
	again := func(to raft.NodeID) { // an AppendEntries that the leader might have sent before b
		change(t, w, fault.Change{Kind: fault.Plant, Node: to, Bug: "truncate_always"})
		entries := []raft.Entry{{Term: 1, Command: topic("a")}}
		w.RPC(raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: to, Term: 1, Entries: entries}, nil)
		w.Step()
	}
	again(2)
	r := of(m, "monotonic_match_index")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Equal(t, r.Violation.Explanation, "node 2 has a log that ends at index 1 now, but node 0 leads term 1 and has its acknowledgement of entry 2 of term 1: "+
		"a follower keeps what it has acknowledged (§5.3, D §3.8)")
	assert.Equal(t, w.Trace().At(r.Violation.Seq).Kind, trace.Kind(raft.HandleAppendEntriesRequest))
	assert.Equal(t, of(m, "stored_before_acknowledged").Status, invariant.Held, "two of three have it")
	again(1)
	r = of(m, "stored_before_acknowledged")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Equal(t, r.Violation.Explanation, "node 1 has lost entry 2 of term 1, which was committed, and now 1 of 3 nodes have it on stable storage: "+
		"a majority keeps it (§5.3, D §3.8)")
}

// The entry is replaced while commitIndex stays the same.
func TestReplacedCommittedEntryIsAViolation(t *testing.T) {
	w, m := begin(t, ledByNode0)
	put(w, 0, "a")
	w.RunUntil(100 * time.Millisecond) // all have committed it
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 2})
	change(t, w, fault.Change{Kind: fault.Plant, Node: 2, Bug: "truncate_always"})
	entries := []raft.Entry{{Term: 1, Command: topic("b")}}
	w.RPC(raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 2, Term: 1, Entries: entries}, nil)
	w.RunUntil(w.Now() + time.Millisecond)
	r := of(m, "state_machine_safety")
	assert.Equal(t, r.Status, invariant.Excused)
	assert.Equal(t, r.Violation.There, `node 0 had committed "put_topic a" of term 1 at index 1`)
}

func TestOfTwoEntriesTheCommittedOneCounts(t *testing.T) {
	for _, c := range []struct {
		first, second, third string
		want                 invariant.Status
	}{
		{`log = [{ term = 1, op = "put_topic", topic = "a" }]`, `commit_index = 1, log = [{ term = 1, op = "put_topic", topic = "b" }]`,
			`commit_index = 1, log = [{ term = 1, op = "put_topic", topic = "b" }]`, invariant.Held},
		{`log = [{ term = 1, op = "put_topic", topic = "a" }]`, `commit_index = 1, log = [{ term = 1, op = "put_topic", topic = "b" }]`,
			`commit_index = 1, log = [{ term = 1, op = "put_topic", topic = "a" }]`, invariant.AtStart},
	} {
		_, m := begin(t, `node = [{ id = 0, term = 1, `+c.first+`}, { id = 1, term = 1, `+c.second+` }, { id = 2, term = 1, `+c.third+` }]`)
		assert.Equal(t, of(m, "log_matching").Status, invariant.AtStart)
		assert.Equal(t, of(m, "state_machine_safety").Status, c.want)
	}
}

// A candidate must store its term and vote before it asks for votes. A request from
// outside in its name does not count.
func TestCandidateMustStoreBeforeItAsks(t *testing.T) {
	for _, c := range []struct {
		bug  string
		want invariant.Status
	}{{"", invariant.Held}, {"send_before_stored", invariant.Violated}} {
		w, m := begin(t, "cluster.storage_delay_ms = 10\ncluster.bug = \""+c.bug+"\"\n"+ledByNode0)
		change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
		w.RunUntil(5 * time.Millisecond)
		change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
		assert.Equal(t, of(m, "monotonic_term").Status, c.want)
		change(t, w, fault.Change{Kind: fault.Restart, Node: 1})
		w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 1, Term: 2}, nil)
		w.RunUntil(6 * time.Millisecond)
		assert.Equal(t, of(m, "one_vote_per_term").Status, c.want)
	}
	w, m := begin(t, ledByNode0)
	w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 9}, nil)
	w.RunUntil(time.Millisecond)
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	assert.Equal(t, w.View(2, 0).VotedFor, raft.NodeID(1))
	assert.Assert(t, is.Len(invariant.Broken(m.Report()), 0))
}

func TestStartWithAMessageSentBeforeItWasStoredIsAnExcuse(t *testing.T) {
	w, _ := begin(t, "cluster.storage_delay_ms = 10\n"+ledByNode0)
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
	c := w.Freeze()
	for i := range c.Messages {
		if c.Messages[i].Place == world.Unsent {
			c.Messages[i].Place, c.Messages[i].Write = world.InTransit, 0
		}
	}
	m := invariant.New()
	w = world.New(c, nil, m)
	w.RunUntil(time.Millisecond)
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	assert.Equal(t, of(m, "monotonic_term").Status, invariant.Excused)
}

func TestUnelectedLeaderMustHaveCommittedEntries(t *testing.T) {
	w, m := begin(t, ledByNode0)
	change(t, w, fault.Change{Kind: fault.Plant, Node: 0, Bug: "no_step_down"})
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 0})
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
	w.RunUntil(time.Millisecond)
	put(w, 1, "a")
	assert.Equal(t, w.View(1, 0).CommitIndex, raft.Index(1))
	w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 0, Term: 3}, nil)
	w.RunUntil(w.Now() + time.Millisecond)
	r := of(m, "leader_completeness")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Equal(t, r.Violation.Term, raft.Term(3))
}

func TestPastLeaderMustHaveHadCommittedEntries(t *testing.T) {
	w, m := begin(t, ledByNode0)
	change(t, w, fault.Change{Kind: fault.Isolate, Node: 0})
	change(t, w, fault.Change{Kind: fault.Timeout, Node: 1})
	w.RunUntil(time.Millisecond)
	assert.Equal(t, w.View(1, 0).Role, raft.Leader)
	change(t, w, fault.Change{Kind: fault.Crash, Node: 1})
	change(t, w, fault.Change{Kind: fault.Plant, Node: 0, Bug: "commit_without_majority"})
	assert.Assert(t, is.Len(invariant.Broken(m.Report()), 0))
	put(w, 0, "a")
	r := of(m, "leader_completeness")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Assert(t, is.Contains(r.Violation.Explanation, "entry 1 of term 1 is committed in term 1, but node 1 was elected leader of term 2 at #"))
}
