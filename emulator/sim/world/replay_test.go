package world

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// replay repeats the inputs of a trace in a new world.
func replay(t testing.TB, c Config, recorded []byte) *cluster {
	t.Helper()
	k := newCluster(t, c)
	for line := range bytes.Lines(recorded) {
		in, err := trace.DecodeInput(line, queue.Type)
		if errors.Is(err, trace.ErrNotInput) {
			continue
		}
		assert.NilError(t, err)
		assert.NilError(t, k.Repeat(&in))
	}
	return k
}

// sameTrace fails at the first line in which two traces differ.
func sameTrace(t testing.TB, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			t.Fatalf("line %d:\n got %s\nwant %s", i+1, a[i], b[i])
		}
	}
	t.Fatalf("%d lines, want %d", len(a), len(b))
}

func TestReplayGivesTheSameTrace(t *testing.T) {
	seeds := budget.Pick[uint64](50, 200)
	for seed := range seeds {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			config := stormConfig(random)
			s := &storm{cluster: newCluster(t, config), random: random, forge: seed%2 == 0}
			s.play(200)
			recorded := s.encoded()

			k := replay(t, config, recorded)
			assert.NilError(t, k.CatchUp(s.Steps(), s.Now()))
			sameTrace(t, k.encoded(), recorded)
			for id := range raft.NodeID(s.Nodes()) {
				assert.Assert(t, reflect.DeepEqual(k.View(id, 1<<30), s.View(id, 1<<30)))
			}
			assert.DeepEqual(t, k.Rules(), s.Rules())
			assert.DeepEqual(t, k.Cuts(), s.Cuts())
		})
	}
}

func TestRepeatErrors(t *testing.T) {
	request := trace.Record{Seq: 11, Time: 10 * time.Millisecond, Kind: trace.Request, Node: 1, Detail: &trace.Call{}}
	vote := trace.Record{Seq: 11, Time: 10 * time.Millisecond, Kind: trace.RPC, Message: raft.Message{From: 0, To: 1}}
	crash := trace.Record{Seq: 11, Time: 10 * time.Millisecond, Kind: trace.Nemesis, Detail: &fault.Change{Kind: fault.Crash, Node: 1}}
	cases := []struct {
		name   string
		in     trace.Record
		change func(*trace.Record)
		want   error
	}{
		{"NoSuchNode", request, func(in *trace.Record) { in.Node = 5 }, ErrNoNode},
		{"OtherSeq", request, func(in *trace.Record) { in.Seq++ }, ErrDiverged},
		{"TimeOverAnEvent", request, func(in *trace.Record) { in.Time = time.Second }, ErrDiverged},
		{"StepTooEarly", request, func(in *trace.Record) { in.Step = 1 }, ErrDiverged},
		{"NotAnInput", request, func(in *trace.Record) { in.Kind, in.Detail = trace.Apply, nil }, trace.ErrNotInput},
		{"ResponseFromOutside", vote, func(in *trace.Record) { in.Message.Type = raft.RequestVoteResponse }, ErrDiverged},
		{"MessageToNobody", vote, func(in *trace.Record) { in.Message.To = 9 }, ErrDiverged},
		{"MessageFromItself", vote, func(in *trace.Record) { in.Message.From = 1 }, ErrDiverged},
		{"ImpossibleChange", crash, func(in *trace.Record) { in.Detail = &fault.Change{Kind: fault.DeleteRule, Name: "x"} }, ErrNoRule},
		{"ChangeOfNothing", crash, func(in *trace.Record) { in.Detail = &fault.Change{Kind: fault.Restart, Node: 1} }, ErrDiverged},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := New(fresh(5), nil)
			assert.NilError(t, w.Repeat(&c.in))

			w = New(fresh(5), nil)
			c.change(&c.in)
			assert.ErrorIs(t, w.Repeat(&c.in), c.want)
		})
	}
	t.Run("TimeGoesBack", func(t *testing.T) {
		w := New(fresh(5), nil)
		w.RunUntil(20 * time.Millisecond)
		assert.ErrorIs(t, w.Repeat(&request), ErrDiverged)
	})
}
