package explore

import (
	"encoding/json"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/mqapi/queue"
)

// bugOf names a bug that fails the check.
var bugOf = map[string]string{
	"election_safety":            "vote_twice",
	"leader_append_only":         "leader_overwrites_log",
	"log_matching":               "prev_index_only",
	"leader_completeness":        "vote_without_log",
	"state_machine_safety":       "commit_to_end_of_log",
	"one_vote_per_term":          "vote_twice",
	"monotonic_term":             "term_not_stored",
	"monotonic_commit_index":     "commit_index_goes_back",
	"monotonic_match_index":      "match_index_goes_back",
	"stored_before_acknowledged": "commit_without_majority",
	"applied_once_in_order":      "apply_twice_on_leader",
	"trace":                      "vote_twice",
	"linearizable":               "answer_by_index",
	"lost":                       "answer_by_index",
	"delivered_twice":            "apply_twice_on_leader",
	"out_of_order":               "apply_twice_on_leader",
	"invented":                   "answer_by_index",
	"leader_elected":             "election_not_restarted",
	"request_answered":           "next_never_back",
	"logs_equal":                 "next_never_back",
}

// A failure of any check is written, as it was found and made small.
func TestFailureOfEachCheckIsWritten(t *testing.T) {
	for _, check := range explore.CheckNames() {
		for _, shrink := range []string{"0", "5"} {
			t.Run(check+shrink, func(t *testing.T) {
				t.Parallel()
				code, stdout, stderr := called(t, "-nodes", "3", "-bug", bugOf[check], "-check", check, "-shrink", shrink,
					"-parallel", "1", "-out", t.TempDir(), "-json")
				assert.Equal(t, code, 1, "%s", stderr)
				var r struct{ Failures []failure }
				assert.NilError(t, json.Unmarshal([]byte(stdout), &r))
				assert.Equal(t, r.Failures[0].Check, check)
				assert.Assert(t, r.Failures[0].File != "")
			})
		}
	}
}

// A file that gives another run is refused, even if that run fails the same check.
func TestVerifyComparesRuns(t *testing.T) {
	o := parsed(t, "-nodes", "3", "-bug", "vote_twice", "-parallel", "1", "-out", t.TempDir())
	s, err := explore.Explore(t.Context(), o.Options, nil)
	assert.NilError(t, err)
	f, check := s.Failures[0].Fixture, s.Failures[0].Finding.Check
	_, err = o.verify("f.toml", f.TOML(), f, check)
	assert.NilError(t, err)
	_, err = o.verify("f.toml", append([]byte("# a comment\n\n"), f.TOML()...), f, check)
	assert.NilError(t, err)

	more := *f
	scenario := *f.Scenario
	scenario.Steps = append([]play.Step{{Action: play.Request{
		Name: "first", Times: 1, Timeout: play.DefaultRequestTimeout, Command: queue.PutTopic.With("first"),
	}}}, scenario.Steps...)
	more.Scenario = &scenario
	_, err = o.verify("f.toml", more.TOML(), f, check)
	assert.ErrorIs(t, err, errDiffers)
	assert.ErrorContains(t, err, "records are not the")

	healthy := strings.ReplaceAll(string(f.TOML()), `"vote_twice"`, `""`)
	assert.Assert(t, healthy != string(f.TOML()))
	_, err = o.verify("f.toml", []byte(healthy), f, check)
	assert.ErrorIs(t, err, errDiffers)
}
