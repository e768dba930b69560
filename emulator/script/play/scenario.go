package play

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/raft"
)

// Defaults of a Scenario.
const (
	DefaultTimeLimit      = time.Minute
	DefaultWithin         = 5 * time.Second
	DefaultRequestTimeout = time.Second
)

// A Scenario is what happens to a cluster and what must be true then.
type Scenario struct {
	Steps   []Step
	Expects []Expect
	Grade   Grade
	// Violates are the CheckNames that the scenario is there to fail, to show a
	// planted fault; nil: it is to pass them all.
	Violates []string
	// TimeLimit is the world time after which the scenario is stopped, and
	// RunTime the least that it runs for.
	TimeLimit, RunTime time.Duration
}

// A Step is done at its time, after the one before it.
type Step struct {
	Name string
	Line int // in the file, for messages; 0 when there is none
	// At is the world time of the step; negative: After and Once say when.
	At time.Duration
	// After counts from the step before. Then the step waits until Once holds,
	// for Within at most.
	After  time.Duration
	Once   []condition.Condition
	Within time.Duration
	Action Action // nil: a mark
}

// An Action is one of those below.
type Action interface{ action() }

// Who says which node is meant: ID, or a Name that stands for a node at the
// time: "leader", "follower", "candidate", "any", or one that a Let gave.
type Who struct {
	ID   raft.NodeID
	Name string // "": ID counts
}

// The actions of steps.
type (
	// NodeAction does Op to each of Who: fault.Crash, Restart, Pause,
	// Resume, Timeout, Isolate or HealNode.
	NodeAction struct {
		Op   fault.Kind
		Who  []Who
		Wipe bool // Crash
	}
	// HealAll undoes everything.
	HealAll struct{}
	// Cut replaces all cuts.
	Cut struct {
		Groups  [][]Who
		OneWay  [][2]Who
		Isolate []Who
	}
	// SetFault puts a rule in force; its Until counts from the step.
	SetFault struct{ Rule fault.Rule }
	// DeleteFault ends rules.
	DeleteFault struct{ Names []string }
	// Skew sets the factor on the length of a node's timers.
	Skew struct {
		Who    Who
		Factor float64
	}
	// Plant gives nodes a bug, in the place of the one that they have.
	Plant struct {
		Who []Who
		Bug string // its name; "" cures
	}
	// Let gives names to nodes.
	Let struct{ Bindings []Binding }
	// Request sends client requests.
	Request struct {
		Name    string // "": nobody asks for its answers
		Command machine.Command
		To      Who
		Times   int // at least 1; "{i}" in the command becomes 1, 2, …
		Every   time.Duration
		Timeout time.Duration
	}
	// Send delivers a message from outside; From and To of it are not set.
	Send struct {
		From, To Who
		Message  raft.Message
	}
)

func (NodeAction) action()  {}
func (HealAll) action()     {}
func (Cut) action()         {}
func (SetFault) action()    {}
func (DeleteFault) action() {}
func (Skew) action()        {}
func (Plant) action()       {}
func (Let) action()         {}
func (Request) action()     {}
func (Send) action()        {}

// A Binding gives a name to a node.
type Binding struct {
	Name string
	Who  Who
}

// An ExpectKind says when an expectation must hold.
type ExpectKind uint8

// The kinds of expectations.
const (
	ExpectAtEnd  ExpectKind = iota
	ExpectWithin            // becomes true within Within of From
	ExpectAlways            // at every moment from From to Until
	ExpectNever             // at no moment from From to Until
	ExpectAt                // when the step At has been done
)

// An Expect is something that must be true.
type Expect struct {
	Line        int
	That        []condition.Condition // all, at the same moment
	Kind        ExpectKind
	Within      time.Duration
	From, Until string // names of steps; "": the start, the end
	At          string // name of a step
	Because     string
}

// A Grade is what passing a scenario is worth.
type Grade struct {
	Part       string
	Points     float64
	Visibility string // visible, hidden, after_due_date, after_published
	Tags       []string
}
