package fault

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/raft"
)

// Every row has everything that its readers need, and a unique name.
func TestRowsAreComplete(t *testing.T) {
	seen := map[string]bool{"name": true, "match": true}
	key := func(t *testing.T, k *Key[Rule]) {
		assert.Assert(t, k.Name != "" && k.Doc != "", "%+v", k)
		assert.Assert(t, !seen[k.Name], "%s is there twice", k.Name)
		seen[k.Name] = true
		var r Rule
		assert.Assert(t, !k.IsSet(&r))
		switch k.At(&r).(type) {
		case *bool:
		case *int, *uint64:
			assert.Assert(t, k.Want != "" && k.Min < k.Max && k.Example != "", "%+v", k)
		default:
			assert.Assert(t, k.Example != "", "%+v", k)
		}
	}
	for i := range effects {
		key(t, &effects[i].Key)
		assert.Equal(t, effects[i].Draw != nil, effects[i].Explored != "", effects[i].Name)
	}
	for i := range limits {
		key(t, &limits[i])
	}
	for i := range matchKeys {
		key(t, &matchKeys[i].Key)
	}
	names := map[string]bool{}
	for _, k := range Kinds() {
		info := k.Info()
		assert.Assert(t, info.Name != "" && info.Doc != "" && info.told != nil, "%d", k)
		assert.Assert(t, !names[info.Name])
		names[info.Name] = true
		assert.Equal(t, info.Verb != "", info.OnNode, info.Name)
		for i := range info.Args {
			assert.Assert(t, info.Args[i].Name != "" && info.Args[i].Doc != "", info.Name)
		}
		kind, err := ParseKind(info.Name)
		assert.NilError(t, err)
		assert.Equal(t, kind, k)
	}
}

var rules = map[string]Rule{
	`{"name":"a","drop":true}`: {Name: "a", Drop: true},
	`{"name":"b","match":{"from":[0,1],"to":[2],"type":"append_entries","kind":"request","entries":false},` +
		`"delay_ms":[0.5,20],"duplicate":2,"reorder":true,"skip":1,"count":2,"probability":0.25,"until_ms":1500.000001}`: {
		Name: "b", Match: Match{
			From: []raft.NodeID{0, 1}, To: []raft.NodeID{2}, Type: AppendEntriesType, Kind: RequestKind, Entries: WithoutEntries,
		},
		DelayMin: 500 * time.Microsecond, DelayMax: 20 * time.Millisecond, Duplicate: 2, Reorder: true,
		Skip: 1, Count: 2, Probability: 0.25, Until: 1500*time.Millisecond + 1,
	},
	`{"name":"e","match":{"node":[2]},"slow_disk_ms":[5,20],"count":3}`: {
		Name: "e", Match: Match{Node: []raft.NodeID{2}}, SlowDiskMin: 5 * time.Millisecond, SlowDiskMax: 20 * time.Millisecond, Count: 3,
	},
	`{"name":"d","match":{"from":[0]},"throttle":10}`:   {Name: "d", Match: Match{From: []raft.NodeID{0}}, Throttle: 10},
	`{"name":"c","match":{"entries":true},"hold":true}`: {Name: "c", Match: Match{Entries: WithEntries}, Hold: true},
}

func TestRuleJSONReadsBack(t *testing.T) {
	for text, rule := range rules {
		assert.NilError(t, rule.Validate())
		data, err := json.Marshal(rule)
		assert.NilError(t, err)
		assert.Equal(t, string(data), text)
		var read Rule
		assert.NilError(t, json.Unmarshal(data, &read))
		assert.DeepEqual(t, read, rule)
	}
}

func TestRuleStringHasKeysAndValues(t *testing.T) {
	b := rules[`{"name":"c","match":{"entries":true},"hold":true}`]
	assert.Equal(t, b.String(), "entries=true hold")
	for _, r := range rules {
		if r.Name == "b" {
			assert.Equal(t, r.String(), "from=0,1 to=2 type=append_entries kind=request entries=false "+
				"delay_ms=0.5,20 duplicate=2 reorder skip=1 count=2 probability=0.25 until_ms=1500.000001")
		}
	}
}

