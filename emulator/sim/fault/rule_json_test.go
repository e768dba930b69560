package fault_test

import (
	"encoding/json"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// everything is a rule with a value for each key.
var everything = fault.Rule{
	Name: `so "much"`,
	Match: fault.Match{
		From: []raft.NodeID{0, 2}, To: []raft.NodeID{1}, Type: fault.AppendEntriesType, Kind: fault.RequestKind, Entries: fault.WithoutEntries,
	},
	Drop: true, DelayMin: 1, DelayMax: 20*time.Millisecond + 50*time.Microsecond, Duplicate: 2, Reorder: true, Hold: true,
	Skip: 3, Count: 4, Probability: 0.1, Until: time.Minute + time.Nanosecond,
}

func TestRuleJSONKeepsEveryField(t *testing.T) {
	const all = `{"name":"so \"much\"","match":{"from":[0,2],"to":[1],"type":"append_entries","kind":"request","entries":false},` +
		`"drop":true,"delay_ms":[0.000001,20.05],"duplicate":2,"reorder":true,"hold":true,"skip":3,"count":4,"probability":0.1,"until_ms":60000.000001`
	for _, c := range []struct {
		name string
		rule fault.Rule
		want string
	}{
		{"Everything", everything, all + "}"},
		{"Nothing", fault.Rule{}, `{"name":""}`},
		{"MatchesNobody", fault.Rule{Match: fault.Match{From: []raft.NodeID{}}}, `{"name":"","match":{"from":[]}}`},
		{"Heartbeats", fault.Rule{Match: fault.Match{Type: fault.RequestVoteType, Kind: fault.ResponseKind, Entries: fault.WithEntries}},
			`{"name":"","match":{"type":"request_vote","kind":"response","entries":true}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := json.Marshal(c.rule)
			assert.NilError(t, err)
			assert.Equal(t, string(got), c.want)
			var back fault.Rule
			assert.NilError(t, json.Unmarshal(got, &back))
			assert.DeepEqual(t, back, c.rule)
		})
	}
	t.Run("Status", func(t *testing.T) {
		s := fault.RuleStatus{Rule: everything, Matched: 5, Acted: 4, Held: 3}
		got, err := json.Marshal(s)
		assert.NilError(t, err)
		assert.Equal(t, string(got), all+`,"matched":5,"acted":4,"held":3}`)
		var back fault.RuleStatus
		assert.NilError(t, json.Unmarshal(got, &back))
		assert.DeepEqual(t, back, s)
	})
}
