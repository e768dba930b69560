package condition

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/raft"
)

// role is role=NODES:ROLE.
type role struct {
	selection
	want raft.Role
}

func readRole(value string) (spec, string) {
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
	return nil, quote(name) + " is no role, " + suggest(name, all)
}

func (r role) String() string   { return r.prefix() + r.want.String() }
func (r role) nodes() selection { return r.selection }
func (r role) tester() tester   { return r }

func (r role) holds(o Observer) bool {
	return r.each(o, func(_ raft.NodeID, s *raft.State, up bool) bool { return up && s.Role == r.want })
}

func (r role) seen(o Observer) string {
	return r.describe(o, func(id raft.NodeID, s *raft.State, up bool) string {
		if !up {
			return fmt.Sprintf("node %d is down", id)
		}
		return fmt.Sprintf("node %d is %s", id, s.Role)
	})
}
