package systematic

import "rrmq.example/emulator/raft"

// Raft makes no difference between nodes: rename them in a state, and in all
// that follows from it they are renamed, and nothing else. So it is enough to look
// at one of the states that differ by names alone.
//
// Which one does not matter, so none is worked out. Their hashes do: that of a
// state is the sum of those of its parts, its nodes, messages and history, and so
// does not depend on the order of messages; and each part has one under each
// renaming. A state is known by the least of the sums that it has.

// A renaming gives node i the name renaming[i].
type renaming []raft.NodeID

func (r renaming) of(id raft.NodeID) raft.NodeID {
	if id == raft.None {
		return id
	}
	return r[id]
}

// renamings are all of n nodes, the one first that changes nothing.
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

// inverse tells which node has got a name.
func (r renaming) inverse() renaming {
	back := make(renaming, len(r))
	for id, name := range r {
		back[name] = raft.NodeID(id)
	}
	return back
}
