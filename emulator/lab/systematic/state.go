package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A state is the whole cluster: handles of its parts, and what the schedule has
// left. Messages are in the order of their hashes, so that a choice is known by
// the message's place.
type state struct {
	index   uint32 // of the state, in the order in which they were found
	left    left
	history handle
	nodes   []handle
	mail    []handle
}

// A frontier holds states, packed one behind the other.
type frontier struct{ words []uint32 }

// head is the number of words before the nodes.
const head = 4

func (f *frontier) add(s *state) {
	f.words = append(f.words, uint32(len(s.mail)), s.index, uint32(s.left), uint32(s.history))
	for _, h := range s.nodes {
		f.words = append(f.words, uint32(h))
	}
	for _, h := range s.mail {
		f.words = append(f.words, uint32(h))
	}
}

// packed is the state that begins at a word, and where the next one does.
func (f *frontier) packed(at, nodes int) (words []uint32, next int) {
	next = at + head + nodes + int(f.words[at])
	return f.words[at:next:next], next
}

// unpack makes s the state, in the memory that it has.
func (s *state) unpack(words []uint32, nodes int) {
	s.index, s.left, s.history = words[1], left(words[2]), handle(words[3])
	s.nodes, s.mail = s.nodes[:0], s.mail[:0]
	for _, h := range words[head : head+nodes] {
		s.nodes = append(s.nodes, handle(h))
	}
	for _, h := range words[head+nodes:] {
		s.mail = append(s.mail, handle(h))
	}
}

// copyFrom makes s the same state, in the memory that it has.
func (s *state) copyFrom(from *state) {
	s.index, s.left, s.history = from.index, from.left, from.history
	s.nodes, s.mail = append(s.nodes[:0], from.nodes...), append(s.mail[:0], from.mail...)
}

// A cluster has the parts of all states, and what nodes do.
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

// fingerprint is the hash by which a state is known: the same for all states
// that differ by the nodes' names alone. It is not 0.
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
	for _, h := range s.mail {
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

// putMail adds a message in its place.
func (m *cluster) putMail(s *state, h handle) {
	key := m.messages.hashes(h)[0]
	at := len(s.mail)
	for at > 0 && m.messages.hashes(s.mail[at-1])[0] > key {
		at--
	}
	s.mail = slices.Insert(s.mail, at, h)
}
