package condition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// A member is a node that a condition names: by its id, or by a name if it has one.
type member struct {
	id   raft.NodeID
	name string
}

// readMember reads an id or a name, or says what is wrong.
func readMember(word string) (member, string) {
	n, err := strconv.ParseUint(word, 10, 31)
	switch {
	case err == nil && n < world.MaxNodes && (word == "0" || word[0] != '0'):
		return member{id: raft.NodeID(n)}, ""
	case IsName(word) || isRole(word):
		return member{id: raft.None, name: word}, ""
	}
	return member{}, quote(word) + " is no node's id, nor is it all or a name"
}

func (m member) String() string {
	if m.name != "" {
		return m.name
	}
	return strconv.Itoa(int(m.id))
}

func isRole(name string) bool { return name == Leader || name == Follower || name == Candidate }

func (m member) isRole() bool { return isRole(m.name) }

// reserved are words with a meaning of their own, which no name may be.
var reserved = []string{Leader, Follower, Candidate, Any, all, none, unique}

// Words returns the words of conditions that are not names of nodes.
func Words() []string { return slices.Clone(reserved) }

// IsName reports whether a scenario may give a node this name: a letter, then letters,
// digits, _ and -, and no reserved word.
func IsName(name string) bool {
	return IsRequest(name) && !strings.Contains(name, ".") && (name[0] < '0' || name[0] > '9') && name[0] != '-' &&
		!slices.ContainsFunc(reserved, func(r string) bool { return strings.EqualFold(r, name) })
}

// IsRequest reports whether a scenario may give a client request this name: letters,
// digits, _, - and dots.
func IsRequest(name string) bool {
	for _, c := range []byte(name) {
		if !isPlain(c) {
			return false
		}
	}
	return name != "" && bounds.Member.Wrong(name) == ""
}

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.'
}

// find returns the node that a member stands for now.
func (s *clusterView) find(m member) (raft.NodeID, bool) {
	id, ok := m.id, true
	switch {
	case m.name == "":
	case m.isRole():
		return Find(s.Cluster, m.name)
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
	case Leader:
		return "nobody leads"
	case Follower:
		return "nobody who is up follows"
	case Candidate:
		return "no node is a candidate"
	}
	return "no node is called " + m.name + " yet"
}
