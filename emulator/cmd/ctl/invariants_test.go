package ctl_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator"
)

// A violated invariant is printed, and gives exit code 1.
func TestInvariantsExitsWith1OnViolation(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations())
	s := &shell{t, c, c.AdminURL}
	s.ok("wait", "leader=unique")
	assert.Equal(t, strings.Count(s.ok("invariants"), " held "), 11)

	leader := c.Leader()
	s.ok("isolate", "leader")
	s.ok("bug", "leader", "commit_without_majority")
	request, err := http.NewRequest(http.MethodPut, leader.URL+"/topic", strings.NewReader(`{"topic": "dog"}`))
	assert.NilError(t, err)
	response, err := http.DefaultClient.Do(request)
	assert.NilError(t, err)
	response.Body.Close()
	r := s.run("invariants")
	assert.Equal(t, r.code, 1)
	assert.Equal(t, r.stderr, "emulator ctl invariants: 1 of 11 invariants were violated\n")
	for _, want := range []string{
		"stored_before_acknowledged  violated  §5.3, D §3.8\n", "when 1 of 3 nodes had it on stable storage",
		"has the planted bug commit_without_majority", "there  ",
	} {
		assert.Assert(t, cmp.Contains(r.stdout, want))
	}
	r = s.run("invariants", "-json")
	assert.Equal(t, r.code, 1)
	var a struct{ Held bool }
	assert.NilError(t, json.Unmarshal([]byte(r.stdout), &a))
	assert.Assert(t, !a.Held)
}
