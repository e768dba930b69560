// Package scenario runs a fixture's scenario and returns its verdict.
//
//	verdict, err := scenario.Run(ctx, f, scenario.Options{File: "grading/cut.toml"})
//
// The contract:
//
//  1. Run needs a fixture with a scenario that was checked, as every fixture that was read
//     is. Run does not change it, so several runs may share one fixture at the same time.
//  2. In virtual time a run is a function of fixture and seed: it repeats the verdict,
//     except WallTime, and the trace. It starts no goroutine.
//  3. A run always ends: when everything is decided, at the scenario's time limit, which
//     is in the cluster's own time, or with the context. Then every expectation has a
//     Finding. No goroutine, port or file is left.
//  4. The error reports a failure of neither the scenario nor the cluster, such as a port
//     that is in use or a trace that cannot be written. Run returns a Verdict even so,
//     with status Undecided.
//
// Moments: a step is done together with everything that it causes at the same time; then
// the next step is considered. Expectations are checked after each event, or after each
// batch of events in real time. So "from" a step begins after its immediate effects, except
// that events count from right before the step. "Until" a step ends right before it.
//
// Files:
//
//   - run.go is the way in; runner.go decides what is due, and step.go does it.
//   - request.go has the clients, and expect.go the expectations.
//   - target.go says what a scenario needs from a cluster. virtual.go and real.go are two
//     such clusters; client.go is the HTTP side of the second.
//   - trail.go lists the last events before a failure.
package scenario
