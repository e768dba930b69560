package raft

import "fmt"

// A Node is one server of the cluster: the variables of Figure 2 and the actions
// that change them. Make one with New or NewRestarted; its first Step takes a Start.
type Node struct {
	id    NodeID
	nodes int
	rules rules

	// Persistent state (Figure 2). A step changes it in memory; the host stores it
	// before it sends the step's messages.
	currentTerm Term
	votedFor    NodeID
	log         *Log

	// Volatile state on all servers.
	role        Role
	leader      NodeID // of currentTerm, None while unknown
	commitIndex Index
	lastApplied Index

	// Volatile state on candidates, by node.
	votesResponded []bool
	votesGranted   []bool

	// Volatile state on leaders, by node. The node's own matchIndex is the last
	// index on its stable storage.
	nextIndex  []Index
	matchIndex []Index
	flights    []Flight
	round      uint64  // of the last AppendEntries sent in this term
	scratch    []Index // for quorumIndex

	restarted bool
	out       *Effects // of the step being taken
}

// A Config says how a node starts.
type Config struct {
	ID    NodeID
	Nodes int // the size of the cluster, at least 1
	// HardState and Log are on the node's stable storage. The node keeps the Log
	// itself: do not change it.
	HardState HardState
	Log       *Log
	// Bug is planted in the node; nil plants none.
	Bug *Bug

	// The other fields are for New only.

	Role        Role
	CommitIndex Index // all entries up to it count as applied
	// NextIndex and MatchIndex are a leader's, by node. Nil stands for those of a
	// leader that was just elected.
	NextIndex, MatchIndex []Index
	// Resume is the rest of a saved node's state; nil for a node that begins.
	Resume *Resume
}

// New makes a node in any state that Figure 2 can describe.
func New(c Config) *Node {
	n := &Node{
		id:          c.ID,
		nodes:       c.Nodes,
		rules:       c.Bug.rulesOf(),
		currentTerm: c.HardState.Term,
		votedFor:    c.HardState.VotedFor,
		log:         c.Log,
		role:        c.Role,
		leader:      None,
		commitIndex: c.CommitIndex,
		lastApplied: c.CommitIndex,
	}
	switch n.role {
	case Candidate:
		n.clearVotes()
		n.votesResponded[n.id], n.votesGranted[n.id] = true, true
	case Leader:
		n.leader = n.id
		n.clearProgress()
		if c.NextIndex != nil {
			copy(n.nextIndex, c.NextIndex)
		}
		if c.MatchIndex != nil {
			copy(n.matchIndex, c.MatchIndex)
		}
		n.nextIndex[n.id], n.matchIndex[n.id] = n.log.LastIndex()+1, n.log.LastIndex()
	}
	if c.Resume != nil {
		n.resume(c.Resume)
	}
	return n
}

// NewRestarted is Restart(i): it makes a node that comes back from a crash with its
// stable storage and nothing else (Figure 2).
func NewRestarted(c Config) *Node {
	n := New(Config{ID: c.ID, Nodes: c.Nodes, HardState: c.HardState, Log: c.Log, Bug: c.Bug})
	n.restarted = true
	return n
}

// Step takes one input. It resets out and fills it with what the host must do.
func (n *Node) Step(in *Input, out *Effects) {
	out.reset(n.log.LastIndex())
	n.out = out
	was := n.hardState()
	switch in.Kind {
	case Start:
		n.start()
	case ElectionTimeout:
		n.timeout()
	case HeartbeatTimeout:
		n.heartbeat()
	case Receive:
		n.receive(in.Message)
	case Propose:
		n.clientRequests(in.Commands)
	case Stored:
		n.stored(in.StoredTerm, in.StoredIndex)
	default:
		panic(fmt.Sprintf("raft: input of kind %d to node %d in %+v", in.Kind, n.id, n.State()))
	}
	out.HardState = n.rules.toStore(n)
	out.Persist = mustStore(was, n.hardState(), n.logChanged())
	n.apply()
	n.out = nil
}

// start sets the timer that the role needs, and sends the messages of a candidate or
// leader.
func (n *Node) start() {
	if n.restarted {
		n.act(Restart)
	}
	n.out.Timer = ElectionTimer
	switch n.role {
	case Candidate:
		n.requestVotes()
		n.maybeBecomeLeader()
	case Leader:
		n.out.Timer = HeartbeatTimer
		n.appendEntriesToAll()
		n.advanceCommitIndex()
	}
}

// receive is Receive(m): first the term, then the handler (§5.1).
func (n *Node) receive(m *Message) {
	if isNewer(m.Term, n.currentTerm) {
		n.updateTerm(m.Term)
	}
	switch m.Type {
	case RequestVoteRequest:
		n.handleRequestVoteRequest(m)
	case AppendEntriesRequest:
		n.handleAppendEntriesRequest(m)
	case RequestVoteResponse, AppendEntriesResponse:
		switch {
		case n.rules.dropsResponse(n, m):
			n.dropStaleResponse()
		case m.Type == RequestVoteResponse:
			n.handleRequestVoteResponse(m)
		default:
			n.handleAppendEntriesResponse(m)
		}
	}
}

