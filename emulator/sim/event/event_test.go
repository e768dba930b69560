package event_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/event"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// eventful gives the records of a world in which something of every kind
// happens.
func eventful(t *testing.T) []trace.Record {
	f, err := fixture.Parse("eventful.toml", []byte(`
format = 1
seed = 3

[cluster]
nodes = 3
storage_delay_ms = 1

[[node]]
id = 2
log_terms = "1*2 2"

[[fault]]
name = "twice"
match = { type = "request_vote", kind = "request" }
duplicate = 1
count = 1

[[fault]]
name = "kept"
match = { type = "append_entries", to = [1] }
hold = true
until_ms = 400
`))
	assert.NilError(t, err)
	f.Nodes[2].Bug = "timer_reset_on_any_vote_request"
	var records []trace.Record
	w := world.New(f.Config(), func(r *trace.Record) { records = append(records, *r) })
	change := func(c fault.Change) {
		t.Helper()
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	do := func(c machine.Command) { w.Do(w.Leader(), &c, func(machine.Reply) {}) }
	w.RunUntil(600 * time.Millisecond)
	assert.Assert(t, w.Leader() != raft.None)
	do(queue.PutTopic.With("dog"))
	do(queue.PutMessage.With("dog", "I love dogs!"))
	w.RunUntil(700 * time.Millisecond)
	do(queue.GetTopics.With())
	do(queue.PopMessage.With("dog"))
	do(queue.PopMessage.With("dog"))
	w.Do((w.Leader()+1)%3, queue.GetTopics.New(), func(machine.Reply) {})
	w.RunUntil(800 * time.Millisecond)
	w.RPC(raft.Message{Type: raft.RequestVoteRequest, From: 0, To: 1, Term: 1}, func(raft.Message, error) {})
	w.RunUntil(810 * time.Millisecond)
	change(fault.Change{Kind: fault.Skew, Node: 0, Skew: 1.5})
	change(fault.Change{Kind: fault.Plant, Node: 1, Bug: "commit_index_goes_back"})
	change(fault.Change{Kind: fault.Plant, Node: 1})
	change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "lossy", Drop: true, Probability: 0.5}})
	w.RunUntil(1200 * time.Millisecond)
	change(fault.Change{Kind: fault.DeleteRule, Name: "lossy"})
	change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
	change(fault.Change{Kind: fault.Partition})
	change(fault.Change{Kind: fault.Isolate, Node: 2})
	w.RunUntil(1300 * time.Millisecond)
	change(fault.Change{Kind: fault.Crash, Node: 2, Wipe: true})
	w.RunUntil(1310 * time.Millisecond)
	change(fault.Change{Kind: fault.Heal})
	w.RunUntil(1320 * time.Millisecond)
	return records
}

// Every event has its line, and no line is like another by chance of a field
// that was forgotten: the file is there to be read.
func TestString(t *testing.T) {
	var lines strings.Builder
	kinds := map[string]bool{}
	for _, r := range eventful(t) {
		e := event.Of(&r)
		kinds[e.Kind] = true
		lines.WriteString(e.String() + "\n")
		assert.Assert(t, !strings.Contains(e.String(), "\n"))
	}
	golden.Assert(t, lines.String(), "eventful.txt")
	for _, kind := range []string{
		"Init", "Restart", "Timeout", "RequestVote", "BecomeLeader", "ClientRequest", "AdvanceCommitIndex",
		"AppendEntries", "UpdateTerm", "HandleRequestVoteRequest", "HandleRequestVoteResponse",
		"HandleAppendEntriesRequest", "HandleAppendEntriesResponse", "Reply", "DuplicateMessage", "DropMessage",
		"HoldMessage", "ReleaseMessage", "Persist", "Apply", "Request", "Response", "RPC", "Nemesis", "RuleEnded",
	} {
		assert.Check(t, kinds[kind], "there is no %s", kind)
	}
}

