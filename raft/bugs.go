package raft

import "slices"

// A Bug is a fault planted on purpose, to see whether a suite of tests finds
// it: a node that has it follows one rule wrongly, and all others as it should.
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

// bugs are all those of the core, in the order of the paper's sections.
var bugs = []*Bug{
	{
		Name: "commit_old_term", Rule: "leaderCommit", Paper: "§5.4.2, Figure 8",
		Does:  "A leader commits an entry of an earlier term as soon as a majority has it.",
		Wrong: "A later leader may still overwrite the entry, which clients were told is safe.",
		rules: commitOldTerm{},
	},
	{
		Name: "vote_without_log", Rule: "isUpToDate", Paper: "§5.4.1",
		Does:  "A voter does not compare logs.",
		Wrong: "A leader may be elected that lacks committed entries, and removes them from the others.",
		rules: voteWithoutLog{},
	},
}

// Bugs lists the bugs that can be planted in a Node, in order.
func Bugs() []*Bug { return slices.Clone(bugs) }

// rulesOf are the rules that a node follows that has the bug; nil is no bug.
func (b *Bug) rulesOf() rules {
	if b == nil || b.rules == nil {
		return figure2{}
	}
	return b.rules
}

type commitOldTerm struct{ figure2 }

func (commitOldTerm) leaderCommit(n *Node) Index { return max(n.commitIndex, n.quorumIndex()) }

type voteWithoutLog struct{ figure2 }

func (voteWithoutLog) isUpToDate(Term, Index, Term, Index) bool { return true }
