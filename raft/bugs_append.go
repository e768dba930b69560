package raft

// appendBugs break the rules of a follower that gets an AppendEntries (§5.3).
var appendBugs = []*Bug{
	{
		Name: "accepts_old_leader", Rule: "refusesLeader", Paper: "§5.1",
		Does:  "A follower accepts an AppendEntries of a leader whose term is over.",
		Wrong: "It removes entries of the newer leader that may be committed already.",
		rules: acceptsOldLeader{},
	},
	{
		Name: "candidate_ignores_leader", Rule: "refusesLeader", Paper: "§5.2",
		Does:  "A candidate refuses the AppendEntries of the leader of its own term.",
		Wrong: "It continues its elections and deposes the leader that the others elected.",
		rules: candidateIgnoresLeader{},
	},
	{
		Name: "clear_vote_on_append", Rule: "followLeader", Paper: "§5.2",
		Does:  "A follower forgets its vote when it hears from the leader of the same term.",
		Wrong: "It may vote again in that term, and the term may get two leaders.",
		rules: clearVoteOnAppend{},
	},
	{
		Name: "heartbeat_without_check", Rule: "acceptsEntries", Paper: "§5.3",
		Does:  "A follower accepts an AppendEntries without entries, whatever its log holds at prevLogIndex.",
		Wrong: "The leader counts entries that the follower lacks, and the follower commits entries that differ.",
		rules: heartbeatWithoutCheck{},
	},
	{
		Name: "prev_index_only", Rule: "acceptsEntries", Paper: "§5.3",
		Does:  "The consistency check looks for an entry at prevLogIndex and ignores its term.",
		Wrong: "New entries come behind entries that differ from the leader's, and these are committed with them.",
		rules: prevIndexOnly{},
	},
	{
		Name: "truncate_always", Rule: "firstNewEntry", Paper: "§5.3, §5.5",
		Does:  "A follower truncates its log behind prevLogIndex on every AppendEntries with entries.",
		Wrong: "An old message that arrives late removes entries that the follower has acknowledged.",
		rules: truncateAlways{},
	},
	{
		Name: "heartbeat_wipes_log", Rule: "storeEntries", Paper: "§5.3, §5.5",
		Does:  "A follower truncates its log behind prevLogIndex also on an AppendEntries without entries.",
		Wrong: "A heartbeat sent before the last entries removes them when it arrives after them.",
		rules: heartbeatWipesLog{},
	},
	{
		Name: "append_without_comparing", Rule: "storeEntries", Paper: "§5.3, §5.5",
		Does:  "A follower appends all entries that it receives at the end of its log, without comparing.",
		Wrong: "Entries get other indices than in the leader's log, and repeated entries are there twice.",
		rules: appendWithoutComparing{},
	},
	{
		Name: "keeps_conflicting_entries", Rule: "firstNewEntry", Paper: "§5.3",
		Does:  "A follower appends only the entries beyond the end of its log and keeps conflicting ones.",
		Wrong: "It acknowledges and commits entries that differ from the leader's.",
		rules: keepsConflictingEntries{},
	},
	{
		Name: "commit_to_end_of_log", Rule: "followerCommit", Paper: "Figure 2, AppendEntries 5",
		Does:  "A follower commits up to min(leaderCommit, last index of its log), not up to the last new entry.",
		Wrong: "Behind the last new entry its log may differ from the leader's: it commits entries without a majority.",
		rules: commitToEndOfLog{},
	},
	{
		Name: "commit_index_goes_back", Rule: "followerCommit", Paper: "Figure 2, AppendEntries 5",
		Does:  "A follower sets commitIndex to min(leaderCommit, last new entry) also when it has committed more.",
		Wrong: "A late message lowers commitIndex, which must never decrease.",
		rules: commitIndexGoesBack{},
	},
	{
		Name: "acknowledges_whole_log", Rule: "acknowledges", Paper: "§5.3",
		Does:  "A follower acknowledges its whole log, not only up to the last new entry.",
		Wrong: "The leader counts copies that differ from its own entries, and commits without a majority.",
		rules: acknowledgesWholeLog{},
	},
}

// acceptsOldLeader still lets a leader refuse an AppendEntries.
type acceptsOldLeader struct{ figure2 }

func (acceptsOldLeader) refusesLeader(n *Node, _ *Message) bool { return n.role == Leader }

type candidateIgnoresLeader struct{ figure2 }

func (b candidateIgnoresLeader) refusesLeader(n *Node, m *Message) bool {
	return n.role == Candidate || b.figure2.refusesLeader(n, m)
}

type clearVoteOnAppend struct{ figure2 }

func (b clearVoteOnAppend) followLeader(n *Node, m *Message) {
	b.figure2.followLeader(n, m)
	n.votedFor = None
}

// heartbeatWithoutCheck still commits only entries that the log has.
type heartbeatWithoutCheck struct{ figure2 }

func (b heartbeatWithoutCheck) acceptsEntries(n *Node, m *Message) bool {
	return len(m.Entries) == 0 || b.figure2.acceptsEntries(n, m)
}

func (heartbeatWithoutCheck) followerCommit(n *Node, m *Message) Index {
	return max(n.commitIndex, min(m.LeaderCommit, lastNewEntry(m), n.log.LastIndex()))
}

type prevIndexOnly struct{ figure2 }

func (prevIndexOnly) acceptsEntries(n *Node, m *Message) bool {
	return m.PrevLogIndex <= n.log.LastIndex()
}

// truncateAlways also ignores which entries are committed.
type truncateAlways struct{ figure2 }

func (truncateAlways) firstNewEntry(*Node, *Message) int { return 0 }

func (truncateAlways) cutsCommitted(*Node, Index) bool { return false }

type heartbeatWipesLog struct{ figure2 }

func (b heartbeatWipesLog) storeEntries(n *Node, m *Message) bool {
	if len(m.Entries) == 0 {
		n.cut(m.PrevLogIndex)
	}
	return b.figure2.storeEntries(n, m)
}

type appendWithoutComparing struct{ figure2 }

func (appendWithoutComparing) storeEntries(n *Node, m *Message) bool {
	return n.putEntries(n.log.LastIndex()+1, m.Entries)
}

type keepsConflictingEntries struct{ figure2 }

func (keepsConflictingEntries) firstNewEntry(n *Node, m *Message) int {
	return min(int(n.log.LastIndex()-m.PrevLogIndex), len(m.Entries))
}

type commitToEndOfLog struct{ figure2 }

func (commitToEndOfLog) followerCommit(n *Node, m *Message) Index {
	return max(n.commitIndex, min(m.LeaderCommit, n.log.LastIndex()))
}

type commitIndexGoesBack struct{ figure2 }

func (commitIndexGoesBack) followerCommit(_ *Node, m *Message) Index {
	return min(m.LeaderCommit, lastNewEntry(m))
}

type acknowledgesWholeLog struct{ figure2 }

func (acknowledgesWholeLog) acknowledges(n *Node, _ *Message) Index { return n.log.LastIndex() }
