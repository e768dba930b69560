package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestEncode(t *testing.T) {
	for name, c := range map[string]struct {
		m    raft.Message
		want string
	}{
		"VoteRequest": {
			raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 1, Term: 5, LastLogIndex: 4, LastLogTerm: 3},
			`{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 2, "lastLogIndex": 4, "lastLogTerm": 3}}`,
		},
		"Heartbeat": {
			raft.Message{Type: raft.AppendEntriesRequest, Term: 5, PrevLogIndex: 4, PrevLogTerm: 3, LeaderCommit: 2},
			`{"class": "AppendEntriesMessage", "dict": {"term": 5, "leaderId": 0, "prevLogIndex": 4, "prevLogTerm": 3, "entries": [], "leaderCommit": 2}}`,
		},
		"Entries": {
			raft.Message{Type: raft.AppendEntriesRequest, Term: 1, Entries: []raft.Entry{
				{Term: 1, Command: queue.PutTopic.New("dog")},
				{Term: 1, Command: queue.PutMessage.New("dog", "I <3 \"dogs\"!\n🐶")},
				{Term: 1, Command: queue.PopMessage.New("dog")},
				{Term: 1, Command: queue.GetTopics.New()},
				{Term: 1},
			}},
			`{"class": "AppendEntriesMessage", "dict": {"term": 1, "leaderId": 0, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [` +
				`{"term": 1, "index": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}, "result": null}, ` +
				`{"term": 1, "index": 2, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "I <3 \"dogs\"!\n🐶"}}, "result": null}, ` +
				`{"term": 1, "index": 3, "command": {"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}, "result": null}, ` +
				`{"term": 1, "index": 4, "command": {"endpoint": "topic", "method": "GET", "body": {}}, "result": null}, ` +
				`{"term": 1, "index": 5, "command": null, "result": null}], "leaderCommit": 0}}`,
		},
		"VoteGranted":  {raft.Message{Type: raft.RequestVoteResponse, Term: 5, VoteGranted: true}, `{"term": 5, "voteGranted": true}`},
		"VoteRefused":  {raft.Message{Type: raft.RequestVoteResponse, Term: 5}, `{"term": 5, "voteGranted": false}`},
		"Appended":     {raft.Message{Type: raft.AppendEntriesResponse, Term: 5, Success: true, MatchIndex: 9}, `{"term": 5, "success": true, "matchIndex": 9}`},
		"Rejected":     {raft.Message{Type: raft.AppendEntriesResponse, Term: 5, ConflictIndex: 3, ConflictTerm: 2}, `{"term": 5, "success": false, "conflictIndex": 3, "conflictTerm": 2}`},
		"UnknownType":  {raft.Message{Type: 99}, `null`},
		"OtherCommand": {raft.Message{Type: raft.AppendEntriesRequest, Entries: []raft.Entry{{Command: 7}, {Command: &machine.Command{}}}}, `{"class": "AppendEntriesMessage", "dict": {"term": 0, "leaderId": 0, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [{"term": 0, "index": 1, "command": null, "result": null}, {"term": 0, "index": 2, "command": null, "result": null}], "leaderCommit": 0}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := Encode(c.m)
			assert.Equal(t, string(got), c.want)
			assert.Assert(t, json.Valid(got))
		})
	}
}

func TestDecodeReversesEncode(t *testing.T) {
	for name, m := range map[string]raft.Message{
		"VoteRequest": {Type: raft.RequestVoteRequest, From: 2, Term: 5, LastLogIndex: 4, LastLogTerm: 3},
		"EmptyLog":    {Type: raft.RequestVoteRequest, Term: 999},
		"Heartbeat":   {Type: raft.AppendEntriesRequest, From: 1, Term: 5, PrevLogIndex: 4, PrevLogTerm: 5, LeaderCommit: 2},
		"LargestCommit": {Type: raft.AppendEntriesRequest, Term: 1 << 52, PrevLogIndex: 1<<52 - 1, PrevLogTerm: 1, LeaderCommit: 1 << 52,
			Entries: []raft.Entry{{Term: 1 << 52, Command: queue.GetTopics.New()}}},
		"Largest": {Type: raft.RequestVoteRequest, From: 1<<31 - 1, Term: 1 << 52, LastLogIndex: 1 << 52, LastLogTerm: 1 << 52},
		"Entries": {Type: raft.AppendEntriesRequest, Term: 6, PrevLogIndex: 4, PrevLogTerm: 2, LeaderCommit: 4, Entries: []raft.Entry{
			{Term: 2, Command: queue.PutTopic.New("größe / \" \\")},
			{Term: 3, Command: queue.PutMessage.New("", "\x00\x1f\u2028🐶")},
			{Term: 3, Command: queue.PopMessage.New("a b")},
			{Term: 6, Command: queue.GetTopics.New()},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Decode(Encode(m))
			assert.NilError(t, err)
			assert.DeepEqual(t, got, m)
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	vote := `{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 0, "lastLogIndex": 4, "lastLogTerm": 3}}`
	heartbeat := `{"class": "AppendEntriesMessage", "dict": {"term": 5, "leaderId": 0, "prevLogIndex": 4, "prevLogTerm": 3, "entries": [], "leaderCommit": 2}}`
	entry := `{"term": 4, "index": 5, "command": {"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "wuff"}}, "result": null}`
	entries := strings.Replace(heartbeat, "[]", "["+entry+", "+strings.Replace(entry, "5", "6", 1)+"]", 1)
	for name, c := range map[string]struct{ base, old, new, want string }{
		"Empty":              {vote, vote, "", "the body is empty, want JSON"},
		"List":               {vote, vote, "[]", "the body is a list, want an object"},
		"NoClass":            {vote, `"class"`, `"klass"`, "/class is missing, want VoteRequestMessage or AppendEntriesMessage"},
		"UnknownClass":       {vote, "VoteRequestMessage", "PreVote", `/class is "PreVote", want VoteRequestMessage or AppendEntriesMessage`},
		"TwoClasses":         {vote, `"class"`, `"class": "VoteRequestMessage", "class"`, "/class is given twice, want it once"},
		"NoDict":             {vote, `"dict"`, `"Dict"`, "/dict is missing, want an object"},
		"DictIsText":         {`{"class": "VoteRequestMessage", "dict": "x"}`, "", "", `/dict is "x", want an object`},
		"DictIsNull":         {`{"class": "VoteRequestMessage", "dict": null}`, "", "", "/dict is null, want an object"},
		"NoTerm":             {vote, `"term"`, `"Term"`, "/dict/term is missing, want a whole number from 0 to 4503599627370496"},
		"TermTwice":          {vote, `"term"`, `"term": 6, "term"`, "/dict/term is given twice, want it once"},
		"TermIsNull":         {vote, `"term": 5`, `"term": null`, "/dict/term is null, want a whole number from 0 to 4503599627370496"},
		"TermIsText":         {vote, `"term": 5`, `"term": "5"`, `/dict/term is "5", want a whole number from 0 to 4503599627370496`},
		"NegativeTerm":       {vote, `"term": 5`, `"term": -5`, "/dict/term is -5, want a whole number from 0 to 4503599627370496"},
		"FractionalTerm":     {vote, `"term": 5`, `"term": 5.0`, "/dict/term is 5.0, want a whole number from 0 to 4503599627370496"},
		"TermTooHigh":        {vote, `"term": 5`, `"term": 4503599627370497`, "/dict/term is 4503599627370497, want a whole number from 0 to 4503599627370496"},
		"TermMuchTooHigh":    {vote, `"term": 5`, `"term": 99999999999999999999999`, "/dict/term is 99999999999999999999999, want a whole number from 0 to 4503599627370496"},
		"CandidateTooHigh":   {vote, `"candidateId": 0`, `"candidateId": 2147483648`, "/dict/candidateId is 2147483648, want the sender in the path"},
		"LogAheadOfTerm":     {vote, `"lastLogTerm": 3`, `"lastLogTerm": 6`, "/dict/lastLogTerm is 6, want at most the request's term 5"},
		"TermOfNothing":      {vote, `"lastLogIndex": 4`, `"lastLogIndex": 0`, "/dict/lastLogIndex is 0 and lastLogTerm 3, but index 0 has term 0 and every other a higher one"},
		"NoEntries":          {heartbeat, `"entries": [], `, "", "/dict/entries is missing, want a list of entries, empty for a heartbeat"},
		"EntriesNull":        {heartbeat, "[]", "null", "/dict/entries is null, want a list of entries, empty for a heartbeat"},
		"EntryIsNumber":      {heartbeat, "[]", "[7]", "/dict/entries/0 is 7, want an object"},
		"IndexSkips":         {entries, `"index": 6`, `"index": 7`, "/dict/entries/1/index is 7, want 6, because prevLogIndex is 4"},
		"IndexOverlaps":      {entries, `"index": 5`, `"index": 4`, "/dict/entries/0/index is 4, want 5, because prevLogIndex is 4"},
		"TermBeforePrevious": {entries, `"prevLogTerm": 3`, `"prevLogTerm": 5`, "/dict/entries/0/term is 4, want from 5, as in the entry before, to 5, the request's"},
		"TermDecreases":      {entries, `"term": 4, "index": 6`, `"term": 3, "index": 6`, "/dict/entries/1/term is 3, want from 4, as in the entry before, to 5, the request's"},
		"TermAfterRequest":   {entries, `"term": 4, "index": 6`, `"term": 6, "index": 6`, "/dict/entries/1/term is 6, want from 4, as in the entry before, to 5, the request's"},
		"NoCommand":          {entries, `"command"`, `"cmd"`, "/dict/entries/0/command is missing, want an object"},
		"UnknownCommand":     {entries, `"PUT"`, `"DELETE"`, `/dict/entries/0/command/method is "DELETE", want PUT or GET`},
		"NoBody":             {entries, `"body"`, `"Body"`, "/dict/entries/0/command/body is missing, want an object"},
		"NoMessage":          {entries, `"message": "wuff"`, `"msg": "wuff"`, "/dict/entries/0/command/body/message is missing, want a string"},
		"TopicIsNumber":      {entries, `"topic": "dog"`, `"topic": 7`, "/dict/entries/0/command/body/topic is 7, want a string"},
		"LoneSurrogate":      {entries, "dog", `\ud800`, "/dict/entries/0/command/body/topic holds half of a surrogate pair, which is no text"},
		"Together":           {entries, `"term": 4, "index": 5`, `"index": 6`, "/dict/entries/0/term is missing, want a whole number from 0 to 4503599627370496"},
		"TogetherInMeaning":  {strings.Replace(entries, `"index": 6`, `"index": 7`, 1), `"index": 5`, `"index": 4`, "/dict/entries/0/index is 4, want 5, because prevLogIndex is 4; /dict/entries/1/index is 7, want 6, because prevLogIndex is 4"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(strings.Replace(c.base, c.old, c.new, 1)))
			assert.Error(t, err, c.want)
		})
	}
	for name, data := range map[string]string{"Vote": vote, "Heartbeat": heartbeat, "Entries": entries} {
		t.Run("NoneIn"+name, func(t *testing.T) {
			_, err := Decode([]byte(data))
			assert.NilError(t, err)
		})
	}
}

