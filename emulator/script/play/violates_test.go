package play_test

import (
	"testing"

	"gotest.tools/v3/assert"
)

// The checks that a scenario must fail are read, and written as they were read.
func TestViolatesIsReadAndWritten(t *testing.T) {
	f, err := parseScenario("violates = ['leader_completeness', 'lost']\n[[step]]\nheal = 'all'")
	assert.NilError(t, err)
	assert.DeepEqual(t, f.Scenario.Violates, []string{"leader_completeness", "lost"})
	assert.DeepEqual(t, roundTrip(t, f).Scenario.Violates, f.Scenario.Violates)

	f, err = parseScenario("[[step]]\nheal = 'all'")
	assert.NilError(t, err)
	assert.Assert(t, f.Scenario.Violates == nil)
}

func TestViolatesReportsEachProblem(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"Nearest", `["leader_completenes"]`, `x:3: violates[0]: is "leader_completenes", which is no check, did you mean "leader_completeness"?`},
		{"Twice", `["lost", "lost"]`, `x:3: violates[1]: is "lost" a second time, want each check once`},
		{"NoWord", `["lost", 5]`, `x:3: violates[1]: is 5, want the name of a check`},
		{"NoList", `"lost"`, `x:3: violates: is "lost", want a list of checks, such as ["leader_completeness"]`},
		{"Empty", `[]`, `x:3: violates: is an empty list, want a list of checks, such as ["leader_completeness"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseScenario("violates = " + c.value + "\n[[step]]\nheal = 'all'")
			assert.Error(t, err, c.want)
		})
	}
	_, err := parseScenario("violates = ['lost']")
	assert.Error(t, err, "x:3: violates: means nothing without a [[step]] or an [[expect]]")
}
