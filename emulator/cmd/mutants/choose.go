package mutants

import (
	"fmt"
	"path"
	"strings"

	"rrmq.example/emulator/emulator/sim/bugs"

	"rrmq.example/emulator/emulator/text"
)

// chooseBugs gives the bugs whose names match one of the patterns, in the order
// of the registry.
func chooseBugs(patterns string) ([]*bugs.Bug, error) {
	all := bugs.All()
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
			return nil, unknownBug(pattern, all)
		}
	}
	var bugs []*bugs.Bug
	for i, b := range all {
		if chosen[i] {
			bugs = append(bugs, b)
		}
	}
	return bugs, nil
}

func unknownBug(pattern string, all []*bugs.Bug) error {
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
	return fmt.Errorf("-bugs: %w: %.80q; %sthere are %s", bugs.ErrUnknown, pattern, hint, strings.Join(names, ", "))
}
