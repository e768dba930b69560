package invariant_test

import (
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// breakers has a bug for each invariant that violates it.
var breakers = map[string]string{
	"election_safety":            "quorum_off_by_one",
	"leader_append_only":         "leader_overwrites_log",
	"log_matching":               "append_without_comparing",
	"leader_completeness":        "vote_without_log",
	"state_machine_safety":       "keeps_conflicting_entries",
	"one_vote_per_term":          "vote_twice",
	"monotonic_term":             "term_not_stored",
	"monotonic_commit_index":     "commit_index_goes_back",
	"monotonic_match_index":      "match_index_goes_back",
	"stored_before_acknowledged": "commit_without_majority",
	"applied_once_in_order":      "apply_twice_on_leader",
}

func TestABugViolatesEachInvariant(t *testing.T) {
	for i, inv := range invariant.Invariants() {
		t.Run(inv.Name, func(t *testing.T) {
			bug := breakers[inv.Name]
			assert.Assert(t, bug != "", "no bug is known to violate it")
			for seed := range uint64(200) {
				s := newStorm(seed, bug)
				s.run(200)
				r := s.monitor.Report()[i]
				if r.Status == invariant.Held {
					continue
				}
				assert.Equal(t, r.Status, invariant.Violated)
				v := r.Violation
				assert.Assert(t, v.Seq > uint64(s.world.Nodes()) && v.Seq <= s.world.Trace().Last())
				assert.Assert(t, v.Time > 0 && v.Time <= s.world.Now())
				assert.Assert(t, v.Here != "" && v.There != "" && v.Here != v.There)
				assert.Assert(t, strings.Contains(v.Explanation, "§") || strings.Contains(v.Explanation, "Figure 2"), v.Explanation)
				assert.Assert(t, is.Len(v.Bugs, s.world.Nodes()))
				assert.Equal(t, v.Bugs[0], invariant.Planted{Node: 0, Bug: bug})
				assert.Assert(t, is.Contains(r.Words(), "have the planted bug "+bug))
				return
			}
			t.Errorf("200 storms with the bug %s did not violate it", bug)
		})
	}
}

// begin makes a world from a fixture, and its monitor.
func begin(t *testing.T, text string) (*world.World, *invariant.Monitor) {
	t.Helper()
	f, err := fixture.Parse("x", []byte("format = 1\nunsafe = true\n"+text))
	assert.NilError(t, err)
	m := invariant.New()
	return world.New(f.Config(), nil, m), m
}

// of returns the standing of an invariant.
func of(m *invariant.Monitor, name string) invariant.Standing {
	for _, r := range m.Report() {
		if r.Name == name {
			return r
		}
	}
	return invariant.Standing{}
}

// The nodes are not to blame for the start, nor for violations that follow from it.
func TestViolationAtTheStartIsAtStart(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"election_safety", `
			node = [{ id = 0, role = "leader", term = 2 }, { id = 1, role = "leader", term = 2 }, { id = 2 }]`,
			"term 2 has two leaders, node 0 and node 1: it has at most one, because each needs the votes of a majority (§5.2)"},
		{"log_matching", `
			node = [{ id = 0, term = 2, log = [{ term = 1, op = "put_topic", topic = "a" }] }, { id = 1, term = 2, log = [{ term = 1, op = "put_topic", topic = "b" }] }, { id = 2 }]`,
			`node 1 has "put_topic b" of term 1 at index 1, and node 0 has "put_topic a" of term 1 at index 1: logs with an entry of one index and term are identical up to it (§5.3)`},
		{"state_machine_safety", `
			node = [{ id = 0, term = 2, commit_index = 1, log = [{ term = 1, op = "put_topic", topic = "a" }] }, { id = 1, term = 2, commit_index = 1, log = [{ term = 2, op = "put_topic", topic = "b" }] }, { id = 2 }]`,
			`node 1 committed "put_topic b" of term 2 at index 1, but node 0 had committed "put_topic a" of term 1 at index 1: no two nodes may apply different entries at one index (§5.4.3)`},
		{"leader_completeness", `
			node = [{ id = 0, term = 2, commit_index = 1, log_terms = "1" }, { id = 1, term = 2, log_terms = "1" }, { id = 2, role = "leader", term = 3 }]`,
			"node 2 leads term 3 without entry 1 of term 1, which was committed in term 2: a leader has every entry committed in an earlier term (§5.4)"},
		{"stored_before_acknowledged", `
			node = [{ id = 0, term = 2, commit_index = 1, log_terms = "1" }, { id = 1 }, { id = 2 }]`,
			"node 0 starts with commitIndex at entry 1 of term 1 when 1 of 3 nodes had it on stable storage: a crash may undo an entry that no majority has stored (§5.3, D §3.8)"},
		{"stored_before_acknowledged", `
			node = [{ id = 0, term = 2, commit_index = 1, log_terms = "1" }, { id = 1, log_terms = "1", term = 1 }, { id = 2 }, { id = 3 }]`,
			"node 0 starts with commitIndex at entry 1 of term 1 when 2 of 4 nodes had it on stable storage: a crash may undo an entry that no majority has stored (§5.3, D §3.8)"},
		{"monotonic_match_index", `
			node = [{ id = 0, role = "leader", term = 2, log_terms = "1", next_index = { 1 = 2, 2 = 2 }, match_index = { 1 = 1, 2 = 0 } }, { id = 1, term = 2 }, { id = 2, term = 2 }]`,
			"node 0 leads term 2 and has matchIndex 1 for node 1, where it has an entry of term 1 at index 1 itself, but node 1 has no entry at index 1 on its stable storage: a follower has stored all entries up to its matchIndex (§5.3, Figure 2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, m := begin(t, c.text)
			r := of(m, c.name)
			assert.Equal(t, r.Status, invariant.AtStart)
			assert.Equal(t, r.Violation.Explanation, c.want)
			w.RunUntil(5 * time.Second)
			for _, r := range m.Report() {
				assert.Assert(t, r.Status != invariant.Violated, "%v", r)
			}
		})
	}
}

