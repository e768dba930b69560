package raft

import "slices"

// A Bug is a fault planted on purpose, to see whether a suite of tests finds
// it: a node that has it follows one rule wrongly, and all others as it should.
//
// Each is a type of its own that embeds figure2 and overrides the rule, in the
// file of its theme: bugs_vote.go, bugs_append.go, bugs_lead.go, and bugs_node.go
// for what all servers do.
type Bug struct {
	// Name is what fixtures, flags and the admin API call it.
	Name string
	// Rule is the rule that it breaks, by the name of its function.
	Rule string
	// Paper is where the rule stands.
	Paper string
	// Does is what a node with the bug does, and Wrong what goes wrong then, a
	// line each.
	Does, Wrong string

	rules rules
}

// bugs are all those of the core, by theme.
var bugs = slices.Concat(voteBugs, appendBugs, leadBugs, nodeBugs)

// Bugs lists the bugs that can be planted in a Node, in order.
func Bugs() []*Bug { return slices.Clone(bugs) }

// rulesOf are the rules that a node follows that has the bug; nil is no bug.
func (b *Bug) rulesOf() rules {
	if b == nil || b.rules == nil {
		return figure2{}
	}
	return b.rules
}
