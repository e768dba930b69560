package play_test

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// The end of a rule counts from its action. 0 would mean never.
func TestActionOfARuleCountsItsTimeFromNow(t *testing.T) {
	for _, c := range []struct {
		name        string
		until, want time.Duration
	}{
		{"Later", 5 * time.Second, 3 * time.Second},
		{"Now", 2 * time.Second, 1},
		{"Past", time.Second, 1},
		{"Never", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := fault.Rule{Name: "x", Drop: true, Until: c.until}
			a, err := play.ActionOf(&fault.Change{Kind: fault.SetRule, Rule: &rule}, 3, 2*time.Second)
			assert.NilError(t, err)
			assert.Equal(t, a.(play.SetFault).Rule.Until, c.want)
			assert.Equal(t, rule.Until, c.until, "the change stays as it is")
		})
	}
}
