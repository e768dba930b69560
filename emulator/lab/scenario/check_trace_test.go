package scenario

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
)

// The oracle judges every run: a node with a bug fails the check trace, at the record that
// shows the bug.
func TestTraceIsChecked(t *testing.T) {
	p := settled(t, 3)
	p.then("r", putTopic("r", "dog", named("leader"))).when("r", "answer=r:ok")
	check := func(v Verdict) Check {
		for _, c := range v.Checks {
			if c.Name == "trace" {
				return c
			}
		}
		t.Fatalf("there is no check trace among %+v", v.Checks)
		return Check{}
	}
	assert.Equal(t, check(p.run()), Check{Name: "trace", Status: Passed})

	p.Scenario.Steps = append([]play.Step{{Line: 9, Action: play.Plant{Who: []play.Who{id(0)}, Bug: "commit_without_majority"}}}, p.Scenario.Steps...)
	v := p.run()
	assert.Equal(t, v.Status, Failed)
	c := check(v)
	assert.Equal(t, c.Status, Failed)
	assert.Assert(t, c.Seq > 0 && strings.Contains(c.Seen, "AdvanceCommitIndex(i)") && strings.Contains(c.Seen, "§5.4"), "%+v", c)
}
