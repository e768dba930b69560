package play

import (
	"slices"

	"rrmq.example/emulator/emulator/script/source"
)

// CheckNames are the checks of every run of a scenario: the invariants of package
// invariant, the trace against the rules of raft.tla, and the history of the clients.
var CheckNames = []string{
	"election_safety", "leader_append_only", "log_matching", "leader_completeness", "state_machine_safety",
	"one_vote_per_term", "monotonic_term", "monotonic_commit_index", "monotonic_match_index",
	"stored_before_acknowledged", "applied_once_in_order",
	"trace",
	"linearizable", "lost", "delivered_twice", "out_of_order", "invented",
}

// readViolates reads the checks that the scenario must fail.
func (r *reader) readViolates(v *source.Value) {
	if v == nil {
		return
	}
	const want = `a list of checks, such as ["leader_completeness"]`
	list, ok := v.WantList(want)
	if ok && len(list) == 0 {
		v.Report("is an empty list, want " + want)
	}
	for _, item := range list {
		name, ok := item.Text()
		switch {
		case !ok:
			item.Wrong("the name of a check")
		case !slices.Contains(CheckNames, name):
			item.Report("is %s, which is no check%s", item.Show(), item.Hint(name, CheckNames))
		case slices.Contains(r.scenario.Violates, name):
			item.Report("is %s a second time, want each check once", item.Show())
		default:
			r.scenario.Violates = append(r.scenario.Violates, name)
		}
	}
}
