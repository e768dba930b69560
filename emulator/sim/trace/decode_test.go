package trace

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

var newcomer = raft.State{VotedFor: raft.None, Leader: raft.None}

func TestDecodeInput(t *testing.T) {
	dog := queue.PutMessage.New("dog", "I \"love\" dogs\x00")
	inputs := []struct {
		name   string
		record Record
	}{
		{"Request", Record{Kind: Request, Node: 2, State: newcomer, Detail: &Call{ID: exampleID, Seq: 7, Node: 2, Command: dog}}},
		{"RequestForTopics", Record{Kind: Request, State: newcomer, Detail: &Call{ID: exampleID, Seq: 7, Command: queue.GetTopics.New()}}},
		{"RequestForNothing", Record{Kind: Request, State: newcomer, Detail: &Call{ID: exampleID, Seq: 7}}},
		{"RequestVote", Record{Kind: RPC, Node: 2, State: newcomer, Message: raft.Message{
			Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 3, LastLogIndex: 4, LastLogTerm: 5}}},
		{"AppendEntries", Record{Kind: RPC, Node: 2, State: newcomer, Message: raft.Message{
			Type: raft.AppendEntriesRequest, From: 1, To: 2, Term: 3, PrevLogIndex: 4, PrevLogTerm: 5, LeaderCommit: 1<<53 + 1,
			Entries: []raft.Entry{{Term: 5, Command: dog}, {Term: 6}, {Term: 6, Command: queue.PopMessage.New("x")}}}}},
		{"Crash", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Crash, Node: 1}}},
		{"CrashAndWipe", Record{Kind: Nemesis, State: newcomer, Detail: &fault.Change{Kind: fault.Crash, Wipe: true}}},
		{"Restart", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Restart, Node: 1}}},
		{"Pause", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Pause, Node: 1}}},
		{"Resume", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Resume, Node: 1}}},
		{"Timeout", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Timeout, Node: 1}}},
		{"Partition", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.Partition, Node: raft.None, Links: []fault.Link{{From: 0, To: 1}, {From: 2, To: 1}}}}},
		{"NoPartition", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.Partition, Node: raft.None}}},
		{"Isolate", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Isolate, Node: 1}}},
		{"HealNode", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.HealNode, Node: 1}}},
		{"Heal", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.Heal, Node: raft.None}}},
		{"SetRule", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.SetRule, Node: raft.None, Rule: &fault.Rule{Name: "lossy", Drop: true, Probability: 0.1}}}},
		{"DeleteRule", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.DeleteRule, Node: raft.None, Name: "a"}}},
		{"Skew", Record{Kind: Nemesis, Node: 1, State: newcomer, Detail: &fault.Change{Kind: fault.Skew, Node: 1, Skew: 1.0 / 3}}},
	}
	for _, c := range inputs {
		t.Run(c.name, func(t *testing.T) {
			r := c.record
			r.Seq, r.Step, r.Time = 7, 1<<60+1, 3*time.Hour+1
			got, err := DecodeInput(r.AppendJSON(nil), queue.Type)
			assert.NilError(t, err)
			assert.DeepEqual(t, got, r)
		})
	}
}

// An Event has the same content as the JSON of AppendJSON. Decode reads that JSON into a
// record with the same JSON and the same words.
func TestDecodeReadsWhatAppendJSONWrites(t *testing.T) {
	for _, c := range encoded {
		t.Run(c.name, func(t *testing.T) {
			r := c.record
			r.Seq, r.Time, r.Step, r.Cause = 7, 1500*time.Microsecond, 4, 3
			line := r.AppendJSON(nil)
			var read Event
			assert.NilError(t, json.Unmarshal(line, &read))
			assert.DeepEqual(t, read, r.Event())
			back, err := Decode(line, queue.Type)
			assert.NilError(t, err)
			if r.Kind == Response { // which does not repeat the request
				assert.DeepEqual(t, back.Event(), read)
				return
			}
			assert.Equal(t, string(back.AppendJSON(nil)), string(line))
			assert.Equal(t, back.String(), r.String())
		})
	}
}

// AppendJSON writes by hand what the fields and tags of Event describe: these keys, in this
// order, with all that are required.
func TestAppendJSONFollowsTheDescription(t *testing.T) {
	for _, c := range encoded {
		t.Run(c.name, func(t *testing.T) {
			follows(t, c.record.AppendJSON(nil), reflect.TypeFor[Event](), "")
		})
	}
}

// isOpen reports whether a JSON object also has keys named by a machine, which fieldsOf
// leaves out.
func isOpen(t reflect.Type) bool {
	for _, open := range []reflect.Type{reflect.TypeFor[EventCommand](), reflect.TypeFor[EventEntry](), reflect.TypeFor[EventResponse]()} {
		if t == open {
			return true
		}
	}
	return false
}

// A tagged field is a key of a JSON object, described by a struct field.
type tagged struct {
	key      string
	optional bool
	t        reflect.Type
}

// fieldsOf returns the keys that a struct describes.
func fieldsOf(t reflect.Type) []tagged {
	var fields []tagged
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			fields = append(fields, fieldsOf(f.Type)...)
			continue
		}
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key == "-" {
			continue
		}
		fields = append(fields, tagged{key, options == "omitempty", f.Type})
	}
	return fields
}

