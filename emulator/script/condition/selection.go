package condition

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// A selection is the nodes that a condition is about: those that it names or, if it
// names none, all that are up.
type selection struct{ members []member }

const all = syntax.All

// readSelection reads NODES, or says what is wrong.
func readSelection(s string) (selection, string) {
	if s == all {
		return selection{}, ""
	}
	var sel selection
	for _, word := range strings.Split(s, ",") {
		m, wrong := readMember(strings.TrimSpace(word))
		switch {
		case wrong != "":
			return selection{}, wrong
		case slices.Contains(sel.members, m) && m.name != "":
			return selection{}, m.name + " is named twice"
		case slices.Contains(sel.members, m):
			return selection{}, fmt.Sprintf("node %d is named twice", m.id)
		}
		sel.members = append(sel.members, m)
	}
	return sel, ""
}

// readPrefix reads [NODES:]REST. No nodes means all.
func readPrefix(s string) (sel selection, rest, wrong string) {
	nodes, rest, ok := strings.Cut(s, ":")
	if !ok {
		return selection{}, s, ""
	}
	sel, wrong = readSelection(nodes)
	return sel, rest, wrong
}

// readNodes reads NODES:REST, where REST may hold a colon.
func readNodes(s string) (sel selection, rest, wrong string) {
	if !strings.Contains(s, ":") {
		return selection{}, "", "it has no colon after the nodes"
	}
	return readPrefix(s)
}

// String writes the selection as readSelection reads it.
func (s selection) String() string {
	if s.members == nil {
		return all
	}
	words := make([]string, len(s.members))
	for i, m := range s.members {
		words[i] = m.String()
	}
	return strings.Join(words, ",")
}

// prefix returns String with a colon after it; nothing for all.
func (s selection) prefix() string {
	if s.members == nil {
		return ""
	}
	return s.String() + ":"
}

func (s selection) mentions() []member { return s.members }

// isAll reports whether no node is named.
func (s selection) isAll() bool { return s.members == nil }

// ids appends the named nodes to list, up or down, and reports whether every name
// stands for a node.
func (s selection) ids(at *clusterView, list []raft.NodeID) ([]raft.NodeID, bool) {
	ok := true
	for _, m := range s.members {
		if id, found := at.find(m); found {
			list = append(list, id)
		} else {
			ok = false
		}
	}
	return list, ok
}

// each calls f with each node until f returns false. It reports whether there was a
// node and f returned true for all of them. An unresolved name never matches. The state
// is valid until f returns.
func (s selection) each(at *clusterView, f func(id raft.NodeID, state *raft.State, up bool) bool) bool {
	some := false
	if s.members == nil {
		for id := range raft.NodeID(at.Nodes()) {
			var up bool
			if at.state, up, _ = at.State(id); up {
				if some = true; !f(id, &at.state, up) {
					return false
				}
			}
		}
		return some
	}
	for _, m := range s.members {
		id, ok := at.find(m)
		if !ok {
			return false
		}
		var up bool
		if at.state, up, _ = at.State(id); !f(id, &at.state, up) {
			return false
		}
	}
	return true
}

// A sentence collects clauses about nodes, up to maxShown of them.
type sentence struct {
	parts []string
	more  int
}

// maxShown bounds how many nodes an explanation describes.
const maxShown = 10

func (s *sentence) add(part string) {
	if len(s.parts) < maxShown {
		s.parts = append(s.parts, part)
	} else {
		s.more++
	}
}

func (s *sentence) String() string {
	if len(s.parts) == 0 {
		return "no node is up"
	}
	if s.more > 0 {
		return fmt.Sprintf("%s, and %d more", strings.Join(s.parts, ", "), s.more)
	}
	return strings.Join(s.parts, ", ")
}

// describe writes a clause about each node, in one line.
func (s selection) describe(at *clusterView, say func(who string, id raft.NodeID, state *raft.State, up bool) string) string {
	var words sentence
	if s.members == nil {
		s.each(at, func(id raft.NodeID, state *raft.State, up bool) bool {
			words.add(say(member{id: id}.who(id), id, state, up))
			return true
		})
	}
	for _, m := range s.members {
		id, ok := at.find(m)
		if !ok {
			words.add(m.unresolved())
			continue
		}
		state, up, _ := at.State(id)
		words.add(say(m.who(id), id, &state, up))
	}
	return words.String()
}
