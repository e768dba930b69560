package world

import (
	"cmp"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A SentMessage is a message that was sent before the world begins.
type SentMessage struct {
	Message raft.Message
	Place   MessagePlace
	Left    time.Duration // InTransit, KeptBack; HeldByRule: until it passes
	Rule    string        // HeldByRule
	Write   int           // Unsent
}

// A MessagePlace says where a sent message is.
type MessagePlace uint8

// The places of messages.
const (
	// InTransit: the message arrives after Left. A message at a paused node has 0 left.
	InTransit MessagePlace = iota
	// KeptBack: the message waits until the next one on its link has overtaken it, or for
	// Left.
	KeptBack
	// HeldByRule: the message waits until the rule of this name ends. If the rule has a
	// pace, the first message of each link passes after Left, and the others follow.
	HeldByRule
	// Unsent: the message waits for the sender's write with this index in Writes.
	Unsent
)

// A Write is an unfinished write to stable storage.
type Write struct {
	// Hard is the term and vote that it stores.
	Hard raft.HardState
	// Kept is the last index of the old log that stayed, and Removed has the old entries
	// behind it. The log before the write is the log up to Kept followed by Removed.
	Kept    raft.Index
	Removed []raft.Entry
	// Left is the time until its end.
	Left time.Duration
}

// A DueKind is a kind of event that is due.
type DueKind uint8

// The kinds in the order in which events of one time happen if Order does not say
// otherwise.
const (
	DueStart   DueKind = iota // a node takes its first step
	DueRule                   // a rule ends
	DueTimer                  // a node's timer runs out
	DueWrite                  // a node's write ends
	DueMessage                // a message arrives, or was kept back long enough
)

// A Due is an event that is due.
type Due struct {
	Kind DueKind
	// Index is the node's id, or the index of the rule in Faults or of the message in
	// Messages.
	Index int
	// Write is the index in the node's Writes (DueWrite).
	Write int
}

func compareDues(a, b Due) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Write, b.Write))
}

// A timedDue is an event that is due at a time.
type timedDue struct {
	at time.Duration
	Due
	turn int // the order within that time
}

// arrange schedules the events of the Config and puts messages in their places.
func (w *World) arrange() {
	list := w.dues()
	w.config.putInOrder(list)
	refs := w.mailMessages()
	for _, d := range list {
		w.makeDue(d, refs)
	}
}

// putInOrder sorts events by time, then by Order.
func (c *Config) putInOrder(list []timedDue) {
	places := make([]int, len(c.Order)) // indices in Order
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(i, j int) int { return compareDues(c.Order[i], c.Order[j]) })
	for k := range list {
		d := &list[k]
		d.turn = len(c.Order)
		if i, ok := slices.BinarySearchFunc(places, d.Due, func(i int, due Due) int { return compareDues(c.Order[i], due) }); ok {
			d.turn = places[i]
		}
	}
	slices.SortFunc(list, func(a, b timedDue) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.turn, b.turn), compareDues(a.Due, b.Due))
	})
}

// startsInOrder reports whether Order contains the node's first step.
func (c *Config) startsInOrder(id raft.NodeID) bool {
	return slices.Contains(c.Order, Due{Kind: DueStart, Index: int(id)})
}

// dues lists the events that are due.
func (w *World) dues() []timedDue {
	c := &w.config
	var list []timedDue
	add := func(at time.Duration, d Due) { list = append(list, timedDue{at: at, Due: d}) }
	for i := range c.Faults {
		if until := c.Faults[i].Until; until != 0 {
			add(max(until, 0), Due{Kind: DueRule, Index: i})
		}
	}
	for i := range c.Nodes {
		n := &c.Nodes[i]
		if n.Running {
			add(n.TimerLeft, Due{Kind: DueTimer, Index: i})
		}
		for k := range n.Writes {
			add(n.Writes[k].Left, Due{Kind: DueWrite, Index: i, Write: k})
		}
	}
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Place == InTransit || m.Place == KeptBack {
			add(m.Left, Due{Kind: DueMessage, Index: i})
		}
	}
	for _, i := range Passing(c.Faults, c.Messages) {
		add(c.Messages[i].Left, Due{Kind: DueMessage, Index: i})
	}
	for _, d := range c.Order {
		if d.Kind == DueStart {
			add(0, d)
		}
	}
	return list
}

// Passing lists the indices of the messages that pass: the first one on each link with a
// rule that has a pace.
func Passing(rules []fault.Rule, messages []SentMessage) []int {
	type queue struct {
		rule string
		link fault.Link
	}
	var list []int
	var queues []queue
	for i := range messages {
		m := &messages[i]
		if m.Place != HeldByRule {
			continue
		}
		q := queue{m.Rule, fault.Link{From: m.Message.From, To: m.Message.To}}
		rule := slices.IndexFunc(rules, func(r fault.Rule) bool { return r.Name == m.Rule })
		if rule >= 0 && rules[rule].Pace() > 0 && !slices.Contains(queues, q) {
			list, queues = append(list, i), append(queues, q)
		}
	}
	return list
}

