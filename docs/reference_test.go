package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// TestReferenceNamesEverything checks that the reference names every condition, fault,
// change, check and kind of record that exists.
func TestReferenceNamesEverything(t *testing.T) {
	for page, names := range map[string][]string{
		"conditions.md": conditions(),
		"fixtures.md":   faults(),
		"scenarios.md":  {"crash", "restart", "pause", "resume", "timeout", "isolate", "partition", "heal", "skew", "fault", "bug"},
		"checks.md":     checks(),
		"trace.md":      kinds(),
	} {
		data, err := os.ReadFile(filepath.Join("reference", page))
		assert.NilError(t, err)
		for _, name := range names {
			assert.Check(t, strings.Contains(string(data), name), "reference/%s does not name %s", page, name)
		}
	}
}

func conditions() []string {
	var names []string
	for _, k := range condition.Keys() {
		names = append(names, "`"+k.Name+"=")
	}
	return names
}

func faults() []string {
	var names []string
	for _, e := range fault.Effects() {
		names = append(names, "."+e.Name)
	}
	for _, k := range fault.Limits() {
		names = append(names, "."+k.Name)
	}
	for _, k := range fault.MatchKeys() {
		names = append(names, "`"+k.Name+"`")
	}
	return names
}

func checks() []string {
	names := history.Names()
	for _, i := range invariant.Invariants() {
		names = append(names, i.Name)
	}
	return names
}

func kinds() []string {
	var names []string
	for k := range trace.NumKinds {
		if k < trace.Kind(raft.HandleRequestVoteRequest) || k >= trace.Init {
			names = append(names, k.String())
		}
	}
	return names
}
