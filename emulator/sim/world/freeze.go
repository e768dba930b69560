package world

import (
	"cmp"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/raft"
)

// Freeze describes the world as it is now by a Config. A world that New makes of
// it goes on as this one does: the nodes take the same actions and send the same
// messages, at the same times but for what it is now, and the same random draws
// decide.
//
// Clients cannot be frozen, for each is a connection: their requests that have
// not been proposed yet, the messages that they have sent to nodes with what
// the nodes answer them, and the answers that others wait for, are not there. An
// entry in a log is there whoever waits for it. The trace and its numbers are
// new, and so are the counters of rules: a rule has what is left of its Skip,
// Count and Until, and one that is spent is there only if it holds messages or is
// one on writes.
// A Round, by which nobody but a leader's core goes, may have another number.
//
// Where bugs have led beyond what a Config can say, that is left out: what is
// committed beyond the log, and what a state machine was given beyond, or not up
// to, what is committed.
func (w *World) Freeze() Config {
	c := w.config
	c.Nodes = make([]NodeConfig, len(w.nodes))
	for i := range w.nodes {
		c.Nodes[i] = w.freezeNode(&w.nodes[i])
	}
	c.Streams = w.freezeStreams()
	c.Cuts = w.net.links()
	f := &freezer{world: w, config: &c}
	f.freezeRules()
	f.findDue()
	f.freezeMessages()
	f.freezeOrder()
	c.countRoundsAnew()
	return c
}

// freezeStreams gives the places of the random streams; nil when nothing has
// been drawn.
func (w *World) freezeStreams() *Streams {
	seed := w.config.Seed
	s := &Streams{Seed: seed, Network: w.net.random.placeSince(newRandom(seed, networkStream))}
	for i := range w.nodes {
		if p := w.nodes[i].random.placeSince(newRandom(seed, timerStream+uint64(i))); p != (Stream{}) {
			if s.Timers == nil {
				s.Timers = make([]Stream, len(w.nodes))
			}
			s.Timers[i] = p
		}
	}
	if s.Network == (Stream{}) && s.Timers == nil {
		return nil
	}
	return s
}

// freezeNode describes a node, but for the times that are left.
func (w *World) freezeNode(n *node) NodeConfig {
	s := n.core.State()
	c := NodeConfig{Term: s.Term, VotedFor: s.VotedFor, Log: logOf(n.core), Down: !n.up, Bug: n.bugName()}
	if n.skew != 1 {
		c.Skew = n.skew
	}
	if c.Down {
		return c
	}
	// A bug may have led beyond the log.
	c.Role, c.CommitIndex, c.Paused = s.Role, min(s.CommitIndex, s.LastIndex), n.paused
	c.Running = n.timer != raft.KeepTimer
	c.Resume = freezeCore(n.core)
	c.NextIndex, c.MatchIndex = freezeProgress(n.core)
	for k := range n.writes {
		c.Stored = n.hard
		from := &n.writes[k]
		c.Writes = append(c.Writes, Write{Hard: from.hard, Kept: from.truncatedTo, Removed: from.removed})
	}
	return c
}

// freezeCore gives what the core knows beyond the rest; nil when that is what
// it knows when it begins.
func freezeCore(core *raft.Node) *raft.Resume {
	r := core.Resume()
	r.Stored = 0
	begins := false
	switch core.State().Role {
	case raft.Follower:
		begins = r.Leader == raft.None
	case raft.Candidate:
		begins = slices.Equal(r.Granted, []raft.NodeID{core.ID()}) && r.Refused == nil
	case raft.Leader:
		if !slices.ContainsFunc(r.Flights, func(f raft.Flight) bool { return f != raft.Flight{} }) {
			r.Flights = nil
		}
		begins = r.Round == 0 && r.Flights == nil
	}
	if begins {
		return nil
	}
	return &r
}

