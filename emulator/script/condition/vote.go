package condition

import (
	"fmt"

	"rrmq.example/emulator/raft"
)

// vote is voted_for=[NODES:]NODE or none.
type vote struct {
	selection
	whom member // no name and id None: no vote
}

func readVote(value string) (predicate, string) {
	sel, whom, wrong := readPrefix(value)
	if wrong != "" {
		return nil, wrong
	}
	if whom == none {
		return vote{sel, member{id: raft.None}}, ""
	}
	m, wrong := readMember(whom)
	if wrong != "" {
		return nil, wrong
	}
	return vote{sel, m}, ""
}

func (v vote) forNone() bool { return v.whom == member{id: raft.None} }

func (v vote) String() string {
	if v.forNone() {
		return v.prefix() + none
	}
	return v.prefix() + v.whom.String()
}

func (v vote) mentions() []member {
	if v.forNone() {
		return v.members
	}
	return append(v.members[:len(v.members):len(v.members)], v.whom)
}

func (v vote) tester() tester { return v }

func (v vote) holds(s *clusterView) bool {
	whom := raft.None
	if !v.forNone() {
		var ok bool
		if whom, ok = s.find(v.whom); !ok {
			return false
		}
	}
	return v.each(s, func(_ raft.NodeID, state *raft.State, _ bool) bool { return state.VotedFor == whom })
}

func (v vote) seen(s *clusterView) string {
	votes := v.describe(s, func(who string, _ raft.NodeID, state *raft.State, _ bool) string {
		if state.VotedFor == raft.None {
			return fmt.Sprintf("%s has voted for nobody in term %d", who, state.Term)
		}
		return fmt.Sprintf("%s has voted for node %d in term %d", who, state.VotedFor, state.Term)
	})
	if v.whom.name == "" {
		return votes
	}
	if id, ok := s.find(v.whom); ok {
		return fmt.Sprintf("%s, and %s is node %d", votes, v.whom.name, id)
	}
	return votes + ", and " + v.whom.unresolved()
}
