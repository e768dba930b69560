package scenario

import (
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// trailLength is the greatest number of lines of a trail.
const trailLength = 8

// trail describes the last events about conditions: those of the nodes that they name, or
// of all nodes when one condition names none. See trace.Trail.
//
// why says what keeps the cluster from its work; if nothing does, why the client was refused
// that the trail ends with.
func (r *runner) trail(that []condition.Condition) (lines []string, why string) {
	told := trace.Trail(r.view.Trace(), trailLength, r.about(that), r.changes)
	lines = make([]string, len(told))
	for i := range told {
		t := &told[i]
		lines[i] = "at " + moment(t.Time) + " " + t.Sentence() + t.Again()
	}
	e := explain.New(r.kept(), r.view.Nodes())
	if why = e.Trouble(); why == "" && len(told) > 0 {
		last := &told[len(told)-1]
		if c, ok := last.Detail.(*trace.Call); ok && last.Kind == trace.Response && c.Reply.Err != nil {
			if x, err := e.Explain(last.Seq); err == nil {
				why = strings.TrimSuffix(x.Text+" ("+x.Section+")", " ()")
			}
		}
	}
	return lines, why
}

// kept returns copies of the records that the trace holds.
func (r *runner) kept() []trace.Record {
	t := r.view.Trace()
	records := make([]trace.Record, 0, t.Last()-t.First()+1)
	for seq := max(t.First(), 1); seq <= t.Last(); seq++ {
		records = append(records, *t.At(seq))
	}
	return records
}

// keepChanges keeps the records of what a step did to the cluster, which the trace may drop
// before the run fails.
func (r *runner) keepChanges() {
	t := r.view.Trace()
	for seq := max(r.since+1, t.First()); seq <= t.Last(); seq++ {
		if record := t.At(seq); record.Kind == trace.Nemesis {
			r.changes = append(r.changes, *record)
		}
	}
	if n := len(r.changes) - trailLength; n > 0 {
		r.changes = r.changes[n:]
	}
}

// about returns the nodes that all these conditions name; nil means any node.
func (r *runner) about(that []condition.Condition) []raft.NodeID {
	var ids []raft.NodeID
	for _, c := range that {
		words := nodesOf(c.String())
		if words == nil {
			return nil
		}
		for _, word := range words {
			id, ok := r.node(word)
			if !ok {
				return nil
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// node finds a node by its id or name.
func (r *runner) node(word string) (raft.NodeID, bool) {
	if n, err := strconv.ParseUint(word, 10, 31); err == nil {
		return raft.NodeID(n), true
	}
	return r.resolve(word)
}

// nodesOf returns the words for nodes in a condition, or nil if it names none.
func nodesOf(c string) []string {
	key, value, _ := strings.Cut(c, "=")
	first, rest, more := strings.Cut(value, ":")
	switch key {
	case "answer", "answers":
		return nil
	case "event", "count":
		if key == "count" { // the number is last
			if at := strings.LastIndexByte(rest, ':'); at >= 0 {
				rest = rest[:at]
			} else {
				rest = ""
			}
		}
		first = rest
	case "term", "committed", "applied", "last":
		if !more {
			return nil
		}
	}
	switch first {
	case "", "all", "unique", "none":
		return nil
	}
	return strings.Split(first, ",")
}
