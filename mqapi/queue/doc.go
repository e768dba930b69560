// Package queue is the replicated state machine of a message queue: topics in
// order of creation, each with its pending messages. It uses no HTTP.
//
// Whoever owns a node applies the commands of its committed log entries to the
// node's [Queue], in log order, each once, and answers the client that asked
// with a [Reply].
package queue