// mailMessages records the messages sent before the start. It puts aside those that wait
// for a rule or a write, and returns the places of the others in the mail.
func (w *World) mailMessages() []uint32 {
	refs := make([]uint32, len(w.config.Messages))
	for i := range w.config.Messages {
		m := &w.config.Messages[i]
		r := w.record(trace.ResumeMessage, m.Message.To, w.nodes[m.Message.From].initSeq)
		r.Message = m.Message
		if m.Place == HeldByRule && w.tellsAll {
			r.Detail = &w.net.rule(m.Rule).Rule
		}
		l := letter{message: m.Message, cause: r.Seq}
		w.recorded(r)
		switch m.Place {
		case HeldByRule:
			rule := w.net.rule(m.Rule)
			refs[i] = w.mail.put(l)
			rule.held = append(rule.held, held{link: fault.Link{From: m.Message.From, To: m.Message.To}, ref: refs[i]})
		case Unsent:
			write := &w.nodes[m.Message.From].writes[m.Write]
			write.messages = append(write.messages, l)
		default:
			refs[i] = w.mail.put(l)
		}
	}
	return refs
}

// makeDue schedules an event. An event that has reached a paused node waits there already.
func (w *World) makeDue(d timedDue, refs []uint32) {
	e := event{at: d.at, node: raft.NodeID(d.Index)}
	switch d.Kind {
	case DueStart:
		e.kind = startEvent
	case DueRule:
		e.kind, e.node, e.ref = ruleEvent, raft.None, w.net.rule(w.config.Faults[d.Index].Name).serial
	case DueTimer:
		n := &w.nodes[d.Index]
		n.timer = raft.ElectionTimer
		if n.core.State().Role == raft.Leader {
			n.timer = raft.HeartbeatTimer
		}
		n.timerCause = n.initSeq
		n.timerAt, n.timerQueued = d.at, d.at
		n.timerGeneration++
		// The place that the event gets below.
		n.timerTicket = w.queue.seq + 1
		e.kind, e.ref = timerEvent, n.timerGeneration
	case DueWrite:
		e.kind, e.ref = storedEvent, w.nodes[d.Index].life
	case DueMessage:
		m := &w.config.Messages[d.Index]
		e.node = m.Message.To
		switch m.Place {
		case KeptBack:
			w.net.serial++
			w.net.kept = append(w.net.kept, kept{fault.Link{From: m.Message.From, To: m.Message.To}, w.net.serial, refs[d.Index]})
			e.kind, e.ref = reorderEvent, w.net.serial
		case HeldByRule:
			w.net.serial++
			rule := w.net.rule(m.Rule)
			k := slices.IndexFunc(rule.held, func(h held) bool { return h.ref == refs[d.Index] })
			rule.held[k].serial = w.net.serial
			e.kind, e.ref = passEvent, w.net.serial
		default:
			e.kind, e.ref = deliverEvent, refs[d.Index]
		}
	}
	if e.at <= w.now && e.kind != ruleEvent && e.kind != reorderEvent && e.kind != passEvent && w.nodes[e.node].paused {
		w.nodes[e.node].held = append(w.nodes[e.node].held, e)
		return
	}
	w.queue.push(w.now, e.at, e.kind, e.node, e.ref)
}

// resume returns the rest of the core's state, or nil for a new core. A leader's stored log
// is the log before the first write.
func (c *NodeConfig) resume() *raft.Resume {
	if c.Role != raft.Leader {
		return c.Resume
	}
	if c.Resume == nil && len(c.Writes) == 0 {
		return nil
	}
	r := raft.Resume{Stored: raft.Index(len(c.Log))}
	if c.Resume != nil {
		r.Round, r.Flights = c.Resume.Round, c.Resume.Flights
	}
	if len(c.Writes) > 0 {
		first := &c.Writes[0]
		r.Stored = first.Kept + raft.Index(len(first.Removed))
	}
	return &r
}

// bug returns the planted bug; the Config has been checked, so that its name exists.
func (c *NodeConfig) bug() *bugs.Bug {
	b, err := bugs.Find(c.Bug)
	if err != nil {
		panic(err)
	}
	return b
}

// resumeWrites sets the node's unfinished writes.
func (n *node) resumeWrites(c *NodeConfig) {
	if len(c.Writes) == 0 {
		return
	}
	n.hard = c.Stored
	n.writes = make([]write, len(c.Writes))
	n.lastWrittenAt = c.Writes[len(c.Writes)-1].Left
	last := raft.Index(len(c.Log))
	for k := len(c.Writes) - 1; k >= 0; k-- {
		from := &c.Writes[k]
		n.writes[k] = write{hard: from.Hard, last: last, truncatedTo: from.Kept, removed: from.Removed}
		last = from.Kept + raft.Index(len(from.Removed))
	}
}
