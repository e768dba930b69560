package oracle

import (
	"slices"
	"time"
)

// A Setup has the facts about a cluster that the oracle needs and a trace does not contain.
type Setup struct {
	Servers int
	// SlowStorage says that a write to stable storage takes time, and that a Persist record
	// is its end. Otherwise a write ends with the step.
	SlowStorage bool
	// OnWrites has the names of those Faults that are about writes. While one is in force,
	// writes take time. A write behind an unfinished write takes time also.
	OnWrites []string
	// Cuts are the links, from and to, that are cut at the start.
	Cuts [][2]int
	// Faults are the names of the faults in force at the start.
	Faults []string
	// Paused are the servers that are paused at the start.
	Paused []int
	// Starts are the servers' states at the start, by server; nil: any are right.
	Starts []Start
	// Command returns the command that an entry's value stands for. It is nil for the
	// values of a Decoder.
	Command func(value any) Command
}

func (s *Setup) paused(i int) bool { return slices.Contains(s.Paused, i) }

// An Oracle judges one run after the other: see the package's contract.
type Oracle struct {
	setup     Setup
	violation *Violation

	servers []peer
	tree    tree
	bag     bag
	models  []*model
	path    []*entry // for apply

	cuts     [][2]int
	faults   []string
	onWrites []string // those of faults that are about writes
	requests map[ID]*request

	seq, step uint64
	time      time.Duration
	begun     int // servers that have had their Init record

	// The current step.
	acting int // the server that takes it
	sent   []*letter
	spent  *letter // its only copy was lost for lack of space; a fault may add more
	owes   Kind    // the record that must follow: Reply, or UpdateTerm for a handler; numKinds for none
	owesID uint64  // the message to handle, or the record to reply to
	reply  Head
	toRPC  bool // the reply goes outside
}

// New returns an oracle. Call Begin next.
func New() *Oracle { return &Oracle{} }

// Begin starts a run, after which nothing is left of an earlier one.
func (o *Oracle) Begin(s Setup) {
	if s.Command == nil {
		s.Command = commandOf
	}
	if len(o.servers) != s.Servers {
		o.servers = make([]peer, s.Servers)
	}
	for i := range o.servers {
		p := &o.servers[i]
		p.begun, p.up, p.life = false, false, 0
		clear(p.writes[:cap(p.writes)])
	}
	o.setup, o.violation = s, nil
	o.tree.clear(s.Command)
	o.bag.clear()
	o.models = o.models[:0]
	o.cuts, o.faults, o.onWrites = slices.Clone(s.Cuts), slices.Clone(s.Faults), slices.Clone(s.OnWrites)
	if o.requests == nil {
		o.requests = map[ID]*request{}
	}
	clear(o.requests)
	o.seq, o.step, o.time, o.begun = 0, 0, 0, 0
	o.acting, o.sent, o.spent, o.owes = Nobody, o.sent[:0], nil, numKinds
}

// Take judges the next record. It returns nil when correct servers could have made it.
// After the first violation it returns that one for every record.
func (o *Oracle) Take(e *Event) *Violation {
	if o.violation != nil {
		return o.violation
	}
	if v := o.take(e); v != nil {
		v.Seq, v.Time, v.Kind, v.Node = e.Seq, e.Time, e.Kind, e.Node
		o.violation = v
		return v
	}
	return nil
}

// Err returns the violation that Take found, or nil.
func (o *Oracle) Err() *Violation { return o.violation }

// InFlight is the number of messages that can still arrive. With Entries, it
// determines the oracle's memory.
func (o *Oracle) InFlight() int { return len(o.bag.letters) }

// Entries is the number of different entries in all logs so far.
func (o *Oracle) Entries() int { return o.tree.used - 1 }

