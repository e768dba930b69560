package fault

import (
	"slices"
	"time"

	"rrmq.example/emulator/raft"
)

// A Rule is a fault on messages, or on the writes of nodes to their disks. It says which of
// them it matches, what happens to them, how often, and until when. Rules act on a message
// when it is sent, in the order in which they were set. A rule that drops or keeps a
// message is the last one to act on it, and earlier delays and copies of the message are
// void. A kept message goes straight to its receiver later. Cuts act before all rules, and
// again when a message arrives.
//
// Every field except Name and Match has its row in the tables of effect.go, which say how
// rules are read, written, described and checked.
type Rule struct {
	// Name identifies the rule; setting another rule with the same name replaces it.
	Name  string
	Match Match

	// At least one of these is set.

	Drop bool
	// DelayMin and DelayMax: each message takes a time drawn evenly from [DelayMin,
	// DelayMax]. Delays of several rules add up.
	DelayMin, DelayMax time.Duration
	// Duplicate is the number of extra copies of a message.
	Duplicate int
	// Reorder keeps a message back until the next one on the same link has overtaken it, or
	// until ReorderWindow has passed.
	Reorder bool
	// Hold keeps messages until the rule is deleted, replaced or ends, and then releases
	// them in their order.
	Hold bool
	// Throttle is the number of messages a second that each link carries, one
	// after the other: a message takes 1/Throttle seconds to pass, and the others
	// on its link queue. When the rule ends they all go on, in order.
	Throttle int

	// SlowDiskMin and SlowDiskMax: each write of a node takes a time drawn evenly from
	// [SlowDiskMin, SlowDiskMax], in addition to the cluster's storage delay. Times of
	// several rules add up.
	SlowDiskMin, SlowDiskMax time.Duration

	// Skip lets this many matching messages pass before the rule acts.
	Skip uint64
	// Count is the number of messages on which the rule acts before it is spent; 0 means no
	// limit.
	Count uint64
	// Probability is that of acting on a matching message, in (0, 1]; 0 means 1.
	Probability float64
	// Until is the world's time at which the rule ends, before any other event of that
	// time; 0 means never.
	Until time.Duration
}

// ReorderWindow is the longest time for which Reorder keeps a message back.
const ReorderWindow = 100 * time.Millisecond

// A Match chooses the messages or the writes of a rule. A field that is left out matches
// all.
type Match struct {
	From, To []raft.NodeID // the sender and the receiver is one of these; nil: any
	Type     MatchType
	Kind     MatchKind
	Entries  MatchEntries
	// Node has the nodes whose writes match; nil: any node's.
	Node []raft.NodeID
}

// MatchType chooses messages by their RPC.
type MatchType uint8

// The RPCs to match.
const (
	AnyType MatchType = iota
	RequestVoteType
	AppendEntriesType
)

// MatchKind chooses messages by their direction.
type MatchKind uint8

// The directions to match.
const (
	AnyKind MatchKind = iota
	RequestKind
	ResponseKind
)

// MatchEntries chooses AppendEntries requests by whether they carry entries.
type MatchEntries uint8

// The AppendEntries requests with entries, and those without: heartbeats.
const (
	AnyEntries MatchEntries = iota
	WithEntries
	WithoutEntries
)

// A RuleStatus is a rule in force with its counters.
type RuleStatus struct {
	Rule
	Matched uint64 // messages that matched
	Acted   uint64 // messages on which it acted
	Held    int    // messages that it holds now
}

// MatchesWrite reports whether a rule on writes matches those of a node.
func (c *Match) MatchesWrite(id raft.NodeID) bool {
	return c.Node == nil || slices.Contains(c.Node, id)
}

// Matches reports whether a rule matches a message.
func (c *Match) Matches(m *raft.Message) bool {
	if c.From != nil && !slices.Contains(c.From, m.From) || c.To != nil && !slices.Contains(c.To, m.To) {
		return false
	}
	switch c.Type {
	case RequestVoteType:
		if m.Type != raft.RequestVoteRequest && m.Type != raft.RequestVoteResponse {
			return false
		}
	case AppendEntriesType:
		if m.Type != raft.AppendEntriesRequest && m.Type != raft.AppendEntriesResponse {
			return false
		}
	}
	if c.Kind != AnyKind && (c.Kind == ResponseKind) != m.Type.IsResponse() {
		return false
	}
	if c.Entries != AnyEntries {
		return m.Type == raft.AppendEntriesRequest && (c.Entries == WithEntries) == (len(m.Entries) > 0)
	}
	return true
}
