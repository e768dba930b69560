// Package verify passes runs of the emulator to package oracle, which states raft.tla
// and shares no code with this program: in a Monitor while they happen, or afterwards
// from trace files, as emulator verify does.
//
// The contract:
//
//  1. A Monitor changes nothing and is quick: it takes a fraction of the world's own
//     time for a record.
//  2. Monitor and File reach the same verdict on the same run.
//  3. A trace file may hold several runs. Its last line may be cut off, as after a
//     kill; the rest is judged.
//
// Files: monitor.go and translate.go pass records to the oracle, file.go reads trace
// files.
package verify
