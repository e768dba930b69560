package mqapi

import (
	"fmt"
	"math"
	"strconv"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/raft"
)

// The classes of messages on /rpc.
const (
	classVote   = "VoteRequestMessage"
	classAppend = "AppendEntriesMessage"
)

// EncodeMessage writes a message as JSON, in the format of /rpc:
//
//	{"class": "VoteRequestMessage", "dict": {"term", "candidateId", "lastLogIndex", "lastLogTerm"}}
//	{"class": "AppendEntriesMessage", "dict": {"term", "leaderId", "prevLogIndex", "prevLogTerm", "entries", "leaderCommit"}}
//	{"term", "voteGranted"}
//	{"term", "success": true, "matchIndex"}
//	{"term", "success": false, "conflictIndex", "conflictTerm"}
//
// An entry is {"term", "index", "command", "result": null}. To is not part of
// the format, nor is From of a response. A message of no known type is null.
func EncodeMessage(m raft.Message) []byte {
	b := make([]byte, 0, 160+96*len(m.Entries))
	switch m.Type {
	case raft.RequestVoteRequest:
		b = appendNumber(b, `{"class": "VoteRequestMessage", "dict": {"term": `, m.Term)
		b = strconv.AppendInt(append(b, `, "candidateId": `...), int64(m.From), 10)
		b = appendNumber(b, `, "lastLogIndex": `, m.LastLogIndex)
		b = appendNumber(b, `, "lastLogTerm": `, m.LastLogTerm)
		return append(b, "}}"...)
	case raft.AppendEntriesRequest:
		b = appendNumber(b, `{"class": "AppendEntriesMessage", "dict": {"term": `, m.Term)
		b = strconv.AppendInt(append(b, `, "leaderId": `...), int64(m.From), 10)
		b = appendNumber(b, `, "prevLogIndex": `, m.PrevLogIndex)
		b = appendNumber(b, `, "prevLogTerm": `, m.PrevLogTerm)
		b = appendEntries(b, m.PrevLogIndex, m.Entries)
		b = appendNumber(b, `, "leaderCommit": `, m.LeaderCommit)
		return append(b, "}}"...)
	case raft.RequestVoteResponse:
		b = appendNumber(b, `{"term": `, m.Term)
		b = strconv.AppendBool(append(b, `, "voteGranted": `...), m.VoteGranted)
		return append(b, '}')
	case raft.AppendEntriesResponse:
		b = appendNumber(b, `{"term": `, m.Term)
		b = strconv.AppendBool(append(b, `, "success": `...), m.Success)
		if m.Success {
			b = appendNumber(b, `, "matchIndex": `, m.MatchIndex)
			return append(b, '}')
		}
		b = appendNumber(b, `, "conflictIndex": `, m.ConflictIndex)
		b = appendNumber(b, `, "conflictTerm": `, m.ConflictTerm)
		return append(b, '}')
	}
	return []byte("null")
}

func appendNumber[N raft.Term | raft.Index](b []byte, before string, n N) []byte {
	return strconv.AppendUint(append(b, before...), uint64(n), 10)
}

func appendEntries(b []byte, prev raft.Index, entries []raft.Entry) []byte {
	b = append(b, `, "entries": [`...)
	for i, e := range entries {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendNumber(b, `{"term": `, e.Term)
		b = appendNumber(b, `, "index": `, prev+raft.Index(i)+1)
		cmd, _ := e.Command.(*queue.Command)
		b = appendCommand(append(b, `, "command": `...), cmd)
		b = append(b, `, "result": null}`...)
	}
	return append(b, ']')
}

// EncodeCommand writes a command as JSON:
//
//	{"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}
//	{"endpoint": "topic", "method": "GET", "body": {}}
//	{"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "wuff"}}
//	{"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}
//
// A command that is nil or has an unknown operation is null.
func EncodeCommand(c *queue.Command) []byte { return appendCommand(nil, c) }

func appendCommand(b []byte, c *queue.Command) []byte {
	if c == nil || c.Op >= queue.NumOps {
		return append(b, "null"...)
	}
	switch c.Op {
	case queue.GetTopics:
		return append(b, `{"endpoint": "topic", "method": "GET", "body": {}}`...)
	case queue.PutTopic:
		b = append(b, `{"endpoint": "topic", "method": "PUT", "body": {"topic": `...)
	case queue.PutMessage:
		b = append(b, `{"endpoint": "message", "method": "PUT", "body": {"topic": `...)
	case queue.PopMessage:
		b = append(b, `{"endpoint": "message", "method": "GET", "body": {"topic": `...)
	}
	b = appendText(b, c.Topic)
	if c.Op == queue.PutMessage {
		b = appendText(append(b, `, "message": `...), c.Message)
	}
	return append(b, "}}"...)
}

