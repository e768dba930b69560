// Package trace is the record of a run: what happened, in which order, and why.
//
// A world makes Records, numbered from 1 on, and puts them into a Ring, which holds
// the newest. A Record says what happened (Kind), where (Node), what led to it
// (Cause), in which State it left the node, and, in its Detail, what is special about
// the kind. The contract:
//
//  1. AppendJSON writes a record as one line. Equal records give equal lines, byte for
//     byte; it is fast and allocates nothing.
//  2. Event describes that JSON by its fields and their tags. Decode, the schema in
//     the admin API and the Go API go by it, and a test holds AppendJSON against it.
//  3. Decode is the reverse of AppendJSON. The records of inputs (Kind.IsInput) hold
//     all that it takes to repeat a run; DecodeInput passes over the others quickly.
//  4. A Writer writes a run to a file: a Header, then records. A Reader reads a file
//     of any number of runs. Format is the version of that.
//  5. Sentence and String put a record into words, with the section of the Raft paper
//     that asks for it; changes of the cluster have their words in package fault.
//
// Nothing here decides what a cluster does.
package trace