// What is read says the same as the record.
func TestOf(t *testing.T) {
	for _, r := range eventful(t) {
		e := event.Of(&r)
		assert.Equal(t, e.Seq, r.Seq)
		assert.Equal(t, e.Time, r.Time)
		assert.Equal(t, e.Step, r.Step)
		assert.Equal(t, e.Cause, r.Cause)
		assert.Equal(t, e.Kind, r.Kind.String())
		assert.Equal(t, e.Node, int(r.Node))
		assert.Equal(t, e.Index, uint64(r.Index))
		assert.Equal(t, e.Message != nil, r.Kind.HasMessage())
		if e.Message != nil {
			assert.Equal(t, e.Message.From, int(r.Message.From))
			assert.Equal(t, len(e.Message.Entries), len(r.Message.Entries))
		}
		if e.State != nil {
			assert.Equal(t, e.State.Role, r.State.Role.String())
			assert.Equal(t, e.State.VotedFor, int(r.State.VotedFor))
			assert.Equal(t, e.State.Leader, int(r.State.Leader))
			assert.Equal(t, e.State.LastIndex, uint64(r.State.LastIndex))
		}
		if c, ok := r.Detail.(*fault.Change); ok {
			assert.Equal(t, e.Change.Op, c.Kind.String())
			assert.Equal(t, e.Change.Node, int(c.Node))
			assert.Equal(t, len(e.Change.Links), len(c.Links))
		}
		// And nothing that the record's JSON holds is left unread.
		dec := json.NewDecoder(strings.NewReader(string(r.AppendJSON(nil))))
		dec.DisallowUnknownFields()
		type plain event.Event
		assert.NilError(t, dec.Decode(&plain{}))
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"Nothing": "", "NotJSON": "seq 1", "List": "[]", "WrongType": `{"seq": "1"}`, "WrongState": `{"state": {"term": -1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := event.Parse([]byte(text))
			assert.ErrorContains(t, err, "not a record of a trace")
		})
	}
}

// An event of a later version, with what this one does not know, still has a line.
func TestStringOfTheUnknown(t *testing.T) {
	for text, want := range map[string]string{
		`{"seq": 1, "event": "Snapshot", "node": 2, "size": 3}`:                              "node 2  Snapshot",
		`{"seq": 1, "event": "Snapshot", "node": null}`:                                      "all     Snapshot",
		`{"event": "Request", "node": 1, "request": {"id": "x", "command": null}}`:           "Request no command",
		`{"event": "Request", "node": 1, "request": {"id": "x", "command": {"op": "drop"}}}`: "Request no command",
		`{"event": "Reply", "node": 1, "message": {"type": "X", "to": 2, "term": 4}}`:        "Reply to 2: term 4",
	} {
		e, err := event.Parse([]byte(text))
		assert.NilError(t, err)
		assert.Assert(t, strings.HasSuffix(e.String(), want), "%q", e.String())
	}
}

// A vote that was not given reads as Nobody, wherever it is.
func TestNoVote(t *testing.T) {
	e, err := event.Parse([]byte(`{"seq":1,"event":"Persist","state":{"voted_for":null},"stored":{"term":3,"voted_for":null},` +
		`"init":{"stored":{"term":2,"voted_for":null},"writes":[{"term":3,"voted_for":null,"kept":1,"removed":[{"term":2,"op":"get_topics"}]},{"term":4,"voted_for":0,"kept":0}]}}`))
	assert.NilError(t, err)
	assert.Equal(t, e.State.VotedFor, event.Nobody)
	assert.Equal(t, *e.Stored, event.HardState{Term: 3, VotedFor: event.Nobody})
	assert.Equal(t, *e.Init.Stored, event.HardState{Term: 2, VotedFor: event.Nobody})
	assert.Equal(t, e.Init.Writes[0].HardState, event.HardState{Term: 3, VotedFor: event.Nobody})
	assert.Equal(t, e.Init.Writes[0].Kept, uint64(1))
	assert.Equal(t, len(e.Init.Writes[0].Removed), 1)
	assert.Equal(t, e.Init.Writes[1].HardState, event.HardState{Term: 4, VotedFor: 0})
}