// DecodeMessage reads a request as EncodeMessage writes it; To is left 0. Keys
// beyond those of the format are ignored, a command's result among them. An
// error says where in the JSON it is, what is wrong and what would be right.
//
// Besides the format, a request must be one that some Raft node could send:
// terms and indices are at most 2^52; only index 0 has term 0; entries follow
// prevLogIndex one by one; and terms never decrease from prevLogTerm over the
// entries to the request's own, which no log runs ahead of.
func DecodeMessage(data []byte) (raft.Message, error) {
	var m raft.Message
	o := parseObject(data)
	switch class := o.text("class"); class {
	case classVote:
		m = readVote(o.object("dict"))
	case classAppend:
		m = readAppend(o.object("dict"))
	default:
		o.fail("class: unknown class %.40q, want %s or %s", class, classVote, classAppend)
	}
	if *o.err != nil {
		return raft.Message{}, *o.err
	}
	return m, nil
}

func readVote(o object) raft.Message {
	m := raft.Message{
		Type:         raft.RequestVoteRequest,
		Term:         o.term("term"),
		From:         o.node("candidateId"),
		LastLogIndex: o.index("lastLogIndex"),
		LastLogTerm:  o.term("lastLogTerm"),
	}
	o.checkPlace("lastLog", m.LastLogIndex, m.LastLogTerm, m.Term)
	return m
}

func readAppend(o object) raft.Message {
	m := raft.Message{
		Type:         raft.AppendEntriesRequest,
		Term:         o.term("term"),
		From:         o.node("leaderId"),
		PrevLogIndex: o.index("prevLogIndex"),
		PrevLogTerm:  o.term("prevLogTerm"),
		LeaderCommit: o.index("leaderCommit"),
	}
	o.checkPlace("prevLog", m.PrevLogIndex, m.PrevLogTerm, m.Term)
	index, term := m.PrevLogIndex, m.PrevLogTerm
	for _, e := range o.objects("entries") {
		entry := raft.Entry{Term: e.term("term"), Command: readCommand(e.object("command"))}
		index++
		if got := e.index("index"); got != index {
			e.fail("%sindex: must be %d, as it follows prevLogIndex %d, not %d", e.path, index, m.PrevLogIndex, got)
		}
		if entry.Term < max(term, 1) || entry.Term > m.Term {
			e.fail("%sterm: must be from %d, the entry before, to %d, the request's; not %d", e.path, max(term, 1), m.Term, entry.Term)
		}
		if *e.err != nil {
			break
		}
		term = entry.Term
		m.Entries = append(m.Entries, entry)
	}
	return m
}

// checkPlace checks the index and term of the last or previous log entry.
func (o object) checkPlace(name string, index raft.Index, term, most raft.Term) {
	if (index == 0) != (term == 0) {
		o.fail("%s%sIndex is %d and %[2]sTerm %[4]d: index 0 has term 0, and every other a higher one", o.path, name, index, term)
	}
	if term > most {
		o.fail("%s%sTerm: must be at most the request's term %d, not %d", o.path, name, most, term)
	}
}

func (o object) term(key string) raft.Term   { return raft.Term(o.number(key, maxNumber)) }
func (o object) index(key string) raft.Index { return raft.Index(o.number(key, maxNumber)) }
func (o object) node(key string) raft.NodeID { return raft.NodeID(o.number(key, math.MaxInt32)) }

// DecodeCommand reads a command as EncodeCommand writes it. To get the topics,
// the body may also be null or left out. Keys beyond those of the format are
// ignored. An error says what is wrong and what would be right.
func DecodeCommand(data []byte) (*queue.Command, error) {
	o := parseObject(data)
	cmd := readCommand(o)
	if *o.err != nil {
		return nil, *o.err
	}
	return cmd, nil
}

func readCommand(o object) *queue.Command {
	cmd := &queue.Command{}
	endpoint, method := o.text("endpoint"), o.text("method")
	switch endpoint + " " + method {
	case "topic GET":
		cmd.Op = queue.GetTopics
		if raw, present := o.members["body"]; !present || kind(raw) == "null" {
			return cmd
		}
	case "topic PUT":
		cmd.Op = queue.PutTopic
	case "message PUT":
		cmd.Op = queue.PutMessage
	case "message GET":
		cmd.Op = queue.PopMessage
	default:
		o.fail("%sendpoint and %[1]smethod: unknown command %s, want topic or message with PUT or GET",
			o.path, fmt.Sprintf("%.20q %.20q", endpoint, method))
	}
	body := o.object("body")
	if cmd.Op != queue.GetTopics {
		cmd.Topic = body.text("topic")
	}
	if cmd.Op == queue.PutMessage {
		cmd.Message = body.text("message")
	}
	return cmd
}