// freezeProgress gives a leader's nextIndex and matchIndex, each nil when it is
// that of a leader that has just been elected. Of the leader itself they are
// not counted.
func freezeProgress(core *raft.Node) (next, match []raft.Index) {
	next, match = core.Progress()
	if next == nil {
		return nil, nil
	}
	last := core.Log().LastIndex()
	next[core.ID()], match[core.ID()] = last+1, 0
	if !slices.ContainsFunc(next, func(i raft.Index) bool { return i != last+1 }) {
		next = nil
	}
	if !slices.ContainsFunc(match, func(i raft.Index) bool { return i != 0 }) {
		match = nil
	}
	return next, match
}

// logOf copies a node's log.
func logOf(core *raft.Node) []raft.Entry {
	log := core.Log()
	var entries []raft.Entry
	for i := log.FirstIndex(); i <= log.LastIndex(); {
		s := log.Slice(i, log.LastIndex())
		entries = append(entries, s...)
		i += raft.Index(len(s))
	}
	return entries
}

// A freezer describes what is due, and the messages.
type freezer struct {
	world  *World
	config *Config
	rules  []uint32 // the serial numbers of config.Faults
	found  []found
}

// A found is something that is due, and the letter if it is a message.
type found struct {
	timedDue
	// waits is what has come to a paused node, and so is before all that is due
	// now: the node's id less the number of nodes, so that this is less than 0.
	waits int
	seq   uint64
	ref   uint32
	place MessagePlace // of a message
}

// freezeRules describes the rules that go on.
func (f *freezer) freezeRules() {
	f.config.Faults = nil
	for _, r := range f.world.net.rules {
		if left, goesOn := r.left(f.world.now); goesOn {
			f.rules = append(f.rules, r.serial)
			f.config.Faults = append(f.config.Faults, left)
		}
	}
}

// neverAgain is a Skip that no rule comes to the end of. It is the largest
// number that every reader of JSON takes exactly.
const neverAgain = 1<<53 - 1

// left is the rule as it goes on from now, if it does.
func (r *rule) left(now time.Duration) (fault.Rule, bool) {
	c := r.Rule
	c.Skip -= min(c.Skip, r.matched)
	if c.Count > 0 {
		c.Count -= min(c.Count, r.acted)
		if c.Count == 0 {
			c.Skip = neverAgain
			if len(r.held) == 0 && len(r.writes) == 0 { // a rule on writes has them take time, though spent
				return c, false
			}
		}
	}
	if c.Until != 0 {
		if c.Until -= now; c.Until <= 0 {
			c.Until = -1 // its end comes next
		}
	}
	return c, true
}

// findDue finds all that is due, but for clients' requests.
func (f *freezer) findDue() {
	w := f.world
	for _, e := range w.queue.heap {
		f.find(&e, false, e.seq)
	}
	for _, e := range w.queue.now[w.queue.head:] {
		f.find(&e, false, e.seq)
	}
	for i := range w.nodes {
		n := &w.nodes[i]
		for k := range n.held {
			f.find(&n.held[k], true, uint64(k))
		}
	}
	slices.SortFunc(f.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.waits, b.waits), cmp.Compare(a.seq, b.seq))
	})
	// Writes of a node are done in their order.
	writes := make([]int, len(w.nodes))
	for k := range f.found {
		d := &f.found[k]
		switch d.Kind {
		case DueTimer:
			f.config.Nodes[d.Index].TimerLeft = d.at
		case DueWrite:
			d.Write = writes[d.Index]
			f.config.Nodes[d.Index].Writes[d.Write].Left = d.at
			writes[d.Index]++
		}
	}
}

