package syntax

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A Partition is a set of cut links. Its parts may be combined: a link that any of them
// cuts is cut. The zero value cuts nothing.
type Partition struct {
	// Groups: nodes of different groups do not reach each other. All nodes that no
	// group names form one further group.
	Groups [][]raft.NodeID
	// OneWay are single directions: From no longer reaches To.
	OneWay []fault.Link
	// Isolate are nodes cut off from all others, in both directions.
	Isolate []raft.NodeID
}

// IsZero reports whether the partition cuts nothing.
func (p Partition) IsZero() bool {
	return len(p.Groups) == 0 && len(p.OneWay) == 0 && len(p.Isolate) == 0
}

// Links returns the links that the partition cuts in a cluster of this many nodes, each
// once, ordered by From and To. The error names a node that does not exist.
func (p Partition) Links(nodes int) ([]fault.Link, error) {
	if p.IsZero() {
		return nil, nil
	}
	if err := p.checkIDs(nodes); err != nil {
		return nil, err
	}
	group := make([]int, nodes) // 0: named by none
	for i, g := range p.Groups {
		for _, id := range g {
			group[id] = i + 1
		}
	}
	alone := make([]bool, nodes)
	for _, id := range p.Isolate {
		alone[id] = true
	}
	oneWay := make(map[fault.Link]bool, len(p.OneWay))
	for _, l := range p.OneWay {
		oneWay[l] = true
	}
	var links []fault.Link
	for from := range nodes {
		for to := range nodes {
			l := fault.Link{From: raft.NodeID(from), To: raft.NodeID(to)}
			if from != to && (group[from] != group[to] || alone[from] || alone[to] || oneWay[l]) {
				links = append(links, l)
			}
		}
	}
	return links, nil
}

func (p Partition) checkIDs(nodes int) error {
	check := func(ids ...raft.NodeID) error {
		for _, id := range ids {
			if id < 0 || int(id) >= nodes {
				return fmt.Errorf("%w partition: node %d does not exist, want %s", source.ErrInvalid, id, WantNode(nodes))
			}
		}
		return nil
	}
	for _, g := range append([][]raft.NodeID{p.Isolate}, p.Groups...) {
		if err := check(g...); err != nil {
			return err
		}
	}
	for _, l := range p.OneWay {
		if err := check(l.From, l.To); err != nil {
			return err
		}
	}
	return nil
}

// PartitionOf describes cuts: as groups if they have that form, else link by link.
func PartitionOf(nodes int, cuts []fault.Link) Partition {
	if len(cuts) == 0 {
		return Partition{}
	}
	cut := make(map[fault.Link]bool, len(cuts))
	for _, l := range cuts {
		cut[l] = true
	}
	links := make([]fault.Link, 0, len(cut))
	for l := range cut {
		links = append(links, l)
	}
	slices.SortFunc(links, compareLinks)
	// If the cuts have the form of groups, a node's group are the nodes that it
	// reaches.
	var p Partition
	grouped := make([]bool, nodes)
	for from := range nodes {
		if grouped[from] {
			continue
		}
		var g []raft.NodeID
		for to := from; to < nodes; to++ {
			l := fault.Link{From: raft.NodeID(from), To: raft.NodeID(to)}
			if !cut[l] && !grouped[to] {
				g = append(g, raft.NodeID(to))
				grouped[to] = true
			}
		}
		p.Groups = append(p.Groups, g)
	}
	if made, err := p.Links(nodes); err == nil && slices.Equal(made, links) {
		return p
	}
	return Partition{OneWay: links}
}

func compareLinks(a, b fault.Link) int {
	if a.From != b.From {
		return int(a.From) - int(b.From)
	}
	return int(a.To) - int(b.To)
}

// WritePartition writes the [partition] table, unless the partition cuts nothing.
func WritePartition(w *source.Writer, p Partition) {
	if p.IsZero() {
		return
	}
	w.Line("\n[partition]")
	if len(p.Groups) > 0 {
		w.Line("groups = [%s]", source.Join(p.Groups, FormatIDs))
	}
	if len(p.OneWay) > 0 {
		w.Line("oneway = [%s]", source.Join(p.OneWay, func(l fault.Link) string { return fmt.Sprintf("[%d, %d]", l.From, l.To) }))
	}
	if len(p.Isolate) > 0 {
		w.Line("isolate = %s", FormatSelector(WhoOf(p.Isolate...)))
	}
}
