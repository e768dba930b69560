package condition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// ErrInvalid: a condition cannot be read, or names a node that is not there.
var ErrInvalid = errors.New("invalid condition")

// An Observer is what conditions look at.
type Observer interface {
	Nodes() int
	State(id raft.NodeID) (s raft.State, up, paused bool)
	View(id raft.NodeID, maxLog int) world.NodeView
	Queue(id raft.NodeID) machine.View
	Trace() *world.Trace
}

// A Condition is one thing that can be true of a cluster.
type Condition struct {
	key  *Key
	spec spec
}

// A spec is what a key's value says.
type spec interface {
	String() string
	// mentions are the nodes that it names.
	mentions() []member
	// tester is somebody to ask, for as long as one Watch lasts.
	tester() tester
}

// A tester tells whether a condition holds.
type tester interface {
	holds(s *sight) bool
	// seen says what is there, whether it holds or not. It comes after holds.
	seen(s *sight) string
}

// String writes the condition as Parse reads it.
func (c Condition) String() string { return c.key.Name + "=" + c.spec.String() }

// Equal tells whether both are the same condition.
func (c Condition) Equal(other Condition) bool { return c.String() == other.String() }

// Check tells whether a cluster of so many nodes has those that the condition
// mentions by their ids. The error is an ErrInvalid.
func (c Condition) Check(nodes int) error {
	for _, m := range c.spec.mentions() {
		if m.name == "" && int(m.id) >= nodes {
			return fmt.Errorf("%w %q: node %d does not exist, %s", ErrInvalid, c, m.id, has(nodes))
		}
	}
	return nil
}

// CheckAlone tells whether the condition makes sense without a scenario: it
// uses no name that only a scenario gives. The error is an ErrInvalid.
func (c Condition) CheckAlone() error {
	if requests := c.Requests(); len(requests) > 0 {
		return fmt.Errorf("%w %s: only a scenario has requests with names, want another condition than %s",
			ErrInvalid, quote(c.String()), c.key.Name)
	}
	if names := c.Names(); len(names) > 0 {
		return fmt.Errorf("%w %s: nobody is called %s; want %s, and nodes by their ids or as leader, follower or candidate",
			ErrInvalid, quote(c.String()), quote(names[0]), c.key.want())
	}
	return nil
}

// Names lists the names of nodes that the condition uses and a scenario has to
// bind: all but Leader, Follower and Candidate.
func (c Condition) Names() []string {
	var names []string
	for _, m := range c.spec.mentions() {
		if m.name != "" && !m.isRole() && !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}

// Requests lists the names of the client requests that it is about.
func (c Condition) Requests() []string {
	if a, ok := c.spec.(asker); ok {
		return []string{a.request()}
	}
	return nil
}

// OfOne tells whether the condition is about one client's request, so that
// there must not be several of the name.
func (c Condition) OfOne() bool {
	_, ok := c.spec.(answer)
	return ok
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

// Parse reads a condition that comes as a key and its value. The error is an
// ErrInvalid that says which part is wrong and what would be right.
func Parse(key, value string) (Condition, error) {
	for i := range keys {
		k := &keys[i]
		if k.Name != key {
			continue
		}
		s, wrong := k.read(value)
		if wrong != "" {
			return Condition{}, fmt.Errorf("%w %s: %s; want %s", ErrInvalid, quote(key+"="+value), wrong, k.want())
		}
		return Condition{k, s}, nil
	}
	return Condition{}, fmt.Errorf("%w %s: there is no key %s, %s",
		ErrInvalid, quote(key+"="+value), quote(key), suggest(key, names()))
}

// suggest is a clause about a word that is none of words.
func suggest(written string, words []string) string {
	if near := text.Nearest(written, words, 1); len(near) > 0 {
		return "did you mean " + near[0] + "?"
	}
	return "want one of " + strings.Join(words, ", ")
}

// quote quotes what a user wrote, cut to what fits into a message.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%q...", s[:most])
	}
	return fmt.Sprintf("%q", s)
}
