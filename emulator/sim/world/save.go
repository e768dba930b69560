package world

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
)

// A Saved is the whole state of a world between two events. Unlike a Moment, which describes
// a beginning for users, it leaves nothing out: clients' requests, the numbers of records and
// the ids to come belong to it. Saving shares logs and machines with the world, and copies
// only what waits, that is events, messages and requests.
//
//	s := w.Save()
//	again := s.World(sink)  // as often as needed, also by several goroutines
type Saved struct {
	world    *World // takes no step, and its nodes have no machines
	machines []machine.Frozen
}

// Save saves the world. It must not live alone.
func (w *World) Save() *Saved {
	s := &Saved{world: w.twin(), machines: make([]machine.Frozen, len(w.nodes))}
	for i := range w.nodes {
		s.machines[i] = w.nodes[i].machine.Freeze()
	}
	return s
}

// Last returns the sequence number of the newest record at that moment.
func (s *Saved) Last() uint64 { return s.world.trace.Last() }

// World returns a world that goes on from that moment. If it gets the inputs that the saved
// world got (Repeat), it makes the same records, byte for byte. Its clients are gone: answers
// are recorded and reach nobody. Its trace keeps one record only; sink and monitors get all
// that follow.
func (s *Saved) World(sink func(*trace.Record), monitors ...Monitor) *World {
	w := s.world.twin()
	w.sink, w.monitors = sink, monitors
	for i := range w.nodes {
		m := w.config.Machine.New()
		if err := m.Restore(s.machines[i].Snapshot()); err != nil {
			panic(err) // it is the machine's own
		}
		w.nodes[i].machine = m
	}
	return w
}

// twin copies the world without its machines, clients, sink and monitors. The two share
// nothing that changes. A twin of a twin only reads it.
func (w *World) twin() *World {
	if w.outside != nil {
		panic("world: a world that lives alone has a part outside that cannot be saved")
	}
	t := &World{
		config: w.config, now: w.now, steps: w.steps, tellsAll: w.tellsAll,
		trace: w.trace.Continue(), ids: w.ids.twin(),
		queue: eventQueue{
			seq: w.queue.seq, heap: slices.Clone(w.queue.heap), now: slices.Clone(w.queue.now[w.queue.head:]),
		},
		mail:     slab[letter]{twinLetters(w.mail.items), slices.Clone(w.mail.free)},
		requests: slab[*request]{make([]*request, len(w.requests.items)), slices.Clone(w.requests.free)},
		net:      w.net.twin(),
		nodes:    make([]node, len(w.nodes)),
	}
	for i, q := range w.requests.items {
		t.requests.items[i] = q.twin()
	}
	for i := range w.nodes {
		t.nodes[i] = w.nodes[i].twin()
	}
	return t
}

// twin copies a node without its machine.
func (n *node) twin() node {
	t := *n
	t.core, t.random, t.machine = n.core.Clone(), n.random.twin(), nil
	t.held, t.writes = slices.Clone(n.held), slices.Clone(n.writes)
	for i := range t.writes {
		t.writes[i].messages = twinLetters(t.writes[i].messages)
	}
	t.waiting, t.waitingHead = slices.Clone(n.waiting[n.waitingHead:]), 0
	for i := range t.waiting {
		t.waiting[i].request = t.waiting[i].request.twin()
	}
	return t
}

// twin copies the network.
func (t *network) twin() network {
	c := network{
		nodes: t.nodes, serial: t.serial, random: t.random.twin(),
		cuts: slices.Clone(t.cuts), kept: slices.Clone(t.kept),
	}
	for _, r := range t.rules {
		r := *r
		r.held = slices.Clone(r.held)
		c.rules = append(c.rules, &r)
		part := c.partOf(&r)
		*part = append(*part, &r)
	}
	return c
}

// twin copies a request without its client; nil stays nil.
func (q *request) twin() *request {
	if q == nil {
		return nil
	}
	t := *q
	t.done = nil
	return &t
}

// twinLetters copies letters without the receivers of answers outside.
func twinLetters(letters []letter) []letter {
	list := slices.Clone(letters)
	for i := range list {
		if call := list[i].rpc; call != nil {
			list[i].rpc = &rpcCall{life: call.life}
		}
	}
	return list
}

// twin returns a stream that goes on from the same place.
func (r random) twin() random {
	c := *r.pcg
	return random{&c}
}

// Weight is about the number of values that Save copies.
func (w *World) Weight() int {
	weight := len(w.queue.heap) + len(w.queue.now) + len(w.mail.items) + len(w.requests.items)
	for i := range w.nodes {
		weight += len(w.nodes[i].held) + w.nodes[i].waitingRequests()
	}
	return weight
}
