package condition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// ErrInvalid: a condition cannot be read, or names a node that does not exist.
var ErrInvalid = errors.New("invalid condition")

// A Cluster is what conditions read: the nodes of a world or of another target.
type Cluster interface {
	Nodes() int
	State(id raft.NodeID) (s raft.State, up, paused bool)
	View(id raft.NodeID, maxLog int) world.NodeView
	Queue(id raft.NodeID) machine.View
	Trace() *trace.Ring
}

// A Condition is a statement about a cluster.
type Condition struct {
	key       *Key
	predicate predicate
}

// A predicate is what the value of a condition says.
type predicate interface {
	String() string
	// mentions returns the nodes that it names.
	mentions() []member
	// tester returns a tester for one Watch.
	tester() tester
}

// A tester decides whether a condition holds.
type tester interface {
	holds(s *clusterView) bool
	// seen describes the current state, whether the condition holds or not. It is
	// called after holds.
	seen(s *clusterView) string
}

// String writes the condition as Parse reads it.
func (c Condition) String() string { return c.key.Name + "=" + c.predicate.String() }

// Equal reports whether both are the same condition.
func (c Condition) Equal(other Condition) bool { return c.String() == other.String() }

// Check reports a node id in the condition that a cluster of that size does not
// have. The error is an ErrInvalid.
func (c Condition) Check(nodes int) error {
	for _, m := range c.predicate.mentions() {
		if m.name == "" && int(m.id) >= nodes {
			return fmt.Errorf("%w %q: node %d does not exist, %s", ErrInvalid, c, m.id, has(nodes))
		}
	}
	return nil
}

// CheckAlone reports a name in the condition that only a scenario can give. The error
// is an ErrInvalid.
func (c Condition) CheckAlone() error {
	if requests := c.Requests(); len(requests) > 0 {
		return fmt.Errorf("%w %s: only a scenario has requests with names, want another condition than %s",
			ErrInvalid, quote(c.String()), c.key.Name)
	}
	if names := c.Names(); len(names) > 0 {
		if meant := text.Meant(names[0], c.Words()); meant != "" {
			return fmt.Errorf("%w %s: no node is called %s; %s", ErrInvalid, quote(c.String()), quote(names[0]), meant)
		}
		return fmt.Errorf("%w %s: no node is called %s; want %s, and nodes by their ids or as leader, follower or candidate",
			ErrInvalid, quote(c.String()), quote(names[0]), c.key.want())
	}
	return nil
}

// Names returns the names of nodes that a scenario must bind: all except the words for
// roles.
func (c Condition) Names() []string {
	var names []string
	for _, m := range c.predicate.mentions() {
		if m.name != "" && !m.isRole() && !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}

// Words returns the words that the condition takes where it has the name of a node.
func (c Condition) Words() []string { return slices.Concat(c.key.words, syntax.NodeWords) }

// Requests returns the names of the client requests that the condition is about.
func (c Condition) Requests() []string {
	if a, ok := c.predicate.(requestPredicate); ok {
		return []string{a.request()}
	}
	return nil
}

// OfOneRequest reports whether the condition is about a single request, so that a name
// must not stand for several.
func (c Condition) OfOneRequest() bool {
	_, ok := c.predicate.(answer)
	return ok
}

// HoldsOfNothing reports whether the condition is about events or answers and holds before
// there are any. Such a condition says something only about a time that has passed.
func (c Condition) HoldsOfNothing() bool {
	switch p := c.predicate.(type) {
	case count:
		return p.bound.has(0)
	case answers:
		return p.bound.has(0) != (p.status == AnswerPending)
	case answer:
		return p.status == AnswerPending
	}
	return false
}

func has(nodes int) string {
	if nodes == 1 {
		return "the cluster has node 0 only"
	}
	return fmt.Sprintf("the cluster has nodes 0 to %d", nodes-1)
}

// ParseText reads a condition, such as "leader=unique". The error is an
// ErrInvalid.
func ParseText(text string) (Condition, error) {
	key, value, ok := strings.Cut(text, "=")
	if at := strings.IndexAny(text, "<>"); at > 0 && IsKey(text[:at]) {
		return Condition{}, fmt.Errorf("%w %s: want an = behind the key, %s", ErrInvalid, quote(text), quote(text[:at]+"="+text[at:]))
	}
	if !ok {
		return Condition{}, fmt.Errorf("%w %s: want KEY=VALUE, such as leader=unique", ErrInvalid, quote(text))
	}
	return Parse(key, value)
}

// Parse reads a condition given as key and value. The error is an ErrInvalid that says
// which part is wrong and what would be right.
func Parse(key, value string) (Condition, error) {
	for i := range keys {
		k := &keys[i]
		if k.Name != key {
			continue
		}
		if wrong := bounds.Condition.Wrong(value); wrong != "" {
			return Condition{}, fmt.Errorf("%w %s: it %s", ErrInvalid, quote(key+"="+value), wrong)
		}
		s, wrong := k.read(value)
		if wrong != "" {
			return Condition{}, fmt.Errorf("%w %s: %s; want %s", ErrInvalid, quote(key+"="+value), wrong, k.want())
		}
		return Condition{k, s}, nil
	}
	return Condition{}, fmt.Errorf("%w %s: there is no key %s, %s",
		ErrInvalid, quote(key+"="+value), quote(key), text.Suggest(key, names()))
}

// quote quotes user input, cut to a length that fits into a message.
func quote(s string) string { return text.QuoteShort(s, 80) }
