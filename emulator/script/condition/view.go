package condition

import (
	"math"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A clusterView is a cluster as one Watch sees it. It remembers what is slow to read
// again.
type clusterView struct {
	Cluster
	env    *Env
	direct directReader // nil: the Cluster only gives copies
	trace  *trace.Ring
	logs   []knownLog
	queues []knownQueue
	// rewrites counts those of all logs. It continues when the cluster is replaced, so
	// that no number repeats.
	rewrites uint64
	// state is the state of the node that selection.each visits. Kept here, it needs no
	// allocation.
	state raft.State
}

// A directReader gives logs and queues without copying them.
type directReader interface {
	Log(id raft.NodeID) *raft.Log
	Machine(id raft.NodeID) machine.Machine
}

// update reads the cluster as it is now.
func (s *clusterView) update(o Cluster) {
	s.Cluster = o
	s.direct, _ = o.(directReader)
	if t := o.Trace(); t != s.trace { // another cluster has been loaded
		s.trace, s.logs, s.queues = t, nil, nil
	}
	if n := o.Nodes(); len(s.logs) != n {
		s.logs, s.queues = make([]knownLog, n), make([]knownQueue, n)
	}
}

// shows reports whether the cluster shows what a condition needs.
func (s *clusterView) shows(c *Condition) bool {
	if _, asks := c.predicate.(requestPredicate); asks && s.env.Answers == nil {
		return false
	}
	b, blind := s.Cluster.(Partial)
	if !blind {
		return true
	}
	for _, a := range c.key.needs {
		if !b.Shows(a) {
			return false
		}
	}
	for _, m := range c.predicate.mentions() {
		if m.isRole() && !(b.Shows(AspectRole) && b.Shows(AspectTerm)) {
			return false
		}
	}
	return true
}

// A knownLog is a node's log with the marks that tell which entries are new.
type knownLog struct {
	*raft.Log
	// rewrites changes whenever something other than an append may have happened. While
	// it stays the same, entries read once need not be read again.
	rewrites uint64

	segments []segment
	last     raft.Index
	term     raft.Term
}

// A segment is the place and length of a part of a log in memory. Appended entries are
// never overwritten there (see raft.Log), so the same place holds the same entries.
type segment struct {
	place *raft.Entry
	size  int
}

// log returns a node's log.
func (s *clusterView) log(id raft.NodeID, state *raft.State) *knownLog {
	k := &s.logs[id]
	if s.direct != nil {
		k.Log = s.direct.Log(id)
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

func (s *clusterView) rewrite() uint64 {
	s.rewrites++
	return s.rewrites
}

// moved reports whether a part of the log is no longer where it was.
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

// A queueMark changes whenever a node's queue may have changed.
type queueMark struct {
	cluster *trace.Ring
	applied raft.Index
	machine machine.Machine
}

func (s *clusterView) queueMark(id raft.NodeID, state *raft.State) queueMark {
	m := queueMark{cluster: s.trace, applied: state.LastApplied}
	if s.direct != nil {
		m.machine = s.direct.Machine(id)
	}
	return m
}

// queue returns a copy of a node's queue.
func (s *clusterView) queue(id raft.NodeID, state *raft.State) *machine.View {
	k := &s.queues[id]
	if mark := s.queueMark(id, state); k.view == nil || k.mark != mark {
		view := s.Queue(id)
		k.mark, k.view = mark, &view
	}
	return k.view
}
