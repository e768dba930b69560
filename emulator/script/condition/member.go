package condition

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// A member is a node that a condition names: by its id, or by a name if it has one.
type member struct {
	id   raft.NodeID
	name string
}

// readMember reads an id or a name, or says what is wrong.
func readMember(word string) (member, string) {
	w, wrong := syntax.ParseWho(word)
	return member{id: w.ID, name: w.Name}, wrong
}

func (m member) String() string {
	if m.name != "" {
		return m.name
	}
	return strconv.Itoa(int(m.id))
}

func (m member) isRole() bool { return syntax.IsRole(m.name) }

// find returns the node that a member stands for now.
func (s *clusterView) find(m member) (raft.NodeID, bool) {
	id, ok := m.id, true
	switch {
	case m.name == "":
	case m.isRole():
		return syntax.Find(s.Cluster, m.name)
	case s.env.Resolve == nil:
		return raft.None, false
	default:
		id, ok = s.env.Resolve(m.name)
	}
	return id, ok && id >= 0 && int(id) < s.Nodes()
}

// who names the node: "node 2 (old)".
func (m member) who(id raft.NodeID) string {
	if m.name == "" {
		return fmt.Sprintf("node %d", id)
	}
	return fmt.Sprintf("node %d (%s)", id, m.name)
}

// unresolved explains why a member stands for no node.
func (m member) unresolved() string {
	switch m.name {
	case "":
		return fmt.Sprintf("node %d does not exist any more", m.id)
	case syntax.Leader:
		return "nobody leads"
	case syntax.Follower:
		return "nobody who is up follows"
	case syntax.Candidate:
		return "no node is a candidate"
	}
	return "no node is called " + m.name + " yet"
}
