package fault

import "fmt"

// A Kind is a kind of change.
type Kind uint8

// The kinds of changes. A change that changes nothing is not recorded again, with two
// exceptions: each Timeout is a timeout, and each SetRule restarts its rule, with counters
// at 0.
const (
	Crash      Kind = iota // Node, Wipe: volatile state and unfinished writes are lost
	Restart                // Node: up again from stable storage
	Pause                  // Node: it stands still, and events that reach it wait
	Resume                 // Node: it goes on with the events that waited, in order
	Timeout                // Node: its election timer runs out now
	Partition              // Links: these links are cut, all others are whole
	Isolate                // Node: all its links are cut
	HealNode               // Node: up, running and connected, its skew 1
	Heal                   // all nodes healed, all rules deleted
	SetRule                // Rule, in force from now on
	DeleteRule             // Name: the messages that the rule keeps go on
	Skew                   // Node, Skew: factor on the length of its timers
	Plant                  // Node, Bug: its program has this bug from now on, "" for none
	NumKinds
)

// Bounds of the factor on the length of a node's timers.
const (
	MinSkew = 0.001
	MaxSkew = 1000
)

// An Info has everything that readers of a kind of change need. The function that makes the
// change stands in package world, in the table of changes.
type Info struct {
	// Name is its op in JSON.
	Name string
	// Doc says in a few words what the change does, and More what else a user should know.
	Doc, More string
	// OnNode says that the change is of one node.
	OnNode bool
	// NeedsUp says that all nodes, for this change, are all that are up.
	NeedsUp bool
	// Args are the arguments beside the node.
	Args []Arg
	// Step is its key in a [[step]], Verb that of POST /v1/nodes/{id}/VERB, and Command
	// that of ctl; "" if it has none.
	Step, Verb, Command string
	// Did says, before the node, that it was done: "crashed".
	Did string
	// OldVerb still works instead of Verb; no document shows it.
	OldVerb string
	// Starts says that the change may start a node, which then needs its port.
	Starts bool

	told func(*Change) string
}

// An Arg is an argument of a change.
type Arg struct {
	Key[Change]
	// Body is its name in a request's body and in a step.
	Body string
}

func onNode(format string) func(*Change) string {
	return func(c *Change) string { return fmt.Sprintf(format, c.Node) }
}

