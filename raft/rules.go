package raft

// This file and its neighbours hold the rules that safety rests on, each a
// function of its own: here those for all servers and for clients, in
// rules_vote.go those of elections, in rules_append.go a follower's and in
// rules_lead.go a leader's. Those that can be broken on purpose (bugs.go) are
// methods of figure2.

// rules are the rules that a Node follows: those of figure2, but for the ones
// that its planted bug breaks.
type rules interface {
	// Of all servers: rules.go.
	enterTerm(n *Node, t Term)
	dropsResponse(n *Node, m *Message) bool
	toStore(n *Node) HardState
	hasQuorum(count, nodes int) bool
	applicable(n *Node) Index
	takesRequests(n *Node) bool
	placeOfRequest(n *Node) Index

	// Of elections: rules_vote.go.
	startsElection(n *Node) bool
	isUpToDate(candidateTerm Term, candidateIndex Index, ownTerm Term, ownIndex Index) bool
	isVoteFree(votedFor, candidate NodeID) bool
	countsVote(n *Node, m *Message) bool
	resetsTimerOnVote(n *Node, granted bool) bool

	// Of followers: rules_append.go.
	refusesLeader(n *Node, m *Message) bool
	followLeader(n *Node, m *Message)
	acceptsEntries(n *Node, m *Message) bool
	firstNewEntry(n *Node, m *Message) int
	cutsCommitted(n *Node, keep Index) bool
	storeEntries(n *Node, m *Message) bool
	followerCommit(n *Node, m *Message) Index
	acknowledges(n *Node, m *Message) Index

	// Of leaders: rules_lead.go.
	sendsTo(n *Node, j NodeID) bool
	hasAgreedTo(n *Node, m *Message) Index
	matchAfterSuccess(match, has Index) Index
	isLateRejection(n *Node, m *Message) bool
	nextAfterRejection(n *Node, m *Message) Index
	retriesAtOnce(n *Node, m *Message) bool
	leaderCommit(n *Node) Index
}

// figure2 are the rules as the paper's Figure 2 has them.
type figure2 struct{}

// isNewer tells whether a message's term ends the receiver's own: it then
// adopts it and becomes a follower, whatever it was (§5.1).
func isNewer(term, current Term) bool { return term > current }

// isStale tells whether a message belongs to a term that is over: a request is
// then refused, a response dropped (§5.1).
func isStale(term, current Term) bool { return term < current }

// enterTerm: in a term that it has just heard of a node is a follower, has not
// voted and knows no leader, whatever it was (§5.1). A leader's timer was for
// heartbeats, so it needs an election timer now; the others' goes on as it was.
func (figure2) enterTerm(n *Node, t Term) {
	if n.role == Leader {
		n.out.Timer = ElectionTimer
	}
	n.currentTerm, n.votedFor = t, None
	n.role, n.leader = Follower, None
}

// dropsResponse: an answer to what was asked in an earlier term changes nothing (§5.1).
func (figure2) dropsResponse(n *Node, m *Message) bool { return isStale(m.Term, n.currentTerm) }

// toStore is what a node must find again after a crash, beside its log: both
// of it (Figure 2, persistent state).
func (figure2) toStore(n *Node) HardState { return n.hardState() }

// mustStore tells whether a step changed what has to be on stable storage
// before any of its messages is sent: currentTerm, votedFor, log[] (Figure 2,
// persistent state; D §3.8).
func mustStore(was, is HardState, logChanged bool) bool { return was != is || logChanged }

// coversOwn tells whether a write that is done holds the node's own vote, or
// its own copy of entries, of the current term: it was asked for in that term
// (D §3.8).
func (n *Node) coversOwn(stored Term) bool { return stored == n.rules.toStore(n).Term }

// hasQuorum tells whether count of nodes is a majority (§5.2, §5.3).
func (figure2) hasQuorum(count, nodes int) bool { return count > nodes/2 }

// applicable is the last index that may be applied to the state machine (§5.3).
func (figure2) applicable(n *Node) Index { return n.commitIndex }

// takesRequests: clients talk to the leader (§8).
func (figure2) takesRequests(n *Node) bool { return n.role == Leader }

// placeOfRequest is the index of the entry that the next request becomes: a
// leader only appends to its log (Leader Append-Only, Figure 3; §5.3).
func (figure2) placeOfRequest(n *Node) Index { return n.log.LastIndex() + 1 }
