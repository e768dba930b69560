package raft

import "slices"

// A Resume is what a node at work knows beyond the state that Figure 2 names.
// With it and the rest of a Config, New makes a node that goes on as the one it
// was taken from; then the node needs no Start.
type Resume struct {
	// Leader is the leader of the node's term that a follower knows of, or None.
	Leader NodeID
	// Granted and Refused are the nodes that have answered a candidate: its own
	// vote is among them once it is stored.
	Granted, Refused []NodeID
	// Round is the number of AppendEntries that a leader has sent in its term.
	Round uint64
	// Flights are a leader's, by node; nil when it knows of nothing.
	Flights []Flight
	// Stored is the last index that a leader's own stable storage holds.
	Stored Index
}

// A Flight is what a leader knows of the entries on their way to a follower.
type Flight struct {
	// To is the last index sent and not yet answered, 0 when there is none.
	To Index
	// Agreed is the round up to which requests had been sent when the follower
	// was last heard to agree.
	Agreed uint64
	// Fresh is set until a heartbeat interval has gone by since the sending.
	Fresh bool
}

// land forgets what is on its way.
func (f *Flight) land() { f.To, f.Fresh = 0, false }

// resume puts a node that New is making into the midst of its work.
func (n *Node) resume(r *Resume) {
	switch n.role {
	case Follower:
		n.leader = r.Leader
	case Candidate:
		n.clearVotes()
		for _, id := range r.Granted {
			n.votesResponded[id], n.votesGranted[id] = true, true
		}
		for _, id := range r.Refused {
			n.votesResponded[id] = true
		}
	case Leader:
		n.round = r.Round
		copy(n.flights, r.Flights)
		n.matchIndex[n.id] = r.Stored
	}
}

// Resume copies what the node knows beyond State, Progress and its log.
func (n *Node) Resume() Resume {
	r := Resume{Leader: n.leader}
	switch n.role {
	case Candidate:
		r.Granted = n.VotesGranted()
		for id, responded := range n.votesResponded {
			if responded && !n.votesGranted[id] {
				r.Refused = append(r.Refused, NodeID(id))
			}
		}
	case Leader:
		r.Round = n.round
		r.Flights = slices.Clone(n.flights)
		r.Stored = n.matchIndex[n.id]
	}
	return r
}

// Clone copies the node: both go on as one would, and neither sees what the
// other does.
func (n *Node) Clone() *Node {
	c := *n
	c.log = n.log.clone()
	c.votesResponded, c.votesGranted = slices.Clone(n.votesResponded), slices.Clone(n.votesGranted)
	c.nextIndex, c.matchIndex = slices.Clone(n.nextIndex), slices.Clone(n.matchIndex)
	c.flights, c.scratch = slices.Clone(n.flights), nil
	return &c
}
