package emulator

import (
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/serve/host"
)

// A TB is the part of a test that a Cluster uses. *testing.T, *testing.B and *testing.F
// are TBs.
type TB interface {
	Cleanup(func())
	Errorf(format string, args ...any)
	Failed() bool
	// Fatalf ends the test. If a TB of your own returns from it, the methods that have
	// failed return zero values.
	Fatalf(format string, args ...any)
	Helper()
	Logf(format string, args ...any)
}

// Options say what Start runs.
type Options struct {
	serve.Options
	// AllowViolations lets the test pass although nodes have violated an invariant.
	AllowViolations bool
}

// An Option changes what Start runs. The common ones are below; one of your own may set
// any field.
type Option func(*Options)

// Virtual makes the cluster's time stand still, except in Cluster.Wait and
// Cluster.Advance. Without it, the cluster's time is the machine's.
//
// A node answers a client's request without any move of the clock, unless the answer takes
// time: because storage or a link is slow, or because there is no majority. Then the client
// waits.
func Virtual() Option {
	return func(o *Options) { o.Clock = host.Virtual }
}

// Seed feeds all random draws, instead of the fixture's own seed: another seed gives
// another run.
func Seed(n uint64) Option {
	return func(o *Options) { o.Fixture.Seed = n }
}

// AllowViolations lets the test pass although nodes violate an invariant of package
// invariant, as nodes with planted bugs do. Without it such a test fails at its end.
func AllowViolations() Option {
	return func(o *Options) { o.AllowViolations = true }
}

// Trace writes the run to w, as JSON Lines for emulator replay and emulator verify. The
// trace is complete when the test and its cleanup have ended.
func Trace(w io.Writer) Option {
	return func(o *Options) { o.Trace = w }
}

// Start runs a cluster until the test ends, on free ports of 127.0.0.1. The fixture is its
// state at the start: the name of a fixture of the program, such as "fresh_5" (emulator
// -list shows them), or the path of a file, or, if it has a line break, a fixture's TOML
// itself. Start uses only the start state of a scenario.
//
// The test fails when the fixture cannot be read or a port cannot be opened.
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
// fixture.Fresh(7). It does not change the fixture.
func StartFixture(t TB, f *fixture.Fixture, options ...Option) *Cluster {
	t.Helper()
	own := *f
	o := Options{Options: serve.Options{Fixture: &own, Admin: "127.0.0.1:0", Version: "test"}}
	for range f.Nodes {
		o.Addresses = append(o.Addresses, config.Address{Host: "127.0.0.1"}) // any port
	}
	for _, set := range options {
		set(&o)
	}
	s, err := serve.Start(o.Options)
	if err != nil {
		t.Fatalf("emulator: %v", err)
		return nil
	}
	c := &Cluster{
		AdminURL: s.AdminURL(),
		t:        t, patience: DefaultPatience,
		run: &run{server: s},
	}
	t.Cleanup(func() {
		t.Helper()
		if !o.AllowViolations {
			c.checkInvariants()
		}
		c.logFailure()
		if err := s.Close(); err != nil {
			t.Errorf("emulator: %v", err)
		}
	})
	return c
}

// DefaultPatience is how long Cluster.Wait waits. Cluster.Within changes it.
const DefaultPatience = 5 * time.Second

// readFixture reads the fixture that Start and Load name.
func readFixture(s string) (*fixture.Fixture, error) {
	if strings.Contains(s, "\n") {
		return fixture.Parse("fixture.toml", []byte(s))
	}
	return fixture.Load(s)
}
