package explore

import (
	"time"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// cut cuts links instead of the present cuts, and removes the cuts later.
func (r *rehearsal) cut(c play.Cut) {
	r.do(c)
	r.later(r.Span(20*time.Millisecond, 3*time.Second), func(r *rehearsal) play.Action {
		if len(r.world.Cuts()) == 0 {
			return nil
		}
		return play.Cut{}
	})
}

// shuffled gives all nodes in any order, at times the leader first.
func (r *rehearsal) shuffled() []raft.NodeID {
	ids := make([]raft.NodeID, r.nodes)
	for i, j := range r.Perm(r.nodes) {
		ids[i] = raft.NodeID(j)
	}
	if leader := r.world.Leader(); leader != raft.None && r.Chance(0.5) {
		for i := range ids {
			if ids[i] == leader {
				ids[0], ids[i] = ids[i], ids[0]
			}
		}
	}
	return ids
}

// split makes two groups, mostly near to halves.
func (r *rehearsal) split() {
	ids := r.shuffled()
	k := pick(r.dice, r.nodes/2, (r.nodes+1)/2, r.Between(1, r.nodes-1))
	r.cut(play.Cut{Groups: [][]play.Who{syntax.WhoOf(ids[:k]...), syntax.WhoOf(ids[k:]...)}})
}

// isolate cuts one node off from all, or some.
func (r *rehearsal) isolate() {
	k := 1
	if r.nodes > 2 && r.Chance(0.2) {
		k = r.Between(2, r.nodes-1)
	}
	r.cut(play.Cut{Isolate: syntax.WhoOf(r.shuffled()[:k]...)})
}

// oneWay lets a node only hear, or only be heard, by some of the others.
func (r *rehearsal) oneWay() {
	ids := r.shuffled()
	k := pick(r.dice, r.nodes-1, r.Between(1, r.nodes-1))
	hears := r.Chance(0.5)
	var c play.Cut
	for _, j := range ids[1 : 1+k] {
		link := [2]play.Who{{ID: ids[0]}, {ID: j}}
		if !hears {
			link[0], link[1] = link[1], link[0]
		}
		c.OneWay = append(c.OneWay, link)
	}
	r.cut(c)
}

// bridge makes two groups with one node between them that reaches both.
func (r *rehearsal) bridge() {
	ids := r.shuffled()
	middle := r.IntN(len(ids))
	ids[0], ids[middle] = ids[middle], ids[0]
	sides := ids[1:]
	k := r.Between(1, len(sides)-1)
	r.cut(r.links(func(a, b int) bool { return a > 0 && b > 0 && (a <= k) != (b <= k) }, ids))
}

// ring lets each node reach its two neighbours only.
func (r *rehearsal) ring() {
	n := r.nodes
	r.cut(r.links(func(a, b int) bool { return b != (a+1)%n && a != (b+1)%n }, r.shuffled()))
}

// cuts cuts any links, each way by itself.
func (r *rehearsal) cuts() {
	p := pick(r.dice, 0.1, 0.3, 0.6)
	c := r.links(func(int, int) bool { return r.Chance(p) }, r.shuffled())
	if len(c.OneWay) > 0 {
		r.cut(c)
	}
}

// links cuts those between nodes for whose places in ids cut is true.
func (r *rehearsal) links(cut func(a, b int) bool, ids []raft.NodeID) play.Cut {
	var c play.Cut
	for a := range ids {
		for b := range ids {
			if a != b && cut(a, b) {
				c.OneWay = append(c.OneWay, [2]play.Who{{ID: ids[a]}, {ID: ids[b]}})
			}
		}
	}
	return c
}
