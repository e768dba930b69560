package condition

import (
	"fmt"
	"math"
	"slices"

	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// equal is logs_equal=NODES and queues_equal=NODES.
type equal struct {
	selection
	start func() tester
}

// A comparer is the tester of an equal.
type comparer interface {
	tester
	about(selection)
}

func readEqual(start func() tester) func(string) (spec, string) {
	return func(value string) (spec, string) {
		sel, wrong := readSelection(value)
		if wrong == "" && len(sel.ids) == 1 {
			wrong = "one node has nobody to be equal with"
		}
		return equal{sel, start}, wrong
	}
}

func (e equal) nodes() selection { return e.selection }

func (e equal) tester() tester {
	t := e.start()
	t.(comparer).about(e.selection)
	return t
}

// comparison is what both comparers remember: they compare what is long only
// when something about it has changed.
type comparison struct {
	selection
	trace       *world.Trace // of the cluster that the rest is about
	marks, last []mark
	same        bool
}

// A mark changes when what it stands for does.
type mark struct {
	id    raft.NodeID
	index raft.Index
	term  raft.Term
}

func (c *comparison) about(s selection) { c.selection = s }

// changed takes the nodes' marks and tells whether any is another than before.
func (c *comparison) changed(o Observer) bool {
	is := c.trace != o.Trace() || !slices.Equal(c.marks, c.last)
	c.trace, c.marks, c.last = o.Trace(), c.last[:0], c.marks
	return is
}

// equalLogs compares logs, which a node has whether or not it is up.
type equalLogs struct{ comparison }

func (e *equalLogs) holds(o Observer) bool {
	e.marks = e.marks[:0]
	ends := e.each(o, func(id raft.NodeID, s *raft.State, _ bool) bool {
		e.marks = append(e.marks, mark{id, s.LastIndex, s.LastTerm})
		return s.LastIndex == e.marks[0].index && s.LastTerm == e.marks[0].term
	})
	if !ends {
		return false
	}
	if e.changed(o) {
		e.same = e.difference(o) == ""
	}
	return e.same
}

func (e *equalLogs) seen(o Observer) string {
	if d := e.difference(o); d != "" {
		return d
	}
	return e.describe(o, func(id raft.NodeID, s *raft.State, _ bool) string {
		return fmt.Sprintf("node %d ends at entry %d of term %d", id, s.LastIndex, s.LastTerm)
	})
}

// difference says where a log first differs from that of the first node; "" when
// none does.
func (e *equalLogs) difference(o Observer) string {
	var first *world.NodeView
	found := ""
	e.each(o, func(id raft.NodeID, _ *raft.State, _ bool) bool {
		v := o.View(id, math.MaxInt)
		if first == nil {
			first = &v
			return true
		}
		found = differ(first, &v)
		return found == ""
	})
	return found
}

func differ(a, b *world.NodeView) string {
	for i := range min(len(a.Log), len(b.Log)) {
		if x, y := a.Log[i], b.Log[i]; x.Term != y.Term || !sameCommand(x.Command, y.Command) {
			return fmt.Sprintf("at index %d node %d has %s and node %d has %s",
				a.FirstIndex+raft.Index(i), a.ID, describe(x), b.ID, describe(y))
		}
	}
	if len(a.Log) != len(b.Log) {
		return fmt.Sprintf("node %d has %d entries and node %d has %d", a.ID, len(a.Log), b.ID, len(b.Log))
	}
	return ""
}

// sameCommand compares what entries hold. Mostly nodes share it.
func sameCommand(a, b any) bool {
	if a == b {
		return true
	}
	x, okX := a.(*mqapi.Command)
	y, okY := b.(*mqapi.Command)
	return okX && okY && x != nil && y != nil && *x == *y
}

func describe(e raft.Entry) string {
	c, _ := e.Command.(*mqapi.Command)
	return fmt.Sprintf("%.80s of term %d", c.String(), e.Term)
}

// equalQueues compares queues, which only a node that is up has.
type equalQueues struct{ comparison }

func (e *equalQueues) holds(o Observer) bool {
	e.marks = e.marks[:0]
	if !e.each(o, func(id raft.NodeID, s *raft.State, up bool) bool {
		e.marks = append(e.marks, mark{id: id, index: s.LastApplied})
		return up
	}) {
		return false
	}
	if e.changed(o) {
		e.same = e.difference(o) == ""
	}
	return e.same
}

func (e *equalQueues) seen(o Observer) string {
	if d := e.difference(o); d != "" {
		return d
	}
	return e.describe(o, func(id raft.NodeID, s *raft.State, up bool) string {
		if !up {
			return fmt.Sprintf("node %d is down", id)
		}
		return fmt.Sprintf("node %d has applied %d", id, s.LastApplied)
	})
}

// difference says where a queue first differs from that of the first node; ""
// when none does.
func (e *equalQueues) difference(o Observer) string {
	var first mqapi.View
	firstID := raft.None
	found := ""
	e.each(o, func(id raft.NodeID, _ *raft.State, up bool) bool {
		if !up {
			found = fmt.Sprintf("node %d is down", id)
			return false
		}
		q := o.Queue(id)
		if firstID == raft.None {
			first, firstID = q, id
			return true
		}
		found = differQueues(first, q, firstID, id)
		return found == ""
	})
	return found
}

func differQueues(a, b mqapi.View, idA, idB raft.NodeID) string {
	if len(a.Topics) != len(b.Topics) {
		return fmt.Sprintf("node %d has %d topics and node %d has %d", idA, len(a.Topics), idB, len(b.Topics))
	}
	for i, t := range a.Topics {
		u := b.Topics[i]
		if t.Topic != u.Topic {
			return fmt.Sprintf("topic %d is %.80q on node %d and %.80q on node %d", i+1, t.Topic, idA, u.Topic, idB)
		}
		if len(t.Messages) != len(u.Messages) {
			return fmt.Sprintf("topic %.80q holds %d messages on node %d and %d on node %d",
				t.Topic, len(t.Messages), idA, len(u.Messages), idB)
		}
		for j, m := range t.Messages {
			if m != u.Messages[j] {
				return fmt.Sprintf("message %d of topic %.80q is %.80q on node %d and %.80q on node %d",
					j+1, t.Topic, m, idA, u.Messages[j], idB)
			}
		}
	}
	return ""
}
