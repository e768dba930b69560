package course

import (
	"time"
)

// Format is the version of the file format, the value of the key format.
const Format = 1

// A Course says how the programs of a course are started and judged.
type Course struct {
	Name string
	// Parts are the parts of the course in their order; others come after them.
	Parts []string
	Start Start
	Build Build
	// State are globs of files that earlier runs leave behind. Copies of a submission lack
	// them. A glob without a slash stands for names in every folder.
	State    []string
	Promises Promises
	Limits   Limits
	// Shares gives, for each kind that counts, the share of a scenario's points from 0 to 1.
	Shares   map[Kind]float64
	Messages Messages
}

// Start says how a node is started.
type Start struct {
	// Args are the command and its arguments, with words in braces that Fill replaces.
	Args []string
	// Env has further variables of the environment, each as NAME=value, with the same words.
	Env []string
	// Dir is the folder below the submission in which nodes start; "." is the submission.
	Dir string
	// Program is the file below the submission that every program has; "" if none is known.
	Program string
	// ConfigFile is the name of the file with the addresses of all nodes, below Dir; "" if
	// the programs read none.
	ConfigFile string
	// IP is the address of every node as the file gives it: 127.0.0.1 or http://127.0.0.1.
	IP string
	// Internal gives each node a second port, for the other nodes.
	Internal bool
	// Ready bounds the time from the start of a node until it answers any request.
	Ready time.Duration
}

// Build says how a submission is built, once.
type Build struct {
	Args  []string // none: there is nothing to build
	Limit time.Duration
}

// Reads says what a course promises about answers to reads.
type Reads string

// The promises about reads.
const (
	AnyReads     Reads = "any"          // a read may show an old state
	Linearizable Reads = "linearizable" // a read shows all that was answered before it began
)

// Promises are what a course promises about its programs beyond what every queue does.
type Promises struct {
	Reads Reads
	// Durable nodes have after a restart what they had before.
	Durable bool
	// FollowersRefuse: only the leader serves topics and messages.
	FollowersRefuse bool
}

// Limits are times that programs keep. Scenarios are written for those of Initial; others
// stretch or shrink their limits in proportion.
type Limits struct {
	Good time.Duration // for an election or a repair; what comes later is too slow
	Late time.Duration // what comes later than this does not come at all
}

// Messages say how to recognize the messages between nodes where the traffic is HTTP.
type Messages struct {
	RequestVote, AppendEntries Message
}

// A Message is a kind of message. The zero value recognizes none.
type Message struct {
	// Path of the request's URL; {name} stands for any one segment.
	Path string
	// Field of the JSON body, with dots between the keys of nested objects, has the Value; ""
	// if the path says enough.
	Field, Value string
	// Entries is the field that holds a list of entries; "" if it is not known.
	Entries string
}

// Initial returns the values of keys that a course file leaves out.
func Initial() *Course {
	return &Course{
		Start:    Start{Dir: ".", IP: "127.0.0.1", Ready: 20 * time.Second},
		Build:    Build{Limit: 2 * time.Minute},
		Promises: Promises{Reads: AnyReads, FollowersRefuse: true},
		Limits:   Limits{Good: 3 * time.Second, Late: 10 * time.Second},
		Shares:   map[Kind]float64{Passed: 1, Flaky: 1, TooSlow: 0.5, NotAvailable: 0, Crashed: 0, NotStarted: 0, Wrong: 0},
	}
}

// Share returns the share of a scenario's points that a verdict of this kind earns. It is 0
// for kinds that do not count.
func (c *Course) Share(k Kind) float64 { return c.Shares[k] }
