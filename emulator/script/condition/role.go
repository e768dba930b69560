package condition

import (
	"strings"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// role is role=[NODES:]ROLE.
type role struct {
	selection
	want raft.Role
}

func readRole(value string) (predicate, string) {
	sel, name, wrong := readPrefix(value)
	if wrong != "" {
		return nil, wrong
	}
	var all []string
	for r := raft.Follower; r <= raft.Leader; r++ {
		if strings.EqualFold(r.String(), name) {
			return role{sel, r}, ""
		}
		all = append(all, r.String())
	}
	return nil, quote(name) + " is no role, " + text.Suggest(name, all)
}

func (r role) String() string { return r.prefix() + r.want.String() }
func (r role) tester() tester { return r }

func (r role) holds(s *clusterView) bool {
	return r.each(s, func(_ raft.NodeID, state *raft.State, up bool) bool { return up && state.Role == r.want })
}

func (r role) seen(s *clusterView) string {
	return r.describe(s, func(who string, _ raft.NodeID, state *raft.State, up bool) string {
		if !up {
			return who + " is down"
		}
		return who + " is " + state.Role.String()
	})
}
