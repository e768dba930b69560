package wire

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

var (
	askedVote   = raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 5}
	askedAppend = raft.Message{
		Type: raft.AppendEntriesRequest, From: 1, To: 2, Term: 5, PrevLogIndex: 3, PrevLogTerm: 2, Round: 9,
		Entries: []raft.Entry{{Term: 5, Command: queue.GetTopics.New()}, {Term: 5, Command: queue.GetTopics.New()}},
	}
)

func TestDecodeAnswer(t *testing.T) {
	appended := func(m raft.Message) raft.Message {
		m.Type, m.From, m.To, m.PrevLogIndex, m.Round = raft.AppendEntriesResponse, 2, 1, 3, 9
		return m
	}
	for name, c := range map[string]struct {
		asked raft.Message
		text  string
		want  raft.Message
	}{
		"Vote":           {askedVote, `{"term": 5, "voteGranted": true}`, raft.Message{Type: raft.RequestVoteResponse, From: 2, To: 1, Term: 5, VoteGranted: true}},
		"Refused":        {askedVote, `{"term": 7, "voteGranted": false, "why": "no"}`, raft.Message{Type: raft.RequestVoteResponse, From: 2, To: 1, Term: 7}},
		"Success":        {askedAppend, `{"term": 5, "success": true, "matchIndex": 4}`, appended(raft.Message{Term: 5, Success: true, MatchIndex: 4})},
		"NoMatchIndex":   {askedAppend, `{"term": 5, "success": true}`, appended(raft.Message{Term: 5, Success: true, MatchIndex: 5})},
		"Rejected":       {askedAppend, `{"term": 5, "success": false, "conflictIndex": 1, "conflictTerm": 1}`, appended(raft.Message{Term: 5, ConflictIndex: 1, ConflictTerm: 1})},
		"NoHint":         {askedAppend, `{"term": 5, "success": false}`, appended(raft.Message{Term: 5, ConflictIndex: 2, ConflictTerm: maxNumber})},
		"HalfAHint":      {askedAppend, `{"term": 5, "success": false, "conflictIndex": 0, "conflictTerm": null}`, appended(raft.Message{Term: 5, ConflictIndex: 2, ConflictTerm: maxNumber})},
		"HugeMatchIndex": {askedAppend, `{"term": 5, "success": true, "matchIndex": 18446744073709551615}`, appended(raft.Message{Term: 5, Success: true, MatchIndex: maxNumber})},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := DecodeAnswer(&c.asked, []byte(c.text))
			assert.NilError(t, err)
			assert.DeepEqual(t, got, c.want)
		})
	}
}

func TestDecodeAnswerRefusesGarbage(t *testing.T) {
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `"yes"`, `<html></html>`, `{"term": 5`, `{"term": "5", "voteGranted": true, "success": true}`,
		`{"term": -1, "voteGranted": true, "success": true}`, `{"term": 1.5, "voteGranted": true, "success": true}`,
		`{"term": 5}`, `{"term": 5, "voteGranted": 1, "success": 1}`, `{"voteGranted": true, "success": true}`,
		`{"term": 9007199254740993, "voteGranted": true, "success": true}`,
	} {
		for _, asked := range []*raft.Message{&askedVote, &askedAppend} {
			_, err := DecodeAnswer(asked, []byte(text))
			assert.Assert(t, err != nil, text)
		}
	}
	_, err := DecodeAnswer(&askedVote, []byte(`{"term": 5, "success": true}`))
	assert.ErrorContains(t, err, "voteGranted")
	_, err = DecodeAnswer(&askedAppend, []byte(`{"term": 5, "voteGranted": true}`))
	assert.ErrorContains(t, err, "success")
}

func TestEntriesComeBack(t *testing.T) {
	entries := []raft.Entry{{Term: 9, Command: queue.PutTopic.New("dog")}, {Term: 3, Command: queue.PopMessage.New("dög")}}
	got, err := DecodeEntries(AppendEntries(nil, 7, entries), 7)
	assert.NilError(t, err)
	assert.DeepEqual(t, got, entries)
	_, err = DecodeEntries(AppendEntries(nil, 7, entries), 8)
	assert.ErrorContains(t, err, "index")
}

// A node with a bug may send terms in any order, and the others must see what it does.
func TestDecodeAnyTakesRequestsOfNodesWithBugs(t *testing.T) {
	m := raft.Message{
		Type: raft.AppendEntriesRequest, From: 1, Term: 2, PrevLogIndex: 3, PrevLogTerm: 7,
		Entries: []raft.Entry{{Term: 9, Command: queue.GetTopics.New()}, {Term: 1, Command: queue.GetTopics.New()}},
	}
	_, err := Decode(Encode(m))
	assert.ErrorContains(t, err, "prevLogTerm")
	got, err := DecodeAny(Encode(m))
	assert.NilError(t, err)
	assert.DeepEqual(t, got, m)
	for _, change := range []func(*raft.Message){
		func(m *raft.Message) { m.Term = maxNumber + 1 },
		func(m *raft.Message) { m.PrevLogIndex = maxNumber + 1 },
		func(m *raft.Message) { m.PrevLogTerm = maxNumber + 1 },
		func(m *raft.Message) { m.LeaderCommit = maxNumber + 1 },
		func(m *raft.Message) { m.Entries = []raft.Entry{{Term: maxNumber + 1, Command: queue.GetTopics.New()}} },
	} {
		wrong := m
		change(&wrong)
		_, err := DecodeAny(Encode(wrong))
		assert.ErrorContains(t, err, "4503599627370496")
	}
}
