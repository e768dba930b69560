package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A state is the whole cluster: handles of its parts, and the counts left to the
// schedule. Messages are in the order of their hashes, so that a choice can name a
// message by its place.
type state struct {
	index    uint32 // of the state, in the order in which they were found
	left     left
	history  handle
	nodes    []handle
	inFlight []handle
}

// A frontier holds states, packed one after another.
type frontier struct{ words []uint32 }

// head is the number of words before the nodes.
const head = 4

func (f *frontier) add(s *state) {
	f.words = append(f.words, uint32(len(s.inFlight)), s.index, uint32(s.left), uint32(s.history))
	for _, h := range s.nodes {
		f.words = append(f.words, uint32(h))
	}
	for _, h := range s.inFlight {
		f.words = append(f.words, uint32(h))
	}
}

// packed returns the state that begins at a word, and where the next one begins.
func (f *frontier) packed(at, nodes int) (words []uint32, next int) {
	next = at + head + nodes + int(f.words[at])
	return f.words[at:next:next], next
}

// unpack sets s to the packed state, in its own memory.
func (s *state) unpack(words []uint32, nodes int) {
	s.index, s.left, s.history = words[1], left(words[2]), handle(words[3])
	s.nodes, s.inFlight = s.nodes[:0], s.inFlight[:0]
	for _, h := range words[head : head+nodes] {
		s.nodes = append(s.nodes, handle(h))
	}
	for _, h := range words[head+nodes:] {
		s.inFlight = append(s.inFlight, handle(h))
	}
}

// copyFrom copies a state into the memory of s.
func (s *state) copyFrom(from *state) {
	s.index, s.left, s.history = from.index, from.left, from.history
	s.nodes, s.inFlight = append(s.nodes[:0], from.nodes...), append(s.inFlight[:0], from.inFlight...)
}

// A cluster holds the parts of all states, and the known transitions.
type cluster struct {
	bounds    Bounds
	renamings []renaming
	locals    *table[local]
	messages  *table[raft.Message]
	histories *table[history]
	check     []property
	ignored   []string // properties of steps

	nodes int
	steps steps
}

// fingerprint returns the hash that identifies a state, the same for all states that
// differ only by the nodes' names. It is not 0.
func (m *cluster) fingerprint(s *state, sums []uint64) uint64 {
	for k := range sums {
		sums[k] = 0
	}
	add := func(hashes []uint64) {
		for k := range sums {
			sums[k] += hashes[k]
		}
	}
	for _, h := range s.nodes {
		add(m.locals.hashes(h))
	}
	for _, h := range s.inFlight {
		add(m.messages.hashes(h))
	}
	add(m.histories.hashes(s.history))
	return max(slices.Min(sums)+mix(uint64(s.left)), 1)
}

// mix spreads a number over 64 bits (the finalizer of SplitMix64).
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// view shows a state to the properties.
func (m *cluster) view(s *state, v *view) {
	v.nodes = v.nodes[:0]
	for _, h := range s.nodes {
		v.nodes = append(v.nodes, m.locals.at(h))
	}
	v.history = m.histories.at(s.history)
}

// insertMessage adds a message at its place in the order.
func (m *cluster) insertMessage(s *state, h handle) {
	key := m.messages.hashes(h)[0]
	at := len(s.inFlight)
	for at > 0 && m.messages.hashes(s.inFlight[at-1])[0] > key {
		at--
	}
	s.inFlight = slices.Insert(s.inFlight, at, h)
}
