package world

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A Moment is the state of a world at one moment. Taking it is quick: the logs are views,
// and only what waits is copied, that is events and messages. Config describes it at
// leisure, while the world goes on. The zero Moment is ready for Reserve and Take.
//
//	m.Reserve(w.Sizes())  // optional
//	m.Take(w)
//	c := m.Config()
type Moment struct {
	// world has the parts that a freezer reads. It takes no step.
	world World
	// config has everything that costs next to nothing to describe.
	config Config
	logs   []raft.LogView // by node
}

// Reserve allocates the memory that a Take needs for a world of these sizes, and some more.
// It does not look at the world, so that others can use that meanwhile.
func (m *Moment) Reserve(sizes Sizes) {
	m.world.queue.heap = reserve[event](sizes.later)
	m.world.queue.now = reserve[event](sizes.now)
	m.world.mail.items = reserve[letter](sizes.mail)
}

// reserve allocates room for n values and some more. It writes to all of it, because the
// system gives memory only to those who do.
func reserve[T any](n int) []T {
	s := make([]T, n+n/8)
	clear(s)
	return s[:0]
}

// Sizes tell how much there is to copy at a Moment.
type Sizes struct{ later, now, mail int }

// Sizes returns the present sizes.
func (w *World) Sizes() Sizes {
	return Sizes{len(w.queue.heap), len(w.queue.now) - w.queue.head, len(w.mail.items)}
}

// Take takes the present state of the world.
func (m *Moment) Take(w *World) {
	m.config = w.config
	m.config.Nodes = make([]NodeConfig, len(w.nodes))
	m.logs = make([]raft.LogView, len(w.nodes))
	m.world.now = w.now
	m.world.nodes = make([]node, len(w.nodes))
	for i := range w.nodes {
		from, to := &w.nodes[i], &m.world.nodes[i]
		m.config.Nodes[i] = w.freezeNode(from)
		m.logs[i] = from.core.Log().View()
		to.paused, to.life = from.paused, from.life
		to.timerAt, to.timerTicket, to.timerGeneration = from.timerAt, from.timerTicket, from.timerGeneration
		to.held, to.writes = slices.Clone(from.held), slices.Clone(from.writes)
	}
	m.config.Streams = w.freezeStreams()
	m.world.queue.heap = append(m.world.queue.heap[:0], w.queue.heap...)
	m.world.queue.now = append(m.world.queue.now[:0], w.queue.now[w.queue.head:]...)
	m.world.mail.items = append(m.world.mail.items[:0], w.mail.items...)
	m.world.net = network{nodes: w.net.nodes, cuts: slices.Clone(w.net.cuts), kept: slices.Clone(w.net.kept)}
	m.world.net.rules = make([]*rule, len(w.net.rules))
	for i, r := range w.net.rules {
		c := *r
		c.held = slices.Clone(r.held)
		m.world.net.rules[i] = &c
	}
}

// Config describes the Moment; see World.Freeze. It can be called once.
func (m *Moment) Config() Config {
	c := m.config
	c.Cuts = m.world.net.links()
	shareLogs(c.Nodes, m.logs)
	f := &freezer{world: &m.world, config: &c}
	f.freezeRules()
	f.findDue()
	f.freezeMessages()
	f.freezeOrder()
	c.countRoundsAnew()
	return c
}

// shareLogs copies the logs. Most nodes have the same entries, and then the same memory:
// the logs of a cluster at work cost little more than one.
func shareLogs(nodes []NodeConfig, logs []raft.LogView) {
	order := make([]int, len(logs)) // the longest first
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(logs[j].LastIndex()) - int(logs[i].LastIndex()) })
	var copies [][]raft.Entry // that others may share
	for _, i := range order {
		v := &logs[i]
		k := slices.IndexFunc(copies, func(c []raft.Entry) bool { return begins(c, v) })
		if k >= 0 {
			nodes[i].Log = copies[k][:v.LastIndex():v.LastIndex()]
			continue
		}
		nodes[i].Log = v.Entries()
		if len(copies) < maxCopies {
			copies = append(copies, nodes[i].Log)
		}
	}
}

// maxCopies bounds with how many logs one is compared.
const maxCopies = 8

// begins reports whether a log of at least the view's length begins with the view's entries.
func begins(entries []raft.Entry, v *raft.LogView) bool {
	last := v.LastIndex()
	if last == 0 {
		return false // an empty log is nil
	}
	if entries[last-1] != v.Entry(last) {
		return false
	}
	for i := v.FirstIndex(); i <= last; {
		s := v.Slice(i, last)
		if !slices.Equal(entries[i-1:int(i)-1+len(s)], s) {
			return false
		}
		i += raft.Index(len(s))
	}
	return true
}
