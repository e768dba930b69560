// Package explore looks for faults that nobody thought of: it runs a cluster
// under thousands of random schedules, each from a seed of its own, in virtual
// time and with every check on (scenario.Verdict.Checks), and makes what it finds
// small enough to be read.
//
// The contract:
//
//  1. A schedule is a fixture with a scenario: all that clients and a nemesis do,
//     as steps at absolute times. It is a function of the Options and of the run's
//     number; who else runs the file gets the same run, event by event.
//  2. What is found does not depend on how many schedules run at once: runs count
//     in the order of their numbers, up to the first that fails.
//  3. A schedule asks for nothing that Raft does not promise. Disks survive, states
//     to start from are ones that Raft can reach, and progress is expected only
//     after everything was healed and a client has asked anew (§5.4.2).
//  4. What is shrunk still fails the same check, is read back from its own text,
//     and cannot lose any one of its steps.
//
// A schedule is made by rehearsal (rehearsal.go): the nemesis acts on a world of
// its own, so that it can aim at whoever leads, and each thing done is noted as a
// step with the ids of nodes and its time. The scenario then repeats the very same
// run with the checks.
//
// Files: options.go what can be asked for, seed.go where randomness comes from;
// kinds.go the kinds of faults, with faults_*.go what each does; state.go states to
// start from; times.go what takes how long; perform.go what a step does; clients.go
// what clients ask; liveness.go what must be so in the end; run.go one run, pool.go
// many, finding.go what fails; coverage*.go and situations.go what was reached;
// shrink.go, simplify*.go and repair.go make a failure small. The subcommand is
// package explorer.
package explore
