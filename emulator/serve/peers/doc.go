// Package peers carries the messages of one node to the other nodes of its cluster, over
// HTTP: POST /rpc/{sender}, in the format of package mqapi/wire. The others may be programs
// that somebody else wrote.
//
// The contract:
//
//  1. Send never waits. It may be called from anywhere.
//  2. Each peer has at most a few requests under way. One further message waits, and a newer
//     one replaces it: Raft repeats what matters. So a peer that is dead, stopped or slow
//     costs a bounded amount, and never holds up another one.
//  3. Each request has a time limit. Connections are kept for the next request.
//  4. An answer that is no answer of a Raft node is ignored: a status other than 2xx, a
//     redirect, no JSON, missing keys, more than a few kilobytes.
//  5. Close ends all requests, and returns when no answer is delivered any more.
package peers
