package grade

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

func TestLimitsOfACourseStretchThoseOfScenarios(t *testing.T) {
	f, err := fixture.Parse("a.toml", []byte(`format = 1
[cluster]
nodes = 3
[[step]]
name = "led"
once = "leader=unique"
within_ms = 20000
[[expect]]
from = "led"
that = "leader=unique"
within_ms = 1500
late_ms = 10000
[[expect]]
from = "led"
that = "leader=unique"
within_ms = 3000
late_ms = 3001
[[expect]]
that = "term=all:<100"
always = true
`))
	assert.NilError(t, err)
	assert.Assert(t, withLimits(f, course.Default().Limits) == f)
	for _, c := range []struct{ good, late, within, at, step time.Duration }{
		{6 * time.Second, 30 * time.Second, 3 * time.Second, 30 * time.Second, time.Minute},
		{2 * time.Second, 5 * time.Second, time.Second, 5 * time.Second, 20 * time.Second},
		{30 * time.Second, 31 * time.Second, 15 * time.Second, 31 * time.Second, 62 * time.Second},
	} {
		got := withLimits(f, course.Limits{Good: c.good, Late: c.late}).Scenario
		assert.Equal(t, got.Expects[0].Within, c.within)
		assert.Equal(t, got.Expects[0].Late, c.at)
		assert.Equal(t, got.Steps[0].Within, c.step)
		assert.Assert(t, got.Expects[1].Late > got.Expects[1].Within, "a second limit is not after the first")
		assert.Equal(t, got.TimeLimit, max(c.late, 10*time.Second)*6, "the scenario has no time for its limits")
	}
	assert.Equal(t, f.Scenario.Expects[0].Within, 1500*time.Millisecond)
	assert.Equal(t, f.Scenario.Steps[0].Within, 20*time.Second)
}

func TestHastyRunWaitsForItsFirstStepUpToTheLastLimit(t *testing.T) {
	const head = "format = 1\n[cluster]\nnodes = 3\n"
	const expect = "[[expect]]\nthat = \"leader=unique\"\n"
	for _, test := range []struct {
		name, steps string
		want        time.Duration // of the first step
	}{
		{"a wait", "[[step]]\nonce = \"leader=unique\"\nwithin_ms = 20000\n[[step]]\nonce = \"leader=unique\"\nwithin_ms = 20000\n", 10 * time.Second},
		{"a short wait", "[[step]]\nonce = \"leader=unique\"\nwithin_ms = 4000\n", 4 * time.Second},
		{"no wait", "[[step]]\nat_ms = 0\ncrash = 0\n", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := fixture.Parse("a.toml", []byte(head+test.steps+expect))
			assert.NilError(t, err)
			before := f.Scenario.Steps[0].Within
			got := hasty(f, course.Initial().Limits).Scenario
			if test.want > 0 {
				assert.Equal(t, got.Steps[0].Within, test.want)
			}
			if len(got.Steps) > 1 {
				assert.Equal(t, got.Steps[1].Within, 20*time.Second)
			}
			assert.Equal(t, f.Scenario.Steps[0].Within, before, "the fixture itself was changed")
		})
	}
	f, err := fixture.Parse("a.toml", []byte(head+expect))
	assert.NilError(t, err)
	assert.Assert(t, hasty(f, course.Initial().Limits) == f)
}
