package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A storm is a cluster with random faults and clients.
type storm struct {
	*world.World
	recorder *history.Recorder
	random   *rand.Rand
	asked    int
	texts    int // 0: all messages differ
}

// newStorm returns a cluster with a bug planted in all nodes, or without one for "".
func newStorm(seed uint64, bug string) *storm {
	s := &storm{recorder: history.NewRecorder(), random: rand.New(rand.NewPCG(seed, 7))}
	f := fixture.Fresh(3 + 2*s.random.IntN(2))
	f.Seed = seed
	c := f.Config()
	c.TraceSize = 1000
	if s.random.IntN(2) == 0 {
		c.Faults = []fault.Rule{
			{Name: "loss", Drop: true, Probability: 0.1},
			{Name: "delay", DelayMin: time.Millisecond, DelayMax: time.Duration(2+s.random.IntN(60)) * time.Millisecond},
		}
		c.StorageDelay = time.Duration(s.random.IntN(20)) * time.Millisecond
	}
	for i := range c.Nodes {
		c.Nodes[i].Bug = bug
	}
	s.World = world.New(c, nil, s.recorder)
	return s
}

// ask sends a request, usually to the leader.
func (s *storm) ask() {
	to := s.Leader()
	if to == raft.None || s.random.IntN(8) == 0 {
		to = raft.NodeID(s.random.IntN(s.Nodes()))
	}
	s.asked++
	c := &machine.Command{Op: queue.Type.Ops[s.random.IntN(4)], Args: [2]string{fmt.Sprintf("t%d", s.random.IntN(3))}}
	if c.Op == queue.PutTopic && s.asked > 20 && s.random.IntN(5) > 0 {
		c.Op = queue.PopMessage
	}
	if c.Op == queue.PutMessage {
		c.Args[1] = fmt.Sprintf("m%d", s.asked)
		if s.texts > 0 {
			c.Args[1] = fmt.Sprintf("m%d", s.random.IntN(s.texts))
		}
	}
	s.Do(to, c, nil)
}

// blow makes this number of random steps.
func (s *storm) blow(strokes int) {
	for range strokes {
		s.RunUntil(s.Now() + time.Duration(s.random.IntN(60))*time.Millisecond)
		for range s.random.IntN(4) {
			s.ask()
		}
		c := fault.Change{Node: raft.NodeID(s.random.IntN(s.Nodes()))}
		ops := []fault.Kind{fault.Crash, fault.Restart, fault.Restart, fault.Isolate, fault.Pause,
			fault.Timeout, fault.HealNode, fault.HealNode, fault.HealNode}
		if k := s.random.IntN(2 * len(ops)); k < len(ops) {
			c.Kind = ops[k]
			_, _ = s.Change(c) // an impossible change is skipped
		}
	}
}

func (s *storm) check(t *testing.T) history.Report {
	return s.recorder.Snapshot().Check(t.Context(), history.Options{Timeout: 20 * time.Second})
}

func TestStormsOfHealthyNodes(t *testing.T) {
	for seed := range uint64(60) {
		s := newStorm(seed, "")
		s.texts = int(seed % 3)
		s.blow(300)
		r := s.check(t)
		assert.Equal(t, r.State(), history.Held, "seed %d: %+v", seed, r)
		assert.Equal(t, r.Requests, s.asked)
		assert.Assert(t, !s.recorder.Troubled(), "seed %d: %s", seed, r.How)
		assert.Equal(t, r.Done+r.Refused+r.Unknown, s.asked)

		// A search without the log's order must find the same.
		if s.texts > 0 {
			continue
		}
		h := s.recorder.Snapshot().History()
		for i := range h.Calls {
			h.Calls[i].Index = 0
		}
		r = history.Check(t.Context(), h, history.Options{Timeout: 20 * time.Second})
		assert.Equal(t, r.State(), history.Held, "seed %d: %+v", seed, r)
	}
}

