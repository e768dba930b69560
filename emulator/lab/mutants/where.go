package mutants

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/world"
)

// Where says which nodes of a cluster get the bug.
type Where struct {
	word string // "all", "majority" or "minority"; "": ids
	ids  []int
}

// ParseWhere reads "all", "majority", "minority", or node ids with commas.
func ParseWhere(s string) (Where, error) {
	if s == "all" || s == "majority" || s == "minority" {
		return Where{word: s}, nil
	}
	var w Where
	for word := range strings.SplitSeq(s, ",") {
		id, err := strconv.Atoi(word)
		if err != nil || id < 0 || id >= world.MaxNodes {
			return w, fmt.Errorf("%q: want all, majority, minority, or ids of nodes with commas, such as 0,2", s)
		}
		w.ids = append(w.ids, id)
	}
	return w, nil
}

// has reports whether node i of a cluster of this size gets the bug. A majority is the
// smallest possible, a minority the largest.
func (w Where) has(i, nodes int) bool {
	switch w.word {
	case "all":
		return true
	case "majority":
		return i <= nodes/2
	case "minority":
		return i < (nodes-1)/2
	}
	return slices.Contains(w.ids, i)
}

// Any reports whether any node of a cluster of this size gets the bug.
func (w Where) Any(nodes int) bool {
	for i := range nodes {
		if w.has(i, nodes) {
			return true
		}
	}
	return false
}
