package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// MaxFull is the number of runs of a scenario that did not pass and are kept in full.
const MaxFull = 20

// A Collector keeps the verdicts of all runs of one scenario in little room: those of equal
// runs once, with their number. Of runs that failed or are undecided it keeps the first
// MaxFull in full, and counts the others. The order in which runs end makes no difference.
// The zero value is empty.
type Collector struct {
	full  []scenario.Verdict // by Repeat
	equal map[string]*scenario.Verdict
}

// Add adds the verdict of a run.
func (c *Collector) Add(v scenario.Verdict) {
	if inFull(&v) {
		at, _ := slices.BinarySearchFunc(c.full, v, byRepeat)
		c.full = slices.Insert(c.full, at, v)
		if len(c.full) <= MaxFull {
			return
		}
		v = c.full[MaxFull]
		c.full = slices.Delete(c.full, MaxFull, MaxFull+1)
	}
	c.count(v)
}

// inFull reports whether a run needs a verdict of its own. A run that was interrupted shows
// nothing.
func inFull(v *scenario.Verdict) bool {
	return v.Status == scenario.Failed || v.Status == scenario.Error || v.Status == scenario.Undecided && !v.Interrupted
}

// count adds a run to those with equal results. The first of them stands for all.
func (c *Collector) count(v scenario.Verdict) {
	if c.equal == nil {
		c.equal = map[string]*scenario.Verdict{}
	}
	v.Excerpt = nil // only of runs in full
	key := outcome(&v)
	before, ok := c.equal[key]
	if !ok {
		c.equal[key] = &v
		return
	}
	sim, wall, events, runs := before.SimTime+v.SimTime, before.WallTime+v.WallTime, before.Events+v.Events, before.Runs()+v.Runs()
	if v.Repeat < before.Repeat {
		*before = v
	}
	before.SimTime, before.WallTime, before.Events, before.Count = sim, wall, events, runs
}

// Verdicts returns what the collector keeps, in the order of the runs.
func (c *Collector) Verdicts() []scenario.Verdict {
	all := slices.Clone(c.full)
	for v := range maps.Values(c.equal) {
		all = append(all, *v)
	}
	slices.SortFunc(all, byRepeat)
	return all
}

func byRepeat(a, b scenario.Verdict) int { return cmp.Compare(a.Repeat, b.Repeat) }

// outcome is the same for runs with equal results: the status of the run and of each check.
func outcome(v *scenario.Verdict) string {
	var b strings.Builder
	b.WriteByte('0' + byte(v.Status))
	if v.Interrupted {
		b.WriteByte('i')
	}
	for _, check := range v.Checks {
		b.WriteByte('0' + byte(check.Status))
		if check.Excuse != "" {
			b.WriteByte('e')
		}
	}
	return b.String()
}
