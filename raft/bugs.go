package raft

import "slices"

// A Bug is a rule of Raft done wrong on purpose, to test whether a suite finds it. A
// node with a bug breaks one rule and follows all others.
//
// Each bug is a type that embeds figure2 and overrides the rule, in the file of its
// theme: bugs_vote.go, bugs_append.go, bugs_lead.go, or bugs_node.go for the rules of
// all servers.
type Bug struct {
	// Name is its name in fixtures, flags and the admin API.
	Name string
	// Rule is the name of the function that it overrides.
	Rule string
	// Paper is the section of the rule.
	Paper string
	// Does says what a node with the bug does, Wrong what that leads to: a line each.
	Does, Wrong string

	rules rules
}

// bugs are all bugs of the core, by theme.
var bugs = slices.Concat(voteBugs, appendBugs, leadBugs, nodeBugs)

// Bugs lists the bugs that Plant takes, in order.
func Bugs() []*Bug { return slices.Clone(bugs) }

// rulesOf returns the rules that a node with the bug follows; nil is no bug.
func (b *Bug) rulesOf() rules {
	if b == nil || b.rules == nil {
		return figure2{}
	}
	return b.rules
}
