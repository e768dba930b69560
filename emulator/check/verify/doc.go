// Package verify has runs of the emulator judged by package oracle, which knows
// raft.tla and nothing of this program: as a Monitor while they happen, or
// afterwards from the trace files that emulator -trace writes, as emulator verify
// does.
//
// The contract:
//
//  1. A Monitor changes nothing and is quick: it costs a fraction of what the world
//     does for a record.
//  2. Monitor and File find the same in the same run.
//  3. A trace file may hold several runs, and its last line may be cut off, as when
//     the program was killed; the rest is judged.
//
// Files: monitor.go and translate.go are the way from a record to the oracle,
// file.go reads trace files.
package verify
