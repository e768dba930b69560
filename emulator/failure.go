package emulator

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// shownEvents is the number of events that a failed test shows.
const shownEvents = 20

// fail fails the test, and shows the cluster with it.
func (c *Cluster) fail(format string, args ...any) {
	c.t.Helper()
	c.run.mu.Lock()
	c.run.reported = true
	c.run.mu.Unlock()
	c.t.Fatalf("emulator: %s\n%s", fmt.Sprintf(format, args...), c.describe())
}

// logFailure shows the cluster of a test that failed on its own. When a method here failed
// the test, it has shown the cluster already.
func (c *Cluster) logFailure() {
	c.t.Helper()
	if !c.t.Failed() {
		return
	}
	c.run.mu.Lock()
	reported := c.run.reported
	c.run.reported = true
	c.run.mu.Unlock()
	if !reported {
		c.t.Logf("emulator: %s", c.describe())
	}
}

// checkInvariants fails a test whose nodes have violated an invariant.
func (c *Cluster) checkInvariants() {
	c.t.Helper()
	for _, r := range c.run.server.Host.Broken() {
		c.t.Errorf("emulator: %v (a test that expects this has the option AllowViolations)", r)
	}
}

// describe writes the state of the cluster and its last events. See trace.Trail.
func (c *Cluster) describe() string {
	f := c.run.server.Host.Fixture()
	var b strings.Builder
	var events []trace.Told
	c.observe(func(o host.View) {
		fmt.Fprintf(&b, "the cluster (fixture %s, seed %d) after %v:\n", f.Name, f.Seed, o.Now().Round(time.Microsecond))
		writeNodes(&b, o)
		for _, r := range o.Rules() {
			fmt.Fprintf(&b, "  fault %q has matched %d messages, acted on %d and holds %d\n", r.Name, r.Matched, r.Acted, r.Held)
		}
		events = trace.Trail(o.Trace(), shownEvents, nil, nil)
	})
	b.WriteString("the last events:")
	for i := range events {
		fmt.Fprintf(&b, "\n  %s%s", &events[i].Record, events[i].Again())
	}
	return b.String()
}

func writeNodes(b *strings.Builder, o host.View) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  node\trole\tterm\tvote\tlog\tcommitted\tapplied\tnot heard by")
	for id := range raft.NodeID(o.Nodes()) {
		s, up, paused := o.State(id)
		role := s.Role.String()
		switch {
		case !up:
			role = "(down)"
		case paused:
			role += " (paused)"
		}
		vote := "-"
		if s.VotedFor != raft.None {
			vote = fmt.Sprint(s.VotedFor)
		}
		cut := "-"
		if by := o.View(id, 0).PartitionedFrom; by != nil {
			cut = strings.Trim(fmt.Sprint(by), "[]")
		}
		fmt.Fprintf(w, "  %d\t%s\t%d\t%s\t%d\t%d\t%d\t%s\n", id, role, s.Term, vote, s.LastIndex, s.CommitIndex, s.LastApplied, cut)
	}
	w.Flush()
}