func TestCheckRefusesWhatIsTooHigh(t *testing.T) {
	for name, c := range map[string]struct {
		m    raft.Message
		want string
	}{
		"LeaderCommit": {raft.Message{LeaderCommit: 1<<52 + 1}, "/dict/leaderCommit is "},
		"Index":        {raft.Message{PrevLogIndex: 1 << 52, PrevLogTerm: 1, Entries: []raft.Entry{{Term: 1}}}, "/dict/entries/0/index is "},
		"Topic": {raft.Message{Entries: []raft.Entry{{Term: 1, Command: queue.PutTopic.New("t")}, {Term: 1, Command: queue.PutTopic.New(strings.Repeat("x", 20481))}}},
			"/dict/entries/1/command/body/topic has 20481 bytes, want at most 20480"},
	} {
		t.Run(name, func(t *testing.T) {
			c.m.Type, c.m.Term = raft.AppendEntriesRequest, 1
			assert.ErrorContains(t, Check(c.m), c.want)
		})
	}
}

// Decode ignores later keys of the format, and the result of an origin.
func TestDecodeIgnoresFurtherKeys(t *testing.T) {
	got, err := Decode([]byte(`{"id": 1, "class": "AppendEntriesMessage", "dict": {"round": 7, "term": 1, "leaderId": 0, "prevLogIndex": 0, "prevLogTerm": 0, "leaderCommit": 0,
		"entries": [{"term": 1, "index": 1, "at": "noon", "command": {"endpoint": "topic", "method": "GET", "id": 7}, "result": {"success": true}}]}}`))
	assert.NilError(t, err)
	assert.DeepEqual(t, got.Entries, []raft.Entry{{Term: 1, Command: queue.GetTopics.New()}})
}

