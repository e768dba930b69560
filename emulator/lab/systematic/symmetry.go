package systematic

import "rrmq.example/emulator/raft"

// Raft treats all nodes alike: if nodes are renamed in a state, the same follows from
// it with the nodes renamed. So it is enough to visit one of the states that differ
// only by names.
//
// Each part of a state (a node, a message, the history) has a hash for each renaming.
// The sum of the parts' hashes under one renaming is a hash of the state, whatever
// the order of messages. The least of these sums identifies the state, and is the
// same for all states that differ only by names.

// A renaming gives node i the name renaming[i].
type renaming []raft.NodeID

func (r renaming) of(id raft.NodeID) raft.NodeID {
	if id == raft.None {
		return id
	}
	return r[id]
}

// renamings returns all renamings of n nodes, first the one that changes nothing.
func renamings(n int) []renaming {
	var all []renaming
	names := make(renaming, 0, n)
	used := make([]bool, n)
	var extend func()
	extend = func() {
		if len(names) == n {
			all = append(all, append(renaming(nil), names...))
			return
		}
		for id := range raft.NodeID(n) {
			if !used[id] {
				used[id] = true
				names = append(names, id)
				extend()
				names = names[:len(names)-1]
				used[id] = false
			}
		}
	}
	extend()
	return all
}

// inverse returns the node of each name.
func (r renaming) inverse() renaming {
	back := make(renaming, len(r))
	for id, name := range r {
		back[name] = raft.NodeID(id)
	}
	return back
}
