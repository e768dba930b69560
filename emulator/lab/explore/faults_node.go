package explore

import (
	"math"
	"time"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// crash crashes a node, which restarts later, most of the time. Its disk survives:
// Raft assumes that (D §3.8).
func (r *rehearsal) crash() {
	id, ok := r.victim(func(_ raft.State, up, _ bool) bool { return up })
	if !ok || !r.spares(id) {
		return
	}
	r.do(play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: syntax.WhoOf(id)})
	if r.Chance(0.9) {
		r.later(r.Span(time.Millisecond, 2*time.Second), func(r *rehearsal) play.Action {
			if _, up, _ := r.world.State(id); up {
				return nil
			}
			return play.NodeAction{Change: fault.Change{Kind: fault.Restart}, Who: syntax.WhoOf(id)}
		})
	}
}

// pause has a node stand still for a while.
func (r *rehearsal) pause() {
	id, ok := r.victim(func(_ raft.State, up, paused bool) bool { return up && !paused })
	if !ok || !r.spares(id) {
		return
	}
	r.do(play.NodeAction{Change: fault.Change{Kind: fault.Pause}, Who: syntax.WhoOf(id)})
	r.later(r.Span(5*time.Millisecond, 2*time.Second), func(r *rehearsal) play.Action {
		if _, up, paused := r.world.State(id); !up || !paused {
			return nil
		}
		return play.NodeAction{Change: fault.Change{Kind: fault.Resume}, Who: syntax.WhoOf(id)}
	})
}

// timeout has a node stand for election, or several at once.
func (r *rehearsal) timeout() {
	for range pick(r.dice, 1, 1, 1, 2, 3) {
		id, ok := r.victim(func(s raft.State, up, paused bool) bool { return up && !paused && s.Role != raft.Leader })
		if !ok {
			return
		}
		r.do(play.NodeAction{Change: fault.Change{Kind: fault.Timeout}, Who: syntax.WhoOf(id)})
	}
}

// skew has a node's timers run fast or slow for a while.
func (r *rehearsal) skew() {
	id := raft.NodeID(r.IntN(r.nodes))
	factor := math.Round(r.factor(0.2, 4)*100) / 100
	r.do(play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: factor}, Who: []play.Who{{ID: id}}})
	r.later(r.Span(200*time.Millisecond, 4*time.Second), func(*rehearsal) play.Action {
		return play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 1}, Who: []play.Who{{ID: id}}}
	})
}

// victim chooses a node to harm: often the leader, sometimes a candidate. It returns
// false when no node is suitable.
func (r *rehearsal) victim(will func(s raft.State, up, paused bool) bool) (raft.NodeID, bool) {
	role := pick(r.dice, raft.Leader, raft.Leader, raft.Leader, raft.Candidate, raft.Follower, raft.Follower)
	var all, wanted []raft.NodeID
	for id := range raft.NodeID(r.nodes) {
		s, up, paused := r.world.State(id)
		if !will(s, up, paused) {
			continue
		}
		all = append(all, id)
		if s.Role == role {
			wanted = append(wanted, id)
		}
	}
	switch {
	case len(wanted) > 0:
		return pick(r.dice, wanted...), true
	case len(all) > 0:
		return pick(r.dice, all...), true
	}
	return raft.None, false
}

// spares reports whether a node may be put out of action: a polite nemesis leaves a
// majority at work.
func (r *rehearsal) spares(id raft.NodeID) bool {
	if !r.polite {
		return true
	}
	left := 0
	for j := range raft.NodeID(r.nodes) {
		if _, up, paused := r.world.State(j); up && !paused && j != id {
			left++
		}
	}
	return 2*left > r.nodes || r.nodes == 1
}
