package invariant

// An Invariant is a statement that is true after every event.
type Invariant struct {
	// Name is its name in fixtures, reports and the admin API.
	Name string `json:"name"`
	// Title is its name in the paper, or one like it, and Paper its section.
	Title string `json:"title"`
	Paper string `json:"paper"`
	// Says is the statement, in a line.
	Says string `json:"says"`
}

// The indices of the invariants in all.
const (
	electionSafety = iota
	leaderAppendOnly
	logMatching
	leaderCompleteness
	stateMachineSafety
	oneVotePerTerm
	monotonicTerm
	monotonicCommitIndex
	monotonicMatchIndex
	storedBeforeAcknowledged
	appliedOnceInOrder
	numInvariants
)

var all = [numInvariants]Invariant{
	electionSafety: {"election_safety", "Election Safety", "§5.2, Figure 3",
		"at most one leader is elected in a term"},
	leaderAppendOnly: {"leader_append_only", "Leader Append-Only", "§5.3, Figure 3",
		"a leader never overwrites or removes entries of its log"},
	logMatching: {"log_matching", "Log Matching", "§5.3, Figure 3",
		"two logs with an entry of the same index and term are identical up to it"},
	leaderCompleteness: {"leader_completeness", "Leader Completeness", "§5.4, Figure 3",
		"an entry committed in a term is in the logs of the leaders of all later terms"},
	stateMachineSafety: {"state_machine_safety", "State Machine Safety", "§5.4.3, Figure 3",
		"no two nodes commit or apply different entries at one index"},
	oneVotePerTerm: {"one_vote_per_term", "One Vote per Term", "§5.2",
		"a node votes for at most one candidate in a term, even if it crashes"},
	monotonicTerm: {"monotonic_term", "Monotonic Term", "§5.1",
		"a node's term never goes back, even in a crash after others have seen it"},
	monotonicCommitIndex: {"monotonic_commit_index", "Monotonic Commit Index", "Figure 2",
		"commitIndex and lastApplied never go back as long as a node is up"},
	monotonicMatchIndex: {"monotonic_match_index", "Monotonic Match Index", "§5.3, Figure 2",
		"a leader's matchIndex only grows in its term, and the follower has stored the leader's entry there"},
	storedBeforeAcknowledged: {"stored_before_acknowledged", "Stored Before Acknowledged", "§5.3, D §3.8",
		"each entry that a leader commits or reports to a client as done is on the stable storage of a majority"},
	appliedOnceInOrder: {"applied_once_in_order", "Applied Once, in Order", "§5.3",
		"each node's state machine applies each entry exactly once, in the order of the log"},
}

// Invariants lists all invariants, in the order of Report.
func Invariants() []Invariant { return append([]Invariant(nil), all[:]...) }