// All problems of a rule are reported together, each with its key.
func TestRuleValidateReportsAllProblems(t *testing.T) {
	for name, c := range map[string]struct {
		rule Rule
		want string
	}{
		"Nothing":       {Rule{}, "name: is missing, want a name by which the rule can be deleted"},
		"LongName":      {Rule{Name: strings.Repeat("x", 201), Drop: true}, "name: has 201 bytes, want at most 200"},
		"NoEffect":      {Rule{Name: "x"}, "does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold, throttle, slow_disk_ms"},
		"DropAndDelay":  {Rule{Name: "x", Drop: true, DelayMax: 1}, "delay_ms: contradicts drop: a dropped message has no further fate, want one of the two"},
		"HoldAndDelay":  {Rule{Name: "x", Hold: true, DelayMax: 1}, "delay_ms: contradicts hold: a held message leaves when the rule ends, want one of the two"},
		"DelaysSwapped": {Rule{Name: "x", DelayMin: 2e6, DelayMax: 1e6}, "delay_ms: is [2, 1], want the smaller one first"},
		"DelayNegative": {Rule{Name: "x", DelayMin: -1e6, DelayMax: 1e6}, "delay_ms: is [-1, 1], want milliseconds from 0 to 86400000"},
		"ThrottleAndDelay": {
			Rule{Name: "x", Throttle: 1, DelayMax: 1},
			"delay_ms: contradicts throttle: a throttled message leaves when its turn has come, want one of the two",
		},
		"MessagesAndWrites": {
			Rule{Name: "x", DelayMax: 1, SlowDiskMax: 1},
			"slow_disk_ms: acts on a node's writes and delay_ms on messages, want two rules",
		},
		"WritesFrom": {
			Rule{Name: "x", SlowDiskMax: 1, Match: Match{From: []raft.NodeID{0}}},
			"match.from: is about messages, and the rule acts on a node's writes, want it left out",
		},
		"MessagesOfANode": {
			Rule{Name: "x", Drop: true, Match: Match{Node: []raft.NodeID{0}}},
			"match.node: is about a node's writes, and the rule acts on messages, want it left out",
		},
		"TooManyCopies": {Rule{Name: "x", Duplicate: 101}, "duplicate: is 101, want a number of extra copies from 1 to 100"},
		"Probability":   {Rule{Name: "x", Drop: true, Probability: math.NaN()}, "probability: is NaN, want a number above 0 and not above 1"},
		"Until":         {Rule{Name: "x", Drop: true, Until: -1e6}, "until_ms: is -1, want milliseconds above 0, at most 86400000"},
		"NoNode":        {Rule{Name: "x", Drop: true, Match: Match{From: []raft.NodeID{0, 3}}}, "match.from[1]: is 3, want a node's id from 0 to 2"},
		"NodeTwice":     {Rule{Name: "x", Drop: true, Match: Match{To: []raft.NodeID{1, 1}}}, "match.to[1]: names node 1 twice, want each node once"},
		"NoNodes":       {Rule{Name: "x", Drop: true, Match: Match{To: []raft.NodeID{}}}, "match.to: is empty and matches nothing, leave it out to match any node"},
		"ToItself": {
			Rule{Name: "x", Drop: true, Match: Match{From: []raft.NodeID{1}, To: []raft.NodeID{1}}},
			"match: matches nothing: node 1 sends no messages to itself",
		},
		"VotesWithEntries": {
			Rule{Name: "x", Drop: true, Match: Match{Type: RequestVoteType, Entries: WithEntries}},
			"match.entries: matches nothing: only requests of type append_entries carry entries",
		},
		"ResponsesWithEntries": {
			Rule{Name: "x", Drop: true, Match: Match{Kind: ResponseKind, Entries: WithEntries}},
			"match.entries: matches nothing: only requests of type append_entries carry entries",
		},
		"UntilTooLate":    {Rule{Name: "x", Drop: true, Until: MaxTime + 1}, "until_ms: is 86400000.000001, want milliseconds above 0, at most 86400000"},
		"DelayTooLong":    {Rule{Name: "x", DelayMax: MaxTime + 1}, "delay_ms: is [0, 86400000.000001], want milliseconds from 0 to 86400000"},
		"SlowDiskTooLong": {Rule{Name: "x", SlowDiskMax: MaxTime + 1}, "slow_disk_ms: is [0, 86400000.000001], want milliseconds from 0 to 86400000"},
		"Several": {
			Rule{Match: Match{Type: 7}, Duplicate: -1, Probability: 2},
			"name: is missing, want a name by which the rule can be deleted; match.type: is unknown, want one of request_vote, append_entries; " +
				"duplicate: is -1, want a number of extra copies from 1 to 100; probability: is 2, want a number above 0 and not above 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.rule.ValidateIn(3)
			if c.rule.Name == "" && name == "Nothing" {
				assert.Assert(t, strings.HasPrefix(err.Error(), c.want), err)
				return
			}
			assert.Error(t, err, c.want)
		})
	}
	assert.NilError(t, (&Rule{Name: "x", Drop: true, Match: Match{From: []raft.NodeID{7}}}).Validate(), "how many nodes there are is not known")
}

