// Package machine says what a cluster replicates: a state machine, as everything
// around it sees one. Package mqapi/queue is the first.
//
// A [Type] describes a machine: its operations in one table, how to make a new
// one, and how to fill a log with its commands. A [Command] is one operation with
// its arguments, a [Result] what applying it gave. Traces, fixtures, conditions,
// schemas and clients read the table; none of them names an operation.
//
// The contract of a [Machine]:
//
//  1. It is a function of the commands applied to it: two machines of one type
//     that applied the same ones are equal, and give equal views and snapshots.
//  2. Apply carries out one command in (amortised) constant time. A command that
//     is nil or of another machine changes nothing and is not OK.
//  3. Foresee gives the result that Apply would give now, and changes nothing.
//  4. Restore, given a Snapshot, makes an equal machine of any one.
//  5. A machine has no lock: it belongs to one goroutine at a time. Others may
//     keep what it returns.
//
// Commands are shared by all nodes and never changed. Two requests never share
// one, even when they ask for the same.
package machine
