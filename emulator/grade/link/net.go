package link

import (
	"context"
	"errors"
	"net"
	"time"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A Recognizer says which requests are a RequestVote and which an AppendEntries. Its zero
// value recognizes none.
type Recognizer = course.Messages

// Options say what a Net connects. Nodes and Dial are required.
type Options struct {
	Nodes int
	// Dial connects to a node itself. It must return when its context ends.
	Dial  func(ctx context.Context, to int, internal bool) (net.Conn, error)
	Match Recognizer
	// Seed is that of the draws of delays and probabilities.
	Seed uint64
	// Seen is called for each message that a link saw, when its fate is known. Several
	// goroutines call it. It must return at once.
	Seen func(Passage)
	// Clock is the time of the run, by which rules end; nil: the time since New.
	Clock func() time.Duration
	// Lost is the longest time for which a connection hangs that has lost a message; 0: one second.
	Lost time.Duration
}

// MaxInspected is the number of bytes up to which a request is read as a whole, to find its
// type or to copy it.
const MaxInspected = 1 << 20

// A Style is what a cut link does with bytes.
type Style uint8

// The styles of a cut.
const (
	// Hold keeps what is on its way, in order, and delivers it at the heal. New connections
	// are accepted and held.
	Hold Style = iota
	// Reset resets connections at once, new ones also.
	Reset
	// Refuse resets new connections at once, and holds those that exist.
	Refuse
)

// A Net has the links between the nodes of a cluster.
type Net struct{ o Options }

var errUnfinished = errors.New("links: not written yet")

// New returns a Net in which all nodes are up and all links are whole.
func New(o Options) *Net { return &Net{o: o} }

// Carry carries a connection that node from has opened to node to, on its internal port or
// on its other one. It owns the connection and returns at once.
func (n *Net) Carry(from, to int, internal bool, c net.Conn) { c.Close() }

// Change makes a change of links: Partition, Isolate, HealNode, Heal, SetRule or DeleteRule.
// When it returns, no byte passes a link that is cut. HealNode and Heal are about links and
// rules; they do not set a node up.
func (n *Net) Change(c *fault.Change) error { return errUnfinished }

// SetStyle sets what cuts do, those in force included.
func (n *Net) SetStyle(s Style) {}

// SetUp says whether a node is up. Connections from and to a node that is down are reset; a cut
// link carries the reset only after its heal.
func (n *Net) SetUp(node int, up bool) {}

// Cuts lists the links that are cut, in order.
func (n *Net) Cuts() []fault.Link { return nil }

// Rules lists the rules in force with their counters, in the order in which they were set.
func (n *Net) Rules() []fault.RuleStatus { return nil }

// Counts returns the counters of all links, ordered by From and To.
func (n *Net) Counts() []Count { return nil }

// Close resets all connections. When it returns, all goroutines of the Net have ended.
func (n *Net) Close() error { return nil }
