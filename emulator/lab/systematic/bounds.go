package systematic

import (
	"errors"
	"fmt"
)

// ErrBounds: the Options or the fixture ask for what cannot be explored.
var ErrBounds = errors.New("cannot be explored")

// MaxNodes is the largest cluster that can be explored.
const MaxNodes = 5

// Bounds keep the number of states finite. Each but Depth, Term, Log and InFlight
// counts along a schedule, from its start.
type Bounds struct {
	Depth      int `json:"depth"`     // choices in a schedule
	Term       int `json:"term"`      // no election begins in a node of this term, or a later one
	Log        int `json:"log"`       // no leader with so many entries takes a request
	InFlight   int `json:"in_flight"` // messages in flight, those that will be lost among them
	Requests   int `json:"requests"`  // of clients
	Heartbeats int `json:"heartbeats"`
	Crashes    int `json:"crashes"`
	Duplicates int `json:"duplicates"` // copies of messages that arrive
}

// DefaultBounds let two leaders follow each other, with a request and a crash in
// any place.
var DefaultBounds = Bounds{
	Depth: 16, Term: 2, Log: 2, InFlight: 8, Requests: 1, Heartbeats: 1, Crashes: 1, Duplicates: 0,
}

// Largest values of bounds: a state has a byte for each count.
const (
	maxCount = 255
	maxDepth = 1000
)

// Options say how a cluster is explored.
type Options struct {
	Bounds Bounds
	// MaxStates ends the exploration soon after so many states, to bound the
	// memory; 0: DefaultMaxStates.
	MaxStates int
	// Workers share the work; 0: one.
	Workers int
	// NoSymmetry has states count as different that differ by ids alone.
	NoSymmetry bool
	// Properties are the names of those to look at; nil: all.
	Properties []string
	// Bugs are what nodes do wrong beside what the fixture says: by node, names of
	// raft.Bugs, "" for none; nil: none.
	Bugs []string
	// Progress is told now and then how far it has come. It may be nil.
	Progress func(Stats)
}

// DefaultMaxStates takes about 1 GB.
const DefaultMaxStates = 10_000_000

func (b Bounds) validate() error {
	var errs []error
	for _, c := range []struct {
		name             string
		value, low, high int
	}{
		{"depth", b.Depth, 1, maxDepth},
		{"term", b.Term, 1, maxCount},
		{"log", b.Log, 0, maxCount},
		{"in-flight", b.InFlight, 1, maxCount},
		{"requests", b.Requests, 0, maxCount},
		{"heartbeats", b.Heartbeats, 0, maxCount},
		{"crashes", b.Crashes, 0, maxCount},
		{"duplicates", b.Duplicates, 0, maxCount},
	} {
		if c.value < c.low || c.value > c.high {
			errs = append(errs, fmt.Errorf("%w: the bound %s is %d, want %d to %d", ErrBounds, c.name, c.value, c.low, c.high))
		}
	}
	return errors.Join(errs...)
}

// left are the counts that a schedule has left: a byte each.
type left uint32

const (
	requestsLeft = 8 * iota
	heartbeatsLeft
	crashesLeft
	duplicatesLeft
)

func (b Bounds) left() left {
	return left(b.Requests<<requestsLeft | b.Heartbeats<<heartbeatsLeft | b.Crashes<<crashesLeft | b.Duplicates<<duplicatesLeft)
}

// any tells whether there is one left of a count.
func (l left) any(count int) bool { return l>>count&0xff > 0 }

// take is one less of a count.
func (l left) take(count int) left { return l - 1<<count }
