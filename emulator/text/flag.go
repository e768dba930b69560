package text

import (
	"flag"
	"fmt"
	"strings"
	"time"
)

// Flag says more of what a flag.FlagSet has against a command line, where that says
// little: which flag may have been meant, or what a number or a time looks like.
// Other errors, and nil, stay as they are.
func Flag(set *flag.FlagSet, err error) error {
	if err == nil {
		return nil
	}
	if written, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		var names []string
		set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		if meant := Nearest(written, names, 1); len(meant) > 0 {
			return fmt.Errorf("%w; did you mean -%s?", err, meant[0])
		}
		return err
	}
	before, ok := strings.CutSuffix(err.Error(), ": parse error")
	if !ok {
		return err
	}
	_, name, _ := strings.Cut(before, " for flag -")
	f := set.Lookup(name)
	if f == nil {
		return err
	}
	g, ok := f.Value.(flag.Getter)
	if !ok {
		return err
	}
	switch g.Get().(type) {
	case time.Duration:
		return fmt.Errorf("%s: want a time such as 10s or 1m30s", before)
	case int, float64:
		return fmt.Errorf("%s: want a number", before)
	case uint64:
		return fmt.Errorf("%s: want a number from 0 on", before)
	}
	return err
}
