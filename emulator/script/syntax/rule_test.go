package syntax

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

func TestParseRuleReadsEveryKey(t *testing.T) {
	r, _, err := ParseRule("slow", []byte(`{"name": "slow", "match": {"from": [0], "to": [1, 2], "type": "append_entries",
		"kind": "request", "entries": true}, "delay_ms": [5, 20], "duplicate": 2, "reorder": true,
		"skip": 3, "count": 4, "probability": 0.5, "until_ms": 1000, "hold": false}`), 3)
	assert.NilError(t, err)
	want := fault.Rule{
		Name: "slow",
		Match: fault.Match{
			From: []raft.NodeID{0}, To: []raft.NodeID{1, 2},
			Type: fault.AppendEntriesType, Kind: fault.RequestKind, Entries: fault.WithEntries,
		},
		DelayMin: 5 * time.Millisecond, DelayMax: 20 * time.Millisecond, Duplicate: 2, Reorder: true,
		Skip: 3, Count: 4, Probability: 0.5, Until: time.Second,
	}
	assert.DeepEqual(t, r, want)

	text, err := json.Marshal(r)
	assert.NilError(t, err)
	assert.Equal(t, string(text), `{"name":"slow","match":{"from":[0],"to":[1,2],"type":"append_entries","kind":"request","entries":true},`+
		`"delay_ms":[5,20],"duplicate":2,"reorder":true,"skip":3,"count":4,"probability":0.5,"until_ms":1000}`)
	again, _, err := ParseRule("slow", text, 3)
	assert.NilError(t, err)
	assert.DeepEqual(t, again, want)
}

func TestRuleJSONOmitsDefaults(t *testing.T) {
	for want, r := range map[string]fault.Rule{
		`{"name":"a","drop":true}`:                           {Name: "a", Drop: true},
		`{"name":"b","match":{"entries":false},"hold":true}`: {Name: "b", Match: fault.Match{Entries: fault.WithoutEntries}, Hold: true},
		`{"name":"c","delay_ms":[0,0.001]}`:                  {Name: "c", DelayMax: time.Microsecond},
	} {
		text, err := json.Marshal(r)
		assert.NilError(t, err)
		assert.Equal(t, string(text), want)
	}
}

func TestParseRuleReportsEachProblem(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Empty", ``, `empty, want JSON`},
		{"Cut", `{"drop": tr`, `not JSON: it ends too early`},
		{"NoJSON", `drop = true`, `not JSON: invalid character 'd' at start of value`},
		{"Trailing", `{"drop": true} {}`, `not JSON: more text follows the value`},
		{"Twice", `{"drop": true, "drop": false}`, `drop: is given twice, want it once`},
		{"Deep", `{"match": ` + strings.Repeat("[", 100), `more than 16 nested lists and objects`},
		{"Long", `{"name": "` + strings.Repeat("x", source.MaxJSON) + `"}`, `is over 1 MiB long, want at most 1048576 bytes`},
		{"LongKey", `{"drop": true, "` + strings.Repeat("x", 65) + `": 1}`, strings.Repeat("x", 60) + `...: is a key of 65 bytes, want at most 64`},
		{"List", `[]`, `is a list, want the keys of a rule`},
		{"Nothing", `{}`, `does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold, throttle, slow_disk_ms`},
		{"Null", `{"drop": null}`, `does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold, throttle, slow_disk_ms`},
		{"Unknown", `{"dorp": true}`, `dorp: unknown key, did you mean "drop"?`},
		{"Name", `{"name": "b", "drop": true}`, `name: is "b", want "a" as in the request's path, or nothing`},
		{"Contradiction", `{"drop": true, "duplicate": 1}`, `duplicate: contradicts drop: a dropped message has no further fate, want one of the two`},
		{"Node", `{"drop": true, "match": {"from": [3]}}`, `match.from[0]: is 3, want a node's id from 0 to 2`},
		{"Exponent", `{"drop": true, "count": 1e2}`, `count: is 100.0, want a number of messages (leave it out for no limit) from 1 to 9007199254740991`},
		{"Huge", `{"drop": true, "count": 99999999999999999999}`, `count: is a number out of range, want a number of messages (leave it out for no limit) from 1 to 9007199254740991`},
		{"Many", `{"dorp": true, "count": -1, "match": 3}`, `dorp: unknown key, did you mean "drop"?
count: is -1, want a number of messages (leave it out for no limit) from 1 to 9007199254740991
match: is 3, want keys among from, to, type, kind, entries and node`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ParseRule("a", []byte(c.text), 3)
			assert.ErrorIs(t, err, source.ErrInvalid)
			assert.Equal(t, err.Error(), c.want)
		})
	}
}
