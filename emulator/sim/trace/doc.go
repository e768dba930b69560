// Package trace is the record of a run: what happened, in which order, and why.
//
// A world makes Records, numbered from 1 on, and puts them into a Ring, which holds the
// newest. A Record has the event (Kind), its node (Node), its cause (Cause) and the State
// of the node afterwards; its Detail depends on the kind. The contract:
//
//  1. AppendJSON writes a record as one line. Equal records give equal lines, byte for
//     byte; it is fast and allocates nothing.
//  2. Event describes that JSON by its fields and their tags. Decode, the schema in the
//     admin API and the Go API use it, and a test checks AppendJSON against it.
//  3. Decode is the reverse of AppendJSON. The records of inputs (Kind.IsInput) hold
//     everything that is needed to repeat a run; DecodeInput passes over the others
//     quickly.
//  4. A Writer writes a run to a file: a Header, then records. A Reader reads a file with
//     any number of runs. Format is the version of the file format.
//  5. Sentence and String put a record into words, with its section of the Raft paper;
//     package fault has the words of changes.
//
// Nothing here decides what a cluster does.
package trace
