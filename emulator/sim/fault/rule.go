package fault

import (
	"slices"
	"time"

	"rrmq.example/emulator/raft"
)

// A Rule is a fault on messages or on the writes of nodes to their disks: which of
// them it matches, what happens to them, how often, and until when. Rules act on a message when it is sent, in
// the order in which they were set; a rule that drops or keeps a message is the
// last to see it, and there are no copies of it and no delays then. A message
// that a rule kept goes straight to its receiver. Cuts come before all rules,
// and count again when a message arrives.
//
// Every field but Name and Match has its row in the tables of effect.go, by
// which rules are read, written, described and checked.
type Rule struct {
	// Name names the rule; setting another of the same name replaces it.
	Name  string
	Match Match

	// At least one of these is set.

	Drop bool
	// DelayMin and DelayMax: each message takes a time drawn evenly from
	// [DelayMin, DelayMax]. Delays of several rules add up.
	DelayMin, DelayMax time.Duration
	// Duplicate is the number of further copies that are sent of a message.
	Duplicate int
	// Reorder keeps a message back until the next one on the same link has
	// gone ahead, or until ReorderWindow has passed.
	Reorder bool
	// Hold keeps messages until the rule is deleted, replaced or runs out, and
	// then lets them go in their order.
	Hold bool
	// Throttle is the number of messages a second that each link carries, one
	// after the other: a message takes 1/Throttle seconds to pass, and the others
	// on its link queue. When the rule ends they all go on, in order.
	Throttle int

	// SlowDiskMin and SlowDiskMax: each write of a node takes a time drawn evenly
	// from [SlowDiskMin, SlowDiskMax], beside the cluster's storage delay. Times of
	// several rules add up.
	SlowDiskMin, SlowDiskMax time.Duration

	// Skip lets this many matching messages pass before the rule acts.
	Skip uint64
	// Count is how many messages the rule acts on before it is spent; 0: no limit.
	Count uint64
	// Probability with which it acts on a matching message, in (0, 1]; 0 means 1.
	Probability float64
	// Until is the world time at which the rule stops acting; 0: never. The rule
	// stops before anything else that is due then.
	Until time.Duration
}

// ReorderWindow is the longest that Reorder keeps a message back.
const ReorderWindow = 100 * time.Millisecond

// A Match says which messages a rule matches, or which writes. Every field that
// is left out matches all.
type Match struct {
	From, To []raft.NodeID // sender and receiver is one of these; nil: any
	Type     MatchType
	Kind     MatchKind
	Entries  MatchEntries
	// Node is whose writes a rule on writes matches; nil: any node's.
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

// Messages with entries, or AppendEntries requests without: heartbeats.
const (
	AnyEntries MatchEntries = iota
	WithEntries
	WithoutEntries
)

// A RuleStatus is a rule in force and what it has done so far.
type RuleStatus struct {
	Rule
	Matched uint64 // messages that matched
	Acted   uint64 // messages that it acted on
	Held    int    // messages that it holds now
}

// MatchesWrite tells whether a rule on writes is about those of a node.
func (c *Match) MatchesWrite(id raft.NodeID) bool {
	return c.Node == nil || slices.Contains(c.Node, id)
}

// Matches tells whether a message is one of those that a rule is about.
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
