// Package machine defines the replicated state machine of a cluster, as the code around it
// sees one. Package mqapi/queue is the first.
//
// A [Type] describes a machine: its operations in one table, how to make a new one, and how
// to fill a log with its commands. A [Command] is one operation with its arguments, and a
// [Result] is the result of applying it. Traces, fixtures, conditions, schemas and clients
// read the table; none of them names an operation.
//
// The contract of a [Machine]:
//
//  1. Its state depends only on the commands applied to it: two machines of one type that
//     applied the same ones are equal, and return equal views and snapshots.
//  2. Apply carries out one command in (amortised) constant time. A command that is nil
//     or of another machine changes nothing and is not OK.
//  3. Foresee returns the result that Apply would return now, and changes nothing. 4.
//
// Restore, called with a Snapshot, makes any machine equal to the one that wrote it. 5. A
// machine has no lock: it belongs to one goroutine at a time. Others may keep the
//
//	values that it returns.
//
// All nodes share commands, which never change. Two requests never share a command, even
// when they ask for the same.
package machine
