package tests

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
)

// A run that was frozen over HTTP, frozen again by a replay of its trace, and
// loaded from either: it is the same cluster.
func TestFrozenFixtureLoads(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trace, replayed := filepath.Join(dir, "trace.jsonl"), filepath.Join(dir, "replayed.toml")
	p := startFixture(t, "lossy_network", "-clock", "virtual", "-trace", trace)
	p.play()
	p.admin.setFault("kept", `{"match": {"type": "append_entries"}, "hold": true}`)
	p.admin.setFault("narrow", `{"match": {"from": [1]}, "throttle": 9}`)
	p.admin.setFault("slow", `{"delay_ms": [5, 40]}`)
	p.admin.setFault("disk", `{"slow_disk_ms": [1, 30]}`)
	p.admin.clock("advance", `{"ms": 333.25}`)
	p.admin.do(0, "pause")
	p.admin.clock("advance", `{"ms": 777}`)
	p.admin.do(2, "crash") // it happens now, so the trace ends now
	frozen := p.admin.ask("GET", "/v1/fixture", "")
	assert.Equal(t, frozen.status, 200)
	assert.Assert(t, strings.Contains(frozen.body, "\n[[message]]\n"), frozen.body)

	// The loaded state equals the frozen one.
	p.admin.ok("PUT", "/v1/fixture", frozen.body, nil)
	assert.Equal(t, p.admin.ask("GET", "/v1/fixture", "").body, frozen.body)
	p.stop(syscall.SIGTERM)

	// The trace has a second run now; the first one is what is asked for.
	data, err := os.ReadFile(trace)
	assert.NilError(t, err)
	first, _, two := strings.Cut(string(data), "\n{\"event\":\"Run\"")
	assert.Assert(t, two)
	one := writeFile(t, "one.jsonl", first+"\n")
	run(t, "replay", "-freeze", replayed, one).must(t, 2, `repeated alike`) // its mark says that another run follows
	again, err := os.ReadFile(replayed)
	assert.NilError(t, err)
	assert.Equal(t, string(again), "# Written by emulator replay -freeze.\n"+frozen.body)
	run(t, "replay", trace).must(t, 0, `repeated alike`)
	run(t, "check", replayed).must(t, 0, `fine, 5 nodes`)

	run(t, "replay", "-freeze", filepath.Join(dir, "missing", "x.toml"), one).must(t, 3, "", "missing")
	run(t, "replay", "-freeze", replayed).must(t, 3, "", "emulator replay: an operand is missing, want TRACE...")
}
