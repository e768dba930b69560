package raft

// leadBugs break the rules of a leader: which entries it commits, which it counts as
// stored by its followers, and how it sends (§5.3, §5.4.2).
var leadBugs = []*Bug{
	{
		Name: "commit_old_term", Rule: "leaderCommit", Paper: "§5.4.2, Figure 8",
		Does:  "A leader commits an entry of an earlier term as soon as a majority has it.",
		Wrong: "A later leader may still overwrite the entry, although clients were answered.",
		rules: commitOldTerm{},
	},
	{
		Name: "commit_without_majority", Rule: "leaderCommit", Paper: "§5.3",
		Does:  "A leader commits an entry of its term as soon as it has stored it itself.",
		Wrong: "The entry is lost together with the leader, although clients were answered.",
		rules: commitWithoutMajority{},
	},
	{
		Name: "commit_last_index", Rule: "leaderCommit", Paper: "§5.3",
		Does:  "A leader commits its whole log as soon as a majority has any newer entry.",
		Wrong: "It commits entries that no other node has.",
		rules: commitLastIndex{},
	},
	{
		Name: "match_from_next", Rule: "hasAgreedTo", Paper: "§5.3",
		Does:  "A leader takes a success for its whole log, not for the entries of the request.",
		Wrong: "It counts entries that the follower does not have, and commits them without a majority.",
		rules: matchFromNext{},
	},
	{
		Name: "match_index_goes_back", Rule: "matchAfterSuccess", Paper: "Figure 2, leaders",
		Does:  "A leader sets matchIndex to that of the last answer, also when it was higher.",
		Wrong: "A late answer lowers matchIndex, which must never decrease.",
		rules: matchIndexGoesBack{},
	},
	{
		Name: "next_never_back", Rule: "nextAfterRejection", Paper: "§5.3",
		Does:  "A leader does not lower nextIndex when a follower refuses its entries.",
		Wrong: "A follower that misses entries, or has different ones, never gets the leader's.",
		rules: nextNeverBack{},
	},
	{
		Name: "waits_for_peer", Rule: "sendsTo", Paper: "§5.3",
		Does:  "A leader sends to a follower only when those with lower ids have answered.",
		Wrong: "One crashed follower keeps entries and heartbeats from the others, and nothing is committed.",
		rules: waitsForPeer{},
	},
	{
		Name: "leader_overwrites_log", Rule: "placeOfRequest", Paper: "Figure 3, Leader Append-Only; §5.3",
		Does:  "A leader puts a client's request behind its commitIndex, over entries that are not committed yet.",
		Wrong: "Two entries have the same index and term, and a client gets the answer to another's request.",
		rules: leaderOverwritesLog{},
	},
}

type commitOldTerm struct{ figure2 }

func (commitOldTerm) leaderCommit(n *Node) Index { return max(n.commitIndex, n.quorumIndex()) }

type commitWithoutMajority struct{ figure2 }

func (commitWithoutMajority) leaderCommit(n *Node) Index {
	i := n.matchIndex[n.id]
	if t, ok := n.log.Term(i); !ok || t != n.currentTerm {
		return n.commitIndex
	}
	return max(n.commitIndex, i)
}

type commitLastIndex struct{ figure2 }

func (b commitLastIndex) leaderCommit(n *Node) Index {
	i := b.figure2.leaderCommit(n)
	if i > n.commitIndex {
		return n.log.LastIndex()
	}
	return i
}

type matchFromNext struct{ figure2 }

func (matchFromNext) hasAgreedTo(n *Node, _ *Message) Index { return n.log.LastIndex() }

type matchIndexGoesBack struct{ figure2 }

func (matchIndexGoesBack) matchAfterSuccess(_, has Index) Index { return has }

// nextNeverBack waits for the next heartbeat, so that it does not send without end.
type nextNeverBack struct{ figure2 }

func (nextNeverBack) nextAfterRejection(n *Node, m *Message) Index { return n.nextIndex[m.From] }

func (nextNeverBack) retriesAtOnce(*Node, *Message) bool { return false }

type waitsForPeer struct{ figure2 }

func (waitsForPeer) sendsTo(n *Node, j NodeID) bool {
	for i := range j {
		if n.flights[i].To != 0 {
			return false
		}
	}
	return j != n.id
}

type leaderOverwritesLog struct{ figure2 }

func (leaderOverwritesLog) placeOfRequest(n *Node) Index {
	return min(n.commitIndex, n.log.LastIndex()) + 1
}
