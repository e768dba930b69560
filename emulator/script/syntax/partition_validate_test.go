package syntax

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A partition that is a value is refused in the words in which a file is.
func TestPartitionValidateSaysWhatTheReaderSays(t *testing.T) {
	for _, c := range []struct {
		name  string
		part  Partition
		file  string
		want  string
		nodes int
	}{
		{"Nothing", Partition{}, `{}`, "cuts nothing, want groups, oneway or isolate", 3},
		{"NoGroups", Partition{Groups: [][]raft.NodeID{}}, `{"groups": []}`,
			"groups: cuts nothing, want two groups, or one that leaves a node out", 3},
		{"OneGroupOfAll", Partition{Groups: [][]raft.NodeID{{0, 1}}}, `{"groups": [[0, 1]]}`,
			"groups: cuts nothing, want two groups, or one that leaves a node out", 2},
		{"EmptyGroup", Partition{Groups: [][]raft.NodeID{{0}, {}}}, `{"groups": [[0], []]}`,
			"groups[1]: is an empty group, want at least one node", 3},
		{"NodeTwice", Partition{Groups: [][]raft.NodeID{{0, 1}, {1}}}, `{"groups": [[0, 1], [1]]}`,
			"groups[1][0]: names node 1 twice, want each node once", 3},
		{"NodeUnknown", Partition{Groups: [][]raft.NodeID{{0, 9}}}, `{"groups": [[0, 9]]}`,
			"groups[0][1]: is 9, want a node's id from 0 to 2", 3},
		{"NoLinks", Partition{OneWay: []fault.Link{}}, `{"oneway": []}`, "oneway: cuts nothing, want links such as [[0, 2]]", 3},
		{"LinkToItself", Partition{OneWay: []fault.Link{{From: 1, To: 1}}}, `{"oneway": [[1, 1]]}`,
			"oneway[0]: goes from node 1 to itself, want two nodes", 3},
		{"LinkTwice", Partition{OneWay: []fault.Link{{From: 0, To: 1}, {From: 0, To: 1}}}, `{"oneway": [[0, 1], [0, 1]]}`,
			"oneway[1]: names the link from node 0 to node 1 twice, want it once", 3},
		{"LinkUnknown", Partition{OneWay: []fault.Link{{From: 0, To: 3}}}, `{"oneway": [[0, 3]]}`,
			"oneway[0][1]: is 3, want a node's id from 0 to 2", 3},
		{"IsolateNobody", Partition{Isolate: []raft.NodeID{}}, `{"isolate": []}`,
			`isolate: is an empty list, want a node's id from 0 to 2, "leader", "follower", "candidate" or "all"`, 3},
		{"IsolateTwice", Partition{Isolate: []raft.NodeID{1, 1}}, `{"isolate": [1, 1]}`,
			"isolate[1]: names node 1 twice, want each node once", 3},
		{"IsolateAlone", Partition{Isolate: []raft.NodeID{0}}, `{"isolate": "leader"}`, "cuts nothing: there is only one node", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseCut([]byte(c.file), c.nodes)
			assert.Error(t, err, c.want)
			assert.Error(t, c.part.Validate(c.nodes), c.want)
		})
	}
	right := Partition{Groups: [][]raft.NodeID{{0}, {1, 2}}, OneWay: []fault.Link{{From: 1, To: 2}}, Isolate: []raft.NodeID{0}}
	assert.NilError(t, right.Validate(3))
}
