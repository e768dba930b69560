// Package queue is a message queue as a [machine.Machine]: topics in order of
// creation, each with its pending messages. It uses no HTTP.
//
// ops.go has its operations, in one table, and queue.go carries them out.
package queue
