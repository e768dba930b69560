package trace

import (
	"encoding/json"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/sim/encode"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

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

func TestDecodeInput(t *testing.T) {
	dog := queue.PutMessage.New("dog", "I \"love\" dogs\x00")
	inputs := []struct {
		name string
		in   Input
	}{
		{"Request", Input{Kind: Request, Node: 2, Command: dog}},
		{"RequestForTopics", Input{Kind: Request, Command: queue.GetTopics.New()}},
		{"RequestForNothing", Input{Kind: Request}},
		{"RequestVote", Input{Kind: RPC, Node: raft.None, Message: raft.Message{
			Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 3, LastLogIndex: 4, LastLogTerm: 5}}},
		{"AppendEntries", Input{Kind: RPC, Node: raft.None, Message: raft.Message{
			Type: raft.AppendEntriesRequest, From: 1, To: 2, Term: 3, PrevLogIndex: 4, PrevLogTerm: 5, LeaderCommit: 1<<53 + 1,
			Entries: []raft.Entry{{Term: 5, Command: dog}, {Term: 6}, {Term: 6, Command: queue.PopMessage.New("x")}}}}},
		{"Crash", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Crash, Node: 1}}},
		{"CrashAndWipe", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Crash, Wipe: true}}},
		{"Restart", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Restart, Node: 1}}},
		{"Pause", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Pause, Node: 1}}},
		{"Resume", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Resume, Node: 1}}},
		{"Timeout", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Timeout, Node: 1}}},
		{"Partition", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Partition, Node: raft.None, Links: []fault.Link{{From: 0, To: 1}, {From: 2, To: 1}}}}},
		{"NoPartition", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Partition, Node: raft.None}}},
		{"Isolate", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Isolate, Node: 1}}},
		{"HealNode", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.HealNode, Node: 1}}},
		{"Heal", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Heal, Node: raft.None}}},
		{"SetRule", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.SetRule, Node: raft.None, Rule: &everything}}},
		{"DeleteRule", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.DeleteRule, Node: raft.None, Name: "a"}}},
		{"Skew", Input{Kind: Nemesis, Node: raft.None, Change: fault.Change{Kind: fault.Skew, Node: 1, Skew: 1.0 / 3}}},
	}
	for _, c := range inputs {
		t.Run(c.name, func(t *testing.T) {
			in := c.in
			in.Seq, in.Step, in.Time = 7, 1<<60+1, 3*time.Hour+1
			got, err := DecodeInput(in.record().AppendJSON(nil), queue.Type)
			assert.NilError(t, err)
			assert.DeepEqual(t, got, in)
		})
	}
}

// record is the record of an input.
func (in *Input) record() *Record {
	r := &Record{Seq: in.Seq, Step: in.Step, Time: in.Time, Kind: in.Kind, Message: in.Message}
	switch in.Kind {
	case Request:
		r.Node, r.Detail = in.Node, &Call{Node: in.Node, Command: in.Command}
	case RPC:
		r.Node = in.Message.To
	case Nemesis:
		r.Node, r.Detail = in.Change.Node, &in.Change
	}
	return r
}

// Whatever is read as an input is written and read again as the same.
func FuzzDecodeInput(f *testing.F) {
	for _, c := range encoded {
		f.Add(c.record.AppendJSON(nil))
	}
	rule := Input{Kind: Nemesis, Change: fault.Change{Kind: fault.SetRule, Rule: &everything}}
	f.Add(rule.record().AppendJSON(nil))
	f.Fuzz(func(t *testing.T, line []byte) {
		in, err := DecodeInput(line, queue.Type)
		if err != nil {
			return
		}
		again := in.record().AppendJSON(nil)
		back, err := DecodeInput(again, queue.Type)
		assert.NilError(t, err, "%s", again)
		assert.Equal(t, string(back.record().AppendJSON(nil)), string(again))
	})
}

func TestDecodeInputErrors(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"OtherEvent", `{"seq":1,"event":"Init","node":0}`, ErrNotInput.Error()},
		{"OtherEventWithSpaces", `{"seq": 1, "event": "Init"}`, ErrNotInput.Error()},
		{"UnknownEvent", `{"seq":1,"event":"Birthday"}`, `unknown event "Birthday"`},
		{"NoEvent", `{}`, `record 0: unknown event ""`},
		{"NotJSON", `{"seq":1,"event":"Request"`, "not a record of a trace: unexpected end of JSON input"},
		{"WrongType", `{"seq":"1","event":"Request"}`, "not a record of a trace: json: cannot unmarshal string into Go struct field recordJSON.Seq of type uint64"},
		{"NoRequest", `{"seq":1,"event":"Request","node":0}`, "record 1: a Request needs the node and the request, the message or the change that it is about"},
		{"UnknownOp", `{"seq":1,"event":"Request","node":0,"request":{"command":{"op":"dance"}}}`,
			`record 1: unknown op "dance", want one of put_topic, get_topics, put_message, get_message`},
		{"ResponseFromOutside", `{"seq":1,"event":"RPC","message":{"type":"RequestVoteResponse"}}`,
			`record 1: message.type: "RequestVoteResponse" is not that of a request`},
		{"UnknownChange", `{"seq":1,"event":"Nemesis","change":{"op":"dance"}}`, `record 1: change.op: unknown op "dance"`},
		{"NoRule", `{"seq":1,"event":"Nemesis","change":{"op":"set_fault"}}`, `record 1: change.fault: missing, a set_fault needs it`},
		{"UnknownMatch", `{"seq":1,"event":"Nemesis","change":{"op":"set_fault","fault":{"match":{"type":"x"}}}}`,
			`record 1: change.fault.match.type: unknown word "x", want one of request_vote, append_entries`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeInput([]byte(c.line), queue.Type)
			assert.Error(t, err, c.want)
		})
	}
}

func TestRuleJSON(t *testing.T) {
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

func TestMillis(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0"}, {1, "0.000001"}, {-1, "-0.000001"}, {time.Millisecond, "1"}, {-1500 * time.Microsecond, "-1.5"},
		{20*time.Millisecond + 50*time.Microsecond, "20.05"}, {1<<63 - 1, "9223372036854.775807"}, {-1 << 63, "-9223372036854.775808"},
	} {
		t.Run(c.want, func(t *testing.T) {
			assert.Equal(t, string(encode.AppendMillis(nil, c.d)), c.want)
			back, err := encode.ParseMillis(json.Number(c.want))
			assert.NilError(t, err)
			assert.Equal(t, back, c.d)
		})
	}
	t.Run("Exponent", func(t *testing.T) {
		d, err := encode.ParseMillis("1.5e3")
		assert.NilError(t, err)
		assert.Equal(t, d, 1500*time.Millisecond)
	})
}
