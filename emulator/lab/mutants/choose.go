package mutants

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// chooseBugs gives the bugs whose names match one of the patterns, in the order
// of the registry.
func chooseBugs(patterns string) ([]*world.Bug, error) {
	all := world.Bugs()
	chosen := make([]bool, len(all))
	for pattern := range strings.SplitSeq(patterns, ",") {
		found := false
		for i, b := range all {
			ok, err := path.Match(pattern, b.Name)
			if err != nil {
				return nil, fmt.Errorf("-bugs %q: %w", pattern, err)
			}
			chosen[i] = chosen[i] || ok
			found = found || ok
		}
		if !found {
			return nil, noBug(pattern, all)
		}
	}
	var bugs []*world.Bug
	for i, b := range all {
		if chosen[i] {
			bugs = append(bugs, b)
		}
	}
	return bugs, nil
}

func noBug(pattern string, all []*world.Bug) error {
	var names []string
	for _, b := range all {
		names = append(names, b.Name)
	}
	hint := ""
	if near := text.Nearest(pattern, names, 1); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q? ", near[0])
	}
	if strings.Contains(pattern, "@") {
		hint += "-on says which nodes have the bug; "
	}
	return fmt.Errorf("-bugs: %w: %.80q; %sthere are %s", world.ErrNoBug, pattern, hint, strings.Join(names, ", "))
}

// who says which nodes of a cluster have a bug.
type who struct {
	word string // "all", "majority" or "minority"; "": ids
	ids  []int
}

func parseWho(s string) (who, error) {
	if s == "all" || s == "majority" || s == "minority" {
		return who{word: s}, nil
	}
	var w who
	for word := range strings.SplitSeq(s, ",") {
		id, err := strconv.Atoi(word)
		if err != nil || id < 0 || id >= world.MaxNodes {
			return w, fmt.Errorf("-on %q: want all, majority, minority, or ids of nodes with commas, such as 0,2", s)
		}
		w.ids = append(w.ids, id)
	}
	return w, nil
}

// has tells whether node i of so many has the bug. A majority is the smallest
// there is, a minority the largest.
func (w who) has(i, nodes int) bool {
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

// hasAny tells whether any node of so many has the bug.
func (w who) hasAny(nodes int) bool {
	for i := range nodes {
		if w.has(i, nodes) {
			return true
		}
	}
	return false
}
