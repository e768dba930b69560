package replay_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
)

// record returns the lines of a trace in which a client asks and a node crashes and
// restarts.
func record(t *testing.T, nodes int) []string {
	t.Helper()
	f := fixture.Fresh(nodes)
	var file bytes.Buffer
	out := trace.NewWriter(&file, trace.Header{Name: f.Name, Clock: "virtual", Fixture: string(f.TOML())})
	w := world.New(f.Config(), out.Record)
	w.RunUntil(time.Second)
	w.Do(w.Leader(), queue.PutTopic.New("dog"), nil)
	w.RunUntil(w.Now() + time.Second)
	for _, kind := range []fault.Kind{fault.Crash, fault.Restart} {
		_, err := w.Change(fault.Change{Kind: kind, Node: 0})
		assert.NilError(t, err)
		w.RunUntil(w.Now() + time.Second)
	}
	assert.NilError(t, out.Close())
	return strings.SplitAfter(file.String(), "\n")
}

func TestFileRepeatsEachRun(t *testing.T) {
	first, second := record(t, 5), record(t, 3)
	var runs []replay.Run
	second = append(second[:len(second)-2], "") // without the end mark
	file := strings.Join(first, "") + strings.Join(second, "") + `{"seq":`
	assert.NilError(t, replay.File(strings.NewReader(file), func(r replay.Run) { runs = append(runs, r) }))
	assert.Equal(t, len(runs), 2)
	for i, lines := range [][]string{first, second} {
		assert.Equal(t, runs[i].Records, uint64(len(lines)-3+i), "without the header, the mark and what follows the last line")
		assert.Assert(t, runs[i].Inputs == 3)
	}
	assert.Equal(t, runs[0].Fixture, fixture.Fresh(5).Name)
	assert.Assert(t, runs[0].Ending.Whole() && runs[1].Ending.Cut && !runs[1].Ending.Whole())
	assert.Equal(t, len(runs[0].States), 5)
}

// A run reports the same invariants as the run that it repeats.
func TestRunReportsInvariants(t *testing.T) {
	f, err := fixture.Parse("x", []byte(`
format = 1
unsafe = true
cluster.nodes = 3
node = [{ id = 0, role = "leader", term = 2 }, { id = 1, role = "leader", term = 2 }, { id = 2 }]
`))
	assert.NilError(t, err)
	var file bytes.Buffer
	out := trace.NewWriter(&file, trace.Header{Name: f.Name, Clock: "virtual", Fixture: string(f.TOML())})
	watch := invariant.New()
	w := world.New(f.Config(), out.Record, watch)
	w.RunUntil(time.Second)
	assert.NilError(t, out.Close())
	var runs []replay.Run
	assert.NilError(t, replay.File(&file, func(r replay.Run) { runs = append(runs, r) }))
	assert.Equal(t, len(runs), 1)
	assert.Equal(t, fmt.Sprint(runs[0].Invariants), fmt.Sprint(watch.Report()))
	assert.Assert(t, slices.ContainsFunc(runs[0].Invariants, func(s invariant.Standing) bool { return s.Status != invariant.Held }))
}

// File refuses a forged trace at the forged line.
func TestFileRefuses(t *testing.T) {
	lines := record(t, 5)
	input := 0
	for i, line := range lines {
		if strings.Contains(line, `"event":"Nemesis"`) {
			input = i
			break
		}
	}
	assert.Assert(t, input > 0)
	for _, c := range []struct {
		name  string
		forge func(lines []string) []string
		is    error
		want  string
	}{
		{"AnotherState", func(l []string) []string {
			l[3] = strings.Replace(l[3], `"time_ns":`, `"time_ns":1`, 1)
			return l
		}, replay.ErrDiffers, "line 4, in time_ns\n  recorded: {\"seq\":3"},
		{"ARecordLeftOut", func(l []string) []string { return append(l[:4], l[5:]...) }, replay.ErrDiffers, "line 5"},
		{"AnInputLeftOut", func(l []string) []string { return append(l[:input], l[input+1:]...) }, replay.ErrDiffers, "line "},
		{"AnInputAtAnotherPlace", func(l []string) []string {
			l[input] = strings.Replace(l[input], `"step":`, `"step":9`, 1)
			return l
		}, replay.ErrDiffers, "the trace does not belong to this world"},
		{"TheEndOfAStepLeftOut", func(l []string) []string {
			at := slices.IndexFunc(l, func(line string) bool { return strings.Contains(line, `"event":"Timeout"`) })
			end := trace.End{Reason: trace.Closed, Records: uint64(at)}
			return append(l[:at+1], string(end.AppendJSON(nil))+"\n")
		}, replay.ErrDiffers, "the trace ends, and the repetition goes on with\n  repeated: "},
		{"ALineAfterTheMark", func(l []string) []string { return append(l, l[1]) }, trace.ErrNotTrace, "comes after the end mark"},
		{"NoRecord", func(l []string) []string { return append(l[:3], "hello\n") }, trace.ErrNotTrace, "line 4: not a record of a trace"},
		{"AFixtureThatIsNone", func(l []string) []string {
			h := trace.Header{Name: "x", Fixture: "what"}
			return []string{string(h.AppendJSON(nil)) + "\n"}
		}, trace.ErrNotTrace, "line 1: its fixture: "},
		{"ARecordTooMany", func([]string) []string {
			h := trace.Header{Name: "x", Fixture: "format = 1\n[cluster]\nnodes = 1\n[[node]]\nid = 0\nup = false\n"}
			r := trace.Record{Seq: 2, Kind: trace.Apply}
			return []string{string(h.AppendJSON(nil)) + "\n", string(r.AppendJSON(nil)) + "\n", string(r.AppendJSON(nil)) + "\n"}
		}, replay.ErrDiffers, "line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := strings.Join(c.forge(append([]string(nil), lines...)), "")
			err := replay.File(strings.NewReader(file), func(replay.Run) {})
			assert.ErrorIs(t, err, c.is)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
