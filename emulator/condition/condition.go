package condition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/nearest"
	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// ErrInvalid: a condition cannot be read, or names a node that is not there.
var ErrInvalid = errors.New("invalid condition")

// An Observer is what conditions look at.
type Observer interface {
	Nodes() int
	State(id raft.NodeID) (s raft.State, up, paused bool)
	View(id raft.NodeID, maxLog int) world.NodeView
	Queue(id raft.NodeID) mqapi.View
	Trace() *world.Trace
}

// A Condition is one thing that can be true of a cluster.
type Condition struct {
	key  string
	spec spec
}

// A spec is what a key's value says.
type spec interface {
	String() string
	// nodes are those that it names.
	nodes() selection
	// tester is somebody to ask, for as long as one Watch lasts.
	tester() tester
}

// A tester tells whether a condition holds.
type tester interface {
	holds(o Observer) bool
	// seen says what is there, whether it holds or not.
	seen(o Observer) string
}

// String writes the condition as Parse reads it.
func (c Condition) String() string { return c.key + "=" + c.spec.String() }

// Check tells whether a cluster of so many nodes has those that the condition
// names. The error is an ErrInvalid.
func (c Condition) Check(nodes int) error {
	for _, id := range c.spec.nodes().ids {
		if int(id) >= nodes {
			return fmt.Errorf("%w %q: node %d does not exist, %s", ErrInvalid, c, id, has(nodes))
		}
	}
	return nil
}

// Names lists the names of nodes that the condition uses and a scenario has to
// bind: all but Leader, Follower and Candidate.
func (c Condition) Names() []string { return nil }

// Requests lists the names of the client requests that it is about.
func (c Condition) Requests() []string { return nil }

func has(nodes int) string {
	if nodes == 1 {
		return "the cluster has node 0 only"
	}
	return fmt.Sprintf("the cluster has nodes 0 to %d", nodes-1)
}

// A Key is one kind of condition.
type Key struct {
	Name    string
	Want    string // what its value may be
	Example string // a value
	read    func(value string) (spec, string)
}

// keys in the order in which they are explained. A read function gives the spec
// or, in words, what is wrong.
var keys = []Key{
	{"leader", "unique, none or a node's id", "unique", readLeader},
	{"role", "NODES:ROLE, with ROLE one of Follower, Candidate, Leader", "2:Follower", readRole},
	{"term", "TERM or NODES:TERM, the least term that is reached", "2:5", readAtLeast(termOf)},
	{"committed", "INDEX or NODES:INDEX, the least commit_index", "12", readAtLeast(commitOf)},
	{"applied", "INDEX or NODES:INDEX, the least last_applied", "12", readAtLeast(appliedOf)},
	{"logs_equal", "NODES", "0,1", readEqual(func() tester { return &equalLogs{} })},
	{"queues_equal", "NODES", "all", readEqual(func() tester { return &equalQueues{} })},
	{"event", "EVENT or EVENT:NODES, with EVENT as the trace has it", "BecomeLeader:2", readEvent},
}

// Keys lists all kinds of conditions.
func Keys() []Key { return slices.Clone(keys) }

// IsKey tells whether there is such a kind of condition.
func IsKey(name string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return k.Name == name })
}

// names of all keys.
func names() []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.Name
	}
	return list
}

// ParseText reads a condition, such as "leader=unique". The error is an
// ErrInvalid.
func ParseText(text string) (Condition, error) {
	key, value, ok := strings.Cut(text, "=")
	if !ok {
		return Condition{}, fmt.Errorf("%w %s: want KEY=VALUE, such as leader=unique", ErrInvalid, quote(text))
	}
	return Parse(key, value)
}

// Parse reads a condition that comes as a key and its value. The error is an
// ErrInvalid that says which part is wrong and what would be right.
func Parse(key, value string) (Condition, error) {
	for _, k := range keys {
		if k.Name != key {
			continue
		}
		s, wrong := k.read(value)
		if wrong != "" {
			return Condition{}, fmt.Errorf("%w %s: %s; want %s=%s, such as %[4]s=%[6]s",
				ErrInvalid, quote(key+"="+value), wrong, k.Name, k.Want, k.Example)
		}
		return Condition{key, s}, nil
	}
	return Condition{}, fmt.Errorf("%w %s: there is no key %s, %s",
		ErrInvalid, quote(key+"="+value), quote(key), suggest(key, names()))
}

// suggest is a clause about a word that is none of words.
func suggest(written string, words []string) string {
	if near := nearest.Words(written, words, 1); len(near) > 0 {
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
