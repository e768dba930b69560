package explain

// A rule is one of the paper, in words.
type rule struct{ section, says string }

// The rules that the records can show to be broken.
var (
	// Of all servers.
	followsNewTerm   = &rule{"§5.1", "A node that learns of a higher term becomes a follower"}
	newTermFreesVote = &rule{"§5.2", "A node that enters a new term has not voted in it"}
	dropsStaleAnswer = &rule{"§5.1", "The answer to a request of an earlier term changes nothing"}
	keepsTerm        = &rule{"Figure 2, persistent state", "A node that has sent a message still has its term after a crash"}
	keepsVote        = &rule{"Figure 2, persistent state", "A node that has given its vote still knows it after a crash"}
	storesFirst      = &rule{"Figure 2, persistent state", "A node stores its term, its vote and its entries before it sends a message that rests on them"}
	appliesCommitted = &rule{"§5.3", "A node applies only entries that are committed"}
	appliesOnce      = &rule{"§5.3; Figure 3, State Machine Safety", "A node applies each entry once, in order"}

	// Of elections.
	refusesOldTerm    = &rule{"§5.1", "A node refuses the request of a candidate whose term is over"}
	onlyFollowerVotes = &rule{"§5.2", "A candidate or leader has voted for itself, and gives no other vote in its term"}
	votesOnce         = &rule{"§5.2", "A node gives at most one vote in a term"}
	votesUpToDate     = &rule{"§5.4.1", "A node votes only for a candidate whose log is at least as up to date as its own"}
	givesFreeVote     = &rule{"§5.2, §5.4.1", "A node that has not voted in the term gives its vote to a candidate whose log is up to date"}
	needsMajority     = &rule{"§5.2", "A candidate leads only with the votes of a majority in its own term"}
	timerOnlyForVote  = &rule{"Figure 2, followers; §5.2", "A request for a vote that a node refuses does not reset its election timer"}
	electionRestarts  = &rule{"§5.2", "A candidate whose election timer runs out starts the next election"}

	// Of followers.
	refusesOldLeader     = &rule{"§5.1", "A node refuses the entries of a leader whose term is over"}
	candidateFollows     = &rule{"§5.2", "A candidate follows the leader that its term has got"}
	voteStays            = &rule{"§5.2", "A node keeps its vote for the whole term"}
	checksConsistency    = &rule{"§5.3", "A follower accepts entries only if its log has the entry before them, of the same term"}
	removesOnlyConflicts = &rule{"§5.3", "A follower removes only entries that conflict with those of the leader"}
	removesConflicts     = &rule{"§5.3", "A follower removes an entry that conflicts with the leader's, and all behind it"}
	appendsNew           = &rule{"§5.3, §5.5", "A follower appends only entries that its log does not have, at their index"}
	keepsCommitted       = &rule{"§5.4.3", "A committed entry is never removed"}
	commitsUpToNew       = &rule{"Figure 2, AppendEntries 5", "A follower commits up to the lower of leaderCommit and the last new entry"}
	commitNeverFalls     = &rule{"Figure 2", "commitIndex only increases"}
	reportsAgreement     = &rule{"§5.3", "A follower confirms its log only up to the last entry of the request"}

	// Of leaders.
	onlyLeaderTakes   = &rule{"§8", "Only the leader takes requests of clients into its log"}
	leaderAppends     = &rule{"Figure 3, Leader Append-Only; §5.3", "A leader only appends to its log"}
	commitsMajority   = &rule{"§5.3", "A leader commits only entries that a majority has"}
	commitsOwnTerm    = &rule{"§5.4.2", "A leader commits by counting only entries of its own term"}
	countsConfirmed   = &rule{"§5.3", "A leader counts for a follower only the entries that this one has confirmed"}
	matchNeverFalls   = &rule{"Figure 2, leaders", "matchIndex only increases"}
	nextGoesBack      = &rule{"§5.3", "A leader lowers nextIndex after a rejection, and tries again"}
	sendsToAll        = &rule{"§5.2, §5.3", "A leader sends to all other nodes, and waits for none of them"}
	answersApplied    = &rule{"§5.3, §8", "A leader answers a client when the entry of its request is applied"}
	answersFromLog    = &rule{"§8", "A leader answers each request from its log, also one that only reads"}
	answersOwn        = &rule{"§8", "A client gets the answer to its own entry"}
	onlyLeaderAnswers = &rule{"§8", "A node that does not lead any more cannot answer a client with success"}
)
