package condition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/raft"
)

// A selection is the nodes that a condition is about: those named or, when
// there are none, all that are up.
type selection struct{ ids []raft.NodeID }

const all = "all"

// readSelection reads NODES, or says what is wrong.
func readSelection(s string) (selection, string) {
	if s == all {
		return selection{}, ""
	}
	var sel selection
	for _, word := range strings.Split(s, ",") {
		n, err := strconv.ParseUint(word, 10, 31)
		id := raft.NodeID(n)
		switch {
		case err != nil || n >= world.MaxNodes || word[0] == '0' && len(word) > 1:
			return selection{}, quote(word) + " is no node's id, nor is it all"
		case slices.Contains(sel.ids, id):
			return selection{}, fmt.Sprintf("node %d is named twice", id)
		}
		sel.ids = append(sel.ids, id)
	}
	return sel, ""
}

// readPrefix reads [NODES:]REST: without nodes it means all.
func readPrefix(s string) (sel selection, rest, wrong string) {
	nodes, rest, ok := strings.Cut(s, ":")
	if !ok {
		return selection{}, s, ""
	}
	sel, wrong = readSelection(nodes)
	return sel, rest, wrong
}

// String writes the selection as readSelection reads it.
func (s selection) String() string {
	if s.ids == nil {
		return all
	}
	words := make([]string, len(s.ids))
	for i, id := range s.ids {
		words[i] = strconv.Itoa(int(id))
	}
	return strings.Join(words, ",")
}

// prefix is String with the colon behind it, nothing for all.
func (s selection) prefix() string {
	if s.ids == nil {
		return ""
	}
	return s.String() + ":"
}

// includes tells whether a node is one of them, up or not.
func (s selection) includes(id raft.NodeID) bool {
	return s.ids == nil || slices.Contains(s.ids, id)
}

// each calls f with the nodes, until it returns false, and tells whether there
// was one and f was content with all of them. A named node that the cluster
// does not have is passed to nobody and content with nothing.
func (s selection) each(o Observer, f func(id raft.NodeID, state *raft.State, up bool) bool) bool {
	some := false
	if s.ids == nil {
		for id := range raft.NodeID(o.Nodes()) {
			if state, up, _ := o.State(id); up {
				if some = true; !f(id, &state, up) {
					return false
				}
			}
		}
		return some
	}
	for _, id := range s.ids {
		if int(id) >= o.Nodes() {
			return false
		}
		if state, up, _ := o.State(id); !f(id, &state, up) {
			return false
		}
	}
	return true
}

// maxShown bounds how many nodes an explanation goes into.
const maxShown = 10

// describe says something of each node, in one line.
func (s selection) describe(o Observer, say func(id raft.NodeID, state *raft.State, up bool) string) string {
	var parts []string
	more := 0
	add := func(part string) {
		if len(parts) < maxShown {
			parts = append(parts, part)
		} else {
			more++
		}
	}
	if s.ids == nil {
		s.each(o, func(id raft.NodeID, state *raft.State, up bool) bool {
			add(say(id, state, up))
			return true
		})
	}
	for _, id := range s.ids {
		if int(id) >= o.Nodes() {
			add(fmt.Sprintf("node %d does not exist any more", id))
			continue
		}
		state, up, _ := o.State(id)
		add(say(id, &state, up))
	}
	if len(parts) == 0 {
		return "no node is up"
	}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}
