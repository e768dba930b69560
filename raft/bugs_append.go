package raft

// appendBugs break what a follower does with an AppendEntries (§5.3).
var appendBugs = []*Bug{
	{
		Name: "accepts_old_leader", Rule: "refusesLeader", Paper: "§5.1",
		Does:  "A follower accepts AppendEntries of a leader whose term is over.",
		Wrong: "It removes entries of the newer leader that may be committed already.",
		rules: acceptsOldLeader{},
	},
	{
		Name: "candidate_ignores_leader", Rule: "refusesLeader", Paper: "§5.2",
		Does:  "A candidate refuses the AppendEntries of the leader of its own term.",
		Wrong: "It goes on with elections, and drives out the leader that the others have chosen.",
		rules: candidateIgnoresLeader{},
	},
	{
		Name: "clear_vote_on_append", Rule: "followLeader", Paper: "§5.2",
		Does:  "A follower forgets its vote when it hears from the leader of the same term.",
		Wrong: "It may vote again in that term, and the term get two leaders.",
		rules: clearVoteOnAppend{},
	},
	{
		Name: "heartbeat_without_check", Rule: "acceptsEntries", Paper: "§5.3",
		Does:  "A follower says yes to an AppendEntries without entries, whatever its log holds before them.",
		Wrong: "The leader counts entries that the follower lacks, and the follower commits entries that differ.",
		rules: heartbeatWithoutCheck{},
	},
	{
		Name: "prev_index_only", Rule: "acceptsEntries", Paper: "§5.3",
		Does:  "The consistency check asks whether there is an entry at prevLogIndex, and not of which term.",
		Wrong: "New entries follow on others than in the leader's log, and those are committed with them.",
		rules: prevIndexOnly{},
	},
	{
		Name: "truncate_always", Rule: "firstNewEntry", Paper: "§5.3, §5.5",
		Does:  "A follower cuts its log behind prevLogIndex on every AppendEntries that has entries.",
		Wrong: "An old message that arrives late removes entries that the follower has acknowledged.",
		rules: truncateAlways{},
	},
	{
		Name: "heartbeat_wipes_log", Rule: "storeEntries", Paper: "§5.3, §5.5",
		Does:  "A follower cuts its log behind prevLogIndex also on an AppendEntries without entries.",
		Wrong: "A heartbeat that was sent before the last entries removes them when it arrives after them.",
		rules: heartbeatWipesLog{},
	},
	{
		Name: "append_without_comparing", Rule: "storeEntries", Paper: "§5.3, §5.5",
		Does:  "A follower appends what it is sent at the end of its log, whatever is there.",
		Wrong: "Entries come to lie at other places than in the leader's log, and repeated ones twice.",
		rules: appendWithoutComparing{},
	},
	{
		Name: "keeps_conflicting_entries", Rule: "firstNewEntry", Paper: "§5.3",
		Does:  "A follower appends only what lies beyond the end of its log, and leaves conflicting entries there.",
		Wrong: "It acknowledges and commits entries that differ from the leader's.",
		rules: keepsConflictingEntries{},
	},
	{
		Name: "commit_to_end_of_log", Rule: "followerCommit", Paper: "Figure 2, AppendEntries 5",
		Does:  "A follower commits up to min(leaderCommit, last index of its log), not up to the last new entry.",
		Wrong: "Behind the last new entry its log may differ from the leader's: it commits what nobody agreed on.",
		rules: commitToEndOfLog{},
	},
	{
		Name: "commit_index_goes_back", Rule: "followerCommit", Paper: "Figure 2, AppendEntries 5",
		Does:  "A follower takes the lower of leaderCommit and its last new entry also when it has committed more.",
		Wrong: "A late message moves commitIndex back, which only ever increases.",
		rules: commitIndexGoesBack{},
	},
	{
		Name: "acknowledges_whole_log", Rule: "acknowledges", Paper: "§5.3",
		Does:  "A follower acknowledges all of its log, not only up to the last new entry.",
		Wrong: "The leader counts entries as its own that differ from them, and commits without a majority.",
		rules: acknowledgesWholeLog{},
	},
}

// What comes to a leader is refused still.
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

// A follower cannot commit what it has not got, even so.
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

// Who cuts without comparing does not know what is committed, either.
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
