// Package trace is the record of a run: what happened, in which order, and why.
//
// The contract: a world makes Records, numbered from 1 on, and puts them into a
// Ring, which holds the newest. A Record says what happened (Kind), where (Node),
// what led to it (Cause), and in which State it left the node. AppendJSON writes a
// record as one line, and DecodeInput reads the lines of those records that stand
// for something from outside: they are all that a repetition needs. Equal records
// give equal lines, byte for byte.
//
// Nothing here knows how a cluster works.
package trace