// find looks at an event: it may be one that means nothing any more.
func (f *freezer) find(e *event, held bool, seq uint64) {
	w := f.world
	d := found{timedDue: timedDue{at: max(e.at-w.now, 0)}, seq: seq, ref: e.ref}
	d.Index = int(e.node)
	switch e.kind {
	case deliverEvent:
		d.Kind = DueMessage
	case timerEvent:
		n := &w.nodes[e.node]
		if e.ref != n.timerGeneration {
			return
		}
		d.Kind = DueTimer
		if !held {
			d.at, d.seq = n.timerAt-w.now, n.timerTicket
		}
	case storedEvent:
		if e.ref != w.nodes[e.node].life {
			return
		}
		d.Kind = DueWrite
	case ruleEvent:
		place := slices.Index(f.rules, e.ref)
		if place < 0 {
			return
		}
		d.Kind, d.Index = DueRule, place
	case reorderEvent:
		k := slices.IndexFunc(w.net.kept, func(k kept) bool { return k.serial == e.ref })
		if k < 0 {
			return
		}
		d.Kind, d.ref, d.place = DueMessage, w.net.kept[k].ref, KeptBack
	case passEvent:
		r, k := w.net.passing(e.ref)
		if r == nil {
			return
		}
		d.Kind, d.ref, d.place = DueMessage, r.held[k].ref, HeldByRule
	case startEvent:
		if e.ref != w.nodes[e.node].life {
			return
		}
		if w.nodes[e.node].paused {
			return // that of a node that is not Running comes first there
		}
		d.Kind = DueStart
	default:
		return
	}
	f.found = append(f.found, f.waiting(d, held))
}

// waiting marks what waits at a paused node. What is due there now counts with
// what came earlier, behind it.
func (f *freezer) waiting(d found, held bool) found {
	node := d.Index
	switch {
	case d.Kind == DueRule || d.Kind == DueStart || d.place != InTransit || d.at > 0:
		return d
	case d.Kind == DueMessage:
		node = int(f.world.mail.items[d.ref].message.To)
	}
	if f.world.nodes[node].paused {
		d.waits = node - len(f.world.nodes)
		if !held {
			d.seq += 1 << 32
		}
	}
	return d
}

// freezeMessages describes all messages, those first that become due.
func (f *freezer) freezeMessages() {
	w, c := f.world, f.config
	c.Messages = nil
	for k := range f.found {
		d := &f.found[k]
		if d.Kind != DueMessage || d.place == HeldByRule {
			continue
		}
		d.Index = len(c.Messages)
		c.Messages = append(c.Messages, SentMessage{Message: w.mail.items[d.ref].message, Left: d.at, Place: d.place})
	}
	for _, r := range w.net.rules {
		for _, h := range r.held {
			m := SentMessage{Message: w.mail.items[h.ref].message, Place: HeldByRule, Rule: r.Name}
			if h.serial != 0 {
				k := slices.IndexFunc(f.found, func(d found) bool { return d.place == HeldByRule && d.ref == h.ref })
				f.found[k].Index, m.Left = len(c.Messages), f.found[k].at
			}
			c.Messages = append(c.Messages, m)
		}
	}
	for i := range w.nodes {
		for k := range w.nodes[i].writes {
			for _, l := range w.nodes[i].writes[k].messages {
				if l.rpc == nil {
					c.Messages = append(c.Messages, SentMessage{Message: l.message, Place: Unsent, Write: k})
				}
			}
		}
	}
}

// freezeOrder describes the order of what is due at one time, where it is not
// the usual one.
func (f *freezer) freezeOrder() {
	f.config.Order = nil
	for from := 0; from < len(f.found); {
		to, usual := from+1, true
		for to < len(f.found) && f.found[to].at == f.found[from].at {
			usual = usual && compareDues(f.found[to-1].Due, f.found[to].Due) < 0
			to++
		}
		if !usual || f.found[from].Kind == DueStart {
			for _, d := range f.found[from:to] {
				f.config.Order = append(f.config.Order, d.Due)
			}
		}
		from = to
	}
}

// countRoundsAnew has each leader count its rounds from 0 again when no message
// is about that has a number.
func (c *Config) countRoundsAnew() {
	for i := range c.Nodes {
		n := &c.Nodes[i]
		if n.Role != raft.Leader || n.Resume == nil || slices.ContainsFunc(c.Messages, func(m SentMessage) bool {
			return m.Message.Type == raft.AppendEntriesRequest && m.Message.From == raft.NodeID(i) ||
				m.Message.Type == raft.AppendEntriesResponse && m.Message.To == raft.NodeID(i)
		}) {
			continue
		}
		n.Resume.Round = 0
		for j := range n.Resume.Flights {
			n.Resume.Flights[j].Agreed = 0
		}
		if !slices.ContainsFunc(n.Resume.Flights, func(f raft.Flight) bool { return f != raft.Flight{} }) {
			n.Resume = nil
		}
	}
}
