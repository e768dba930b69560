package systematic

import (
	"context"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/fixture"
)

func TestBugsTry(t *testing.T) {
	for _, name := range bugNames() {
		t.Run(name, func(t *testing.T) {
			b := DefaultBounds
			b.Requests = 2
			b.Depth = 16
			bugs := []string{name, name, name}
			r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: b, Workers: 1, MaxStates: 300000, Bugs: bugs})
			assert.NilError(t, err)
			if r.Violation == nil {
				return
			}
			var s strings.Builder
			r.Violation.Tell(&s)
			t.Log(s.String())
			x, err := r.Violation.Export(fixture.Fresh(3), bugs)
			assert.NilError(t, err)
			if name == "vote_without_log" {
				t.Log(string(x.TOML()))
			}
			re, err := r.Violation.Rerun(context.Background(), "x.toml", x.TOML())
			t.Log(re, err, r.Violation.Property)
		})
	}
}
