package oracle

import (
	"fmt"
	"slices"
)

// startsWrong compares an Init record with the state in which the server must begin.
func (o *Oracle) startsWrong(e *Event, want *Start) *Violation {
	got := e.Begin
	switch {
	case e.State != want.State:
		v := stateDiff(Init, &want.State, &e.State)
		v.Rule = ruleStart
		return v
	case got.Up != want.Up:
		return wrong(ruleStart, fmt.Sprint("up = ", want.Up), fmt.Sprint("up = ", got.Up))
	case !o.sameEntries(got.Log, want.Log):
		return wrong(ruleStart, "the fixture's log", "another log")
	case !slices.Equal(got.Match, want.Match):
		return wrong(ruleStart, fmt.Sprint("match_index = ", want.Match), fmt.Sprint(got.Match))
	case got.Counted != want.Counted || !slices.Equal(got.Votes, want.Votes):
		return wrong(ruleStart, fmt.Sprint("votes = ", want.Votes), fmt.Sprint(got.Votes))
	case len(want.Writes) > 0 && got.Stored != want.Stored || !slices.EqualFunc(got.Writes, want.Writes, o.sameWrite):
		return wrong(ruleStart, "the fixture's unfinished writes", "others")
	}
	return nil
}

func (o *Oracle) sameEntries(a, b []Entry) bool {
	return slices.EqualFunc(a, b, func(a, b Entry) bool { return a.Term == b.Term && o.tree.same(a.Value, b.Value) })
}

func (o *Oracle) sameWrite(a, b Write) bool {
	return a.Hard == b.Hard && a.Kept == b.Kept && o.sameEntries(a.Removed, b.Removed)
}
