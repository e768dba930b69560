package history

import (
	"math"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
)

// A History has the requests of a message queue's clients and the queue's state before
// them.
type History struct {
	// Calls are the requests, in any order.
	Calls []Call
	// Start has the topics before the first request, in order of creation, with their
	// messages.
	Start []machine.Item
	// Vague says that earlier requests, whose answers could have led to a different Start,
	// are missing. Then a violation counts only if no Start explains it.
	Vague bool
	// Faults are the changes of the cluster, for the picture.
	Faults []Fault
}

// A Fault is a change of the cluster, such as a crash or a partition.
type Fault struct {
	At    int64         `json:"at"` // on the scale of Op.Call
	Words string        `json:"words"`
	Time  time.Duration `json:"-"` // the world's time, if a Recorder saw the fault

	change *fault.Change // the source of the words, formatted on demand
}

const (
	never     = math.MaxInt64 // the return of a request that may be carried out at any time
	beginning = math.MinInt64 // before all requests
)

// Options bound the time of a Check.
type Options struct {
	// Timeout bounds the search for an order that explains the answers; 0 means
	// DefaultTimeout.
	Timeout time.Duration
	// Title is that of a picture's page.
	Title string

	window int // the least number of acts in a window; 0: minWindow
}

// DefaultTimeout is the time after which a Check ends its search by default.
const DefaultTimeout = 10 * time.Second