func decodeCommand(data []byte) (*machine.Command, error) {
	var c wireCommand
	if err := readjson.Decode(data, &c, readjson.Options{Name: "the body", IgnoreUnknown: true}); err != nil {
		return nil, err
	}
	problems := &readjson.Error{}
	cmd := c.read("", problems)
	return cmd, problems.OrNil()
}

func TestDecodeCommand(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want *machine.Command
		err  string
	}{
		"PutTopic":       {`{"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}`, queue.PutTopic.New("dog"), ""},
		"GetTopics":      {`{"endpoint": "topic", "method": "GET", "body": {}}`, queue.GetTopics.New(), ""},
		"GetTopics/Null": {`{"endpoint": "topic", "method": "GET", "body": null}`, queue.GetTopics.New(), ""},
		"GetTopics/None": {`{"endpoint": "topic", "method": "GET"}`, queue.GetTopics.New(), ""},
		"GetTopics/List": {`{"endpoint": "topic", "method": "GET", "body": []}`, nil, "/body is a list, want an object"},
		"PutMessage":     {`{"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "wuff"}}`, queue.PutMessage.New("dog", "wuff"), ""},
		"PopMessage":     {`{"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}`, queue.PopMessage.New("dog"), ""},
		"NoBody":         {`{"endpoint": "topic", "method": "PUT"}`, nil, "/body is missing, want an object"},
		"NoEndpoint":     {`{"method": "PUT", "body": {}}`, nil, "/endpoint is missing, want topic or message"},
		"Unknown":        {`{"endpoint": "topics", "method": "put", "body": {}}`, nil, `/endpoint is "topics", want topic or message; /method is "put", want PUT or GET`},
		"NoJSON":         {`put topic dog`, nil, "the body is not JSON: invalid character 'p' at start of value"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeCommand([]byte(c.data))
			if c.err != "" {
				assert.Error(t, err, c.err)
				return
			}
			assert.NilError(t, err)
			assert.DeepEqual(t, got, c.want)
			again, err := decodeCommand(appendCommand(nil, got))
			assert.NilError(t, err)
			assert.DeepEqual(t, again, got)
		})
	}
}

func TestEncodeUnknownCommandIsNull(t *testing.T) {
	assert.Equal(t, string(appendCommand(nil, nil)), "null")
	assert.Equal(t, string(appendCommand(nil, &machine.Command{})), "null")
}
