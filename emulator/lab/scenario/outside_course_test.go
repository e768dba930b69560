package scenario_test

import (
	"math"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/tests/budget"
)

// aim is the tag of a scenario that is aimed at a planted bug.
const aim = "bug:"

// A user who sees only answers and /status tells each bug in the scenarios that are aimed at it,
// and finds nothing wrong with healthy nodes.
func TestCourseSetTellsBugsFromOutside(t *testing.T) {
	seeds := budget.Pick[uint64](10, 40)
	for _, f := range course(t) {
		seen := func(bug string) (list []string, times int) {
			for i := range f.Nodes {
				f.Nodes[i].Bug = bug
			}
			for k := range seeds {
				f.Seed = 104729*k + 3
				if found := fromOutside(t, f); len(found) > 0 {
					list = found
					times++
				}
			}
			return list, times
		}
		list, _ := seen("")
		assert.Check(t, len(list) == 0, "%s finds %v in healthy nodes", f.Name, list)
		for _, tag := range f.Scenario.Grade.Tags {
			bug, ok := strings.CutPrefix(tag, aim)
			if !ok {
				continue
			}
			_, err := bugs.Find(bug)
			assert.NilError(t, err, "%s is aimed at %s", f.Name, bug)
			_, times := seen(bug)
			missed := math.Pow(1-float64(times)/float64(seeds), float64(max(f.Scenario.Grade.Runs, 1)))
			assert.Check(t, missed <= 0.25, "%s shows %s in %d of %d runs", f.Name, bug, times, seeds)
		}
	}
}
