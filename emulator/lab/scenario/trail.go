package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/raft"
)

const (
	// trailLength is the greatest number of lines of a trail.
	trailLength = 8
	// trailSearch is the number of records searched for them.
	trailSearch = 1 << 12
)

// trail describes the last events about conditions: those of the nodes that they name, or
// of all nodes when one condition names none. A repeated event is listed once, with its
// count.
func (r *runner) trail(that []condition.Condition) []string {
	nodes := r.about(that)
	trace := r.view.Trace()
	type event struct {
		when  string
		words string
		more  int // earlier events with the same words
	}
	var events []event // the newest first
	oldest := max(trace.First(), 1)
	if last := trace.Last(); last > trailSearch {
		oldest = max(oldest, last-trailSearch+1)
	}
	for seq := trace.Last(); seq >= oldest; seq-- {
		record := trace.At(seq)
		if nodes != nil && record.Node != raft.None && !slices.Contains(nodes, record.Node) {
			continue
		}
		if !record.Notable() {
			continue
		}
		words := record.Sentence()
		if i := slices.IndexFunc(events, func(e event) bool { return e.words == words }); i >= 0 {
			events[i].more++
		} else if len(events) < trailLength {
			events = append(events, event{when: moment(record.Time), words: words})
		} else {
			break
		}
	}
	slices.Reverse(events)
	lines := make([]string, len(events))
	for i, e := range events {
		lines[i] = "at " + e.when + " " + e.words
		if e.more > 0 {
			lines[i] += fmt.Sprintf(" (and %s before)", times(e.more))
		}
	}
	return lines
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
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
