package world

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// MaxWaiting is the greatest number of client requests that wait at one node, and MaxBatch
// the greatest number that are proposed together.
const (
	MaxWaiting = 1 << 16
	MaxBatch   = 1 << 10
)

// A World is a cluster with its network. See the package's contract.
type World struct {
	config   Config
	now      time.Duration
	steps    uint64
	queue    eventQueue
	nodes    []node
	net      network
	mail     slab[letter]
	requests slab[*request]
	trace    *trace.Ring
	sink     func(*trace.Record)
	monitors []Monitor
	outside  Outside // nil: all nodes live here
	ids      random
	tellsAll bool // trace.TellsAll of the records' format

	// Memory that each step uses again.
	in       raft.Input
	effects  raft.Effects
	incoming letter
	outgoing letter
	batch    []*request
	commands []any
	sentBy   []uint64
	sending  sending
}

// A letter is a message in flight.
type letter struct {
	message raft.Message
	cause   uint64 // the record of its sending, which is the message's id
	rpc     *rpcCall
}

// An rpcCall has the receiver of the answer to a message from outside.
type rpcCall struct {
	life uint32 // of the node that gets the message
	done func(raft.Message, error)
}

func (c *rpcCall) answer(m raft.Message, err error) {
	if c.done != nil {
		c.done(m, err)
	}
}

// A request is a client's request in a node.
type request struct {
	trace.Call
	done func(machine.Reply)
	life uint32 // of the node that got it
	// unlogged: the node's machine took the command without the log.
	unlogged bool
}

// New makes a world at time 0 with its first events. It passes each record to sink, unless
// that is nil, and to the monitors, as soon as the record is made. The first records are
// those of kind Init and ResumeMessage, during which monitors may read the nodes whose Init
// they have seen.
func New(c Config, sink func(*trace.Record), monitors ...Monitor) *World {
	return newWorld(c, nil, sink, monitors)
}

func newWorld(c Config, outside Outside, sink func(*trace.Record), monitors []Monitor) *World {
	w := &World{
		config:   c,
		outside:  outside,
		trace:    trace.NewRing(c.TraceSize),
		sink:     sink,
		monitors: monitors,
		ids:      newRandom(c.Seed, idStream),
		nodes:    make([]node, len(c.Nodes)),
		tellsAll: c.TraceFormat == 0 || trace.TellsAll(c.TraceFormat),
	}
	w.ids.id() // it once named the run; recorded traces have the ids that follow
	w.net = network{nodes: len(c.Nodes), random: newRandom(c.Seed, networkStream)}
	if s := c.Streams; s != nil && s.Seed == c.Seed {
		w.net.random.goOn(s.Network)
	}
	w.net.setCuts(c.Cuts)
	for i := range c.Faults {
		rule := c.Faults[i]
		w.putRule(&rule)
	}
	for i := range c.Nodes {
		w.initNode(raft.NodeID(i), &c.Nodes[i])
	}
	w.arrange()
	for i := range w.nodes {
		switch n := &w.nodes[i]; {
		case !n.up || c.Nodes[i].Running || c.startsInOrder(n.id):
		case n.paused:
			// The events at the node wait behind its first step.
			n.held = slices.Insert(n.held, 0, event{kind: startEvent, node: n.id})
		default:
			w.start(n, n.initSeq)
		}
	}
	return w
}

// Config returns the configuration from which the world was made.
func (w *World) Config() Config { return w.config }

// Now returns the time since the world began.
func (w *World) Now() time.Duration { return w.now }

// Steps returns the number of events taken so far.
func (w *World) Steps() uint64 { return w.steps }

// Waiting returns the number of events to come.
func (w *World) Waiting() int { return w.queue.size() }

// Trace returns the records.
func (w *World) Trace() *trace.Ring { return w.trace }

// NextAt returns the time of the next event, and false if there is none.
func (w *World) NextAt() (time.Duration, bool) {
	e := w.next()
	if e == nil {
		return 0, false
	}
	return e.at, true
}

// next returns the next event that is not void. A timer that was set again or stopped
// leaves an old event, which next moves or removes. The event moves to the place that it
// got when the timer was set. So calls of next make no difference, whenever and however
// often they come.
func (w *World) next() *event {
	for {
		e := w.queue.peek()
		if e == nil || e.kind != timerEvent {
			return e
		}
		n := &w.nodes[e.node]
		switch {
		case e.ref != n.timerGeneration:
			w.queue.pop()
		case e.seq != n.timerTicket:
			w.queue.pop()
			w.queue.insert(event{at: n.timerAt, seq: n.timerTicket, ref: n.timerGeneration, node: n.id, kind: timerEvent})
			n.timerQueued = n.timerAt
		default:
			return e
		}
	}
}

