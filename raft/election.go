package raft

// timeout is Timeout(i): a follower or candidate starts an election in the next term
// and votes for itself (§5.2). Its own vote counts once it is stored.
func (n *Node) timeout() {
	if n.role == Leader {
		return
	}
	n.out.Timer = ElectionTimer
	if !n.rules.startsElection(n) {
		return
	}
	n.currentTerm++
	n.role = Candidate
	n.votedFor = n.id
	n.leader = None
	n.clearVotes()
	n.act(Timeout)
	n.requestVotes()
}

// requestVotes asks every node that has not answered.
func (n *Node) requestVotes() {
	for j := range n.nodes {
		if NodeID(j) != n.id && !n.votesResponded[j] {
			n.requestVote(NodeID(j))
		}
	}
}

// requestVote is RequestVote(i, j) (§5.2, §5.4.1).
func (n *Node) requestVote(j NodeID) {
	n.actSending(RequestVote, Message{
		Type:         RequestVoteRequest,
		From:         n.id,
		To:           j,
		Term:         n.currentTerm,
		LastLogIndex: n.log.LastIndex(),
		LastLogTerm:  n.log.LastTerm(),
	})
}

// handleRequestVoteRequest is HandleRequestVoteRequest(i, j, m) (§5.2, §5.4.1).
func (n *Node) handleRequestVoteRequest(m *Message) {
	granted := n.grantsVote(m)
	if granted {
		n.votedFor = m.From
	}
	if n.rules.resetsTimerOnVote(n, granted) {
		n.out.Timer = ElectionTimer
	}
	n.actSending(HandleRequestVoteRequest, Message{
		Type:        RequestVoteResponse,
		From:        n.id,
		To:          m.From,
		Term:        n.currentTerm,
		VoteGranted: granted,
	})
}

// handleRequestVoteResponse is HandleRequestVoteResponse(i, j, m) (§5.2). The second
// answer of a node has no effect.
func (n *Node) handleRequestVoteResponse(m *Message) {
	if !n.rules.countsVote(n, m) {
		n.act(HandleRequestVoteResponse)
		return
	}
	n.votesResponded[m.From] = true
	n.votesGranted[m.From] = m.VoteGranted
	n.act(HandleRequestVoteResponse)
	n.maybeBecomeLeader()
}

// maybeBecomeLeader makes the candidate leader once a majority has voted for it.
func (n *Node) maybeBecomeLeader() {
	votes := 0
	for _, granted := range n.votesGranted {
		if granted {
			votes++
		}
	}
	if n.role == Candidate && n.rules.hasQuorum(votes, n.nodes) {
		n.becomeLeader()
	}
}

// becomeLeader is BecomeLeader(i): the new leader asserts its authority at once, with
// an AppendEntries to every other node (§5.2). Its own log is stored by now, because
// its vote is, and that was written later.
func (n *Node) becomeLeader() {
	n.role = Leader
	n.leader = n.id
	n.clearProgress()
	n.out.Timer = HeartbeatTimer
	n.act(BecomeLeader)
	n.appendEntriesToAll()
}

func (n *Node) clearVotes() {
	n.votesResponded = make([]bool, n.nodes)
	n.votesGranted = make([]bool, n.nodes)
}
