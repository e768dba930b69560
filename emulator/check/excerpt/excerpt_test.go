package excerpt

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// recorded is a run of five nodes with crashes, cuts, held messages and clients, until a time
// of the world.
func recorded(t *testing.T, until time.Duration) (*Tape, *world.World) {
	t.Helper()
	f, err := fixture.Named("fresh_5")
	assert.NilError(t, err)
	tape := NewTape()
	out := trace.NewWriter(tape, trace.Header{Name: f.Name, Clock: "virtual", Nodes: []string{}, Fixture: string(f.TOML())})
	w := world.New(f.Config(), out.Record)
	change := func(c fault.Change) {
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "held", Match: fault.Match{To: []raft.NodeID{3}}, Hold: true, Probability: 0.2}})
	for i := 0; w.Now() < until; i++ {
		w.RunUntil(w.Now() + 50*time.Millisecond)
		if leader := w.Leader(); leader != raft.None {
			w.Do(leader, &machine.Command{Op: w.Config().Machine.Ops[0], Args: [2]string{"dog"}}, nil)
		}
		switch id := raft.NodeID(i / 40 % 5); i % 40 {
		case 10:
			change(fault.Change{Kind: fault.Crash, Node: id})
		case 20:
			change(fault.Change{Kind: fault.Restart, Node: id})
		case 30:
			change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}, {From: 2, To: 0}}})
		}
	}
	assert.NilError(t, out.Close())
	return tape, w
}

// seqs are the numbers of the first and the last record.
func seqs(t *testing.T, e *Excerpt) (first, last uint64) {
	t.Helper()
	records, err := e.Records()
	assert.NilError(t, err)
	var list []uint64
	for _, r := range records {
		var record struct{ Seq uint64 }
		assert.NilError(t, json.Unmarshal(r, &record))
		assert.Assert(t, len(list) == 0 || list[len(list)-1]+1 == record.Seq)
		list = append(list, record.Seq)
	}
	return list[0], list[len(list)-1]
}

func TestShortRunIsKeptInFull(t *testing.T) {
	tape, w := recorded(t, time.Second)
	e, err := tape.Around(40, 0)
	assert.NilError(t, err)
	first, last := seqs(t, e)
	assert.Equal(t, first, uint64(1))
	assert.Equal(t, last, w.Trace().Last())
	assert.Equal(t, e.OpenAt, uint64(40))
	assert.Assert(t, e.Start == nil)
	assert.Equal(t, e.LeftOut(), "")
}

// Without a record the excerpt opens at the last one until the time.
func TestTimeStandsForARecord(t *testing.T) {
	tape, w := recorded(t, time.Second)
	for at, want := range map[time.Duration]time.Duration{0: 0, time.Hour: w.Trace().At(w.Trace().Last()).Time, 400 * time.Millisecond: 400 * time.Millisecond} {
		e, err := tape.Around(0, at)
		assert.NilError(t, err)
		assert.Assert(t, w.Trace().At(e.OpenAt).Time <= want, at)
		assert.Assert(t, e.OpenAt == w.Trace().Last() || w.Trace().At(e.OpenAt+1).Time > want, at)
	}
}

// A part of a long run has the event in it, and its bounds hold.
func TestLongRunIsCut(t *testing.T) {
	tape, w := recorded(t, 10*time.Second)
	total := w.Trace().Last()
	for _, seq := range []uint64{1, 100, total / 2, total} {
		e, err := tape.around(seq, 0, 300, 1<<20)
		assert.NilError(t, err)
		first, last := seqs(t, e)
		assert.Assert(t, first <= seq && seq <= last && last-first < 300, "%d to %d around %d", first, last, seq)
		assert.Assert(t, e.LeftOut() != "")
		assert.Equal(t, e.Start == nil, first == 1)
	}
	e, err := tape.around(total/2, 0, 1<<40, 20_000)
	assert.NilError(t, err)
	assert.Assert(t, len(e.zipped) <= 20_000 && e.Last-e.First > 100, "%d bytes, %d to %d", len(e.zipped), e.First, e.Last)
}

// The page's model goes on from the state, and comes to the same one as the world.
func TestModelGoesOnFromTheState(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	tape, w := recorded(t, 10*time.Second)
	assert.NilError(t, tape.zipped.Close())
	run, err := tape.survey()
	assert.NilError(t, err)
	for _, seq := range []uint64{300, w.Trace().Last() / 3, w.Trace().Last() / 2} {
		e, err := tape.around(seq, 0, 200, 1<<20)
		assert.NilError(t, err)
		records, err := e.Records()
		assert.NilError(t, err)
		end, err := tape.stateAfter(run, e.Last)
		assert.NilError(t, err)
		more, err := tape.between(e.Last+1, end.Seq)
		assert.NilError(t, err)
		input, err := json.Marshal(map[string]any{"start": e.Start, "header": e.Header, "records": append(records, more...), "end": end})
		assert.NilError(t, err)
		file := filepath.Join(t.TempDir(), "input.json")
		assert.NilError(t, os.WriteFile(file, input, 0o600))
		out, err := exec.CommandContext(t.Context(), node, "testdata/goon.mjs", file).CombinedOutput()
		assert.NilError(t, err, "%s", out)
		assert.Equal(t, string(out), "same\n")
	}
}

// between returns the records of the run from first to last.
func (t *Tape) between(first, last uint64) ([]json.RawMessage, error) {
	var list []json.RawMessage
	seq := uint64(0)
	_, err := t.read(func(line []byte) error {
		if seq++; first <= seq && seq <= last {
			list = append(list, append(json.RawMessage(nil), line...))
		}
		return nil
	})
	return list, err
}
