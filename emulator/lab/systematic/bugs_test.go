package systematic

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/tests/budget"
)

// Each bug breaks a property after the expected number of steps, and a run of the
// exported fixture takes the same steps and fails. From the same states the healthy
// core keeps all properties.
func TestEachBugBreaksAProperty(t *testing.T) {
	from := func(t *testing.T, file string) *fixture.Fixture {
		if file == "" {
			return fixture.Fresh(3)
		}
		if !strings.HasSuffix(file, ".toml") {
			f, err := fixture.Load(file)
			assert.NilError(t, err)
			return f
		}
		f, err := fixture.Load("testdata/" + file)
		assert.NilError(t, err)
		return f
	}
	b := DefaultBounds
	b.Requests, b.Depth = 2, 12
	late := Bounds{Depth: 12, Term: 5, Log: 2, InFlight: 20}
	for _, c := range []struct {
		bug, file string
		b         Bounds
		steps     int
		property  string
		checks    string // that fail in a run
	}{
		{"quorum_off_by_one", "", b, 2, "election_safety", "election_safety"},
		{"term_not_stored", "", b, 2, "monotonic_term", "monotonic_term"},
		{"vote_twice", "", b, 4, "one_vote_per_term", "one_vote_per_term"},
		{"vote_not_stored", "", b, 4, "one_vote_per_term", "one_vote_per_term"},
		{"commit_without_majority", "", b, 4, "committed_by_majority", "stored_before_acknowledged"},
		{"leader_overwrites_log", "", b, 5, "leader_append_only", "leader_append_only log_matching"},
		{"clear_vote_on_append", "", b, 6, "one_vote_per_term", "one_vote_per_term"},
		{"count_old_votes", "", b, 7, "election_safety", "election_safety"},
		{"commit_last_index", "", b, 7, "committed_by_majority", "stored_before_acknowledged"},
		{"vote_without_log", "", b, 9, "leader_completeness", "leader_completeness"},
		{"commit_index_goes_back", "", b, 9, "monotonic_commit_index", "monotonic_commit_index"},
		{"heartbeat_without_check", "extra_entry.toml", late, 1, "state_machine_safety", "state_machine_safety"},
		{"append_without_comparing", "extra_entry.toml", late, 3, "state_machine_safety", "state_machine_safety"},
		{"vote_by_length", "extra_entry.toml", late, 4, "leader_completeness", "leader_completeness"},
		{"commit_old_term", "figure_8.toml", late, 11, "leader_completeness", "leader_completeness"},
		{"commit_old_term", "figure_8_c", late, 6, "leader_completeness", "leader_completeness"},
	} {
		t.Run(c.bug+strings.TrimSuffix(c.file, ".toml"), func(t *testing.T) {
			if c.steps > 10 {
				budget.Long(t)
			}
			f := from(t, c.file)
			o := Options{Bounds: c.b, Bugs: slices.Repeat([]string{c.bug}, len(f.Nodes)), Workers: 2}
			r, err := Explore(context.Background(), f, o)
			assert.NilError(t, err)
			v := r.Violation
			assert.Assert(t, v != nil)
			assert.Equal(t, v.Property, c.property, v.Says)
			assert.Equal(t, len(v.Steps), c.steps)

			x, rerun, err := v.Export(context.Background(), runScenario, f, o.Bugs)
			assert.NilError(t, err)
			assert.Assert(t, rerun.Same, string(x.TOML()))
			for _, check := range strings.Fields(c.checks) {
				assert.Assert(t, slices.Contains(rerun.Failed, check), "%v", rerun.Failed)
			}

			o.Bounds.Depth, o.Bugs = c.steps, nil
			r, err = Explore(context.Background(), f, o)
			assert.NilError(t, err)
			assert.Assert(t, r.Violation == nil)
			assert.Equal(t, r.End, DepthBound)
		})
	}
}

// Symmetry changes neither the violation nor its number of steps, even if only one
// node has the bug.
func TestSymmetryOfBugs(t *testing.T) {
	b := DefaultBounds
	b.Depth = 9
	for _, bugs := range [][]string{
		{"vote_twice", "", ""}, {"", "", "vote_without_log"}, {"", "commit_without_majority", ""}, {"vote_not_stored", "vote_not_stored", ""},
	} {
		t.Run(strings.Join(bugs, ","), func(t *testing.T) {
			var results []*Result
			for _, no := range []bool{false, true} {
				r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: b, Bugs: bugs, NoSymmetry: no})
				assert.NilError(t, err)
				assert.Assert(t, r.Violation != nil)
				results = append(results, r)
			}
			assert.Equal(t, results[0].Violation.Property, results[1].Violation.Property)
			assert.Equal(t, len(results[0].Violation.Steps), len(results[1].Violation.Steps))
			assert.Assert(t, results[0].States <= results[1].States)
		})
	}
}
