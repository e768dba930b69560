package raft

import "slices"

// A Resume is the part of a node's state that Figure 2 does not name. With it and the
// rest of a Config, New makes a node that continues where the saved one was; it takes no
// Start.
type Resume struct {
	// Leader is the leader that a follower knows, or None.
	Leader NodeID
	// Granted and Refused are the nodes that have answered a candidate. Granted has
	// the candidate itself once its vote is stored.
	Granted, Refused []NodeID
	// Round is the number of AppendEntries that a leader has sent in its term.
	Round uint64
	// Flights are a leader's, by node; nil when no entries are on their way.
	Flights []Flight
	// Stored is the last index on a leader's own stable storage.
	Stored Index
}

// A Flight is the entries on their way to a follower.
type Flight struct {
	// To is the last index sent and not yet answered, 0 when every one is answered.
	To Index
	// Agreed is the leader's last round when the follower last agreed.
	Agreed uint64
	// Fresh is set for one heartbeat interval after the entries were sent.
	Fresh bool
}

// land clears the flight, because its entries arrived or are lost.
func (f *Flight) land() { f.To, f.Fresh = 0, false }

// resume gives a new node the state of a saved one.
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

// Resume returns the node's state beside State, Progress and its log.
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

// Clone copies the node. The two share nothing that a step changes. Several goroutines may
// clone a node that was cloned before and has taken no step since.
func (n *Node) Clone() *Node {
	c := *n
	c.log = n.log.clone()
	c.votesResponded, c.votesGranted = slices.Clone(n.votesResponded), slices.Clone(n.votesGranted)
	c.nextIndex, c.matchIndex = slices.Clone(n.nextIndex), slices.Clone(n.matchIndex)
	c.flights, c.scratch = slices.Clone(n.flights), nil
	return &c
}
