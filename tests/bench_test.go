package tests

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// From the start of the process to the first acknowledged write, on a fixture
// whose leader is seeded.
func BenchmarkStartToFirstWrite(b *testing.B) {
	for _, size := range []int{5, 101, 1001} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			binary(b)
			file := writeFile(b, "seeded.toml", seeded(size))
			var ready, acknowledged time.Duration
			for b.Loop() {
				began := time.Now()
				p := start(b, "-fixture", file)
				ready += time.Since(began)
				assert.Assert(b, is(p.nodes[0].putTopic("dog"), 201, success))
				acknowledged += time.Since(began)
				b.StopTimer()
				p.stop(syscall.SIGTERM)
				b.StartTimer()
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(ready.Seconds()*1000/float64(b.N), "ms-to-ready")
			b.ReportMetric(acknowledged.Seconds()*1000/float64(b.N), "ms-to-write")
		})
	}
}

// BenchmarkIdleCPU measures the share of a core that a cluster without requests takes.
func BenchmarkIdleCPU(b *testing.B) {
	const while = 2 * time.Second
	for _, size := range []int{5, 101} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := startSeeded(b, size)
			p.admin.wait("leader=0")
			var cpu, wall time.Duration
			for b.Loop() {
				before, began := cpuTime(b, p.cmd.Process.Pid), time.Now()
				time.Sleep(while) // it is idleness that is measured
				wall += time.Since(began)
				cpu += cpuTime(b, p.cmd.Process.Pid) - before
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(100*cpu.Seconds()/wall.Seconds(), "%core")
		})
	}
}

// cpuTime is what a process has used so far.
func cpuTime(b testing.TB, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Skip(err)
	}
	// Behind the name in parentheses, utime and stime are the 12th and 13th, in
	// ticks of a hundredth of a second.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		assert.NilError(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
