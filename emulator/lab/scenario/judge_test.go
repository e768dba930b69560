package scenario

import (
	"slices"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// alone returns a scenario whose leader is isolated and gets a request. With the bug the
// leader commits it alone.
func alone(t *testing.T, bug string, violates ...string) *draft {
	p := settled(t, 3)
	for i := range p.Nodes {
		p.Nodes[i].Bug = bug
	}
	p.Scenario.Violates = violates
	p.then("", play.Cut{Isolate: []play.Who{{ID: 0}}})
	p.then("", play.Request{Command: queue.PutTopic.With("dog"), To: play.Who{ID: 0}, Times: 1, Timeout: 10 * ms})
	p.Scenario.RunTime = 50 * ms
	return p
}

// check returns the check of this name.
func (v *Verdict) check(t *testing.T, name string) Check {
	t.Helper()
	i := slices.IndexFunc(v.Checks, func(c Check) bool { return c.Name == name })
	assert.Assert(t, i >= 0, "%s was not checked", name)
	return v.Checks[i]
}

// Every run has the checks that a fixture may name, in their order.
func TestEveryRunHasAllChecks(t *testing.T) {
	at := -1
	for _, c := range newCheckers() {
		for _, check := range c.Checks() {
			i := slices.Index(play.CheckNames, check.Name)
			assert.Assert(t, i > at, check.Name)
			at = i
		}
	}
	for i, inv := range invariant.Invariants() {
		assert.Equal(t, play.CheckNames[i], inv.Name)
	}
}

// Checks that held cause no findings.
func TestChecksThatHoldHaveNoFindings(t *testing.T) {
	v := alone(t, "").runWith(Options{})
	assert.Equal(t, v.Status, Passed)
	assert.Assert(t, is.Len(v.Findings, 0))
	for i, inv := range invariant.Invariants() {
		assert.Equal(t, v.Checks[i], Check{Name: inv.Name})
	}
}

// A failed check fails the run, with a finding of its own.
func TestFailedCheckFailsTheRun(t *testing.T) {
	const name = "stored_before_acknowledged"
	v := alone(t, "commit_without_majority").runWith(Options{})
	assert.Equal(t, v.Status, Failed)
	c := v.check(t, name)
	assert.Equal(t, c.Status, Failed)
	assert.Assert(t, c.Seq > 0)
	assert.Equal(t, c.Seen, "node 0 committed entry 1 of term 1 when 1 of 3 nodes had it on stable storage: "+
		"a crash may undo an entry that no majority has stored (§5.3, D §3.8); nodes 0, 1, 2 have the planted bug commit_without_majority")
	i := slices.IndexFunc(v.Findings, func(f Finding) bool { return f.Expected == name })
	assert.Assert(t, i >= 0)
	f := v.Findings[i]
	assert.Equal(t, f.Status, Failed)
	assert.Equal(t, f.Seen, c.Seen)
	assert.Equal(t, f.When, c.When)
}

// A run that must show a violation passes if the named checks fail, whatever the others do.
func TestRunMustShowItsViolations(t *testing.T) {
	find := func(v Verdict) Finding {
		assert.Assert(t, is.Len(v.Findings, 1))
		return v.Findings[0]
	}
	t.Run("Shown", func(t *testing.T) {
		v := alone(t, "commit_without_majority", "stored_before_acknowledged").runWith(Options{})
		assert.Equal(t, v.Status, Passed)
		assert.Equal(t, find(v).Expected, "violates=stored_before_acknowledged")
		assert.Equal(t, find(v).Status, Passed)
		assert.Equal(t, v.check(t, "stored_before_acknowledged").Status, Failed)
	})
	t.Run("Held", func(t *testing.T) {
		v := alone(t, "commit_without_majority", "log_matching").runWith(Options{})
		assert.Equal(t, v.Status, Failed)
		assert.Equal(t, find(v).Seen, "log_matching held")
	})
	t.Run("Healthy", func(t *testing.T) {
		v := alone(t, "", "stored_before_acknowledged").runWith(Options{})
		assert.Equal(t, v.Status, Failed)
		assert.Equal(t, find(v).Seen, "stored_before_acknowledged held")
	})
	t.Run("Excused", func(t *testing.T) {
		p := alone(t, "commit_without_majority", "stored_before_acknowledged")
		p.Nodes[1].Role, p.Nodes[1].VotedFor = raft.Leader, 1 // a second leader of term 1
		v := p.runWith(Options{})
		assert.Equal(t, v.Status, Failed)
		assert.Assert(t, is.Contains(find(v).Seen, "; excused: the cluster starts in a state that Raft cannot reach"))
		assert.Equal(t, v.check(t, "election_safety").Excuse, "the cluster starts in this state")
	})
}
