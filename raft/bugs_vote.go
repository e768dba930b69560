package raft

// voteBugs break the rules of elections (§5.2, §5.4.1).
var voteBugs = []*Bug{
	{
		Name: "vote_without_log", Rule: "isUpToDate", Paper: "§5.4.1",
		Does:  "A voter does not compare logs.",
		Wrong: "The new leader may lack committed entries, and removes them from the others.",
		rules: voteWithoutLog{},
	},
	{
		Name: "vote_by_length", Rule: "isUpToDate", Paper: "§5.4.1",
		Does:  "A voter takes the longer log for the more up to date one and ignores the terms.",
		Wrong: "A long log of entries that were never committed wins over a shorter one with committed entries of a later term.",
		rules: voteByLength{},
	},
	{
		Name: "vote_twice", Rule: "isVoteFree", Paper: "§5.2",
		Does:  "A follower votes for every candidate, also if it has voted for another in that term.",
		Wrong: "One term may get two leaders.",
		rules: voteTwice{},
	},
	{
		Name: "count_old_votes", Rule: "countsVote", Paper: "§5.2",
		Does:  "A candidate counts votes that it got in an earlier term.",
		Wrong: "It may lead without a majority in its term, beside a leader that has one.",
		rules: countOldVotes{},
	},
	{
		Name: "timer_reset_on_any_vote_request", Rule: "resetsTimerOnVote", Paper: "Figure 2, followers; §5.2",
		Does:  "A node resets its election timer on every request for its vote, also when it refuses.",
		Wrong: "A candidate that cannot win keeps others that could from standing: there is no leader for long.",
		rules: timerResetOnAnyVoteRequest{},
	},
	{
		Name: "election_not_restarted", Rule: "startsElection", Paper: "§5.2",
		Does:  "A candidate whose election failed does not start the next one.",
		Wrong: "After a split vote, or without a majority for a moment, no node is ever elected.",
		rules: electionNotRestarted{},
	},
}

type voteWithoutLog struct{ figure2 }

func (voteWithoutLog) isUpToDate(Term, Index, Term, Index) bool { return true }

type voteByLength struct{ figure2 }

func (voteByLength) isUpToDate(_ Term, candidate Index, _ Term, own Index) bool {
	return candidate >= own
}

type voteTwice struct{ figure2 }

func (voteTwice) isVoteFree(_, _ NodeID) bool { return true }

// countOldVotes also keeps such votes from being dropped as stale.
type countOldVotes struct{ figure2 }

func (countOldVotes) dropsResponse(n *Node, m *Message) bool {
	return m.Type != RequestVoteResponse && isStale(m.Term, n.currentTerm)
}

func (countOldVotes) countsVote(n *Node, m *Message) bool {
	return n.role == Candidate && !n.votesResponded[m.From]
}

// timerResetOnAnyVoteRequest leaves a leader's heartbeat timer alone.
type timerResetOnAnyVoteRequest struct{ figure2 }

func (timerResetOnAnyVoteRequest) resetsTimerOnVote(n *Node, _ bool) bool { return n.role != Leader }

type electionNotRestarted struct{ figure2 }

func (electionNotRestarted) startsElection(n *Node) bool { return n.role == Follower }
