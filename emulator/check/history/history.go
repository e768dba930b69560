package history

import (
	"math"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
)

// A History is what clients asked of a message queue, and how it was when they began.
type History struct {
	// Calls are the requests, in any order.
	Calls []Call
	// Start are the topics, in order of creation, with their messages, before the
	// first of the requests.
	Start []machine.Item
	// Vague says that requests came before these whose answers could have meant
	// another Start: then only what no Start would explain is a violation.
	Vague bool
	// Faults are what was done to the cluster, for the picture.
	Faults []Fault
}

// A Fault is something that was done to the cluster: a crash, a partition.
type Fault struct {
	At    int64         `json:"at"` // on the scale of Op.Call
	Words string        `json:"words"`
	Time  time.Duration `json:"-"` // the world's, of those that a Recorder has seen

	change *fault.Change // what the words are made of, when they are asked for
}

const (
	never     = math.MaxInt64 // the return of a request that may be carried out whenever
	beginning = math.MinInt64 // before all requests
)

// Options say how long a Check may take.
type Options struct {
	// Timeout bounds the search for an order that explains the answers; 0 means
	// DefaultTimeout.
	Timeout time.Duration
}

// DefaultTimeout is how long a Check searches at most.
const DefaultTimeout = 10 * time.Second
