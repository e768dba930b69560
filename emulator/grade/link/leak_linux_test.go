package link

import (
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"gotest.tools/v3/assert"
)

// descriptors counts the open files of the process.
func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	assert.NilError(t, err)
	return len(list)
}

// used returns the CPU time of the process.
func used(t testing.TB) time.Duration {
	t.Helper()
	var u unix.Rusage
	assert.NilError(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// As many held connections as an honest program without time-outs collects take little
// memory and no CPU, and all of them are delivered at the heal.
func TestHeldConnectionsAreCheap(t *testing.T) {
	const count = 860
	f := traffics[1]
	r, got := newTrafficRig(t, f, Options{Nodes: 2, Match: match})
	r.cut(between(0, 1), between(1, 0))
	conns := make([]net.Conn, count)
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := memory()
	for i := range conns {
		conns[i] = r.dial(0, 1)
		send(t, conns[i], f.ask("held"))
	}
	until(t, "all are held", func() bool { return r.count(0, 1).Waiting == count })
	each := int64(memory()-before) / count
	t.Logf("%d bytes for each held connection", each)
	assert.Assert(t, each < 24<<10, "%d bytes each, the two sockets of the test included", each)

	start := used(t)
	time.Sleep(300 * time.Millisecond)
	busy := used(t) - start
	t.Logf("%v of CPU in 300 ms", busy)
	assert.Assert(t, busy < 60*time.Millisecond, "%v", busy)

	r.heal()
	for _, c := range conns {
		expect(t, c, f.answer("held"))
		c.Close()
	}
	assert.Equal(t, len(got.all()), count)
}

// Close leaves no goroutine and no descriptor, whatever the connections wait for.
func TestCloseLeavesNothing(t *testing.T) {
	for range 3 {
		goroutines, files := runtime.NumGoroutine(), descriptors(t)
		t.Run("Run", func(t *testing.T) {
			for _, f := range traffics {
				r, _ := newTrafficRig(t, f, Options{Nodes: 3, Match: match})
				for range 10 { // idle
					c := r.dial(0, 1)
					if !f.close {
						send(t, c, f.ask("a"))
						expect(t, c, f.answer("a"))
					}
				}
				r.rule(holdAll)
				for range 10 { // held by a rule
					send(t, r.dial(0, 1), f.ask("b"))
				}
				until(t, "they are held", func() bool { return r.status().Held == 10 })
				r.cut(between(0, 2), between(1, 0))
				for range 10 { // held by a cut
					send(t, r.dial(0, 2), f.ask("c"))
					r.dial(1, 0)
				}
				until(t, "they wait", func() bool { return r.count(0, 2).Waiting == 10 })
			}
		})
		buffer := make([]byte, 1<<20)
		for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; time.Sleep(time.Millisecond) {
			assert.Assert(t, time.Now().Before(end), "%s", buffer[:runtime.Stack(buffer, true)])
		}
		until(t, "all descriptors are closed", func() bool { return descriptors(t) <= files })
	}
}