var kinds = [NumKinds]Info{
	Crash: {
		Name: "crash", Step: "crash", Verb: "crash", Command: "crash", Did: "crashed", OnNode: true,
		Doc: "crash a node: it refuses connections, and keeps its port and its disk",
		More: `No other program can take the port of a crashed node. "restart" starts
it again with the term, the vote and the log that are on its disk.`,
		Args: []Arg{{Key[Change]{
			Name: "wipe", Want: "true or false: whether its disk is also lost", Example: "false",
			Doc: "also destroy the disk: a restarted node begins without term, vote and log",
			at:  func(c *Change) any { return &c.Wipe },
		}, "wipe"}},
		told: func(c *Change) string {
			if c.Wipe {
				return fmt.Sprintf("node %d was crashed and its storage wiped", c.Node)
			}
			return fmt.Sprintf("node %d was crashed", c.Node)
		},
	},
	Restart: {
		Name: "restart", Step: "restart", Verb: "restart", Command: "restart", Did: "restarted", OnNode: true, Starts: true,
		Doc:  "start a node again from its disk",
		told: onNode("node %d was restarted"),
	},
	Pause: {
		Name: "pause", Step: "pause", Verb: "pause", Command: "pause", Did: "paused", OnNode: true, NeedsUp: true,
		Doc:  "pause a node: it accepts connections, but answers none",
		More: `Like kill -STOP. After "resume" the node handles everything that arrived meanwhile.`,
		told: onNode("node %d was paused"),
	},
	Resume: {
		Name: "resume", Step: "resume", Verb: "resume", Command: "resume", Did: "resumed", OnNode: true, NeedsUp: true,
		Doc:  "resume a paused node, which handles everything that arrived meanwhile",
		told: onNode("node %d was resumed"),
	},
	Timeout: {
		Name: "timeout", Step: "timeout", Verb: "timeout", Command: "timeout", Did: "timed out", OnNode: true, NeedsUp: true,
		Doc:  "make a node's election timer run out now",
		More: "The node must be up, not paused, and not the leader. Each call is one more timeout.",
		told: onNode("the election timer of node %d was made to run out"),
	},
	Partition: {
		Name: "partition", Step: "partition",
		Doc: "cut links between nodes, instead of all present cuts",
		Args: []Arg{{Key[Change]{
			Name: "links", Doc: "the links that are cut now, from and to",
			at: func(c *Change) any { return &c.Links },
		}, ""}},
		told: tellCuts,
	},
	Isolate: {
		Name: "isolate", Step: "isolate", Verb: "isolate", OldVerb: "partition", Command: "isolate", Did: "isolated", OnNode: true,
		Doc:  "cut a node off from all others, beside the present cuts; clients still reach it",
		More: `"heal ID" reconnects a node, "partition -none" all of them.`,
		told: onNode("node %d was cut off from all others"),
	},
	HealNode: {
		Name: "heal_node", Step: "heal", Verb: "heal", Command: "heal", Did: "healed", OnNode: true, Starts: true,
		Doc:  "heal a node: restart, resume and reconnect it, and set its timers to normal",
		told: onNode("node %d was healed"),
	},
	Heal: {
		Name: "heal",
		Doc:  "remove every cut and fault, restart and resume every node",
		told: func(*Change) string { return "everything was healed" },
	},
	SetRule: {
		Name: "set_fault", Step: "fault",
		Doc: "set a rule; it replaces one of the same name",
		Args: []Arg{{Key[Change]{
			Name: "fault", Doc: "a rule", Must: true,
			at: func(c *Change) any { return &c.Rule },
		}, ""}},
		told: func(c *Change) string {
			text := fmt.Sprintf("the fault %q came into force", c.Rule.Name)
			if rule := c.Rule.String(); rule != "" {
				text += ": " + rule
			}
			return text
		},
	},
	DeleteRule: {
		Name: "delete_fault", Step: "delete_fault",
		Doc: "delete a rule; the messages that it holds go on",
		Args: []Arg{{Key[Change]{
			Name: "name", Doc: "name of the rule", Must: true,
			at: func(c *Change) any { return &c.Name },
		}, ""}},
		told: func(c *Change) string { return fmt.Sprintf("the fault %q was deleted", c.Name) },
	},
	Skew: {
		Name: "skew", Step: "skew", Verb: "skew", Command: "skew", Did: "skewed", OnNode: true,
		Doc: "make a node's timers longer (above 1) or shorter by a factor; 1 is normal",
		Args: []Arg{{Key[Change]{
			Name: "skew", Want: "a number from 0.001 to 1000", Doc: "the factor on the length of its timers", Example: "1.5", Low: MinSkew, Max: MaxSkew, Must: true,
			at: func(c *Change) any { return &c.Skew },
		}, "factor"}},
		told: func(c *Change) string {
			return fmt.Sprintf("the timers of node %d were set to take %g times as long", c.Node, c.Skew)
		},
	},
	Plant: {
		Name: "plant", Step: "bug", Verb: "bug", Command: "bug", Did: "changed", OnNode: true,
		Doc: `plant a bug in a node, instead of the one that it has; "" removes it`,
		More: `ID may be several, separated by commas. "emulator bugs" lists the bugs, and which rule each
of them breaks. A node has one at a time. "restart" and "heal" keep it.`,
		Args: []Arg{{Key[Change]{
			Name: "bug", Want: "the name of a bug that GET /v1/bugs lists, or an empty string for none", Doc: "the bug to plant; empty: remove it", Example: "vote_twice", Must: true,
			at: func(c *Change) any { return &c.Bug },
		}, "bug"}},
		told: func(c *Change) string {
			if c.Bug == "" {
				return fmt.Sprintf("the bug of node %d was removed", c.Node)
			}
			return fmt.Sprintf("node %d got the bug %s", c.Node, c.Bug)
		},
	},
}

// Kinds lists all kinds of changes, in order.
func Kinds() []Kind {
	list := make([]Kind, NumKinds)
	for k := range NumKinds {
		list[k] = k
	}
	return list
}

// Info returns the kind's row in the table.
func (k Kind) Info() *Info { return &kinds[k] }

// String returns the kind's name in a trace.
func (k Kind) String() string {
	if k < NumKinds {
		return kinds[k].Name
	}
	return "invalid kind"
}

// ParseKind returns the kind with this name.
func ParseKind(name string) (Kind, error) {
	for k := range NumKinds {
		if kinds[k].Name == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown op %q", name)
}
