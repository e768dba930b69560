// Package mqapi is the HTTP API of a node of the Raft REST message queue.
//
// A [Handler] turns HTTP requests into commands of package queue and outcomes
// into answers. It asks a [Node] for everything and decides nothing about Raft.
// The messages at /rpc have the format of package wire.
//
// # Requests
//
//	PUT /topic                      {"topic": string}
//	GET /topic
//	PUT /message                    {"topic": string, "message": string}
//	GET /message/{topic}            pops the oldest message
//	GET /status
//	GET /force-view-state-machine   debug: this node's own queue, as it is
//	POST /rpc/{sender}              debug: a message from the node sender
//
// [Routes] lists the same as a table, with all answers.
//
// The decoded path is what counts: a topic in it may hold escaped characters,
// slashes, dots and any UTF-8. HEAD is GET without the body where GET takes
// nothing away, which is everywhere but at /message/{topic}. OPTIONS names the
// methods. The content type of a request means nothing. A body is one JSON
// object of at most [MaxBody] bytes; its keys are matched exactly, and further keys
// are ignored. A key given twice is refused, and so are bytes that are not UTF-8.
// Topics have a bound, [bounds.Topic], such that every topic fits into a URL even if
// each of its bytes is escaped. The empty topic is a topic as any other, except that no
// URL reaches it.
//
// # Answers
//
// A body holds the documented keys and no others. Every failure of a request
// has the body {"success": false}, except at /rpc, where it has {"error": string}. Any
// other path, if no request above begins with its first part, gets further keys for
// people: error, routes, admin.
// The status and the headers say the rest:
//
//	200  a GET, HEAD or POST that succeeded
//	201  a PUT that succeeded
//	204  OPTIONS
//	400  bad input: no JSON, a wrong type, a missing key, an impossible value,
//	     a topic that is longer than any URL may be
//	403  a page of another origin asks, or Host is foreign
//	404  no such path, no such topic, nothing to pop, no such sender
//	405  the path does not have the method; Allow names those it has
//	408  the server bounds the time of a body, and this one did not come in time;
//	     the connection is closed
//	409  the topic exists
//	413  the body is longer than MaxBody
//	421  the node is not the leader; [HeaderLeader] names the leader as the node sees it
//	500  the node failed in a way that nobody foresaw
//	503  leadership lost before the outcome was certain, the command may still
//	     be applied; or, with Retry-After, too many requests wait and the
//	     command was not taken
//
// The handler checks input before leadership: a follower calls a bad request
// bad. It asks the node even then, so a paused node answers no request until it
// is resumed, whatever was wrong with the request.
//
// When the node crashes under a request, or the request's context ends, the
// connection is closed without an answer and nothing is logged. The
// client's command may still be applied.
package mqapi

import "rrmq.example/emulator/emulator/text/bounds"

// The headers of an answer, in the canonical form of package net/http.
const (
	// HeaderLeader is the id of the leader as the node sees it. It comes
	// with every answer to a topic or message request while there is one.
	HeaderLeader = "X-Raft-Leader"
	// HeaderLeaderURL is that leader's base URL. It comes with an answer that
	// the leader might have given differently: 421 and 503.
	HeaderLeaderURL = "X-Raft-Leader-Url"
	// HeaderIndex is the log index of the request's entry, whether applying it
	// succeeded or not.
	HeaderIndex = "X-Raft-Index"
	// HeaderRequestID names the topic or message request in the trace.
	HeaderRequestID = "X-Request-Id"
	// HeaderError says in a few words of printable ASCII why a request failed
	// and what would be right.
	HeaderError = "X-Error"
)

// MaxBody is the longest request body that is read, in bytes.
const MaxBody = bounds.Body
