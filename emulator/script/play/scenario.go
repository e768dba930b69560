package play

import (
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Defaults of a Scenario.
const (
	DefaultTimeLimit      = time.Minute
	DefaultWithin         = 5 * time.Second
	DefaultRequestTimeout = time.Second
)

// RetryEvery is the time that a client waits before it repeats a refused request.
const RetryEvery = 100 * time.Millisecond

// These words say how links of programs that others wrote treat bytes while they are cut.
const (
	LinksHold   = "hold"   // keep them and deliver them at the heal; the default
	LinksReset  = "reset"  // reset the connection
	LinksRefuse = "refuse" // reset the connection, and refuse new ones
)

// A Scenario is what is done to a cluster, and what must be true.
type Scenario struct {
	Steps   []Step
	Expects []Expect
	Grade   Grade
	// Violates are the CheckNames that the scenario must fail, because it shows a
	// planted bug; nil: it must pass them all.
	Violates []string
	// The scenario ends after TimeLimit of world time at the latest, and after
	// RunTime at the earliest.
	TimeLimit, RunTime time.Duration
	// Links is one of the words above; "" means LinksHold. It has no effect on the
	// emulator's own nodes.
	Links string
}

// A Step is done at its time, after the one before it.
type Step struct {
	Name string
	Line int // in the file, for messages; 0 when there is none
	// At is the world time of the step; negative: After and Once decide.
	At time.Duration
	// After is the time since the step before. Then the step waits until Once holds,
	// at most for Within.
	After  time.Duration
	Once   []condition.Condition
	Within time.Duration
	Action Action // nil: a mark
}

// An Action is one of the types below.
type Action interface{ action() }

// A Who names nodes, by ID or by a name that is resolved when the step is done.
type Who = syntax.Who

// The actions of steps.
type (
	// NodeAction makes a Change of each of Who, whatever its Node: one of the kinds
	// that are OnNode and have a Step, except fault.Plant.
	NodeAction struct {
		Change fault.Change
		Who    []Who
	}
	// HealAll heals all nodes and deletes all rules.
	HealAll struct{}
	// Cut replaces all cuts.
	Cut syntax.Cut
	// SetFault sets a rule, whose Until counts from the step. Match has the nodes that
	// the rule's match names by words.
	SetFault struct {
		Rule  fault.Rule
		Match syntax.MatchWho
	}
	// DeleteFault deletes rules.
	DeleteFault struct{ Names []string }
	// Plant plants a bug in nodes, instead of the one that they have.
	Plant struct {
		Who []Who
		Bug string // its name; "" removes the bug
	}
	// Let gives names to nodes.
	Let struct{ Bindings []Binding }
	// Request sends client requests.
	Request struct {
		Name    string // "": no condition is about its answers
		Command machine.Command
		To      Who
		Times   int // at least 1; "{i}" in the command becomes 1, 2, …
		Every   time.Duration
		Timeout time.Duration
		// A client that is refused asks again, every RetryEvery until Retry is over, the
		// node that To means then. It never repeats a request that may have been done.
		Retry time.Duration
	}
	// Send delivers a message from outside. Its Message has no From and To.
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

// An Expect is an expectation.
type Expect struct {
	Line   int
	That   []condition.Condition // all, at the same moment
	Kind   ExpectKind
	Within time.Duration
	// Late is the time in which it becomes true at all, with ExpectWithin: after Within it
	// is too slow. 0: Within is the only limit.
	Late        time.Duration
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
	// Runs is how often programs that others wrote run the scenario, because it shows a
	// mistake only sometimes; 0 means once.
	Runs int
}
