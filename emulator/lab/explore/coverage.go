package explore

import (
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Coverage counts what runs came to.
type Coverage struct {
	situations [numSituations]uint64
	actions    [maxKinds]uint64 // by trace.Kind
}

// maxKinds is more than there are kinds of records.
const maxKinds = 64

// A Count is how often something was reached.
type Count struct {
	Name  string `json:"name"`
	Help  string `json:"help,omitempty"` // what it is, in a line
	Count uint64 `json:"count"`
}

// add adds what other runs came to.
func (c *Coverage) add(other *Coverage) {
	for i, n := range other.situations {
		c.situations[i] += n
	}
	for i, n := range other.actions {
		c.actions[i] += n
	}
}

// Situations returns how often runs reached each of the rare situations, in order.
func (c *Coverage) Situations() []Count {
	counts := make([]Count, numSituations)
	for i, s := range situations {
		counts[i] = Count{s.name, s.help, c.situations[i]}
	}
	return counts
}

// Actions returns how often each action of raft.tla was taken, in order.
func (c *Coverage) Actions() []Count {
	counts := make([]Count, len(actionKinds))
	for i, k := range actionKinds {
		counts[i] = Count{Name: k.String(), Count: c.actions[k]}
	}
	return counts
}

// A coverage is the monitor that counts for one run.
type coverage struct {
	counts Coverage
	nodes  []covered
	// By index: the term of the entry there that a majority had last, and of one that
	// a leader left behind unanswered when it crashed.
	majority, orphans []raft.Term
	crashing          raft.NodeID // whose crash has just been recorded
	changed           raft.NodeID // whose log the step being recorded has changed
	cuts              map[fault.Link]bool
	cutsKnown         bool
}

// A covered is a node's state before the present record.
type covered struct {
	raft.State
	terms   []raft.Term  // of its log's entries
	known   []raft.Index // as leader: what it has heard that others have
	led     bool         // in whatever term
	crashed bool         // while it led
}

func newCoverage(nodes int) *coverage {
	return &coverage{nodes: make([]covered, nodes), crashing: raft.None, changed: raft.None}
}

func (c *coverage) reach(s situation)            { c.counts.situations[s]++ }
func (c *coverage) reachIf(s situation, so bool) { c.counts.situations[s] += b2u(so) }

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// LogChanged implements world.Monitor.
func (c *coverage) LogChanged(w *world.World, id raft.NodeID, keep raft.Index) {
	n := &c.nodes[id]
	removed := n.terms[min(keep, raft.Index(len(n.terms))):]
	switch {
	case len(removed) == 0:
	case id == c.crashing:
		c.reach(writesLost)
	default:
		c.reach(truncated)
		c.reachIf(longTruncated, len(removed) > 5)
		c.reachIf(minorityOverwritten, c.holders(keep+1, removed[0]) > 1)
		c.reachIf(majorityOverwritten, at(c.majority, keep+1) == removed[0])
	}
	n.terms = n.terms[:len(n.terms)-len(removed)]
	log := w.Log(id)
	for i := keep + 1; i <= log.LastIndex(); i++ {
		t, _ := log.Term(i)
		n.terms = append(n.terms, t)
		if 2*c.holders(i, t) > len(c.nodes) {
			put(&c.majority, i, t)
		}
	}
	c.changed = id
}

// holders is the number of nodes that have the entry.
func (c *coverage) holders(i raft.Index, t raft.Term) int {
	count := 0
	for k := range c.nodes {
		if at(c.nodes[k].terms, i) == t {
			count++
		}
	}
	return count
}

// at is the term at an index, 0 where there is none.
func at(terms []raft.Term, i raft.Index) raft.Term {
	if i < 1 || i > raft.Index(len(terms)) {
		return 0
	}
	return terms[i-1]
}

// put sets the term at an index.
func put(terms *[]raft.Term, i raft.Index, t raft.Term) {
	for raft.Index(len(*terms)) < i {
		*terms = append(*terms, 0)
	}
	(*terms)[i-1] = t
}

// Record implements world.Monitor.
func (c *coverage) Record(w *world.World, r *trace.Record) {
	if r.Seq == 1 {
		*c = *newCoverage(w.Nodes())
	}
	c.counts.actions[r.Kind]++
	if r.Kind == trace.SetTimer { // the records behind it show what the step did
		return
	}
	if r.Node == raft.None {
		c.cutsKnown = false // it may be a change of the network
		return
	}
	n := &c.nodes[r.Node]
	switch r.Kind {
	case trace.Init:
		c.begin(n, r)
	case trace.Nemesis:
		c.cutsKnown = false
		if change := r.Detail.(*fault.Change); change.Kind == fault.Crash {
			c.crash(n, r)
		}
	case trace.Response:
		q := r.Detail.(*trace.Call)
		c.reachIf(unanswered, q.Reply.Err == machine.ErrNodeDown && r.Index > 0)
		c.reachIf(leadershipLost, q.Reply.Err == machine.ErrLeadershipLost)
	default:
		c.action(w, n, r)
	}
	if r.Kind != trace.Nemesis {
		c.crashing = raft.None
	}
	c.changed = raft.None
	n.State = r.State
}

func (c *coverage) begin(n *covered, r *trace.Record) {
	for i, e := range r.Detail.(*trace.Start).Log {
		n.terms = append(n.terms, e.Term)
		if 2*c.holders(raft.Index(i+1), e.Term) > len(c.nodes) {
			put(&c.majority, raft.Index(i+1), e.Term)
		}
	}
	n.led = r.State.Role == raft.Leader
	n.known = make([]raft.Index, len(c.nodes))
}

// crash: the record's state is the one that is left.
func (c *coverage) crash(n *covered, r *trace.Record) {
	c.crashing = r.Node
	c.reachIf(voteLost, n.Term != r.State.Term || n.VotedFor != r.State.VotedFor)
	if n.Role != raft.Leader {
		return
	}
	n.crashed = true
	for i := n.CommitIndex + 1; i <= n.LastIndex; i++ {
		if t := at(n.terms, i); t == n.Term {
			put(&c.orphans, i, t)
		}
	}
}
