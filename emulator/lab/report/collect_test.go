package report_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
)

// many are 300 runs of a scenario: every third fails, one check is excused in some, and the last
// were interrupted or not reached.
func many() []scenario.Verdict {
	var all []scenario.Verdict
	for i := range 290 {
		v := run("p", "n", 2)
		if i%3 == 1 {
			v = failed(v)
		}
		v.Checks = []scenario.Check{{Name: "trace"}}
		if i%30 == 0 {
			v.Checks[0].Excuse, v.Checks[0].Seen = "a disk was wiped", fmt.Sprintf("node %d", i)
		}
		v.Repeat, v.Repeats, v.Seed = i+1, 300, uint64(7+i)
		v.Command = fmt.Sprintf("emulator run grading/n.toml -seed %d", v.Seed)
		if i >= 288 {
			v.Status, v.Interrupted = scenario.Undecided, true
		}
		all = append(all, v)
	}
	rest := run("p", "n", 2)
	rest.Status, rest.Interrupted, rest.Count, rest.Repeat, rest.Repeats = scenario.Undecided, true, 10, 291, 300
	return append(all, rest)
}

func TestCollectorKeepsEqualRunsOnce(t *testing.T) {
	var c report.Collector
	var sim time.Duration
	for _, v := range many() {
		sim += v.SimTime
		c.Add(v)
	}
	got := c.Verdicts()
	runs := map[string]int{}
	full := 0
	for i := range got {
		v := &got[i]
		sim -= v.SimTime
		runs[fmt.Sprint(v.Status, v.Interrupted)] += v.Runs()
		if v.Status == scenario.Failed && v.Count == 0 {
			full++
		}
		if v.Repeat <= 290 {
			assert.Equal(t, v.Command, fmt.Sprintf("emulator run grading/n.toml -seed %d", v.Seed))
		}
		assert.Assert(t, i == 0 || got[i-1].Repeat < v.Repeat)
	}
	assert.Equal(t, full, report.MaxFull)
	assert.Equal(t, len(got), report.MaxFull+5) // passed, passed with an excuse, more failures, cut short, not reached
	assert.Equal(t, sim, time.Duration(0))
	assert.DeepEqual(t, runs, map[string]int{"passed false": 192, "failed false": 96, "undecided true": 12})
}

// Runs end in any order, and the reports are the same.
func TestCollectorIgnoresTheOrderOfRuns(t *testing.T) {
	var want []scenario.Verdict
	for seed := range uint64(20) {
		all := many()
		if seed > 0 {
			random := rand.New(rand.NewPCG(seed, 0))
			random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		}
		var c report.Collector
		for _, v := range all {
			c.Add(v)
		}
		if seed == 0 {
			want = c.Verdicts()
			continue
		}
		assert.DeepEqual(t, c.Verdicts(), want)
	}
}

// The totals of collected runs are those of all runs.
func TestCollectedRunsHaveTheSameTotals(t *testing.T) {
	var c report.Collector
	for _, v := range many() {
		c.Add(v)
	}
	summary := func(verdicts []scenario.Verdict) any {
		return readJSON[map[string]any](t, write(t, "json", verdicts))["summary"]
	}
	assert.DeepEqual(t, summary(c.Verdicts()), summary(many()))
}
