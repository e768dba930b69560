package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrNodes: the text behind the @ does not name nodes of the cluster.
var ErrNodes = errors.New("no such nodes")

// Planted are the bugs that a command line plants, in order. It is a flag.Value for a flag
// that may be given several times.
type Planted []planted

// planted is one NAME[@NODES].
type planted struct {
	bug   string
	nodes []raft.NodeID // nil: all
}

// Set reads NAME or NAME@NODES, where NODES are ids and ranges of them with commas, such as
// 0,2-4. Without NODES the bug is for all nodes. The last one that names a node counts.
func (p *Planted) Set(text string) error {
	name, nodes, err := parse(text)
	if err != nil {
		return err
	}
	*p = append(*p, planted{name, nodes})
	return nil
}

// ParseBug reads the one -bug of a command line, for a cluster of this size. It returns
// nil nodes for all of them, and an empty name for an empty text.
func ParseBug(text string, cluster int) (name string, nodes []raft.NodeID, err error) {
	if text == "" {
		return "", nil, nil
	}
	if name, nodes, err = parse(text); err != nil {
		return "", nil, fmt.Errorf("-bug: %w", err)
	}
	return name, nodes, within(text, nodes, cluster)
}

// parse reads one NAME or NAME@NODES. It returns nil nodes for all of them, and does not
// know whether the cluster has the others.
func parse(text string) (name string, nodes []raft.NodeID, err error) {
	name, ids, some := strings.Cut(text, "@")
	if _, err := bugs.Find(name); err != nil {
		return "", nil, fmt.Errorf("%w (emulator bugs lists them all)", err)
	}
	if name == "" {
		return "", nil, errors.New("want NAME or NAME@NODES, such as vote_twice@0,2")
	}
	if some {
		nodes, err = parseNodes(ids)
	}
	return name, nodes, err
}

// parseNodes reads ids and ranges of them.
func parseNodes(text string) ([]raft.NodeID, error) {
	var ids []raft.NodeID
	for _, part := range strings.Split(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, err1 := strconv.ParseUint(low, 10, 31)
		to, err2 := strconv.ParseUint(high, 10, 31)
		if err1 != nil || err2 != nil || from > to || to >= world.MaxNodes {
			return nil, fmt.Errorf("%w: %q, want ids from 0 on and ranges of them with commas, such as 0,2-4", ErrNodes, text)
		}
		for id := from; id <= to; id++ {
			ids = append(ids, raft.NodeID(id))
		}
	}
	return ids, nil
}

// String writes them as a command line has them.
func (p *Planted) String() string {
	if p == nil {
		return ""
	}
	var words []string
	for _, b := range *p {
		word := b.bug
		for i, id := range b.nodes {
			word += map[bool]string{true: "@", false: ","}[i == 0] + strconv.Itoa(int(id))
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Flags writes them as flags, each with a space before it.
func (p Planted) Flags() string {
	if len(p) == 0 {
		return ""
	}
	return " -bug " + strings.ReplaceAll(p.String(), " ", " -bug ")
}

// Plant gives the fixture's nodes these bugs from the start, instead of their own. The error
// is ErrNodes when the cluster lacks a node; then it plants nothing.
func (p Planted) Plant(f *fixture.Fixture) error {
	if len(p) == 0 {
		return nil
	}
	nodes := slices.Clone(f.Nodes)
	for _, b := range p {
		if err := within(b.bug, b.nodes, len(nodes)); err != nil {
			return err
		}
		if b.nodes == nil {
			for i := range nodes {
				nodes[i].Bug = b.bug
			}
		}
		for _, id := range b.nodes {
			nodes[id].Bug = b.bug
		}
	}
	f.Nodes = nodes
	return nil
}

// within returns ErrNodes unless all nodes belong to the cluster.
func within(bug string, nodes []raft.NodeID, cluster int) error {
	for _, id := range nodes {
		if int(id) >= cluster {
			return fmt.Errorf("-bug %s: %w: node %d, the cluster has nodes 0 to %d", bug, ErrNodes, id, cluster-1)
		}
	}
	return nil
}
