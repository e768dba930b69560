package config

import (
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// hasNoVote reports whether voted_for is there and gives no vote. A negative number means
// nobody. A leader or candidate has voted for itself, whatever the text says.
func hasNoVote(s *source.Table, role raft.Role, id raft.NodeID, nodes int) bool {
	v := s.At("voted_for")
	vote, isID := v.Int()
	switch {
	case !isID || vote >= int64(nodes):
		return false
	case vote < 0:
		v.Note("is %d, read as nobody", vote)
	case role != raft.Follower && vote != int64(id):
		v.Note("is %d, read as %d: a %s has voted for itself", vote, id, syntax.Roles[role])
	default:
		return false
	}
	s.Allow("voted_for")
	return true
}

// correctTerm raises the node's term to that of its last entry: a log never runs ahead of
// its node.
func correctTerm(n *fixture.NodeTable, s *source.Table) {
	c := &n.Config
	if !s.Has("term") || len(c.Log) == 0 || !s.Sound() {
		return
	}
	if last := c.Log[len(c.Log)-1].Term; c.Term < last {
		s.At("term").Note("is %d, read as %d, the term of the last entry", c.Term, last)
		c.Term = last
	}
}

// nextIndex corrects an item of next_index.
func nextIndex(i int64, last raft.Index) (int64, string) {
	switch {
	case i < 1:
		return 1, "the first index"
	case i > int64(last)+1:
		return int64(last) + 1, "the leader's last index + 1"
	}
	return i, ""
}

// matchIndex corrects an item of match_index.
func matchIndex(i int64, next raft.Index) (int64, string) {
	switch {
	case i < 0:
		return 0, "nothing"
	case i >= int64(next):
		return 0, "nothing, because it is not below next_index"
	}
	return i, ""
}

// readOtherNodes reads a list with one index for each node except id, in order, or for each
// node. An empty one counts as missing.
func readOtherNodes(s *source.Table, key string, id raft.NodeID, nodes int, correct func(j int, i int64) (int64, string)) []raft.Index {
	list, ok := s.Items(key, "a list of indices, one for each other node")
	if !ok || len(list) == 0 {
		return nil
	}
	switch len(list) {
	case nodes - 1:
	case nodes:
		if nodes > 1 {
			s.At(key).Note("has an index for each node; that of node %d itself is ignored", id)
		}
		list = append(list[:id:id], list[id+1:]...)
	default:
		s.At(key).Report("has %d indices, want %d, one for each other node", len(list), nodes-1)
		return nil
	}
	indices := make([]raft.Index, nodes)
	indices[id] = fixture.NoIndex
	for k, v := range list {
		j := k
		if k >= int(id) {
			j++
		}
		i, ok := v.Int()
		if !ok {
			v.Wrong("an index")
			continue
		}
		right, why := correct(j, i)
		if right != i {
			v.Note("is %d, read as %d: %s", i, right, why)
		}
		indices[j] = raft.Index(right)
	}
	return indices
}
