package raft

import "fmt"

// A Node is one server of the cluster: the variables of Figure 2 and the
// actions that change them. Make one with New or NewRestarted, give it a Start,
// then whatever happens.
type Node struct {
	id    NodeID
	nodes int
	rules rules

	// Persistent state (Figure 2). It is changed in memory first; the host
	// stores it before it sends what follows from it.
	currentTerm Term
	votedFor    NodeID
	log         *Log

	// Volatile state on all servers.
	role        Role
	leader      NodeID // of currentTerm, as far as known
	commitIndex Index
	lastApplied Index

	// Volatile state on candidates, by node.
	votesResponded []bool
	votesGranted   []bool

	// Volatile state on leaders, by node. matchIndex of the node itself is what
	// its own stable storage holds.
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
	// HardState and Log are what the node finds on stable storage. The node
	// goes on with the Log itself: nobody else may change it.
	HardState HardState
	Log       *Log
	// Bug is what the node does wrong; nil: nothing.
	Bug *Bug

	// The rest is only for New: a state in which the node is put.

	Role        Role
	CommitIndex Index // all entries up to it count as applied
	// NextIndex and MatchIndex are a leader's, by node. Nil means those of a
	// leader that has just been elected.
	NextIndex, MatchIndex []Index
	// Resume is what a node that was at work knew beyond that; nil for one that
	// begins.
	Resume *Resume
}

// New makes a node in any state that the paper's Figure 2 can describe.
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

// NewRestarted is Restart(i) of raft.tla: a node that comes back from a crash
// with what was on stable storage and nothing else (Figure 2).
func NewRestarted(c Config) *Node {
	n := New(Config{ID: c.ID, Nodes: c.Nodes, HardState: c.HardState, Log: c.Log, Bug: c.Bug})
	n.restarted = true
	return n
}

// Step takes one input and puts what must be done about it into out, which is
// reset first.
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

// start sets going what the role needs: a timer, and the messages that a
// leader or candidate would have under way.
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

// receive is Receive(m) of raft.tla: first the term, then the handler (§5.1).
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

// updateTerm is UpdateTerm(i, j, m): a higher term makes anyone a follower
// that has not voted (§5.1).
func (n *Node) updateTerm(t Term) {
	n.rules.enterTerm(n, t)
	n.act(UpdateTerm)
}

// dropStaleResponse is DropStaleResponse(i, j, m): an answer to what was asked
// in an earlier term changes nothing (§5.1).
func (n *Node) dropStaleResponse() { n.act(DropStaleResponse) }

// stored takes note that a write is done. The node's own vote and its own copy
// of an entry count like any other's, once they would survive a crash (§5.2,
// §5.3; D §3.8).
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

// apply hands out what is committed and not yet applied (Figure 2, rules for
// all servers).
func (n *Node) apply() {
	if to := min(n.rules.applicable(n), n.log.LastIndex()); to > n.lastApplied {
		n.out.ApplyFrom, n.out.ApplyTo = n.lastApplied+1, to
		n.lastApplied = to
	}
}

// logChanged tells whether the step cut or grew the log.
func (n *Node) logChanged() bool {
	return len(n.out.Removed) > 0 || n.log.LastIndex() > n.out.TruncatedTo
}

// act records an action that sent nothing.
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

// Plant gives the node a bug from its next step on, in the place of the one that
// it had; nil: it has none.
func (n *Node) Plant(b *Bug) { n.rules = b.rulesOf() }

// TakesRequests tells whether the node takes what clients ask (Input Propose).
func (n *Node) TakesRequests() bool { return n.rules.takesRequests(n) }

// ToStore is what the node has on stable storage beside its log when all is
// stored: its term and vote, unless a bug keeps them from it.
func (n *Node) ToStore() HardState { return n.rules.toStore(n) }

// ID is the node's own id.
func (n *Node) ID() NodeID { return n.id }

// Log is the node's log, to be read only.
func (n *Node) Log() *Log { return n.log }

// State is what a trace shows of the node.
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

// Progress copies a leader's nextIndex and matchIndex, by node; nil, nil when
// the node does not lead. Its own matchIndex is what its storage holds.
func (n *Node) Progress() (nextIndex, matchIndex []Index) {
	if n.role != Leader {
		return nil, nil
	}
	return append([]Index(nil), n.nextIndex...), append([]Index(nil), n.matchIndex...)
}

// Match is the matchIndex that a leader knows of node j, 0 when the node does not
// lead: the part of Progress that costs nothing.
func (n *Node) Match(j NodeID) Index {
	if n.role != Leader {
		return 0
	}
	return n.matchIndex[j]
}

// VotesGranted lists who has voted for a candidate, in order; nil when the node
// is none.
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

// reset empties the effects and keeps their memory.
func (e *Effects) reset(last Index) {
	e.Actions = e.Actions[:0]
	e.Persist = false
	e.TruncatedTo, e.Removed = last, nil
	e.Messages = e.Messages[:0]
	e.Timer = KeepTimer
	e.ApplyFrom, e.ApplyTo = 1, 0
}