// A majority that lost a committed entry with a disk elects a leader without it.
func TestWipedDiskIsAnExcuse(t *testing.T) {
	w, m := begin(t, `
		node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }]
		partition = { isolate = 2 }`)
	w.Do(0, queue.PutTopic.New("dog"), nil)
	w.RunUntil(100 * time.Millisecond)
	assert.Equal(t, w.View(1, 0).CommitIndex, raft.Index(1))
	for _, c := range []fault.Change{
		{Kind: fault.Crash, Node: 1, Wipe: true}, {Kind: fault.Crash, Node: 0}, {Kind: fault.HealNode, Node: 1}, {Kind: fault.HealNode, Node: 2},
	} {
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	w.RunUntil(5 * time.Second)
	assert.Assert(t, w.Leader() > 0)
	r := of(m, "leader_completeness")
	assert.Equal(t, r.Status, invariant.Excused)
	assert.Assert(t, strings.HasPrefix(r.Excuse, "the disk of node 1 was wiped at #"), r.Excuse)
	assert.Assert(t, strings.HasSuffix(r.Excuse, ", and Raft assumes that disks survive (D §3.8)"), r.Excuse)
	assert.Assert(t, is.Len(invariant.Broken(m.Report()), 0))
	assert.Equal(t, of(m, "monotonic_term").Status, invariant.Held, "a new disk begins in term 0")

	// Its log may get different entries.
	_, err := w.Change(fault.Change{Kind: fault.Crash, Node: 1, Wipe: true})
	assert.NilError(t, err)
	_, err = w.Change(fault.Change{Kind: fault.Restart, Node: 1})
	assert.NilError(t, err)
	w.RPC(raft.Message{
		Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: 1, LeaderCommit: 1,
		Entries: []raft.Entry{{Term: 1, Command: queue.PutTopic.New("cat")}},
	}, nil)
	w.RunUntil(w.Now() + time.Millisecond)
	r = of(m, "state_machine_safety")
	assert.Equal(t, r.Status, invariant.Excused)
	assert.Equal(t, r.Violation.There, `node 0 had committed "put_topic dog" of term 1 at index 1`)
}

// An earlier entry that is stored by a majority does not help.
func TestEachEntryMustBeStored(t *testing.T) {
	w, m := begin(t, `
		node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }]`)
	put := func(topic string) {
		w.Do(0, queue.PutTopic.New(topic), nil)
		w.RunUntil(w.Now() + time.Millisecond)
	}
	put("a")
	for _, c := range []fault.Change{{Kind: fault.Isolate, Node: 0}, {Kind: fault.Plant, Node: 0, Bug: "commit_without_majority"}} {
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	assert.Assert(t, is.Len(invariant.Broken(m.Report()), 0))
	put("b")
	r := of(m, "stored_before_acknowledged")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Equal(t, r.Violation.Index, raft.Index(2))
	assert.Equal(t, r.Words(), "node 0 committed entry 2 of term 1 when 1 of 3 nodes had it on stable storage: "+
		"a crash may undo an entry that no majority has stored (§5.3, D §3.8); node 0 has the planted bug commit_without_majority")
	put("c")
	assert.Equal(t, of(m, "stored_before_acknowledged").Violation.Index, raft.Index(2), "the first one is kept")
	assert.Assert(t, of(m, "stored_before_acknowledged").Further > 0)
}

func TestHalfOfTheNodesIsNoMajority(t *testing.T) {
	w, m := begin(t, `
		cluster.bug = "quorum_off_by_one"
		node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }, { id = 3, term = 1 }]
		partition = { groups = [[0, 1], [2, 3]] }`)
	w.Do(0, queue.PutTopic.New("a"), nil)
	w.RunUntil(time.Millisecond)
	r := of(m, "stored_before_acknowledged")
	assert.Equal(t, r.Status, invariant.Violated)
	assert.Equal(t, r.Violation.There, "2 of 4 nodes have it on stable storage")
}

func TestUnfinishedWriteIsNotStored(t *testing.T) {
	for _, c := range []struct {
		bug  string
		want invariant.Status
	}{{"", invariant.Held}, {"send_before_stored", invariant.Violated}} {
		w, m := begin(t, `
			cluster = { storage_delay_ms = 10, bug = "`+c.bug+`" }
			node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }]`)
		w.Do(0, queue.PutTopic.New("a"), nil)
		w.RunUntil(50 * time.Millisecond)
		assert.Equal(t, of(m, "monotonic_match_index").Status, c.want)
	}
}

func TestCrashMayUndoATermThatWasFrozenUnstored(t *testing.T) {
	w, _ := begin(t, "cluster = { nodes = 3, storage_delay_ms = 10 }")
	_, err := w.Change(fault.Change{Kind: fault.Timeout, Node: 0})
	assert.NilError(t, err)
	assert.Assert(t, w.Writing(0))
	m := invariant.New()
	w = world.New(w.Freeze(), nil, m)
	_, err = w.Change(fault.Change{Kind: fault.Crash, Node: 0})
	assert.NilError(t, err)
	assert.Equal(t, w.View(0, 0).Term, raft.Term(0))
	w.RunUntil(2 * time.Second)
	for _, r := range m.Report() {
		assert.Equal(t, r.Status, invariant.Held, "%v", r)
	}
}

func TestTerm0HasNoVotes(t *testing.T) {
	for seed := range uint64(50) {
		s := newStorm(seed, "term_not_stored")
		s.run(200)
		if v := of(s.monitor, "one_vote_per_term").Violation; v != nil {
			assert.Assert(t, v.Term > 0, v.Explanation)
		}
	}
}

// A fixture may set up one leader and leave the others behind. Then they may elect
// another leader of its term.
func TestStartBehindALeaderIsAnExcuse(t *testing.T) {
	w, m := begin(t, `
		cluster.nodes = 3
		node = [{ id = 0, role = "leader", term = 1 }]
		partition = { isolate = 0 }`)
	w.RunUntil(2 * time.Second)
	r := of(m, "election_safety")
	assert.Equal(t, r.Status, invariant.Excused)
	assert.Equal(t, r.Excuse, "in the fixture's start a majority of the nodes can still elect a leader of term 1, although there are leaders or entries up to term 1 already (§5.2)")
}

func TestMessageFromOutsideIsAnExcuseUnlessItsSenderCouldHaveSentIt(t *testing.T) {
	const cluster = `
		node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1, voted_for = 0 }, { id = 2, term = 1, voted_for = 0 }]`
	for name, c := range map[string]struct {
		message raft.Message
		excused bool
	}{
		"Heartbeat":    {raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: 1}, false},
		"RequestVote":  {raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 1, Term: 9, LastLogIndex: 5, LastLogTerm: 8}, false},
		"NoLeader":     {raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 1}, true},
		"CommitsAhead": {raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: 1, LeaderCommit: 7}, true},
		"Entries": {raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: 1,
			Entries: []raft.Entry{{Term: 1, Command: queue.PutTopic.New("x")}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, m := begin(t, cluster)
			w.RPC(c.message, nil)
			w.RunUntil(time.Second)
			assert.Equal(t, m.Excuse() != "", c.excused, m.Excuse())
		})
	}
}

func TestMonitorStartsAgainWithAnotherWorld(t *testing.T) {
	s := newStorm(1, "commit_without_majority")
	s.run(100)
	assert.Assert(t, len(invariant.Broken(s.monitor.Report())) > 0)
	f := fixture.Fresh(3)
	w := world.New(f.Config(), nil, s.monitor)
	w.RunUntil(time.Second)
	for _, r := range s.monitor.Report() {
		assert.Equal(t, r.Status, invariant.Held)
		assert.Equal(t, r.String(), r.Name+" held")
	}
}
