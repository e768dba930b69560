package verify_test

import (
	"bytes"
	"context"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
)

// busy runs the world of a busy cluster for a number of records.
func busy(b *testing.B, f *fixture.Fixture, records uint64, sink func(*trace.Record), monitors ...world.Monitor) {
	w := world.New(f.Config(), sink, monitors...)
	for k := 0; w.Trace().Last() < records; k++ {
		if leader := w.Leader(); leader >= 0 {
			for range 1 + k%3 {
				w.Do(leader, &machine.Command{Op: queue.Type.Ops[k%4], Args: [2]string{"t", "hello"}}, nil)
			}
		}
		for range 40 {
			w.Step()
		}
	}
}

const benchRecords = 20_000

// BenchmarkFile measures how fast a trace file is judged.
func BenchmarkFile(b *testing.B) {
	var file bytes.Buffer
	f := fixture.Fresh(5)
	file.WriteString(headerOf(b, f))
	busy(b, f, benchRecords, func(r *trace.Record) {
		file.Write(append(r.AppendJSON(nil), '\n'))
	})
	lines := bytes.Count(file.Bytes(), []byte("\n"))
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		assert.NilError(b, verify.File(context.Background(), bytes.NewReader(file.Bytes()), func(r verify.Run) {
			assert.Assert(b, r.Finding == nil)
		}))
	}
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkEvents measures how fast events in memory are judged.
func BenchmarkEvents(b *testing.B) {
	var events []oracle.Event
	d := oracle.NewDecoder()
	f := fixture.Fresh(5)
	busy(b, f, benchRecords, func(r *trace.Record) {
		var e oracle.Event
		assert.NilError(b, d.Decode(r.AppendJSON(nil), &e))
		events = append(events, e)
	})
	setup := verify.SetupOf(f.Config())
	setup.Command = nil
	o := oracle.New()
	b.ReportAllocs()
	for b.Loop() {
		o.Begin(setup)
		for i := range events {
			if v := o.Take(&events[i]); v != nil {
				b.Fatal(v)
			}
		}
	}
	b.ReportMetric(float64(len(events)*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkMonitor measures a world without and with a Monitor.
func BenchmarkMonitor(b *testing.B) {
	f := fixture.Fresh(5)
	for _, c := range []struct {
		name     string
		monitors []world.Monitor
	}{{"Without", nil}, {"With", []world.Monitor{&verify.Monitor{}}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				busy(b, f, benchRecords, nil, c.monitors...)
			}
		})
	}
}

// headerOf is a trace file's first line.
func headerOf(tb testing.TB, f *fixture.Fixture) string {
	tb.Helper()
	h := trace.Header{Name: f.Name, Fixture: string(f.TOML())}
	return string(h.AppendJSON(nil)) + "\n"
}
