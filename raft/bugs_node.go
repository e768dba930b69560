package raft

// nodeBugs break the rules for all servers: terms, stable storage, majorities, which
// entries are applied, and who takes requests (Figure 2; §5.1, §5.3, §8).
var nodeBugs = []*Bug{
	{
		Name: "no_step_down", Rule: "enterTerm", Paper: "§5.1",
		Does:  "A leader that receives a higher term stays leader, in that term.",
		Wrong: "The term has two leaders, one of them not elected.",
		rules: noStepDown{},
	},
	{
		Name: "keeps_vote_in_new_term", Rule: "enterTerm", Paper: "§5.2",
		Does:  "A node that receives a higher term keeps the vote of the term before.",
		Wrong: "It refuses all other candidates from then on, and elections fail that could be won.",
		rules: keepsVoteInNewTerm{},
	},
	{
		Name: "stale_answers_accepted", Rule: "dropsResponse", Paper: "§5.1",
		Does:  "A leader accepts answers to an AppendEntries that it sent in an earlier term.",
		Wrong: "It counts entries as stored that the follower has removed since.",
		rules: staleAnswersAccepted{},
	},
	{
		Name: "term_not_stored", Rule: "toStore", Paper: "Figure 2, persistent state",
		Does:  "A node does not store its term: after a crash it begins in term 0.",
		Wrong: "It may vote again in a term in which it has voted, and terms begin again.",
		rules: termNotStored{},
	},
	{
		Name: "vote_not_stored", Rule: "toStore", Paper: "Figure 2, persistent state",
		Does:  "A node does not store its vote: after a crash it has not voted.",
		Wrong: "It may vote twice in a term, and the term may get two leaders.",
		rules: voteNotStored{},
	},
	{
		Name: "quorum_off_by_one", Rule: "hasQuorum", Paper: "§5.2, §5.3",
		Does:  "Half of the nodes, rounded down, count as a majority: one of three, two of five.",
		Wrong: "Two majorities need not overlap: a term may get two leaders, and committed entries may be lost.",
		rules: quorumOffByOne{},
	},
	{
		Name: "apply_before_commit", Rule: "applicable", Paper: "§5.3",
		Does:  "A node applies entries as soon as they are in its log.",
		Wrong: "Entries are applied and answered that a later leader removes.",
		rules: applyBeforeCommit{},
	},
	{
		Name: "new_leader_applies_all", Rule: "applicable", Paper: "§5.3, §5.4.2",
		Does:  "A new leader applies all entries that it finds in its log.",
		Wrong: "A later leader may still overwrite those that are not committed.",
		rules: newLeaderAppliesAll{},
	},
	{
		Name: "follower_takes_writes", Rule: "takesRequests", Paper: "§8",
		Does:  "Any node takes a client's request and appends it to its own log.",
		Wrong: "Logs differ at the same index and term, and clients get the answers to other requests.",
		rules: followerTakesWrites{},
	},
}

type noStepDown struct{ figure2 }

func (b noStepDown) enterTerm(n *Node, t Term) {
	if n.role != Leader {
		b.figure2.enterTerm(n, t)
		return
	}
	n.currentTerm, n.votedFor = t, None
}

type keepsVoteInNewTerm struct{ figure2 }

func (b keepsVoteInNewTerm) enterTerm(n *Node, t Term) {
	vote := n.votedFor
	b.figure2.enterTerm(n, t)
	n.votedFor = vote
}

type staleAnswersAccepted struct{ figure2 }

func (staleAnswersAccepted) dropsResponse(n *Node, m *Message) bool {
	return m.Type != AppendEntriesResponse && isStale(m.Term, n.currentTerm)
}

type termNotStored struct{ figure2 }

func (termNotStored) toStore(n *Node) HardState { return HardState{VotedFor: n.votedFor} }

type voteNotStored struct{ figure2 }

func (voteNotStored) toStore(n *Node) HardState {
	return HardState{Term: n.currentTerm, VotedFor: None}
}

type quorumOffByOne struct{ figure2 }

func (quorumOffByOne) hasQuorum(count, nodes int) bool { return count >= nodes/2 }

type applyBeforeCommit struct{ figure2 }

func (applyBeforeCommit) applicable(n *Node) Index { return n.log.LastIndex() }

// newLeaderAppliesAll applies the entries of earlier terms than the leader's own.
type newLeaderAppliesAll struct{ figure2 }

func (newLeaderAppliesAll) applicable(n *Node) Index {
	if n.role != Leader || n.currentTerm == 0 {
		return n.commitIndex
	}
	found, _ := n.log.LastOfTermAtMost(n.log.LastIndex(), n.currentTerm-1)
	return max(n.commitIndex, found)
}

type followerTakesWrites struct{ figure2 }

func (followerTakesWrites) takesRequests(*Node) bool { return true }
