package condition

import "rrmq.example/emulator/raft"

// running is up=, down= and paused=NODES. Here all means every node of the cluster: of
// nodes that are up, up=all would say nothing.
type running struct {
	selection
	is func(up, paused bool) bool
}

func isUp(up, _ bool) bool     { return up }
func isDown(up, _ bool) bool   { return !up }
func isPaused(up, p bool) bool { return up && p }

func readCondition(is func(up, paused bool) bool) func(string) (predicate, string) {
	return func(value string) (predicate, string) {
		sel, wrong := readSelection(value)
		return running{sel, is}, wrong
	}
}

func (r running) tester() tester { return r }

// of returns the nodes. Unlike selection it includes those that are down in all.
func (r running) of(s *clusterView) []member {
	if !r.isAll() {
		return r.members
	}
	members := make([]member, s.Nodes())
	for i := range members {
		members[i].id = raft.NodeID(i)
	}
	return members
}

func (r running) holds(s *clusterView) bool {
	if r.isAll() {
		for id := range raft.NodeID(s.Nodes()) {
			if _, up, paused := s.State(id); !r.is(up, paused) {
				return false
			}
		}
		return true
	}
	for _, m := range r.members {
		id, ok := s.find(m)
		if !ok {
			return false
		}
		if _, up, paused := s.State(id); !r.is(up, paused) {
			return false
		}
	}
	return true
}

func (r running) seen(s *clusterView) string {
	var words sentence
	for _, m := range r.of(s) {
		id, ok := s.find(m)
		if !ok {
			words.add(m.unresolved())
			continue
		}
		switch _, up, paused := s.State(id); {
		case !up:
			words.add(m.who(id) + " is down")
		case paused:
			words.add(m.who(id) + " is paused")
		default:
			words.add(m.who(id) + " is up")
		}
	}
	return words.String()
}