// follows checks a JSON value against a type.
func follows(t *testing.T, data []byte, of reflect.Type, path string) {
	t.Helper()
	switch {
	case of == reflect.TypeFor[EventChange]() || of == reflect.TypeFor[fault.Rule]() || string(data) == "null":
		return
	case of.Kind() == reflect.Pointer:
		follows(t, data, of.Elem(), path)
	case of.Kind() == reflect.Slice:
		var list []json.RawMessage
		assert.NilError(t, json.Unmarshal(data, &list), path)
		for i := range list {
			follows(t, list[i], of.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	case of.Kind() == reflect.Struct:
		keys, values := members(t, data)
		for _, f := range fieldsOf(of) {
			at := slices.Index(keys, f.key)
			if at < 0 {
				assert.Check(t, f.optional, "%s.%s is missing", path, f.key)
				continue
			}
			assert.Check(t, at == 0, "%s.%s does not come in its order", path, f.key)
			follows(t, values[at], f.t, path+"."+f.key)
			keys, values = slices.Delete(keys, at, at+1), slices.Delete(values, at, at+1)
		}
		assert.Check(t, len(keys) == 0 || isOpen(of), "%s has %q, which Event does not describe", path, keys)
	}
}

// members returns the keys of a JSON object in their order, with their values.
func members(t *testing.T, data []byte) (keys []string, values []json.RawMessage) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(data)))
	_, err := d.Token()
	assert.NilError(t, err)
	for d.More() {
		key, err := d.Token()
		assert.NilError(t, err)
		var value json.RawMessage
		assert.NilError(t, d.Decode(&value))
		keys, values = append(keys, key.(string)), append(values, value)
	}
	return keys, values
}

// FuzzDecode checks that a record that Decode reads is written and read again unchanged.
func FuzzDecode(f *testing.F) {
	for _, c := range encoded {
		f.Add(c.record.AppendJSON(nil))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := Decode(line, queue.Type)
		if err != nil {
			return
		}
		again := r.AppendJSON(nil)
		back, err := Decode(again, queue.Type)
		assert.NilError(t, err, "%s", again)
		assert.Equal(t, string(back.AppendJSON(nil)), string(again))
		assert.Assert(t, !strings.Contains(r.String(), "\n"), r.String())
	})
}

func TestDecodeInputRefuses(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"OtherEvent", `{"seq":1,"event":"Init","node":0}`, ErrNotInput.Error()},
		{"OtherEventWithSpaces", `{"seq": 1, "event": "Init"}`, ErrNotInput.Error()},
		{"UnknownEvent", `{"seq":1,"event":"Birthday"}`, `unknown event "Birthday"`},
		{"NoEvent", `{}`, `record 0: unknown event ""`},
		{"NotJSON", `{"seq":1,"event":"Request"`, "not a record of a trace: the line is not JSON: it ends too early"},
		{"KeyTwice", `{"seq":1,"event":"Request","seq":2}`, "not a record of a trace: /seq is given twice, want it once"},
		{"KeyTwiceInside", `{"seq":1,"event":"Request","request":{"id":"","id":""}}`, "not a record of a trace: /request/id is given twice, want it once"},
		{"NotUTF8", "{\"seq\":1,\"event\":\"Request\",\"request\":{\"id\":\"\xff\"}}", "not a record of a trace: /request/id is not UTF-8"},
		{"WrongType", `{"seq":"1","event":"Request"}`, "not a record of a trace: json: cannot unmarshal string into Go struct field event.seq of type uint64"},
		{"NoRequest", `{"seq":1,"event":"Request","node":0}`, "record 1: request: missing, a Request needs it"},
		{"UnknownOp", `{"seq":1,"event":"Request","node":0,"request":{"command":{"op":"dance"}}}`,
			`record 1: request.command.op: unknown op "dance", want one of put_topic, get_topics, put_message, get_message`},
		{"NoNode", `{"seq":1,"event":"Request","request":{}}`, "record 1: node: missing, a Request needs it"},
		{"NoMessage", `{"seq":1,"event":"RPC","node":0}`, "record 1: message: missing, a RPC needs it"},
		{"NoChange", `{"seq":1,"event":"Nemesis"}`, "record 1: change: missing, a Nemesis needs it"},
		{"UnknownType", `{"seq":1,"event":"RPC","message":{"type":"Letter"}}`, `record 1: message.type: unknown type "Letter"`},
		{"UnknownRole", `{"seq":1,"event":"Nemesis","state":{"role":"King"}}`, `record 1: state.role: unknown role "King"`},
		{"IDOutOfRange", `{"seq":1,"event":"Nemesis","node":4294967296}`, "record 1: node: 4294967296 is no node's id"},
		{"NoUUID", `{"seq":1,"event":"Request","node":0,"request":{"id":"x"}}`, "record 1: request.id: invalid UUID length: 1"},
		{"UnknownChange", `{"seq":1,"event":"Nemesis","change":{"op":"dance"}}`, `not a record of a trace: op: unknown op "dance"`},
		{"NoRule", `{"seq":1,"event":"Nemesis","change":{"op":"set_fault"}}`, `not a record of a trace: fault: missing, a set_fault needs it`},
		{"UnknownMatch", `{"seq":1,"event":"Nemesis","change":{"op":"set_fault","fault":{"match":{"type":"x"}}}}`,
			`not a record of a trace: fault.match.type: unknown word "x", want one of request_vote, append_entries`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeInput([]byte(c.line), queue.Type)
			assert.Error(t, err, c.want)
		})
	}
}
