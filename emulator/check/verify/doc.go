// Package verify passes runs of the emulator to package oracle, which states raft.tla
// and shares no code with this program: in a Monitor while they happen, or afterwards
// from trace files, as emulator verify does.
//
// The contract:
//
//  1. A Monitor changes nothing and is quick: it takes a fraction of the world's own
//     time for a record.
//  2. Monitor and File reach the same verdict on the same run.
//  3. A trace file may hold several runs. A run without an end mark is judged as far
//     as it goes, and never accepted; one of format 1 is judged as if it were whole.
//  4. The Init records must agree with the fixture in the run's header.
//
// Files: monitor.go and translate.go pass records to the oracle, file.go reads trace
// files.
package verify
