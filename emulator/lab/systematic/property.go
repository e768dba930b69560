package systematic

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/raft"
)

// The properties of Figure 3 in its words, over a whole state. Leader Append-Only and
// the rules for single nodes are about steps: see local.go.

// A view is a state as the properties see it.
type view struct {
	nodes   []*local
	history *history
}

// A property says what is wrong with a state; "" when nothing is.
type property struct {
	name  string
	wrong func(*view) string
}

var properties = []property{
	{"election_safety", electionSafety},
	{"committed_by_majority", committedByMajority},
	{"log_matching", logMatching},
	{"leader_completeness", leaderCompleteness},
	{"state_machine_safety", stateMachineSafety},
}

// stepProperties are those about a step.
var stepProperties = []string{
	"leader_append_only", "one_vote_per_term", "monotonic_term", "monotonic_commit_index", "applied_once_in_order",
}

// Properties returns the names of all properties.
func Properties() []string {
	var names []string
	for _, p := range properties {
		names = append(names, p.name)
	}
	return append(names, stepProperties...)
}

// check returns the first property that does not hold; nil when all do.
func (v *view) check(list []property) *failure {
	for _, p := range list {
		if says := p.wrong(v); says != "" {
			return &failure{p.name, says}
		}
	}
	return nil
}

// electionSafety: at most one leader can be elected in a given term (§5.2).
func electionSafety(v *view) string {
	for i, a := range v.history.leaders {
		for _, b := range v.history.leaders[:i] {
			if a.term == b.term && a.node != b.node {
				return fmt.Sprintf("nodes %d and %d have both led term %d (§5.2)", b.node, a.node, a.term)
			}
		}
	}
	return ""
}

// committedByMajority: an entry is committed once a majority of the nodes has
// it (§5.3), and none of them ever removes it.
func committedByMajority(v *view) string {
	for k, c := range v.history.committed {
		has := 0
		for _, n := range v.nodes {
			if k < len(n.log) && n.log[k] == c.Entry {
				has++
			}
		}
		if has <= len(v.nodes)/2 {
			return fmt.Sprintf("index %d of term %d was committed in term %d, and %d of %d nodes have it (§5.3)",
				k+1, c.Term, c.in, has, len(v.nodes))
		}
	}
	return ""
}

// logMatching: if two logs contain an entry with the same index and term, then
// the logs are identical in all entries up through the given index (§5.3).
func logMatching(v *view) string {
	for i, a := range v.nodes {
		for j, b := range v.nodes[:i] {
			k := min(len(a.log), len(b.log))
			for k > 0 && a.log[k-1].Term != b.log[k-1].Term {
				k--
			}
			if !slices.Equal(a.log[:k], b.log[:k]) {
				return fmt.Sprintf("nodes %d and %d have entries of term %d at index %d, and differ up to there (§5.3)",
					j, i, a.log[k-1].Term, k)
			}
		}
	}
	return ""
}

// leaderCompleteness: if a log entry is committed in a given term, then that
// entry will be present in the logs of the leaders for all higher-numbered terms
// (§5.4).
func leaderCompleteness(v *view) string {
	for i, n := range v.nodes {
		if n.state.Role != raft.Leader {
			continue
		}
		for k, c := range v.history.committed {
			if n.state.Term > c.in && (k >= len(n.log) || n.log[k] != c.Entry) {
				return fmt.Sprintf("node %d leads term %d without index %d of term %d, which was committed in term %d (§5.4)",
					i, n.state.Term, k+1, c.Term, c.in)
			}
		}
	}
	return ""
}

// stateMachineSafety: if a server has applied a log entry at a given index to
// its state machine, no other server will ever apply a different log entry for
// the same index (§5.4.3).
func stateMachineSafety(v *view) string {
	for i, n := range v.nodes {
		for k, e := range n.applied {
			if first := v.history.applied[k]; e != first {
				return fmt.Sprintf("node %d applied index %d of term %d, and another of term %d was applied there before (§5.4.3)",
					i, k+1, e.Term, first.Term)
			}
		}
	}
	return ""
}
