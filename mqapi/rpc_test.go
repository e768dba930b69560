package mqapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

const (
	testVote   = `{"class": "VoteRequestMessage", "dict": {"term": 8, "candidateId": 2, "lastLogIndex": 0, "lastLogTerm": 0}}`
	testAppend = `{"class": "AppendEntriesMessage", "dict": {"term": 8, "leaderId": 2, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [{"term": 8, "index": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}, "result": null}], "leaderCommit": 1}}`
)

func TestRPC(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		asked  raft.Message
		answer raft.Message
		want   string
	}{
		"Vote": {
			testVote,
			raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 1, Term: 8},
			raft.Message{Type: raft.RequestVoteResponse, From: 1, To: 2, Term: 8, VoteGranted: true},
			`{"term": 8, "voteGranted": true}`,
		},
		"Append": {
			testAppend,
			raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 8, LeaderCommit: 1, Entries: []raft.Entry{{Term: 8, Command: queue.PutTopic.New("dog")}}},
			raft.Message{Type: raft.AppendEntriesResponse, Term: 8, Success: true, MatchIndex: 1},
			`{"term": 8, "success": true, "matchIndex": 1}`,
		},
		"Reject": {
			testAppend,
			raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 8, LeaderCommit: 1, Entries: []raft.Entry{{Term: 8, Command: queue.PutTopic.New("dog")}}},
			raft.Message{Type: raft.AppendEntriesResponse, Term: 9},
			`{"term": 9, "success": false, "conflictIndex": 0, "conflictTerm": 0}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.answer = c.answer
			got := serve(t, n).ask("POST", "/rpc/2", c.body)
			assert.Equal(t, got.status, 200)
			assert.Equal(t, got.body, c.want+"\n")
			assert.DeepEqual(t, n.asked, []raft.Message{c.asked})
		})
	}
}

func TestRPCBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"Itself":        {"/rpc/1", testVote, 404, `no such sender "1"; it must be the id of another node, from 0 to 2 except 1`},
		"NoSuchNode":    {"/rpc/3", testVote, 404, `no such sender "3"; it must be the id of another node, from 0 to 2 except 1`},
		"Negative":      {"/rpc/-1", testVote, 404, `no such sender "-1"; it must be the id of another node, from 0 to 2 except 1`},
		"LeadingZero":   {"/rpc/02", testVote, 404, `no such sender "02"; it must be the id of another node, from 0 to 2 except 1`},
		"NoNumber":      {"/rpc/b%C3%B6b", testVote, 404, `no such sender "b\u00f6b"; it must be the id of another node, from 0 to 2 except 1`},
		"MuchTooHigh":   {"/rpc/4294967297", testVote, 404, `no such sender "4294967297"; it must be the id of another node, from 0 to 2 except 1`},
		"Further":       {"/rpc/2/x", testVote, 404, `no such sender "2/x"; it must be the id of another node, from 0 to 2 except 1`},
		"OtherSender":   {"/rpc/0", testVote, 400, "the body is from node 2, but the path from node 0; they must be the same"},
		"OtherLeader":   {"/rpc/0", testAppend, 400, "the body is from node 2, but the path from node 0; they must be the same"},
		"NoJSON":        {"/rpc/2", "vote for me", 400, "the body is not JSON: invalid character 'v' at start of value"},
		"TooLong":       {"/rpc/2", strings.Repeat(" ", MaxBody+1), 413, "the body is longer than 1048576 bytes"},
		"UnknownClass":  {"/rpc/2", `{"class": "Größe", "dict": {}}`, 400, `/class is "Größe", want VoteRequestMessage or AppendEntriesMessage`},
		"ResponseClass": {"/rpc/2", `{"term": 8, "voteGranted": true}`, 400, "/class is missing, want VoteRequestMessage or AppendEntriesMessage; /dict is missing, want an object"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			got := serve(t, n).ask("POST", c.path, c.body)
			assert.Equal(t, got.status, c.status)
			var body map[string]string
			assert.NilError(t, json.Unmarshal([]byte(got.body), &body))
			assert.DeepEqual(t, body, map[string]string{"error": c.want})
			assert.Equal(t, got.header.Get(HeaderError), printable(c.want))
			assert.Equal(t, len(n.asked), 0)
		})
	}
}

func TestRPCNodeErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"Busy":       {machine.ErrBusy, 503},
		"Unforeseen": {errors.New("no answer"), 500},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.err = c.err
			got := serve(t, n).ask("POST", "/rpc/2", testVote)
			assert.Equal(t, got.status, c.status)
			assert.Equal(t, got.body, `{"error": "`+c.err.Error()+"\"}\n")
		})
	}
}

// Any body gets an answer in JSON with a documented status.
func FuzzRPC(f *testing.F) {
	f.Add(testVote)
	f.Add(testAppend)
	for _, seed := range []string{
		"", "{}", "[]", "null", `"class"`, `{"class": 1}`, `{"class": "VoteRequestMessage"}`,
		`{"class": "AppendEntriesMessage", "dict": null}`,
		strings.Replace(testVote, "8", "-1", 1),
		strings.Replace(testVote, "8", "1e400", 1),
		strings.Replace(testAppend, `"index": 1`, `"index": 18446744073709551616`, 1),
		strings.Replace(testAppend, "dog", `\ud800`, 1),
		strings.Replace(testAppend, `{"topic": "dog"}`, strings.Repeat("[", 500), 1),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		n := newFakeNode()
		n.answer = raft.Message{Type: raft.RequestVoteResponse, Term: 8}
		w := httptest.NewRecorder()
		req := httptest.NewRequest("POST", "http://localhost/rpc/2", strings.NewReader(body))
		Handler(n, Options{}).ServeHTTP(w, req)

		assert.Assert(t, json.Valid(w.Body.Bytes()), "%q", w.Body)
		checkHeaders(t, w.Header())
		switch w.Code {
		case http.StatusOK:
			// A message that was decoded is the same once encoded and decoded again.
			m := n.asked[0]
			m.To = 0
			again, err := wire.Decode(wire.Encode(m))
			assert.NilError(t, err)
			assert.DeepEqual(t, again, m)
		case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
			assert.Equal(t, len(n.asked), 0)
		default:
			t.Fatalf("status %d", w.Code)
		}
	})
}

// checkHeaders checks that each value is printable ASCII.
func checkHeaders(t *testing.T, h http.Header) {
	t.Helper()
	for name, values := range h {
		for _, v := range values {
			assert.Equal(t, printable(v), v, name)
		}
	}
}
