package fault

import (
	"encoding/json"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/sim/encode"
	"rrmq.example/emulator/raft"
)

// A Link is one direction between two nodes.
type Link struct {
	From, To raft.NodeID
}

// A Change is one thing that somebody does to the cluster.
type Change struct {
	Kind  Kind
	Node  raft.NodeID
	Wipe  bool    // Crash: stable storage is lost also
	Links []Link  // Partition
	Rule  *Rule   // SetRule
	Name  string  // DeleteRule
	Skew  float64 // Skew: from MinSkew to MaxSkew
	Bug   string  // Plant
}

// Validate reports all problems of a change that do not depend on the cluster. They are
// Problems, each with its key and the right value. Package world checks the name of a bug.
func (c *Change) Validate() error {
	var p Problems
	if c.Kind >= NumKinds {
		p.add("op", "is unknown")
		return p
	}
	info := c.Kind.Info()
	if info.OnNode && c.Node < 0 {
		p.add("node", "is missing, want a node's id")
	}
	switch c.Kind {
	case Partition:
		for i, l := range c.Links {
			if l.From == l.To || l.From < 0 || l.To < 0 {
				p.add(fmt.Sprintf("links[%d]", i), "is from %d to %d, want two nodes", l.From, l.To)
			}
		}
	case SetRule:
		if c.Rule == nil {
			p.add("fault", "is missing, want a rule")
			break
		}
		for _, one := range c.Rule.problems(0) {
			one.Key = strings.TrimSuffix("fault."+one.Key, ".")
			p = append(p, one)
		}
	case DeleteRule:
		if c.Name == "" {
			p.add("name", "is missing, want the name of a rule")
		}
	case Skew:
		if !(c.Skew >= MinSkew && c.Skew <= MaxSkew) { // refuses NaN also
			p.add("skew", "is %g, want %s", c.Skew, info.Args[0].Want)
		}
	}
	return p.err()
}

// Told describes the change in a sentence: node 2 was crashed.
func (c *Change) Told() string {
	if c.Kind >= NumKinds {
		return c.Kind.String()
	}
	return kinds[c.Kind].told(c)
}

// tellCuts names the first of the links that were cut.
func tellCuts(c *Change) string {
	const most = 6
	if len(c.Links) == 0 {
		return "all cuts were removed"
	}
	words := make([]string, 0, most)
	for _, l := range c.Links[:min(len(c.Links), most)] {
		words = append(words, fmt.Sprintf("%d to %d", l.From, l.To))
	}
	said := strings.Join(words, ", ")
	if more := len(c.Links) - most; more > 0 {
		said += fmt.Sprintf(" and %d more", more)
	}
	return "the network was partitioned: nothing goes from node " + said
}

// AppendJSON appends the change as an object: its op, the node if there is one, and its
// arguments.
func (c *Change) AppendJSON(b []byte) []byte {
	b = append(append(append(b, `{"op":"`...), c.Kind.String()...), '"')
	if c.Node != raft.None {
		b = encode.AppendNode(b, `,"node":`, c.Node)
	}
	if c.Kind < NumKinds {
		for i := range kinds[c.Kind].Args {
			k := &kinds[c.Kind].Args[i].Key
			b = appendValue(appendName(b, k.Name), k.At(c))
		}
	}
	return append(b, '}')
}

// UnmarshalJSON reads the output of AppendJSON. It reports values of a wrong type and
// missing arguments; Validate checks the rest.
func (c *Change) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	var head struct {
		Op   string
		Node *raft.NodeID
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	kind, err := ParseKind(head.Op)
	if err != nil {
		return fmt.Errorf("op: %w", err)
	}
	*c = Change{Kind: kind, Node: raft.None}
	if head.Node != nil {
		c.Node = *head.Node
	}
	for i := range kinds[kind].Args {
		k := &kinds[kind].Args[i].Key
		if _, ok := members[k.Name]; !ok && kind == SetRule {
			return fmt.Errorf("%s: missing, a %s needs it", k.Name, kind)
		}
		if err := readMember(k, c, members); err != nil {
			return err
		}
	}
	return nil
}
