package wire

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// The classes of messages on /rpc.
const (
	classVote   = "VoteRequestMessage"
	classAppend = "AppendEntriesMessage"
)

// Encode writes a message as JSON. To is not part of the format, nor is From of
// a response. A message of no known type is null.
func Encode(m raft.Message) []byte {
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
	return AppendEntries(append(b, `, "entries": `...), prev, entries)
}

// appendList appends the items of a list of entries.
func appendList(b []byte, prev raft.Index, entries []raft.Entry) []byte {
	for i, e := range entries {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendNumber(b, `{"term": `, e.Term)
		b = appendNumber(b, `, "index": `, prev+raft.Index(i)+1)
		cmd, _ := e.Command.(*machine.Command)
		b = appendCommand(append(b, `, "command": `...), cmd)
		b = append(b, `, "result": null}`...)
	}
	return b
}

// appendCommand appends a command; no command is null.
func appendCommand(b []byte, c *machine.Command) []byte {
	if c.None() {
		return append(b, "null"...)
	}
	f := FormOf(c.Op)
	b = appendText(append(b, `{"endpoint": `...), f.Endpoint)
	b = appendText(append(b, `, "method": `...), f.Method)
	return append(appendArgs(append(b, `, "body": `...), c), '}')
}

// appendText appends text, which is UTF-8, as a JSON string.
func appendText(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}
