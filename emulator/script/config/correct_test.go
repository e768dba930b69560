package config

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Values that a start of Raft would set right are set right, with a note.
func TestParseCorrectsValues(t *testing.T) {
	const entry = `"log": [{"term": 2, "command": {"endpoint": "topic", "method": "GET"}}]`
	for name, c := range map[string]struct {
		node  string // of node 0 of three
		check func(*world.NodeConfig) bool
		note  string // of the node; "" for none
	}{
		"NextIndexZero": {`"role": "leader", "term": 2, ` + entry + `, "next_index": [0, 2]`,
			func(n *world.NodeConfig) bool { return n.NextIndex[1] == 1 && n.NextIndex[2] == 2 },
			"next_index[0]: is 0, read as 1: the first index"},
		"NextIndexBeyond": {`"role": "leader", "term": 2, ` + entry + `, "next_index": [1, 9]`,
			func(n *world.NodeConfig) bool { return n.NextIndex[1] == 1 && n.NextIndex[2] == 2 },
			"next_index[1]: is 9, read as 2: the leader's last index + 1"},
		"NextIndexOfAll": {`"role": "leader", "term": 2, ` + entry + `, "next_index": [0, 1, 2]`,
			func(n *world.NodeConfig) bool { return n.NextIndex[1] == 1 && n.NextIndex[2] == 2 },
			"next_index: has an index for each node; that of node 0 itself is ignored"},
		"NextIndexEmpty": {`"role": "leader", "term": 2, ` + entry + `, "next_index": [], "match_index": []`,
			func(n *world.NodeConfig) bool { return n.NextIndex == nil && n.MatchIndex == nil }, ""},
		"NextIndexOfFollower": {`"next_index": [-7, "x"], "match_index": 3`,
			func(n *world.NodeConfig) bool { return n.NextIndex == nil && n.MatchIndex == nil }, ""},
		"MatchIndexNegative": {`"role": "leader", "term": 2, ` + entry + `, "match_index": [-1, 0]`,
			func(n *world.NodeConfig) bool { return n.MatchIndex[1] == 0 && n.MatchIndex[2] == 0 },
			"match_index[0]: is -1, read as 0: nothing"},
		"MatchIndexBeyond": {`"role": "leader", "term": 2, ` + entry + `, "next_index": [2, 1], "match_index": [0, 1]`,
			func(n *world.NodeConfig) bool { return n.MatchIndex[2] == 0 },
			"match_index[1]: is 1, read as 0: nothing, because it is not below next_index"},
		"MatchIndexBeyondLog": {`"role": "leader", "term": 2, ` + entry + `, "match_index": [0, 2]`,
			func(n *world.NodeConfig) bool { return n.MatchIndex[2] == 0 },
			"match_index[1]: is 2, read as 0: nothing, because it is not below next_index"},
		"VoteForNobody": {`"term": 2, "voted_for": -1`,
			func(n *world.NodeConfig) bool { return n.VotedFor == raft.None }, "voted_for: is -1, read as nobody"},
		"VoteOfCandidate": {`"role": "Candidate", "term": 2, "voted_for": 1`,
			func(n *world.NodeConfig) bool { return n.VotedFor == 0 },
			"voted_for: is 1, read as 0: a candidate has voted for itself"},
		"VoteOfLeader": {`"role": "LEADER", "term": 2, "voted_for": -1`,
			func(n *world.NodeConfig) bool { return n.VotedFor == 0 }, "voted_for: is -1, read as nobody"},
		"TermBelowLog": {`"term": 0, ` + entry,
			func(n *world.NodeConfig) bool { return n.Term == 2 }, "term: is 0, read as 2, the term of the last entry"},
		"Index": {`"log": [{"term": 1, "index": 0, "command": {"endpoint": "topic", "method": "GET", "body": {"topic": "x"}}}]`,
			func(n *world.NodeConfig) bool { return len(n.Log) == 1 },
			"log[0].index: is 0, read as 1, the entry's place in the list\nlog[0].command.body.topic: means nothing with op = \"get_topics\" and is ignored"},
		"InternalPort": {`"internal_port": "none"`, func(*world.NodeConfig) bool { return true }, ""},
		"Comment":      {`"_comment": {"a": 1}`, func(*world.NodeConfig) bool { return true }, `_comment: unknown key, want one of "ip", "port", "internal_port", "role", "term", "voted_for", "log", "next_index" or "match_index"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse("c", []byte(`{"addresses": [{"ip": "127.0.0.1", "port": 1, `+c.node+`},
				{"ip": "127.0.0.1", "port": 2}, {"ip": "127.0.0.1", "port": 3}]}`))
			assert.NilError(t, err)
			assert.Assert(t, c.check(&got.Fixture.Nodes[0]), "%+v", got.Fixture.Nodes[0])
			var notes []string
			for _, n := range got.Notes {
				notes = append(notes, strings.TrimPrefix(n.Key, "addresses[0].")+": "+n.Message)
			}
			assert.Equal(t, strings.Join(notes, "\n"), c.note)
		})
	}
}

// Texts have the same bounds as in a fixture.
func TestParseBoundsTexts(t *testing.T) {
	_, err := Parse("c", []byte(`{"addresses": [{"ip": "`+strings.Repeat("a", 254)+`", "port": 1, "log": [{"term": 1,
		"command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "`+strings.Repeat("x", 20481)+`"}}}]}]}`))
	assert.ErrorIs(t, err, source.ErrInvalid)
	assert.Error(t, err, "c:1: addresses[0].ip: has 254 bytes, want at most 253\n"+
		"c:2: addresses[0].log[0].command.body.topic: has 20481 bytes, want at most 20480")
}
