package syntax

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// ledBy is three nodes that are up, of which one leads.
type ledBy raft.NodeID

func (ledBy) Nodes() int { return 3 }

func (l ledBy) State(id raft.NodeID) (s raft.State, up, paused bool) {
	if id == raft.NodeID(l) {
		s.Role = raft.Leader
	}
	return s, true, false
}

func links(pairs ...raft.NodeID) []fault.Link {
	var l []fault.Link
	for i := 0; i < len(pairs); i += 2 {
		l = append(l, fault.Link{From: pairs[i], To: pairs[i+1]})
	}
	return l
}

func TestParseCutCutsTheLinks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []fault.Link
	}{
		{"Groups", `{"groups": [[0, 1], [2]]}`, links(0, 2, 1, 2, 2, 0, 2, 1)},
		{"TheRestIsAGroup", `{"groups": [[1]]}`, links(0, 1, 1, 0, 1, 2, 2, 1)},
		{"OneWay", `{"oneway": [[2, 0], [0, 1]]}`, links(0, 1, 2, 0)},
		{"Isolate", `{"isolate": 0}`, links(0, 1, 0, 2, 1, 0, 2, 0)},
		{"IsolateLeader", `{"isolate": "leader"}`, links(0, 2, 1, 2, 2, 0, 2, 1)},
		{"IsolateTwo", `{"isolate": [0, "leader"]}`, links(0, 1, 0, 2, 1, 0, 1, 2, 2, 0, 2, 1)},
		{"LeaderInAGroup", `{"groups": [["leader", 0]]}`, links(0, 1, 1, 0, 1, 2, 2, 1)},
		{"OneWayToAll", `{"oneway": [["leader", "all"]]}`, links(2, 0, 2, 1)},
		{"IsolateAll", `{"isolate": "all"}`, links(0, 1, 0, 2, 1, 0, 1, 2, 2, 0, 2, 1)},
		{"All", `{"groups": [[0], [1, 2]], "oneway": [[1, 2]], "isolate": 0}`, links(0, 1, 0, 2, 1, 0, 1, 2, 2, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			cut, err := ParseCut([]byte(c.text), 3)
			assert.NilError(t, err)
			got, err := Resolver{Cluster: ledBy(2)}.Links(&cut)
			assert.NilError(t, err)
			assert.DeepEqual(t, got, c.want)
		})
	}
}

func TestParseCutReportsEachProblem(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                         `cuts nothing, want groups, oneway or isolate`,
		`{"groups": [[0, 1], [1]]}`:  `groups[1][0]: names node 1 twice, want each node once`,
		`{"group": [[0]]}`:           `group: unknown key, did you mean "groups"?`,
		`{"isolate": "folower"}`:     `isolate: is "folower", did you mean "follower"?`,
		`{"isolate": "old"}`:         `isolate: is "old", want a node's id from 0 to 2, "leader", "follower", "candidate" or "all"`,
		`{"isolate": [0, "all"]}`:    `isolate[1]: is "all", which stands for every node, want it alone`,
		`{"isolate": []}`:            `isolate: is an empty list, want a node's id from 0 to 2, "leader", "follower", "candidate" or "all"`,
		`{"groups": [["all"]]}`:      `groups: cuts nothing, want two groups, or one that leaves a node out`,
		`{"groups": 1, "oneway": 2}`: "groups: is 1, want a list of groups, such as [[0, 1], [2, 3, 4]]\noneway: is 2, want a list of links, such as [[0, 2]]: from 0 to 2",
	} {
		_, err := ParseCut([]byte(text), 3)
		assert.ErrorIs(t, err, source.ErrInvalid)
		assert.Equal(t, err.Error(), want)
	}
}

func TestLinksRefusesUnknownNodes(t *testing.T) {
	for _, p := range []Partition{
		{Groups: [][]raft.NodeID{{0, 3}}},
		{OneWay: links(0, 3)},
		{Isolate: []raft.NodeID{3}},
	} {
		_, err := p.Links(3)
		assert.Error(t, err, "invalid partition: node 3 does not exist, want a node's id from 0 to 2")
		assert.ErrorIs(t, err, source.ErrInvalid)
	}
	_, err := Partition{OneWay: links(-1, 0)}.Links(1)
	assert.Error(t, err, "invalid partition: node -1 does not exist, want a node's id: 0, the only one")
}

func TestPartitionOfPrefersGroups(t *testing.T) {
	for _, c := range []struct {
		name string
		cuts []fault.Link
		want Partition
	}{
		{"Nothing", nil, Partition{}},
		{"Groups", links(2, 0, 0, 1, 1, 0, 1, 2, 2, 1, 0, 2, 0, 2), Partition{Groups: [][]raft.NodeID{{0}, {1}, {2}}}},
		{"Isolated", links(0, 1, 1, 0, 1, 2, 2, 1), Partition{Groups: [][]raft.NodeID{{0, 2}, {1}}}},
		{"OneWay", links(2, 0, 0, 1), Partition{OneWay: links(0, 1, 2, 0)}},
		// 0 and 2 do not reach each other, but both reach 1.
		{"Bridge", links(0, 2, 2, 0), Partition{OneWay: links(0, 2, 2, 0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := PartitionOf(3, c.cuts)
			assert.DeepEqual(t, p, c.want)
		})
	}
}
