// Package scenario runs what a fixture's scenario says and tells how it came
// out.
//
//	verdict, err := scenario.Run(ctx, f, scenario.Options{File: "grading/cut.toml"})
//
// The contract:
//
//  1. Run needs a fixture that has a scenario and was checked, as all are that
//     were read. It changes nothing of it, so many may run the same one at once.
//  2. In virtual time a run is a function of fixture and seed: the same verdict,
//     but for WallTime, and the same trace. It starts no goroutine.
//  3. A run always ends: when all is decided, at the scenario's time limit, which
//     is the cluster's own time, or when the context does; then every expectation
//     has a Finding. It leaves no goroutine, port or file behind.
//  4. The error is for what is neither the scenario's fault nor the cluster's: a
//     port that cannot be had, a trace that cannot be written. There is a
//     Verdict even so, Undecided.
//
// Moments. A step is done together with all that it leads to at that time. Then
// the next one is looked at. What is expected is looked at after each event, or
// after each batch of them where time is real. So "from" a step begins when all
// that it led to at once has happened, but for events, which count from right
// before it; "until" a step ends right before it.
//
// Files: run.go the way in, runner.go what is due when, step.go what is done,
// request.go clients, expect.go what must be true; target.go is what all that
// asks of a cluster, virtual.go and real.go two clusters that do it, client.go
// the HTTP side of the second; trail.go tells what happened.
package scenario