// updateTerm is UpdateTerm(i, j, m): a higher term makes any node a follower that has
// not voted (§5.1).
func (n *Node) updateTerm(t Term) {
	n.rules.enterTerm(n, t)
	n.act(UpdateTerm)
}

// dropStaleResponse is DropStaleResponse(i, j, m): the answer to a request of an
// earlier term changes nothing (§5.1).
func (n *Node) dropStaleResponse() { n.act(DropStaleResponse) }

// stored counts the node's own vote, or its own copies of entries up to i, because a
// write is done and they would survive a crash (§5.2, §5.3; D §3.8).
func (n *Node) stored(t Term, i Index) {
	if !n.coversOwn(t) {
		return
	}
	switch n.role {
	case Candidate:
		n.votesResponded[n.id], n.votesGranted[n.id] = true, true
		n.maybeBecomeLeader()
	case Leader:
		n.matchIndex[n.id] = max(n.matchIndex[n.id], i)
		n.advanceCommitIndex()
	}
}

// apply hands out the entries that are committed and not yet applied (Figure 2, rules
// for all servers).
func (n *Node) apply() {
	if to := min(n.rules.applicable(n), n.log.LastIndex()); to > n.lastApplied {
		n.out.ApplyFrom, n.out.ApplyTo = n.lastApplied+1, to
		n.lastApplied = to
	}
}

// logChanged reports whether the step truncated the log or appended to it.
func (n *Node) logChanged() bool {
	return len(n.out.Removed) > 0 || n.log.LastIndex() > n.out.TruncatedTo
}

// act records an action that sends nothing.
func (n *Node) act(k ActionKind) {
	n.out.Actions = append(n.out.Actions, Action{Kind: k, Sends: -1, State: n.State()})
}

// actSending records an action that sends m.
func (n *Node) actSending(k ActionKind, m Message) {
	n.out.Messages = append(n.out.Messages, m)
	n.out.Actions = append(n.out.Actions, Action{
		Kind: k, Sends: int32(len(n.out.Messages) - 1), State: n.State(),
	})
}

// Plant replaces the node's bug from its next step on; nil removes it.
func (n *Node) Plant(b *Bug) { n.rules = b.rulesOf() }

// TakesRequests reports whether the node takes requests of clients (Input Propose).
func (n *Node) TakesRequests() bool { return n.rules.takesRequests(n) }

// ToStore is what the node stores beside its log: its term and vote, unless a bug
// leaves them out.
func (n *Node) ToStore() HardState { return n.rules.toStore(n) }

// ID returns the node's id.
func (n *Node) ID() NodeID { return n.id }

// Log returns the node's log. Do not change it.
func (n *Node) Log() *Log { return n.log }

// State returns what a trace shows of the node.
func (n *Node) State() State {
	return State{
		Role:        n.role,
		VotedFor:    n.votedFor,
		Leader:      n.leader,
		Term:        n.currentTerm,
		CommitIndex: n.commitIndex,
		LastApplied: n.lastApplied,
		LastIndex:   n.log.last,
		LastTerm:    n.log.lastTerm,
	}
}

func (n *Node) hardState() HardState { return HardState{Term: n.currentTerm, VotedFor: n.votedFor} }

// Progress returns copies of a leader's nextIndex and matchIndex, by node, and nil,
// nil when the node does not lead. The node's own matchIndex is the last index on its
// stable storage.
func (n *Node) Progress() (nextIndex, matchIndex []Index) {
	if n.role != Leader {
		return nil, nil
	}
	return append([]Index(nil), n.nextIndex...), append([]Index(nil), n.matchIndex...)
}

// Match returns a leader's matchIndex for node j, and 0 when the node does not lead.
// Unlike Progress, it allocates nothing.
func (n *Node) Match(j NodeID) Index {
	if n.role != Leader {
		return 0
	}
	return n.matchIndex[j]
}

// Next returns a leader's nextIndex for node j, and 0 when the node does not lead. Unlike
// Progress, it allocates nothing.
func (n *Node) Next(j NodeID) Index {
	if n.role != Leader {
		return 0
	}
	return n.nextIndex[j]
}

// Granted reports whether node j has voted for the node in its last candidacy.
func (n *Node) Granted(j NodeID) bool {
	return int(j) < len(n.votesGranted) && n.votesGranted[j]
}

// CountsOwnVote reports whether the end of a write that was asked for in term t makes a
// candidate's own vote count (D §3.8).
func (n *Node) CountsOwnVote(t Term) bool { return n.role == Candidate && n.coversOwn(t) }

// VotesGranted lists the nodes that voted for a candidate, in order. It is nil when
// the node is not a candidate.
func (n *Node) VotesGranted() []NodeID {
	if n.role != Candidate {
		return nil
	}
	var ids []NodeID
	for id, granted := range n.votesGranted {
		if granted {
			ids = append(ids, NodeID(id))
		}
	}
	return ids
}

// reset clears the effects and keeps their memory.
func (e *Effects) reset(last Index) {
	e.Actions = e.Actions[:0]
	e.Persist = false
	e.TruncatedTo, e.Removed = last, nil
	e.Messages = e.Messages[:0]
	e.Timer = KeepTimer
	e.ApplyFrom, e.ApplyTo = 1, 0
}
