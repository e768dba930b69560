package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/bugs"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrNodes: what is behind the @ does not say which nodes, or not such of the cluster.
var ErrNodes = errors.New("no such nodes")

// Planted are the bugs that a command line plants, in order. It is a flag.Value
// that may be given several times.
type Planted []planted

// planted is one NAME[@NODES].
type planted struct {
	bug   string
	nodes []raft.NodeID // nil: all
}

// Set reads NAME or NAME@NODES, where NODES are ids and ranges of them with
// commas, such as 0,2-4. Without NODES all nodes are meant. A later one counts
// where both name a node.
func (p *Planted) Set(text string) error {
	name, nodes, err := parse(text)
	if err != nil {
		return err
	}
	*p = append(*p, planted{name, nodes})
	return nil
}

// ParseBug reads the only -bug of a command line for a cluster of so many nodes. The nodes
// are nil for all; the name is "" when there is no text.
func ParseBug(text string, cluster int) (name string, nodes []raft.NodeID, err error) {
	if text == "" {
		return "", nil, nil
	}
	if name, nodes, err = parse(text); err != nil {
		return "", nil, fmt.Errorf("-bug: %w", err)
	}
	return name, nodes, within(text, nodes, cluster)
}

// parse reads one NAME or NAME@NODES. The nodes are nil for all; whether the cluster
// has those that are named is not known here.
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

// Plant gives the fixture's nodes the bugs that they are to have from the start,
// in the place of those that the fixture gives them. The error is ErrNodes when
// the cluster has not a node that is named; nothing is planted then.
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

// within gives ErrNodes when one of the nodes that are to have the bug is not of the
// cluster.
func within(bug string, nodes []raft.NodeID, cluster int) error {
	for _, id := range nodes {
		if int(id) >= cluster {
			return fmt.Errorf("-bug %s: %w: node %d, the cluster has nodes 0 to %d", bug, ErrNodes, id, cluster-1)
		}
	}
	return nil
}
