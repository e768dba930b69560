package scenario_test

import (
	"slices"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// bugFolder is the folder of fixtures/ with one scenario for each bug, of the same name.
const bugFolder = "bugs"

// Each bug's scenario shows its violation with any seed, and shows none without the bug.
func TestEachBugIsShown(t *testing.T) {
	shows := map[string]bool{}
	for _, b := range bugs.All() {
		t.Run(b.Name, func(t *testing.T) {
			f := shipped(t, b.Name)
			for i := range f.Nodes {
				assert.Equal(t, f.Nodes[i].Bug, b.Name)
			}
			for seed := range uint64(20) {
				seeded := *f
				seeded.Seed = 7919*seed + 1
				v := runOnce(t, &seeded)
				assert.Assert(t, v.Status == scenario.Passed, "%s", tell(v))
			}
			for i := range f.Nodes {
				f.Nodes[i].Bug = ""
			}
			cured := runOnce(t, f)
			assert.Equal(t, cured.Status, scenario.Failed, "it passes without the bug")
			for _, finding := range cured.Findings {
				assert.Check(t, finding.Status != scenario.Passed, "line %d: %s: passed without the bug", finding.Line, finding.Expected)
			}
			for _, c := range cured.Checks {
				assert.Check(t, c.Status == scenario.Passed, "%s of healthy nodes: %s", c.Name, c.Seen)
			}
			for _, name := range f.Scenario.Violates {
				shows[name] = true
			}
		})
	}
	for _, name := range play.CheckNames {
		assert.Check(t, shows[name] || slices.Contains([]string{"out_of_order", "invented"}, name), "no bug shows that %s can fail", name)
	}
}

// Each scenario of a bug describes what it shows.
func TestBugScenariosAreDescribed(t *testing.T) {
	var names []string
	for _, info := range fixture.List() {
		if info.Folder != bugFolder {
			continue
		}
		f := shipped(t, info.Name)
		names = append(names, f.Name)
		assert.Check(t, f.Paper != "" && f.Description != "", info.Name)
		assert.Equal(t, f.Scenario.Grade.Part, "planted bugs", info.Name)
		assert.Check(t, len(f.Scenario.Violates) > 0 || len(f.Scenario.Expects) > 0, info.Name)
		for _, e := range f.Scenario.Expects {
			assert.Check(t, e.Because != "", "%s: line %d does not say why", info.Name, e.Line)
		}
	}
	want := bugs.Names()
	slices.Sort(want)
	assert.DeepEqual(t, names, want)
}
