package history_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
)

// A recorded is a monitor whose recorder can be replaced.
type recorded struct{ *history.Recorder }

// alone returns a world of one node with a topic.
func alone(monitors ...world.Monitor) *world.World {
	f := fixture.Fresh(1)
	c := f.Config()
	c.TraceSize = 1000
	w := world.New(c, nil, monitors...)
	w.RunUntil(time.Second)
	w.Do(0, queue.PutTopic.New("t"), nil)
	return w
}

// A recorder accounts for a million requests and holds only the promised number.
func TestRecorderIsBounded(t *testing.T) {
	const requests = 1_000_000
	r := &recorded{history.NewRecorder()}
	w := alone(r)
	for i := range requests - 1 {
		command := queue.PutMessage.New("t", fmt.Sprint(i/2))
		if i%2 == 1 {
			command = queue.PopMessage.New("t")
		}
		w.Do(0, command, nil)
		if i%64 == 0 {
			w.RunUntil(w.Now() + time.Millisecond)
		}
	}
	w.RunUntil(w.Now() + time.Second)
	func() {
		s := r.Snapshot()
		report := s.Check(t.Context(), history.Options{})
		assert.Equal(t, report.State(), history.Held, "%+v", report)
		assert.Equal(t, report.Done, requests)
		assert.Assert(t, len(s.Calls()) <= history.Kept, "%d", len(s.Calls()))
	}()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	all := heap()
	r.Recorder = nil
	held := all - heap()
	t.Logf("%d bytes", held)
	assert.Assert(t, held > 1<<20 && held < 32<<20, "%d bytes", held)
	runtime.KeepAlive(w)
}

// BenchmarkRecorder compares requests to a lone node with and without a recorder.
func BenchmarkRecorder(b *testing.B) {
	for _, c := range []struct {
		name     string
		monitors []world.Monitor
	}{{"Without", nil}, {"With", []world.Monitor{history.NewRecorder()}}} {
		b.Run(c.name, func(b *testing.B) {
			w := alone(c.monitors...)
			commands := [...]*machine.Command{queue.PutMessage.New("t", "m"), queue.PopMessage.New("t")}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				w.Do(0, commands[i%2], nil)
				if i%16 == 0 {
					w.RunUntil(w.Now())
				}
			}
		})
	}
}
