// Package play reads and writes scenarios: the steps that are done to a cluster
// after its start, the expectations that must hold, and the points for them.
//
// Read reads the tables [scenario], [grade], [[step]] and [[expect]] and the key
// violates of a fixture file; (*Scenario).Write writes the tables. FromRecords
// makes a scenario of a recorded run.
//
// # Contract
//
//  1. A Scenario that Read returns without a problem can be run: every name in it
//     is given by a step that comes early enough, every node exists, and no step
//     acts on a node that is certainly in the wrong state, such as a restart of a
//     node that is up.
//  2. Steps stand in the order in which they are done.
//  3. An Action is one of the types of this package. Package scenario runs them.
package play
