// Package emulator runs Raft clusters for suites in Go: whole clusters in the test's
// process, on real ports, with an admin API.
//
//	func TestFailover(t *testing.T) {
//		t.Parallel()
//		c := emulator.Start(t, "fresh_5", emulator.Virtual())
//		c.Wait("leader=unique")
//		old := c.Leader()
//		c.Crash(old.ID)
//		c.Wait("leader=unique", "event=BecomeLeader")
//		resp, err := http.Get(c.Leader().URL + "/status")
//		…
//	}
//
// The contract:
//
//  1. Each cluster has ports of its own, so tests may be parallel. When the test ends,
//     the cluster and all its goroutines end with it.
//  2. Methods of Cluster and Node return no errors. One that cannot do what it is asked
//     fails the test at once, by Fatalf. So call them from the test's own goroutine, and
//     use On in a subtest.
//  3. When a method returns, its change has happened, and so has everything that follows
//     at the same time. Wait waits for what takes time; no test has to sleep.
//  4. With Virtual, only Wait and Advance move the cluster's time. The fixture, the seed
//     and the test's calls then decide everything that happens: the same test gives the
//     same run again.
//  5. A test fails at its end if a node has violated an invariant of Raft (package
//     invariant), unless AllowViolations is set.
//  6. A test that fails, for whatever reason, logs the state of the cluster and its last
//     events.
//
// # Safety
//
// The cluster checks the invariants after every event, and the test's end reports them.
// CheckHistory checks the answers that clients got. Call it after the last request of a
// test:
//
//	c.Heal()
//	c.Wait("leader=unique", "queues_equal=all")
//	c.CheckHistory()
//
// To see whether a test notices an error, plant one: Plant gives nodes a bug by its name.
// Nodes with bugs violate invariants, so such a test needs AllowViolations in order to
// pass:
//
//	c := emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations())
//	c.Plant("commit_old_term")
//
// # Traces
//
// Trace records a run. The command emulator replay repeats it, and emulator verify judges
// it; in Go, packages check/replay and check/verify do the same.
//
// Files: start.go, cluster.go, node.go, wait.go, history.go and failure.go. Package serve
// has the wiring that the program and this package share.
package emulator
