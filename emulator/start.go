package emulator

import (
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
)

// A TB is what a Cluster needs of the test that it belongs to. *testing.T,
// *testing.B and *testing.F are TBs.
type TB interface {
	Cleanup(func())
	Errorf(format string, args ...any)
	Failed() bool
	// Fatalf ends the test. Where a TB of one's own returns from it, methods that
	// have failed give zero values.
	Fatalf(format string, args ...any)
	Helper()
	Logf(format string, args ...any)
}

// An Option changes what Start runs. Those below are the common ones; one of
// one's own may set any field.
type Option func(*Options)

// Virtual has the cluster's time stand still, but for Cluster.Wait and
// Cluster.Advance. Without it time passes as outside.
//
// A request that a client sends to a node is answered without the clock being
// moved, unless the answer takes time: because storage or a link is slow, or
// because no majority can be reached. Then the client waits.
func Virtual() Option {
	return func(o *Options) { o.Clock = host.Virtual }
}

// Seed feeds all random draws, in the place of the fixture's own seed: another
// seed gives another run.
func Seed(n uint64) Option {
	return func(o *Options) { o.Fixture.Seed = n }
}

// AllowViolations has the test pass although nodes violate what Raft promises: one
// that plants bugs, for example. Without it a test fails at its end when a node has
// violated an invariant of package invariant without an excuse.
func AllowViolations() Option {
	return func(o *Options) { o.AllowViolations = true }
}

// Trace has all that happens written to w, as JSON Lines that Replay and the
// command emulator replay take. The trace is whole when the test has ended and
// its cleanup is done.
func Trace(w io.Writer) Option {
	return func(o *Options) { o.Trace = w }
}

// Start runs a cluster until the test ends, on free ports of 127.0.0.1. The
// fixture says in which state it starts: it is the name of an embedded fixture,
// such as "fresh_5" (emulator -list shows them), or the path of a file, or, if it
// has a line break, a fixture's TOML itself. Of a scenario only the start state
// counts.
//
// The test fails when the fixture or the ports can't be had.
func Start(t TB, fixture string, options ...Option) *Cluster {
	t.Helper()
	f, err := readFixture(fixture)
	if err != nil {
		t.Fatalf("emulator: %v", err)
		return nil
	}
	return StartFixture(t, f, options...)
}

// StartFixture is Start for a fixture that has been read or made, such as
// fixture.Fresh(7). It is not changed.
func StartFixture(t TB, f *fixture.Fixture, options ...Option) *Cluster {
	t.Helper()
	own := *f
	o := Options{Fixture: &own, Admin: "127.0.0.1:0", Version: "test"}
	for range f.Nodes {
		o.Addresses = append(o.Addresses, config.Address{Host: "127.0.0.1"})
	}
	for _, set := range options {
		set(&o)
	}
	e, err := New(o)
	if err != nil {
		t.Fatalf("emulator: %v", err)
		return nil
	}
	c := &Cluster{
		AdminURL: e.AdminURL(),
		t:        t, patience: DefaultPatience,
		run: &run{emulator: e},
	}
	t.Cleanup(func() {
		t.Helper()
		if !o.AllowViolations {
			c.checkInvariants()
		}
		c.logFailure()
		if err := e.Close(); err != nil {
			t.Errorf("emulator: %v", err)
		}
	})
	return c
}

// DefaultPatience is how long Cluster.Wait waits, unless Cluster.Within says
// otherwise.
const DefaultPatience = 5 * time.Second

// readFixture reads what Start and Load take.
func readFixture(s string) (*fixture.Fixture, error) {
	if strings.Contains(s, "\n") {
		return fixture.Parse("fixture.toml", []byte(s))
	}
	return fixture.Load(s)
}
