package budget

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestPickFollowsTheEnvironment(t *testing.T) {
	for value, want := range map[string]int{"": 1, "0": 1, "false": 1, "1": 2, "true": 2} {
		t.Run(value, func(t *testing.T) {
			t.Setenv(Variable, value)
			assert.Equal(t, Pick(1, 2), want)
		})
	}
}

func TestLongSkipsByDefault(t *testing.T) {
	t.Setenv(Variable, "")
	var skipped bool
	t.Run("Quick", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		Long(t)
		t.Error("the test went on")
	})
	assert.Assert(t, skipped)
	t.Setenv(Variable, "1")
	t.Run("Long", func(t *testing.T) { Long(t) })
}

func TestBadValuePanics(t *testing.T) {
	t.Setenv(Variable, "maybe")
	defer func() {
		assert.Equal(t, recover(), "EMULATOR_LONG_TESTS=maybe: want 1 or 0")
	}()
	Pick(1, 2)
}
