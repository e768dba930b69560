package syntax

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/raft"
)

const (
	// MaxLog is the largest number of entries that a node's log starts with.
	MaxLog = 2_000_000
	// MaxTerm is the highest term, or seed, to start from: the largest integer
	// that every JSON reader reads exactly.
	MaxTerm = 1<<53 - 1
)

// Roles as files write them, by raft.Role.
var Roles = []string{"follower", "candidate", "leader"}

// NodeName writes a node's id.
func NodeName(id raft.NodeID) string { return strconv.Itoa(int(id)) }

// FormatIDs writes a list of ids.
func FormatIDs(ids []raft.NodeID) string {
	return "[" + source.Join(ids, NodeName) + "]"
}

// ReadNode reads the id of a node of the cluster.
func ReadNode(v *source.Value, nodes int) (raft.NodeID, bool) {
	d, ok := v.Int()
	if !ok || d < 0 || d >= int64(nodes) {
		v.Wrong("%s", WantNode(nodes))
		return raft.None, false
	}
	return raft.NodeID(d), true
}

// WantNode says which ids a cluster has.
func WantNode(nodes int) string {
	if nodes == 1 {
		return "a node's id: 0, the only one"
	}
	return fmt.Sprintf("a node's id from 0 to %d", nodes-1)
}

// ReadNodes reads a list of ids, each at most once.
func ReadNodes(list []*source.Value, nodes int) []raft.NodeID {
	ids := make([]raft.NodeID, 0, len(list))
	seen := map[raft.NodeID]bool{}
	for _, v := range list {
		id, ok := ReadNode(v, nodes)
		switch {
		case !ok:
		case seen[id]:
			v.Report("names node %d twice, want each node once", id)
		default:
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// NodeKey reads an id that is a key: digits without a sign or leading zero.
func NodeKey(key string, nodes int) (raft.NodeID, bool) {
	if key == "" || len(key) > 4 || key[0] == '0' && key != "0" {
		return raft.None, false
	}
	id := 0
	for _, c := range []byte(key) {
		if c < '0' || c > '9' {
			return raft.None, false
		}
		id = id*10 + int(c-'0')
	}
	return raft.NodeID(id), id < nodes
}

// ReadTerm reads a term.
func ReadTerm(t *source.Table, key string) (raft.Term, bool) {
	n, ok := t.Int(key, "a term", 0, MaxTerm)
	return raft.Term(n), ok
}
