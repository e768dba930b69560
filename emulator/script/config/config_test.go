package config

import (
	"strings"
	"testing"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

func TestParse(t *testing.T) {
	f, addresses, err := Parse("dir/config.json", []byte(`{"addresses": [
		{"ip": "127.0.0.1", "port": 8567, "internal_port": 8568},
		{"ip": "http://localhost", "port": 8569},
		{"port": 1, "ip": "[::1]"}
	]}`))
	assert.NilError(t, err)
	assert.DeepEqual(t, addresses, []Address{{"127.0.0.1", 8567}, {"localhost", 8569}, {"::1", 1}})
	assert.NilError(t, CheckLoopback(addresses))
	assert.Equal(t, addresses[2].String(), "[::1]:1")
	want := fixture.Fresh(3)
	want.Name = "config"
	assert.DeepEqual(t, f, want)
}

// missing_and_extra_entries as a course's file has it.
func TestParseConfigSeeded(t *testing.T) {
	f, addresses, err := Parse("config.json", []byte(`{"addresses": [
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
	assert.DeepEqual(t, addresses, []Address{{"127.0.0.1", 54985}, {"127.0.0.1", 54987}})
	want, err := fixture.Named("missing_and_extra_entries")
	assert.NilError(t, err)
	want.Nodes[0].MatchIndex = []raft.Index{0, 0}
	assert.DeepEqual(t, f.Nodes, want.Nodes)
}

func TestParseConfigLists(t *testing.T) {
	f, _, err := Parse("config.json", []byte(`{"addresses": [
		{"ip": "127.0.0.1", "port": 1},
		{"ip": "127.0.0.1", "port": 2, "role": "leader", "voted_for": 1,
		 "log": [{"term": 2, "command": {"endpoint": "topic", "method": "GET"}},
		         {"term": 2, "command": {"endpoint": "topic", "method": "GET", "body": {}}}],
		 "next_index": [1, 2], "match_index": [0, 1]},
		{"ip": "127.0.0.1", "port": 3, "log": [{"term": 2, "command": {"endpoint": "topic", "method": "GET", "body": null}}]}
	]}`))
	assert.NilError(t, err)
	topics := raft.Entry{Term: 2, Command: &queue.Command{Op: queue.GetTopics}}
	assert.DeepEqual(t, f.Nodes[1], world.NodeConfig{
		Role: raft.Leader, Term: 2, VotedFor: 1, Log: []raft.Entry{topics, topics},
		NextIndex: []raft.Index{1, 3, 2}, MatchIndex: []raft.Index{0, 0, 1},
	})
}

func TestParseConfigErrors(t *testing.T) {
	address := func(keys string) string {
		return "{\"addresses\": [\n{\"ip\": \"127.0.0.1\", \"port\": 1,\n" + keys + "},\n{\"ip\": \"127.0.0.1\", \"port\": 2}]}"
	}
	for _, c := range []struct{ name, text, want string }{
		{"Empty", ``, `c:1: not JSON: it ends too early`},
		{"NoJSON", "{\n\n\"addresses\": [}", `c:3: not JSON: invalid character '}' looking for beginning of value`},
		{"Trailing", "{\"addresses\": []}\n\n]", `c:3: something follows the JSON value, want nothing`},
		{"Deep", strings.Repeat("[\n", 50), `c:18: more than 16 lists and objects in each other, want at most that`},
		{"Long", strings.Repeat(" ", source.MaxSize+1), `c:1: is over 1 MiB long, want at most 1048576 bytes`},
		{"Twice", "{\"addresses\": [],\n\"addresses\": []}", `c:2: key "addresses" is given twice`},
		{"List", `[]`, `c:1: is a list, want an object with "addresses"`},
		{"Missing", `{}`, `c:1: addresses: is missing, want a list of objects such as {"ip": "127.0.0.1", "port": 8567}`},
		{"NoNodes", `{"addresses": []}`, `c:1: addresses: has 0 nodes, want 1 to 2000`},
		{"ManyNodes", `{"addresses": [` + strings.Repeat("1,", 2000) + `1]}`, `c:1: addresses: has 2001 nodes, want 1 to 2000`},
		{"NoList", `{"addresses": {}}`, `c:1: addresses: is an object, want a list of objects such as {"ip": "127.0.0.1", "port": 8567}`},
		{"UnknownTop", "{\"adresses\": 1,\n\"addresses\": [{\"ip\": \"127.0.0.1\", \"port\": 1}]}", `c:1: adresses: unknown key, did you mean "addresses"?`},
		{"NoAddress", "{\"addresses\": [\n5,\n{}]}", `c:2: addresses[0]: is 5, want an object such as {"ip": "127.0.0.1", "port": 8567}
c:3: addresses[1].ip: is missing, want both "ip" and "port"
c:3: addresses[1].port: is missing, want both "ip" and "port"`},
		{"Address", "{\"addresses\": [{\n\"ip\": \"https://x\",\n\"port\": 0}]}", `c:2: addresses[0].ip: is "https://x", want a host, such as "127.0.0.1" or "http://127.0.0.1"
c:3: addresses[0].port: is 0, want a port from 1 to 65535`},
		{"OneAddressTwice", "{\"addresses\": [\n{\"ip\": \"127.0.0.1\", \"port\": 1},\n{\"ip\": \"http://127.0.0.1\", \"port\": 1}]}",
			`c:3: addresses[1]: is 127.0.0.1:1, as addresses[0] (line 2) is, want one address for each node`},
		{"InternalPort", address(`"internal_port": "x"`), `c:3: addresses[0].internal_port: is "x", want a port from 0 to 65535`},
		{"UnknownKey", address(`"rol": "leader"`), `c:3: addresses[0].rol: unknown key, did you mean "role"?`},
		{"Role", address(`"role": "boss"`), `c:3: addresses[0].role: is "boss", want one of "follower", "candidate" or "leader"`},
		{"Term", address(`"term": 1.5`), `c:3: addresses[0].term: is 1.5, want a term from 0 to 9007199254740991`},
		{"VotedFor", address(`"voted_for": -1`), `c:3: addresses[0].voted_for: is -1, want a node's id from 0 to 1`},
		{"NextIndex", address(`"next_index": [1, 1]`), `c:3: addresses[0].next_index: has 2 indices, want 1, one for each other node`},
		{"NextIndexItem", address(`"next_index": [0]`), `c:3: addresses[0].next_index[0]: is 0, want an index from 1 to 100001`},
		{"NextIndexBeyond", address(`"role": "leader", "term": 1, "next_index": [2]`), `c:3: addresses[0].next_index: is 2, want at most 1, the leader's last index + 1`},
		{"Log", address("\"log\": [\n5,\n{}, {\"term\": 1},\n{\"command\": {}},\n{\"term\": 1, \"index\": 3, \"command\": {\"endpoint\": \"x\", \"method\": \"POST\", \"bdy\": 1}}]"),
			`c:4: addresses[0].log[0]: is 5, want an entry: an object with term, index and command
c:5: addresses[0].log[1].term: is missing, want term and command
c:5: addresses[0].log[2].command: is missing, want term and command
c:6: addresses[0].log[3].command: lacks its endpoint or method, want both
c:7: addresses[0].log[4].index: is 3, want the entry's place in the list, 5
c:7: addresses[0].log[4].command.endpoint: is "x", want one of "topic" or "message"
c:7: addresses[0].log[4].command.method: is "POST", want one of "PUT" or "GET"
c:7: addresses[0].log[4].command.bdy: unknown key, did you mean "body"?`},
		{"Body", address("\"log\": [{\"term\": 1, \"command\": {\"endpoint\": \"topic\", \"method\": \"PUT\"}},\n{\"term\": 1, \"command\": {\"endpoint\": \"message\", \"method\": \"GET\", \"body\": {\"topic\": \"a\", \"message\": \"b\"}}}]"),
			`c:3: addresses[0].log[0].command.topic: is missing, want it with op = "put_topic"
c:4: addresses[0].log[1].command.body.message: means nothing with op = "get_message", want it left out`},
		{"TwoLeaders", "{\"addresses\": [\n{\"ip\": \"127.0.0.1\", \"port\": 1, \"role\": \"leader\", \"term\": 2},\n{\"ip\": \"127.0.0.1\", \"port\": 2, \"role\": \"leader\", \"term\": 2}]}",
			`c:3: addresses[1].role: is "leader" in term 2, as node 0 is: a term has one leader at most (Election Safety, §5.2)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, addresses, err := Parse("c", []byte(c.text))
			assert.Assert(t, f == nil && addresses == nil)
			assert.ErrorIs(t, err, source.ErrInvalid)
			assert.Equal(t, err.Error(), c.want)
		})
	}
}

func TestCheckLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "localhost": true, "LOCALHOST": true, "::1": true, "::ffff:127.0.0.1": true,
		"0.0.0.0": false, "::": false, "192.168.1.1": false, "example.com": false, "localhost.example.com": false, "128.0.0.1": false,
	} {
		assert.Equal(t, Address{Host: host}.IsLoopback(), want, host)
	}
	err := CheckLoopback([]Address{{"127.0.0.1", 1}, {"0.0.0.0", 2}, {"example.com", 3}})
	assert.ErrorIs(t, err, ErrNotLoopback)
	assert.Error(t, err, "not a loopback address: 0.0.0.0:2 of node 1, example.com:3 of node 2; want localhost, 127.0.0.0/8 or ::1")
}
