package scenario

import (
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
)

func TestHastyScenarioDoesNotWaitForWhatIsMissing(t *testing.T) {
	const cluster = "format = 1\nseed = 1\n[cluster]\nnodes = 3\n[[node]]\nrole = \"leader\"\nterm = 1\n[[node]]\nterm = 1\n[[node]]\nterm = 1\n"
	for _, test := range []struct {
		name, once, that string
		hasty            bool
		want             time.Duration
		told             string
	}{
		{"the same condition", "leader=2", `"leader=2"`, true, 5 * time.Second, "missed its last limit"},
		{"the same condition, not hasty", "leader=2", `"leader=2"`, false, 20 * time.Second, "still untrue after 20 s"},
		{"another condition", "leader=1", `"leader=2"`, true, 20 * time.Second, "still untrue after 20 s"},
		{"one of two, which may have held", "leader=2", `["leader=2", "up=all"]`, true, 20 * time.Second, "still untrue after 20 s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := fixture.Parse("f.toml", []byte(cluster+"[[step]]\nonce = \""+test.once+"\"\nwithin_ms = 20000\n[[expect]]\nthat = "+test.that+
				"\nwithin_ms = 1000\nlate_ms = 5000\n"))
			assert.NilError(t, err)
			v, err := On(t.Context(), newVirtual(f, nil, nil), f, Options{Hasty: test.hasty})
			assert.NilError(t, err)
			assert.Equal(t, v.Status, Failed)
			assert.Assert(t, !v.Unprepared)
			assert.Assert(t, v.SimTime >= test.want && v.SimTime < test.want+time.Second, "%s", v.SimTime)
			assert.Assert(t, strings.Contains(v.Problem, test.told), v.Problem)
		})
	}
}

func TestHastyScenarioWaitsForWhatCameTooLate(t *testing.T) {
	f, err := fixture.Parse("f.toml", []byte(`format = 1
seed = 1
[cluster]
nodes = 3
[[node]]
role = "leader"
term = 1
[[node]]
term = 1
[[node]]
term = 1
[[step]]
at_ms = 2000
crash = 2
[[step]]
once = "down=2"
within_ms = 20000
[[expect]]
that = "down=2"
within_ms = 1000
late_ms = 5000
`))
	assert.NilError(t, err)
	v, err := On(t.Context(), newVirtual(f, nil, nil), f, Options{Hasty: true})
	assert.NilError(t, err)
	assert.Equal(t, v.Problem, "")
	assert.Assert(t, v.Findings[0].Late)
}