func TestStormsOfPlantedBugs(t *testing.T) {
	for bug, want := range map[string][]string{
		"read_local":               {history.Linearizable, history.DeliveredTwice, history.Lost},
		"answer_before_commit":     {history.Linearizable, history.Lost},
		"apply_twice_on_leader":    {history.Linearizable, history.Lost, history.Invented},
		"quorum_off_by_one":        {history.Linearizable, history.Lost},
		"append_without_comparing": {history.DeliveredTwice},
	} {
		t.Run(bug, func(t *testing.T) {
			seen := map[string]int{}
			open := 0
			for seed := range uint64(40) {
				s := newStorm(seed, bug)
				s.blow(100)
				r := s.check(t)
				if r.State() == history.Open {
					open++
				}
				for _, v := range r.Verdicts {
					if v.State == history.Violated {
						seen[v.Name]++
						assert.Assert(t, v.Words != "" && len(v.Witness) > 0, "%+v", v)
					}
				}
			}
			t.Log(seen, "open", open)
			assert.Assert(t, slices.ContainsFunc(want, func(name string) bool { return seen[name] > 0 }), "%v", seen)
			assert.Assert(t, seen[history.Linearizable] > 0 && open < 5, "%v, open %d", seen, open)
		})
	}
}

// Entries that are in logs at the start, but not committed, may be committed later. No
// client asked for them; yet their messages are not invented.
func TestInheritedEntriesAreNotInvented(t *testing.T) {
	f, err := fixture.Parse("nobody.toml", []byte(`
format = 1
[[node]]
role = "leader"
term = 2
commit_index = 2
log = [
  { term = 1, op = "put_topic", topic = "dog" },
  { term = 1, op = "put_message", topic = "dog", message = "committed" },
  { term = 1, op = "put_message", topic = "dog", message = "nobody's" },
  { term = 1, op = "put_topic", topic = "cat" },
]
[[node]]
term = 2
log_terms = "1*3"
[[node]]
term = 1
log_terms = "1*2"
`))
	assert.NilError(t, err)
	recorder := history.NewRecorder()
	w := world.New(f.Config(), nil, recorder)
	var popped []string
	for range 3 {
		w.Do(0, queue.PopMessage.New("dog"), func(r machine.Reply) { popped = append(popped, r.Result.Text) })
	}
	w.Do(0, queue.GetTopics.New(), nil)
	w.RunUntil(time.Second)
	assert.DeepEqual(t, popped, []string{"committed", "nobody's", ""})
	assert.Assert(t, !recorder.Troubled())
	s := recorder.Snapshot()
	assert.Equal(t, s.Total(), 4)
	assert.Equal(t, len(s.Calls()), 4)

	// A search takes them into account also.
	h := s.History()
	assert.Equal(t, h.Start[0].Values[0], "committed")
	report := history.Check(t.Context(), h, history.Options{})
	assert.Equal(t, report.State(), history.Held, "%+v", report)
	assert.Equal(t, report.Requests, 4)
	h.Calls = s.Calls()
	report = history.Check(t.Context(), h, history.Options{})
	assert.Equal(t, report.Verdict(history.Invented).State, history.Violated)
}

// A node that is down answers no client, but a request that it has not begun will never be
// carried out.
func TestRecorderKnowsOutcomes(t *testing.T) {
	f := fixture.Fresh(3)
	recorder := history.NewRecorder()
	w := world.New(f.Config(), nil, recorder)
	for w.Leader() == raft.None {
		assert.Assert(t, w.Step())
	}
	leader := w.Leader()
	other := (leader + 1) % 3
	ask := func(to raft.NodeID) { w.Do(to, queue.PutTopic.New("t"), nil) }
	change := func(op fault.Kind, id raft.NodeID) {
		_, err := w.Change(fault.Change{Kind: op, Node: id})
		assert.NilError(t, err)
	}
	ask(other) // not to the leader
	w.RunUntil(w.Now())
	change(fault.Isolate, leader)
	ask(leader) // in the leader's log only
	w.RunUntil(w.Now())
	change(fault.Pause, leader)
	ask(leader) // the node has not read it
	change(fault.Crash, leader)
	ask(leader) // refused on arrival
	w.RunUntil(w.Now())
	var outcomes []string
	for _, o := range recorder.Snapshot().Calls() {
		outcomes = append(outcomes, o.Outcome.String())
	}
	assert.DeepEqual(t, outcomes, []string{"refused", "unknown", "refused", "refused"})
	r := recorder.Snapshot().Check(t.Context(), history.Options{})
	assert.Equal(t, r.Refused, 3)
	assert.Equal(t, r.Unknown, 1)
}