func TestRuleValidateTakesBounds(t *testing.T) {
	for name, rule := range map[string]Rule{
		"Until":           {Drop: true, Until: MaxTime},
		"Delay":           {DelayMax: MaxTime},
		"SlowDisk":        {SlowDiskMax: MaxTime},
		"ToItselfAndMore": {Drop: true, Match: Match{From: []raft.NodeID{0}, To: []raft.NodeID{0, 1}}},
		"FromMore":        {Drop: true, Match: Match{From: []raft.NodeID{0, 1}, To: []raft.NodeID{0}}},
	} {
		t.Run(name, func(t *testing.T) {
			rule.Name = "x"
			assert.NilError(t, rule.ValidateIn(3))
		})
	}
}

// A highest draws the highest number or the last choice of all.
type highest struct{}

func (highest) Between(_, hi int) int                  { return hi }
func (highest) Span(_, hi time.Duration) time.Duration { return hi }
func (highest) Chance(float64) bool                    { return true }

// A lowest draws the lowest number or the first choice.
type lowest struct{}

func (lowest) Between(lo, _ int) int                  { return lo }
func (lowest) Span(lo, _ time.Duration) time.Duration { return lo }
func (lowest) Chance(float64) bool                    { return false }

func TestDrawGivesAValidRule(t *testing.T) {
	for i := range effects {
		e := &effects[i]
		if e.Draw == nil {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			for _, d := range []Dice{lowest{}, highest{}} {
				r := Rule{Name: "x"}
				e.Draw(d, &r)
				assert.NilError(t, r.Validate(), "%T", d)
			}
		})
	}
	t.Run("WritesAllAlike", func(t *testing.T) {
		r := Rule{Name: "x"}
		i := slices.IndexFunc(effects, func(e Effect) bool { return e.Name == "slow_disk_ms" })
		effects[i].Draw(highest{}, &r)
		assert.Assert(t, r.SlowDiskMax > 0)
		assert.Equal(t, r.SlowDiskMin, r.SlowDiskMax)
	})
}

// Clear takes all of a value away, and no other value.
func TestClearTakesAllOfAValueAway(t *testing.T) {
	for text := range rules {
		var all Rule
		assert.NilError(t, json.Unmarshal([]byte(text), &all))
		keys := []*Key[Rule]{}
		for i := range effects {
			keys = append(keys, &effects[i].Key)
		}
		for i := range limits {
			keys = append(keys, &limits[i])
		}
		for i := range matchKeys {
			keys = append(keys, &matchKeys[i].Key)
		}
		for _, k := range keys {
			k.Clear(&all)
			assert.Assert(t, !k.IsSet(&all), k.Name)
		}
		assert.DeepEqual(t, all, Rule{Name: all.Name})
	}
}

func TestChangeValidateReportsAllProblems(t *testing.T) {
	for want, c := range map[string]Change{
		"op: is unknown":                               {Kind: NumKinds},
		"node: is missing, want a node's id":           {Kind: Crash, Node: raft.None},
		"links[1]: is from 2 to 2, want two nodes":     {Kind: Partition, Links: []Link{{0, 1}, {2, 2}}},
		"fault: is missing, want a rule":               {Kind: SetRule},
		"name: is missing, want the name of a rule":    {Kind: DeleteRule},
		"skew: is 0, want a number from 0.001 to 1000": {Kind: Skew},
		"fault: does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold, throttle, slow_disk_ms": {Kind: SetRule, Rule: &Rule{Name: "x"}},
		"fault.duplicate: is 101, want a number of extra copies from 1 to 100":                                      {Kind: SetRule, Rule: &Rule{Name: "x", Duplicate: 101}},
	} {
		assert.Error(t, c.Validate(), want)
	}
	for _, c := range []Change{{Kind: Heal, Node: raft.None}, {Kind: Skew, Skew: 2}, {Kind: Plant}, {Kind: Partition}} {
		assert.NilError(t, c.Validate())
	}
}

func TestToldDescribesEachChange(t *testing.T) {
	for want, c := range map[string]Change{
		"node 1 was crashed":                                      {Kind: Crash, Node: 1},
		"node 1 was crashed and its storage wiped":                {Kind: Crash, Node: 1, Wipe: true},
		"node 2 was cut off from all others":                      {Kind: Isolate, Node: 2},
		"all cuts were removed":                                   {Kind: Partition},
		`the fault "slow" came into force`:                        {Kind: SetRule, Rule: &Rule{Name: "slow"}},
		`the fault "slow" came into force: to=2 drop`:             {Kind: SetRule, Rule: &Rule{Name: "slow", Match: Match{To: []raft.NodeID{2}}, Drop: true}},
		`the fault "slow" was deleted`:                            {Kind: DeleteRule, Name: "slow"},
		"the bug of node 1 was removed":                           {Kind: Plant, Node: 1},
		"the timers of node 0 were set to take 1.5 times as long": {Kind: Skew, Skew: 1.5},
		"invalid kind":                                            {Kind: NumKinds},
	} {
		assert.Equal(t, c.Told(), want)
	}
}
