package explain_test

import (
	"testing"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// BenchmarkNow answers from all records that a cluster keeps.
func BenchmarkNow(b *testing.B) {
	f, err := fixture.Named("fresh_5")
	if err != nil {
		b.Fatal(err)
	}
	w := world.New(f.Config(), nil)
	for w.Trace().Last() < trace.DefaultSize && w.Step() {
	}
	for b.Loop() {
		records := make([]trace.Record, 0, trace.DefaultSize)
		for seq := w.Trace().First(); seq <= w.Trace().Last() && seq > 0; seq++ {
			records = append(records, *w.Trace().At(seq))
		}
		if explain.New(records, 5).Now().Text == "" {
			b.Fatal("no text")
		}
	}
}
