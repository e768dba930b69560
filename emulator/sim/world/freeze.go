package world

import (
	"cmp"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Freeze describes the present state of the world as a Config. A world that New makes of it
// goes on like this one: its nodes take the same actions and send the same messages after
// the same durations, and the same random draws decide.
//
// Clients cannot be frozen, because each is a connection. So the Config leaves out their
// requests that are not proposed yet, the messages from outside with the nodes' answers to
// them, and the answers for which clients wait. Entries in a log stay, even if a client
// waits for them. The trace and its numbers start over, and so do the counters of rules: a
// rule keeps the rest of its Skip, Count and Until. A spent rule stays only if it holds
// messages or acts on writes. A Round, which only a leader's core reads, may get a
// different number.
//
// Bugs may have led to a state that a Config cannot describe. That part is left out: a
// commitIndex beyond the log, and a state machine that has applied more or less than the
// committed entries.
//
// Freeze takes a Moment and describes it. Where others wait for the world, take the Moment
// alone and describe it afterwards.
func (w *World) Freeze() Config {
	var m Moment
	m.Take(w)
	return m.Config()
}

// freezeStreams returns the places of the random streams, or nil before the first draw.
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

// freezeNode describes a node, without the times that are left.
func (w *World) freezeNode(n *node) NodeConfig {
	s := n.core.State()
	c := NodeConfig{Term: s.Term, VotedFor: s.VotedFor, Down: !n.up, Bug: n.bugName()}
	if n.skew != 1 {
		c.Skew = n.skew
	}
	if c.Down {
		return c
	}
	// A bug may have moved commitIndex beyond the log.
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

// freezeCore returns the rest of the core's state, or nil when it is that of a new core.
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

// freezeProgress returns a leader's nextIndex and matchIndex, each nil when it is that of a
// newly elected leader. The leader's own entries in them do not count.
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

// A freezer describes the events that are due, and the messages.
type freezer struct {
	world  *World
	config *Config
	rules  []uint32 // the serial numbers of config.Faults
	found  []found
}

// A found is an event that is due, and its letter if it is a message.
type found struct {
	timedDue
	// waits orders the events at a paused node before all that are due now: it is the
	// node's id less the number of nodes, and so below 0.
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

// neverAgain is a Skip that no rule reaches the end of. It is the largest number that every
// reader of JSON reads exactly.
const neverAgain = 1<<53 - 1

// left returns the rule as it goes on from now, if it does.
func (r *rule) left(now time.Duration) (fault.Rule, bool) {
	c := r.Rule
	c.Skip -= min(c.Skip, r.matched)
	if c.Count > 0 {
		c.Count -= min(c.Count, r.acted)
		if c.Count == 0 {
			c.Skip = neverAgain
			if len(r.held) == 0 && len(r.writes) == 0 { // a spent rule on writes still makes them take time
				return c, false
			}
		}
	}
	if c.Until != 0 {
		if c.Until -= now; c.Until <= 0 {
			c.Until = -1 // it ends next
		}
	}
	return c, true
}

// findDue finds all events that are due, except clients' requests.
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
	// A node's writes end in their order.
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

// find examines an event, which may be void.
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
			return // the start of a node that is not Running comes first there
		}
		d.Kind = DueStart
	default:
		return
	}
	f.found = append(f.found, f.waiting(d, held))
}

// waiting marks an event that waits at a paused node. An event that is due there now comes
// behind the earlier ones.
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

// freezeMessages describes all messages, those with a time of their own first.
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

// freezeOrder describes the order of events at one time, where it is not the usual one.
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

// countRoundsAnew makes each leader count its rounds from 0 again when no message in flight
// has a number.
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
