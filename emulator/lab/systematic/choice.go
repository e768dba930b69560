package systematic

import (
	"slices"
	"sync"

	"rrmq.example/emulator/raft"
)

// A choice is what happens next: its kind, and the affected node or the place of the
// message that arrives.
type choice uint32

type choiceKind uint8

// The kinds of choices, in the order in which they are tried.
const (
	deliver choiceKind = iota
	timeout
	request
	heartbeat
	crash
	duplicate // a copy arrives, and the message is still in flight
	numChoiceKinds
)

var choiceNames = [numChoiceKinds]string{"deliver", "timeout", "request", "heartbeat", "crash", "duplicate"}

// String returns the name of the kind in a schedule.
func (k choiceKind) String() string { return choiceNames[k] }

func choose(k choiceKind, arg int) choice { return choice(uint32(k)<<16 | uint32(arg)) }

func (c choice) kind() choiceKind { return choiceKind(c >> 16) }
func (c choice) arg() int         { return int(c & 0xffff) }

// A transition is the effect of one input on one node, whatever the rest of the state.
type transition struct {
	next  handle
	sent  []handle
	wrong *failure
	// idle: it changes nothing and sends nothing.
	idle bool
	// remembered: the history may change; renewed: the node's term rose.
	remembered, renewed bool
}

// steps holds the transitions known so far, by node and input.
type steps struct {
	mu    sync.Mutex
	known map[uint64]*transition
}

// input encodes a node's input as a number: a message's handle, or a kind of choice.
func input(k choiceKind, message handle) uint64 {
	if k == deliver || k == duplicate {
		return uint64(message)
	}
	return 1<<31 | uint64(k)
}

// A walker goes from state to state. Several may share a cluster.
type walker struct {
	*cluster
	met       map[uint64]*transition
	rewritten map[rewriting]handle
	sums      []uint64
	view      view
	from, to  state
}

type rewriting struct {
	history, node handle
	least         raft.Term
}

func (m *cluster) walker() *walker {
	return &walker{
		cluster: m, met: map[uint64]*transition{}, rewritten: map[rewriting]handle{},
		sums: make([]uint64, len(m.renamings)),
	}
}

// choices calls try with each choice of a state, in order. Equal messages give one
// choice.
func (w *walker) choices(s *state, try func(choice)) {
	messages := func(k choiceKind) {
		for at, h := range s.inFlight {
			if at == 0 || h != s.inFlight[at-1] {
				try(choose(k, at))
			}
		}
	}
	nodes := func(k choiceKind, can func(*local) bool) {
		for id, h := range s.nodes {
			if can(w.locals.at(h)) {
				try(choose(k, id))
			}
		}
	}
	leads := func(l *local) bool { return l.state.Role == raft.Leader }
	takes := func(l *local) bool { return l.core.TakesRequests() && len(l.log) < w.bounds.Log }
	messages(deliver)
	nodes(timeout, func(l *local) bool { return !leads(l) && int(l.state.Term) < w.bounds.Term })
	if s.left.any(requestsLeft) {
		nodes(request, takes)
	}
	if s.left.any(heartbeatsLeft) {
		nodes(heartbeat, leads)
	}
	if s.left.any(crashesLeft) {
		nodes(crash, func(*local) bool { return true })
	}
	if s.left.any(duplicatesLeft) {
		messages(duplicate)
	}
}

// follow makes to the state to which a choice leads. It returns nil when that state
// is beyond the bounds, or when nothing happens: a message that arrives without
// effect might as well arrive later.
func (w *walker) follow(s *state, c choice, to *state) *transition {
	id, message := c.arg(), handle(0)
	if c.kind() == deliver || c.kind() == duplicate {
		message = s.inFlight[c.arg()]
		id = int(w.messages.at(message).To)
	}
	t := w.step(s.nodes[id], c.kind(), message)
	if t.idle {
		return nil
	}
	to.copyFrom(s)
	switch c.kind() {
	case deliver:
		to.inFlight = slices.Delete(to.inFlight, c.arg(), c.arg()+1)
	case request:
		to.left = to.left.take(requestsLeft)
	case heartbeat:
		to.left = to.left.take(heartbeatsLeft)
	case crash:
		to.left = to.left.take(crashesLeft)
	case duplicate:
		to.left = to.left.take(duplicatesLeft)
	}
	to.nodes[id] = t.next
	if t.renewed {
		to.inFlight = slices.DeleteFunc(to.inFlight, func(h handle) bool { return w.isObsolete(to, h) })
	}
	for _, h := range t.sent {
		if !w.isObsolete(to, h) {
			w.insertMessage(to, h)
		}
	}
	if len(to.inFlight) > w.bounds.InFlight {
		return nil
	}
	if t.remembered {
		to.history = w.remember(to, t.next)
	}
	return t
}

func (w *walker) isObsolete(s *state, h handle) bool {
	m := w.messages.at(h)
	return isObsolete(m, w.locals.at(s.nodes[m.To]))
}

// step returns the effect of an input on a node. A transition that is new to this
// walker may be known to another.
func (w *walker) step(node handle, k choiceKind, message handle) *transition {
	key := uint64(node)<<32 | input(k, message)
	if t := w.met[key]; t != nil {
		return t
	}
	shared := &w.cluster.steps
	shared.mu.Lock()
	defer shared.mu.Unlock()
	t := shared.known[key]
	if t == nil {
		t = w.take(node, k, message)
		shared.known[key] = t
	}
	w.met[key] = t
	return t
}

// take computes a transition with the core.
func (m *cluster) take(node handle, k choiceKind, message handle) *transition {
	l := m.locals.at(node)
	var s *stepper
	switch k {
	case deliver, duplicate:
		s = l.step(raft.Input{Kind: raft.Receive, Message: m.messages.at(message)})
	case timeout:
		s = l.step(raft.Input{Kind: raft.ElectionTimeout})
	case heartbeat:
		s = l.step(raft.Input{Kind: raft.HeartbeatTimeout})
	case request:
		s = l.step(raft.Input{Kind: raft.Propose, Commands: []any{
			command{Leader: l.core.ID(), Term: l.state.Term, Index: l.state.LastIndex + 1},
		}})
	case crash:
		s = l.crash(m.nodes)
	}
	t := &transition{wrong: s.wrong}
	if t.wrong != nil && slices.Contains(m.ignored, t.wrong.property) {
		t.wrong = nil
	}
	t.next, _ = m.locals.put(s.local)
	for _, sent := range s.sent {
		h, _ := m.messages.put(sent)
		t.sent = append(t.sent, h)
	}
	was, is := &l.state, &s.state
	t.idle = t.next == node && len(t.sent) == 0 && t.wrong == nil
	t.renewed = is.Term != was.Term
	t.remembered = t.renewed || is.Role != was.Role || is.CommitIndex > was.CommitIndex || len(s.applied) > len(l.applied)
	return t
}

// remember returns the history after a node has changed to its state.
func (w *walker) remember(s *state, node handle) handle {
	least := w.locals.at(s.nodes[0]).state.Term
	for _, h := range s.nodes[1:] {
		least = min(least, w.locals.at(h).state.Term)
	}
	key := rewriting{s.history, node, least}
	h, ok := w.rewritten[key]
	if !ok {
		h, _ = w.histories.put(w.histories.at(s.history).after(w.locals.at(node), least))
		w.rewritten[key] = h
	}
	return h
}
