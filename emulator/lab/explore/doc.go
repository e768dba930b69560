// Package explore looks for failures that no scenario covers. It runs a cluster under
// thousands of random schedules, each from its own seed, in virtual time and with
// every check (scenario.Verdict.Checks). It makes a failure small enough to read.
//
// The contract:
//
//  1. A schedule is a fixture with a scenario: the actions of clients and of a
//     nemesis, as steps at absolute times. It is a function of the Options and the
//     run's number. Anyone who runs the file gets the same run, event by event.
//  2. The findings do not depend on how many schedules run at once: runs count in the
//     order of their numbers, up to the first that fails.
//  3. A schedule expects only what Raft guarantees. Disks survive, Raft can reach
//     every start state, and progress is expected only after everything was healed
//     and a client has sent another request (§5.4.2).
//  4. A shrunk failure still fails the same check, was read back from its own text,
//     and cannot lose any one of its steps.
//
// A rehearsal makes the schedule (rehearsal.go): the nemesis acts on its own world, so
// that it can aim at the present leader. Each action becomes a step with node ids and
// a time. The scenario then repeats the same run with the checks.
//
// Files: options.go the options, seed.go the randomness. kinds.go and faults_*.go the
// kinds of faults; state.go the start states; times.go delays; perform.go the steps;
// clients.go the requests; liveness.go the expected progress. run.go one run, pool.go
// many, finding.go failures; coverage*.go and situations.go what runs reach.
// shrink.go, simplify*.go and repair.go make a failure small.
package explore
