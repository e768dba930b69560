package history

// A state is a topic between two requests. States never change: a step returns a new one.
// Two states are equal if clients cannot tell them apart, whatever led to them.
//
// The messages form a path in a tree of all messages that were put: from just below
// `popped` down to `last`. So a step costs almost nothing, however many messages are
// pending.
//
//	root ── a ── b ── c ── d      last: d, popped: 2; pending: c d
//	              └── x           another order of the same puts
type state struct {
	exists   bool
	ended    bool   // no further answer can make a difference
	vanished int32  // requests without an answer that removed a message
	popped   int32  // depth of the last message that was taken
	taken    uint64 // hash of the path down to popped
	last     *cell
}

// A cell is a message that was put behind its parent.
type cell struct {
	parent *cell
	jump   *cell // an ancestor further up, so that every ancestor is a few jumps away
	depth  int32
	text   int32
	hash   uint64 // of the path from the root to here
}

const hashBase = 0x9E3779B97F4A7C15

var root = &cell{}

// push adds a message.
func (s state) push(text int32) state {
	parent := s.last
	c := &cell{parent: parent, depth: parent.depth + 1, text: text, hash: parent.hash*hashBase + uint64(text) + 1}
	// Jumps double in length like the digits of a skew binary number.
	c.jump = parent
	if j := parent.jump; j != nil && j.jump != nil && parent.depth-j.depth == j.depth-j.jump.depth {
		c.jump = j.jump
	}
	s.last = c
	return s
}

// pending is the number of messages.
func (s state) pending() int32 { return s.last.depth - s.popped }

// front returns the oldest message's cell, or nil.
func (s state) front() *cell {
	if s.pending() == 0 {
		return nil
	}
	c := s.last
	for depth := s.popped + 1; c.depth != depth; {
		if c.jump.depth >= depth {
			c = c.jump
		} else {
			c = c.parent
		}
	}
	return c
}

// pop removes the front, which the caller has found.
func (s state) pop(front *cell) state {
	s.popped++
	s.taken = front.hash
	return s
}

// hash returns the hash of the path without the taken messages: equal states have equal
// hashes.
func (s state) hash() uint64 {
	power, base := uint64(1), uint64(hashBase)
	for n := s.pending(); n > 0; n >>= 1 {
		if n&1 == 1 {
			power *= base
		}
		base *= base
	}
	h := s.last.hash - s.taken*power
	h = h*hashBase + uint64(s.vanished)<<2
	if s.exists {
		h |= 1
	}
	if s.ended {
		h |= 2
	}
	return h
}

func (s state) equal(o state) bool {
	if s.exists != o.exists || s.ended != o.ended || s.vanished != o.vanished || s.pending() != o.pending() {
		return false
	}
	a, b := s.last, o.last
	for range s.pending() {
		if a == b {
			return true
		}
		if a.text != b.text {
			return false
		}
		a, b = a.parent, b.parent
	}
	return true
}

// texts lists the pending messages, the oldest first.
func (s state) texts() []int32 {
	list := make([]int32, s.pending())
	c := s.last
	for i := len(list) - 1; i >= 0; i-- {
		list[i] = c.text
		c = c.parent
	}
	return list
}
