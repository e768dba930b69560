package condition

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// equal is logs_equal=NODES and queues_equal=NODES.
type equal struct {
	selection
	start func(selection) tester
}

func readEqual(start func(selection) tester) func(string) (predicate, string) {
	return func(value string) (predicate, string) {
		sel, wrong := readSelection(value)
		if wrong == "" && len(sel.members) == 1 {
			wrong = "one node alone cannot be compared, want two or more"
		}
		return equal{sel, start}, wrong
	}
}

func (e equal) tester() tester { return e.start(e.selection) }

// equalLogs compares logs. A node that is down has its log.
type equalLogs struct {
	selection
	same      raft.Index // the logs are known to be the same up to here
	now, then []logMark  // the logs that are compared now, and those compared before
}

// A logMark changes whenever a log may have changed other than by growing.
type logMark struct {
	id       raft.NodeID
	rewrites uint64
}

func (e *equalLogs) holds(s *clusterView) bool {
	var first raft.State
	e.now, e.then = e.then[:0], e.now
	if !e.each(s, func(id raft.NodeID, state *raft.State, _ bool) bool {
		if len(e.now) == 0 {
			first = *state
		}
		e.now = append(e.now, logMark{id: id})
		return state.LastIndex == first.LastIndex && state.LastTerm == first.LastTerm
	}) {
		// The logs compared before are still known to be the same.
		e.now, e.then = e.then, e.now
		return false
	}
	for k := range e.now {
		m := &e.now[k]
		state, _, _ := s.State(m.id)
		m.rewrites = s.log(m.id, &state).rewrites
	}
	if !slices.Equal(e.now, e.then) {
		e.same = 0
	}
	for _, m := range e.now[1:] {
		if i := differAt(s.logs[e.now[0].id].Log, s.logs[m.id].Log, e.same+1); i > 0 {
			return false
		}
	}
	e.same = first.LastIndex
	return true
}

func (e *equalLogs) seen(s *clusterView) string {
	if d := e.difference(s); d != "" {
		return d
	}
	return e.describe(s, func(who string, _ raft.NodeID, state *raft.State, _ bool) string {
		return fmt.Sprintf("%s ends at entry %d of term %d", who, state.LastIndex, state.LastTerm)
	})
}

// difference says where a log first differs from that of the first node; "" if none
// does.
func (e *equalLogs) difference(s *clusterView) string {
	var first *raft.Log
	firstID := raft.None
	found := ""
	e.each(s, func(id raft.NodeID, state *raft.State, _ bool) bool {
		log := s.log(id, state).Log
		if first == nil {
			first, firstID = log, id
			return true
		}
		found = differ(first, log, firstID, id)
		return found == ""
	})
	return found
}

// differAt returns the first index, from one on, at which both logs have different
// entries; 0 if there is none.
func differAt(a, b *raft.Log, from raft.Index) raft.Index {
	to := min(a.LastIndex(), b.LastIndex())
	for i := max(from, a.FirstIndex(), b.FirstIndex()); i <= to; {
		x, y := a.Slice(i, to), b.Slice(i, to)
		n := min(len(x), len(y))
		for k := range n {
			if x[k].Term != y[k].Term || !sameCommand(x[k].Command, y[k].Command) {
				return i + raft.Index(k)
			}
		}
		i += raft.Index(n)
	}
	return 0
}

func differ(a, b *raft.Log, idA, idB raft.NodeID) string {
	if i := differAt(a, b, 1); i > 0 {
		return fmt.Sprintf("at index %d node %d has %s and node %d has %s",
			i, idA, describe(a.Entry(i)), idB, describe(b.Entry(i)))
	}
	if a.LastIndex() != b.LastIndex() {
		return fmt.Sprintf("node %d has %s and node %d has %d", idA, text.Count(a.LastIndex(), "entry"), idB, b.LastIndex())
	}
	return ""
}

// sameCommand compares the contents of entries. Usually nodes share them.
func sameCommand(a, b any) bool {
	if a == b {
		return true
	}
	x, okX := a.(*machine.Command)
	y, okY := b.(*machine.Command)
	return okX && okY && x != nil && y != nil && *x == *y
}

func describe(e raft.Entry) string {
	c, _ := e.Command.(*machine.Command)
	return fmt.Sprintf("%.80s of term %d", c.String(), e.Term)
}

// equalQueues compares queues. A node that is down has none.
type equalQueues struct {
	selection
	now, then []nodeQueue
	same      bool
}

// A nodeQueue is a node's queue when it was last read.
type nodeQueue struct {
	id raft.NodeID
	queueMark
}

func (e *equalQueues) holds(s *clusterView) bool {
	e.now, e.then = e.then[:0], e.now
	if !e.each(s, func(id raft.NodeID, state *raft.State, up bool) bool {
		e.now = append(e.now, nodeQueue{id, s.queueMark(id, state)})
		return up
	}) {
		e.now, e.then = e.then, e.now
		return false
	}
	if slices.Equal(e.now, e.then) {
		return e.same
	}
	e.same = true
	for _, q := range e.now[1:] {
		if e.same = e.sameQueues(s, e.now[0].id, q.id); !e.same {
			break
		}
	}
	return e.same
}

func (e *equalQueues) sameQueues(s *clusterView, a, b raft.NodeID) bool {
	if s.direct != nil {
		return s.direct.Machine(a).Equal(s.direct.Machine(b))
	}
	stateA, _, _ := s.State(a)
	stateB, _, _ := s.State(b)
	return differQueues(s.queue(a, &stateA), s.queue(b, &stateB), a, b) == ""
}

func (e *equalQueues) seen(s *clusterView) string {
	if d := e.difference(s); d != "" {
		return d
	}
	return e.describe(s, func(who string, _ raft.NodeID, state *raft.State, up bool) string {
		if !up {
			return who + " is down"
		}
		return fmt.Sprintf("%s has applied %d", who, state.LastApplied)
	})
}

// difference says where a queue first differs from that of the first node; "" if none
// does.
func (e *equalQueues) difference(s *clusterView) string {
	var first *machine.View
	firstID := raft.None
	found := ""
	e.each(s, func(id raft.NodeID, state *raft.State, up bool) bool {
		if !up {
			found = fmt.Sprintf("node %d is down", id)
			return false
		}
		q := s.queue(id, state)
		if firstID == raft.None {
			first, firstID = q, id
			return true
		}
		found = differQueues(first, q, firstID, id)
		return found == ""
	})
	return found
}

func differQueues(a, b *machine.View, idA, idB raft.NodeID) string {
	if len(a.Items) != len(b.Items) {
		return fmt.Sprintf("node %d has %s and node %d has %d", idA, text.Count(len(a.Items), "topic"), idB, len(b.Items))
	}
	for i, t := range a.Items {
		u := b.Items[i]
		if t.Name != u.Name {
			return fmt.Sprintf("topic %d is %.80q on node %d and %.80q on node %d", i+1, t.Name, idA, u.Name, idB)
		}
		if len(t.Values) != len(u.Values) {
			return fmt.Sprintf("topic %.80q holds %s on node %d and %d on node %d",
				t.Name, text.Count(len(t.Values), "message"), idA, len(u.Values), idB)
		}
		for j, m := range t.Values {
			if m != u.Values[j] {
				return fmt.Sprintf("message %d of topic %.80q is %.80q on node %d and %.80q on node %d",
					j+1, t.Name, m, idA, u.Values[j], idB)
			}
		}
	}
	return ""
}
