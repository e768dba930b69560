// Package wire is the format of messages at a node's /rpc: Raft's messages as
// JSON, with the queue's commands in them. It uses no HTTP.
//
// A request is a class with a dict, a response a bare dict:
//
//	{"class": "VoteRequestMessage", "dict": {"term", "candidateId", "lastLogIndex", "lastLogTerm"}}
//	{"class": "AppendEntriesMessage", "dict": {"term", "leaderId", "prevLogIndex", "prevLogTerm", "entries", "leaderCommit"}}
//	{"term", "voteGranted"}
//	{"term", "success": true, "matchIndex"}
//	{"term", "success": false, "conflictIndex", "conflictTerm"}
//
// An entry is {"term", "index", "command", "result": null}, and a command names
// the request that a client makes:
//
//	{"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}
//	{"endpoint": "topic", "method": "GET", "body": {}}
//	{"endpoint": "message", "method": "PUT", "body": {"topic": "dog", "message": "wuff"}}
//	{"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}
//
// [Encode] writes any message, [Decode] reads a request and [DecodeAnswer] an answer, and
// [Check] reports whether some Raft node could send a request. [DecodeAny] reads requests of
// nodes that may have bugs.
package wire
