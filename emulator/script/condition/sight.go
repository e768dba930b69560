package condition

import (
	"math"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A sight is a cluster as one Watch sees it. It remembers what would be long to
// look at again.
type sight struct {
	Observer
	env    *Env
	inside insider // nil: only copies can be had
	trace  *world.Trace
	logs   []knownLog
	queues []knownQueue
	// rewrites of all logs so far. It goes on when the cluster is replaced, so
	// that no number comes twice.
	rewrites uint64
	// state is that of the node which selection.each is at: kept here, it costs
	// no memory each time.
	state raft.State
}

// An insider shows logs and queues without copying them.
type insider interface {
	Log(id raft.NodeID) *raft.Log
	Machine(id raft.NodeID) machine.Machine
}

// look turns to the cluster as it is now.
func (s *sight) look(o Observer) {
	s.Observer = o
	s.inside, _ = o.(insider)
	if t := o.Trace(); t != s.trace { // another cluster has been loaded
		s.trace, s.logs, s.queues = t, nil, nil
	}
	if n := o.Nodes(); len(s.logs) != n {
		s.logs, s.queues = make([]knownLog, n), make([]knownQueue, n)
	}
}

// shows tells whether the cluster shows what a condition needs.
func (s *sight) shows(c *Condition) bool {
	if _, asks := c.spec.(asker); asks && s.env.Answers == nil {
		return false
	}
	b, blind := s.Observer.(Blind)
	if !blind {
		return true
	}
	for _, a := range c.key.needs {
		if !b.Shows(a) {
			return false
		}
	}
	for _, m := range c.spec.mentions() {
		if m.isRole() && !(b.Shows(AspectRole) && b.Shows(AspectTerm)) {
			return false
		}
	}
	return true
}

// A knownLog is a node's log with what it takes to know what of it is new.
type knownLog struct {
	*raft.Log
	// rewrites is another number whenever something other than an append may have
	// happened. As long as it stays, what was read once need not be read again.
	rewrites uint64

	segments []segment
	last     raft.Index
	term     raft.Term
}

// A segment is where a part of a log lies in memory, and how long it is. What
// was appended there is never overwritten (see raft.Log), so when the place is
// the same, the entries are.
type segment struct {
	place *raft.Entry
	size  int
}

// log gives a node's log.
func (s *sight) log(id raft.NodeID, state *raft.State) *knownLog {
	k := &s.logs[id]
	if s.inside != nil {
		k.Log = s.inside.Log(id)
		if k.moved() || k.rewrites == 0 {
			k.rewrites = s.rewrite()
		}
		return k
	}
	if k.Log == nil || k.last != state.LastIndex || k.term != state.LastTerm {
		k.Log = raft.NewLog(s.View(id, math.MaxInt).Log...)
		k.last, k.term = state.LastIndex, state.LastTerm
		k.rewrites = s.rewrite()
	}
	return k
}

func (s *sight) rewrite() uint64 {
	s.rewrites++
	return s.rewrites
}

// moved tells whether something that was there is not where it was.
func (k *knownLog) moved() bool {
	moved, n := false, 0
	for i := k.FirstIndex(); i <= k.LastIndex(); n++ {
		part := k.Slice(i, k.LastIndex())
		now := segment{&part[0], len(part)}
		if n == len(k.segments) {
			k.segments = append(k.segments, now)
		} else {
			before := k.segments[n]
			moved = moved || before.place != now.place || before.size > now.size
			k.segments[n] = now
		}
		i += raft.Index(len(part))
	}
	if n < len(k.segments) {
		clear(k.segments[n:])
		k.segments, moved = k.segments[:n], true
	}
	return moved
}

// A knownQueue is a copy of a node's queue.
type knownQueue struct {
	mark queueMark
	view *machine.View
}

// A queueMark is another one whenever a node's queue may be.
type queueMark struct {
	cluster *world.Trace
	applied raft.Index
	machine machine.Machine
}

func (s *sight) queueMark(id raft.NodeID, state *raft.State) queueMark {
	m := queueMark{cluster: s.trace, applied: state.LastApplied}
	if s.inside != nil {
		m.machine = s.inside.Machine(id)
	}
	return m
}

// queue gives a copy of a node's queue.
func (s *sight) queue(id raft.NodeID, state *raft.State) *machine.View {
	k := &s.queues[id]
	if mark := s.queueMark(id, state); k.view == nil || k.mark != mark {
		view := s.Queue(id)
		k.mark, k.view = mark, &view
	}
	return k.view
}
