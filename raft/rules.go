package raft

// Every rule that safety rests on is a function of its own. This file has the rules
// for all servers and for clients, rules_vote.go those of elections, rules_append.go a
// follower's and rules_lead.go a leader's. The rules that a bug can break (bugs.go)
// are methods of figure2.

// rules are the rules that a Node follows: those of figure2, except the ones that its
// bug breaks.
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

// figure2 is the rules of the paper's Figure 2.
type figure2 struct{}

// isNewer reports whether a message's term ends the receiver's term: the receiver
// adopts it and becomes a follower (§5.1).
func isNewer(term, current Term) bool { return term > current }

// isStale reports whether a message is of a term that is over: the receiver refuses
// such a request and drops such a response (§5.1).
func isStale(term, current Term) bool { return term < current }

// enterTerm makes the node a follower that has not voted and knows no leader (§5.1). A
// leader replaces its heartbeat timer with an election timer; any other node's
// election timer runs on.
func (figure2) enterTerm(n *Node, t Term) {
	if n.role == Leader {
		n.out.Timer = ElectionTimer
	}
	n.currentTerm, n.votedFor = t, None
	n.role, n.leader = Follower, None
}

// dropsResponse: the answer to a request of an earlier term changes nothing (§5.1).
func (figure2) dropsResponse(n *Node, m *Message) bool { return isStale(m.Term, n.currentTerm) }

// toStore is what a node stores beside its log: its term and its vote (Figure 2,
// persistent state).
func (figure2) toStore(n *Node) HardState { return n.hardState() }

// mustStore reports whether a step changed currentTerm, votedFor or log[], which must
// be on stable storage before any of the step's messages is sent (Figure 2,
// persistent state; D §3.8).
func mustStore(was, is HardState, logChanged bool) bool { return was != is || logChanged }

// coversOwn reports whether a finished write holds the node's own vote, or its own
// copies of entries, of the current term: the node asked for it in that term (D §3.8).
func (n *Node) coversOwn(stored Term) bool { return stored == n.rules.toStore(n).Term }

// hasQuorum reports whether count nodes are a majority (§5.2, §5.3).
func (figure2) hasQuorum(count, nodes int) bool { return count > nodes/2 }

// applicable is the last index that may be applied to the state machine (§5.3).
func (figure2) applicable(n *Node) Index { return n.commitIndex }

// takesRequests: only the leader takes requests of clients (§8).
func (figure2) takesRequests(n *Node) bool { return n.role == Leader }

// placeOfRequest is the index of the next request's entry: a leader only appends to
// its log (Leader Append-Only, Figure 3; §5.3).
func (figure2) placeOfRequest(n *Node) Index { return n.log.LastIndex() + 1 }
