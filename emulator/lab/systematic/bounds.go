package systematic

import (
	"errors"
	"fmt"
)

// ErrBounds: a cluster with this fixture and these Options cannot be explored.
var ErrBounds = errors.New("cannot be explored")

// MaxNodes is the largest cluster that can be explored.
const MaxNodes = 5

// Bounds keep the number of states finite. Requests, Heartbeats, Crashes and
// Duplicates count along a schedule, from its start.
type Bounds struct {
	Depth      int `json:"depth"`     // choices in a schedule
	Term       int `json:"term"`      // no node of this term or a later one begins an election
	Log        int `json:"log"`       // no leader with this many entries accepts a request
	InFlight   int `json:"in_flight"` // messages in flight, including those that never arrive
	Requests   int `json:"requests"`  // of clients
	Heartbeats int `json:"heartbeats"`
	Crashes    int `json:"crashes"`
	Duplicates int `json:"duplicates"` // copies of messages that arrive
}

// DefaultBounds allow two leaders in turn, with a request and a crash at any moment.
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
	// MaxStates bounds the memory: the exploration ends soon after this number of
	// states; 0: DefaultMaxStates.
	MaxStates int
	// Workers share the work; 0: one.
	Workers int
	// NoSymmetry counts states as different that differ only by the nodes' ids.
	NoSymmetry bool
	// Properties are the names of those to check; nil: all.
	Properties []string
	// Bugs are planted in addition to the fixture's: by node, names of raft.Bugs, "" for
	// none; nil: none.
	Bugs []string
	// Progress is called now and then; nil: no calls.
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

// left holds what remains of each count in a schedule: a byte each.
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

// any reports whether a count is above zero.
func (l left) any(count int) bool { return l>>count&0xff > 0 }

// take lowers a count by one.
func (l left) take(count int) left { return l - 1<<count }