// Step takes the next event, at the time for which it is due, and reports whether there was
// one.
func (w *World) Step() bool {
	e := w.next()
	if e == nil {
		return false
	}
	w.take(*e)
	return true
}

// RunUntil takes all events due up to t and moves the time to t. It does nothing if the
// time is later already.
func (w *World) RunUntil(t time.Duration) {
	for {
		e := w.next()
		if e == nil || e.at > t {
			break
		}
		w.take(*e)
	}
	w.now = max(w.now, t)
}

func (w *World) take(e event) {
	w.queue.pop()
	w.now = max(w.now, e.at)
	w.steps++
	switch e.kind {
	case ruleEvent:
		w.endRule(e.ref)
		return
	case reorderEvent:
		w.releaseKept(e.ref)
		return
	case passEvent:
		w.pass(e.ref)
		return
	}
	n := &w.nodes[e.node]
	if n.paused {
		w.holdBack(n, e)
		return
	}
	switch e.kind {
	case deliverEvent, rpcEvent:
		w.deliver(n, e.ref)
	case timerEvent:
		w.fire(n)
	case storedEvent:
		if e.ref == n.life {
			w.finishWrite(n)
		}
	case requestEvent:
		w.propose(n, e.ref)
	case startEvent:
		if e.ref == n.life { // the node may have crashed before its first step
			w.start(n, n.initSeq)
		}
	}
}

// Do hands a client's request to a node. The node's answer goes to done, which may be nil.
// Do returns the number of the Request record. The answer may come before Do returns.
func (w *World) Do(id raft.NodeID, command *machine.Command, done func(machine.Reply)) uint64 {
	n := &w.nodes[id]
	q := &request{Call: trace.Call{ID: w.ids.id(), Node: id, Command: command}, done: done, life: n.life}
	r := w.record(trace.Request, id, 0)
	r.Detail = &q.Call
	q.Seq = r.Seq
	w.recorded(r)
	n.unanswered++
	switch {
	case !n.up:
		w.answer(q, q.Seq, machine.Reply{Leader: raft.None, Err: machine.ErrNodeDown})
	case n.unanswered > MaxWaiting:
		w.answer(q, q.Seq, machine.Reply{Leader: n.core.State().Leader, Err: machine.ErrBusy})
	default:
		w.queue.push(w.now, w.now, requestEvent, id, w.requests.put(q))
	}
	return q.Seq
}

// HangUp says that the client of a request has gone. The node carries the request out all
// the same, as the trace shows; monitors that account for clients learn that the answer
// reaches nobody. request is the number of the Request record.
func (w *World) HangUp(request uint64) {
	for _, m := range w.monitors {
		if m, ok := m.(ClientMonitor); ok {
			m.HungUp(request)
		}
	}
}

// RPC delivers a message from outside to node m.To as if node m.From, a different one, had
// sent it: a request, or in a world with an Outside an answer also. Cuts and rules do not
// affect it. The node's answer to a request goes only to done, which may be nil. The error is ErrNodeDown when the node is down or crashes meanwhile, and ErrBusy
// when too many requests wait there.
func (w *World) RPC(m raft.Message, done func(raft.Message, error)) {
	r := w.record(trace.RPC, m.To, 0)
	r.Message = m
	seq := r.Seq
	w.recorded(r)
	n := &w.nodes[m.To]
	call := &rpcCall{life: n.life, done: done}
	if !n.up {
		call.answer(raft.Message{}, machine.ErrNodeDown)
		return
	}
	if len(n.held) >= MaxWaiting {
		if w.tellsAll {
			w.drop(&letter{message: m, cause: seq}, trace.Overflow)
		}
		call.answer(raft.Message{}, machine.ErrBusy)
		return
	}
	ref := w.mail.put(letter{message: m, cause: seq, rpc: call})
	w.queue.push(w.now, w.now, rpcEvent, m.To, ref)
}

// record begins the next record in the trace. The caller fills in the rest and then calls
// recorded.
func (w *World) record(k trace.Kind, id raft.NodeID, cause uint64) *trace.Record {
	r := w.trace.Next(k)
	r.Time = w.now
	r.Step = w.steps
	r.Cause = cause
	r.Node = id
	r.Index = 0
	r.Detail = nil
	if id != raft.None {
		if core := w.nodes[id].core; core != nil {
			r.State = core.State()
		}
	} else {
		r.State = raft.State{}
	}
	return r
}

// recorded ends a record.
func (w *World) recorded(r *trace.Record) {
	if w.sink != nil {
		w.sink(r)
	}
	for _, m := range w.monitors {
		m.Record(w, r)
	}
}