func (o *Oracle) take(e *Event) *Violation {
	if v := o.inOrder(e); v != nil {
		return v
	}
	i := e.Node
	goesOn := (e.Kind <= Reply || e.Kind == SetTimer) && i == o.acting && e.Step == o.step
	o.seq, o.step, o.time = e.Seq, e.Step, e.Time
	if !goesOn {
		o.endStep()
	}
	o.dropSpent(e)
	if v := o.isOwed(e); v != nil {
		return v
	}
	if o.begun < len(o.servers) && e.Kind != Init && e.Kind != ResumeMessage {
		return wrong(ruleBegins, "the Init record of each server first", "a "+e.Kind.String())
	}
	if i == Nobody {
		return o.takeCommon(e)
	}
	p := &o.servers[i]
	switch {
	case e.Kind == Init && p.begun:
		return wrong(ruleBegins, "one Init record of server "+server(i), "a second one")
	case e.Kind == Init:
		return o.begin(e, i)
	case !p.begun:
		return wrong(ruleBegins, "the Init record of server "+server(i), "its "+e.Kind.String())
	case e.Kind.isAction():
		return o.takeAction(e, p, i, goesOn)
	}
	if v := o.takeOther(e, p, i); v != nil {
		return v
	}
	want := p.State
	if want.Applied = want.CommitIndex; want != e.State && e.Kind != Apply {
		return stateDiff(e.stateKind(), &want, &e.State)
	}
	return nil
}

// dropSpent removes the message that lost its only copy, unless e adds another copy.
func (o *Oracle) dropSpent(e *Event) {
	if o.spent == nil || e.Kind == DuplicateMessage && e.Message.ID == o.spent.ID {
		return
	}
	if o.spent.copies == 0 {
		o.bag.take(o.spent)
	}
	o.spent = nil
}

// takeAction judges an action of a server, which may continue its last step.
func (o *Oracle) takeAction(e *Event, p *peer, i int, goesOn bool) *Violation {
	if !goesOn && p.Applied < p.CommitIndex {
		return wrong(ruleApplied, "entries up to "+number(p.CommitIndex)+" to be applied", "up to "+number(p.Applied)+" only")
	}
	if e.Kind != Restart {
		if v := o.canStep(p, i); v != nil {
			return v
		}
	}
	o.acting = i
	if v := o.act(e, p, i); v != nil {
		return v
	}
	if p.State != e.State {
		return stateDiff(e.Kind, &p.State, &e.State)
	}
	return nil
}

// stateKind is the kind whose rules the state of a record must follow.
func (e *Event) stateKind() Kind {
	if e.Kind == Nemesis && e.Change.Op == "crash" {
		return crashed
	}
	return e.Kind
}

// act is Next of raft.tla without the actions of the network.
func (o *Oracle) act(e *Event, p *peer, i int) *Violation {
	switch e.Kind {
	case Restart:
		return o.restart(e, p, i)
	case Timeout:
		return o.timeout(e, p, i)
	case RequestVote:
		return o.requestVote(e, p, i)
	case BecomeLeader:
		return o.becomeLeader(e, p, i)
	case ClientRequest:
		return o.clientRequest(e, p, i)
	case AdvanceCommitIndex:
		return o.advanceCommitIndex(e, p, i)
	case AppendEntries:
		return o.appendEntries(e, p, i)
	}
	return o.receive(e, p)
}

// takeOther judges a record about a server that is not an action of it.
func (o *Oracle) takeOther(e *Event, p *peer, i int) *Violation {
	switch e.Kind {
	case Reply:
		return o.takeReply(e)
	case DuplicateMessage, DropMessage, HoldMessage, ReleaseMessage:
		return o.network(e, p)
	case ResumeMessage:
		return o.resumeMessage(e)
	case RPC:
		return o.rpc(e, p)
	case Persist:
		return o.persisted(e, i)
	case SetTimer: // raft.tla has no timers
		if !p.up {
			return wrong(ruleUp, "nothing of server "+server(i), "a timer, though it is down")
		}
		return nil
	case Apply:
		return o.applied(e, p, i)
	case Request:
		return o.request(e, p, i)
	case Response:
		return o.response(e, p, i)
	case Nemesis:
		return o.nemesis(e, p, i)
	}
	return wrong(ruleServer, "no server for a "+e.Kind.String(), server(i))
}

// takeCommon judges a record about all servers.
func (o *Oracle) takeCommon(e *Event) *Violation {
	switch e.Kind {
	case Nemesis:
		return o.nemesis(e, nil, Nobody)
	case RuleEnded:
		return o.ruleEnded(e)
	}
	return wrong(ruleServer, "a server for a "+e.Kind.String(), "none")
}
