package scenario

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// The changes of a cluster, turned into steps of a scenario, repeat its trace byte for
// byte.
func TestStepsRepeatATrace(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 6))
			f := fixture.Fresh(1 + random.IntN(5))
			f.Seed = seed
			var inputs []trace.Record
			var recorded []byte
			w := world.New(f.Config(), func(r *trace.Record) {
				recorded = append(r.AppendJSON(recorded), '\n')
				if r.Kind.IsInput() {
					inputs = append(inputs, *r)
				}
			})
			for range 40 {
				w.RunUntil(w.Now() + time.Duration(random.IntN(80e6)))
				meddle(w, random)
				w.RunUntil(w.Now()) // a step ends with everything that was due
			}

			h, err := fixture.History(f, inputs, w.Now())
			assert.NilError(t, err)
			text := h.TOML()
			again, err := fixture.Parse("history.toml", text)
			assert.NilError(t, err, string(text))
			assert.Equal(t, string(again.TOML()), string(text))

			var out bytes.Buffer
			v, err := Run(context.Background(), again, Options{Trace: &out})
			assert.NilError(t, err)
			assert.Equal(t, v.Problem, "")
			_, repeated, _ := bytes.Cut(out.Bytes(), []byte("\n")) // the header
			got, want := bytes.Split(repeated, []byte("\n")), bytes.Split(recorded, []byte("\n"))
			for i := range min(len(got), len(want)) {
				if !bytes.Equal(got[i], want[i]) && i < len(want)-1 {
					t.Fatalf("record %d is\n%s\nwant\n%s\n%s", i+1, got[i], want[i], text)
				}
			}
			assert.Assert(t, len(got) >= len(want))
		})
	}
}

// meddle makes a random change or request through the admin API or a node's.
func meddle(w *world.World, random *rand.Rand) {
	node := func() raft.NodeID { return raft.NodeID(random.IntN(w.Nodes())) }
	if random.IntN(2) == 0 {
		for range 1 + random.IntN(3) {
			w.Do(node(), queue.PutMessage.New("dog", "wuff"), nil)
			w.RunUntil(w.Now())
		}
		return
	}
	c := fault.Change{Kind: fault.Kind(random.IntN(int(fault.Plant) + 1)), Node: node(), Skew: 1.25, Name: "r", Bug: "vote_by_length"}
	switch c.Kind {
	case fault.Isolate:
		if w.Nodes() == 1 {
			return
		}
	case fault.Partition:
		for range random.IntN(3) {
			if l := (fault.Link{From: node(), To: node()}); l.From != l.To {
				c.Links = append(c.Links, l)
			}
		}
		slices.SortFunc(c.Links, func(a, b fault.Link) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
		c.Links = slices.Compact(c.Links)
	case fault.SetRule:
		c.Rule = &fault.Rule{Name: "r", DelayMax: time.Duration(1 + random.IntN(30e6)), Until: w.Now() + time.Duration(random.IntN(1e9))}
	}
	if _, err := w.Change(c); err != nil && w.Nodes() > 1 {
		a, b := node(), node()
		if s, _, _ := w.State(b); a != b {
			w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: a, To: b, Term: s.Term + 1, LastLogIndex: 0}, nil)
		}
	}
}
