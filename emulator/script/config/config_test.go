package config

import (
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/internal/cases"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestParseReadsAddresses(t *testing.T) {
	got, err := Parse("dir/config.json", []byte(`{"addresses": [
		{"ip": "127.0.0.1", "port": 8567, "internal_port": 8568},
		{"ip": "http://localhost", "port": 8569},
		{"port": 1, "ip": "[::1]"}
	]}`))
	assert.NilError(t, err)
	assert.DeepEqual(t, got.Addresses, []Address{{"127.0.0.1", 8567}, {"localhost", 8569}, {"::1", 1}})
	assert.DeepEqual(t, got.Internal, []Address{{"127.0.0.1", 8568}, {"localhost", 0}, {"::1", 0}})
	assert.NilError(t, CheckLoopback(got.Addresses))
	assert.Equal(t, got.Addresses[2].String(), "[::1]:1")
	want := fixture.Fresh(3)
	want.Name = "config"
	assert.DeepEqual(t, got.Fixture, want)
}

// missing_and_extra_entries as a course's file has it.
func TestParseReadsStartStates(t *testing.T) {
	got, err := Parse("config.json", []byte(`{"addresses": [
  {"ip": "http://127.0.0.1", "port": 54985, "internal_port": 54986,
   "role": "Leader", "term": 6, "voted_for": null, "next_index": [7], "match_index": [0],
   "log": [
     {"term": 1, "index": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}},
     {"term": 1, "index": 2, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "cat"}}, "result": null},
     {"term": 1, "index": 3, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I love dogs!"}}, "result": {"success": true}},
     {"term": 4, "index": 4, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I love dogs x 2!"}}},
     {"term": 4, "index": 5, "command": {"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}},
     {"term": 6, "index": 6, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "pig"}}}
   ]},
  {"ip": "http://127.0.0.1", "port": 54987, "internal_port": 54988,
   "role": "follower", "next_index": [1], "match_index": [0],
   "log": [
     {"term": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}},
     {"term": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "cat"}}},
     {"term": 1, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I love dogs!"}}},
     {"term": 2, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I love dogs x 2!"}}},
     {"term": 2, "command": {"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}},
     {"term": 3, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I love dogs x 3!"}}},
     {"term": 3, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "pig"}}}
   ]}
]}`))
	assert.NilError(t, err)
	assert.DeepEqual(t, got.Addresses, []Address{{"127.0.0.1", 54985}, {"127.0.0.1", 54987}})
	want, err := fixture.Named("missing_and_extra_entries")
	assert.NilError(t, err)
	want.Nodes[0].MatchIndex = []raft.Index{0, 0}
	assert.DeepEqual(t, got.Fixture.Nodes, want.Nodes)
}

func TestParseReadsIndicesOfOtherNodes(t *testing.T) {
	got, err := Parse("config.json", []byte(`{"addresses": [
		{"ip": "127.0.0.1", "port": 1},
		{"ip": "127.0.0.1", "port": 2, "role": "leader", "voted_for": 1,
		 "log": [{"term": 2, "command": {"endpoint": "topic", "method": "GET"}},
		         {"term": 2, "command": {"endpoint": "topic", "method": "GET", "body": {}}}],
		 "next_index": [1, 2], "match_index": [0, 1]},
		{"ip": "127.0.0.1", "port": 3, "log": [{"term": 2, "command": {"endpoint": "topic", "method": "GET", "body": null}}]}
	]}`))
	assert.NilError(t, err)
	topics := raft.Entry{Term: 2, Command: queue.GetTopics.New()}
	assert.DeepEqual(t, got.Fixture.Nodes[1], world.NodeConfig{
		Role: raft.Leader, Term: 2, VotedFor: 1, Log: []raft.Entry{topics, topics},
		NextIndex: []raft.Index{1, 3, 2}, MatchIndex: []raft.Index{0, 0, 1},
	})
}

func TestParseReportsEachProblem(t *testing.T) {
	cases.Run(t, filepath.Join("testdata", "invalid.txt"), func(t *testing.T, _, text string) string {
		got, err := Parse("c", []byte(text))
		assert.Assert(t, got == nil)
		assert.ErrorIs(t, err, source.ErrInvalid)
		return err.Error()
	})
}

func TestParseBoundsItsInput(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Long", strings.Repeat(" ", source.MaxJSON+1), `c:1: is over 1 MiB long, want at most 1048576 bytes`},
		{"ManyNodes", `{"addresses": [` + strings.Repeat("1,", 2000) + `1]}`, `c:1: addresses: has 2001 nodes, want 1 to 2000`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("c", []byte(c.text))
			assert.Error(t, err, c.want)
		})
	}
}

func TestParseNotesWhatIsForeign(t *testing.T) {
	got, err := Parse("c", []byte("{\"adresses\": 1,\n\"addresses\": [],\n\"addresses\": [\n"+
		"{\"ip\": \"127.0.0.1\", \"port\": 1, \"rol\": \"leader\", \"name\": \"\xff\", \"port\": 2, \"log\": [\n"+
		"{\"term\": 1, \"command\": {\"endpoint\": \"topic\", \"method\": \"PUT\", \"body\": {\"topic\": \"\\ud83d\"}}}]}]}"))
	assert.NilError(t, err)
	assert.DeepEqual(t, got.Addresses, []Address{{"127.0.0.1", 2}})
	assert.DeepEqual(t, got.Fixture.Nodes[0].Log[0].Command, queue.PutTopic.New("\ufffd"))
	var out strings.Builder
	WriteNotes(&out, got.Notes)
	assert.Equal(t, out.String(), `note: c:1: adresses: unknown key, did you mean "addresses"?
note: c:3: addresses: is given twice, want it once
note: c:4: addresses[0].rol: unknown key, did you mean "role"?
note: c:4: addresses[0].name: unknown key, want one of "ip", "port", "internal_port", "role", "term", "voted_for", "log", "next_index" or "match_index"
note: c:4: addresses[0].name: is not UTF-8
note: c:4: addresses[0].port: is given twice, want it once
note: c:5: addresses[0].log[0].command.body.topic: holds half of a surrogate pair, which is no text
`)
}

func TestCheckLoopbackNamesReachableAddresses(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "localhost": true, "LOCALHOST": true, "::1": true, "::ffff:127.0.0.1": true,
		"0.0.0.0": false, "::": false, "192.168.1.1": false, "example.com": false, "localhost.example.com": false, "128.0.0.1": false,
	} {
		assert.Equal(t, Address{Host: host}.IsLoopback(), want, host)
	}
	err := CheckLoopback([]Address{{"127.0.0.1", 1}, {"0.0.0.0", 2}, {"example.com", 3}})
	assert.ErrorIs(t, err, errNotLoopback)
	assert.Error(t, err, "not a loopback address: 0.0.0.0:2 of node 1, example.com:3 of node 2; want localhost, 127.0.0.0/8 or ::1")
}

// The endpoint may be written as a path, and the method in lower case.
func TestCommandInTheSpellingOfTheAPI(t *testing.T) {
	const file = `{"addresses": [{"ip": "http://127.0.0.1", "port": 8567, "term": 1, "log": [
		{"term": 1, "index": 1, "command": {"endpoint": "/topic", "method": "put", "body": {"topic": "dog"}}}]}]}`
	c, err := Parse("config.json", []byte(file))
	assert.NilError(t, err)
	assert.DeepEqual(t, c.Fixture.Nodes[0].Log[0].Command, queue.PutTopic.New("dog"))
}
