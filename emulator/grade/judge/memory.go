package judge

import (
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// CaughtUp is the time without requests and changes after which a follower that is connected
// counts as having what its leader has. A program that keeps everything in memory may lose
// messages if a node is started again before the others have them, or if the next fault comes
// before it has them back.
const CaughtUp = 2 * time.Second

// eachEntry is what each entry of the log adds to that: a leader may go back by one entry with
// each heartbeat, and heartbeats are up to half a second apart.
const eachEntry = 500 * time.Millisecond

// forever is later than everything.
const forever = time.Duration(1<<63 - 1)

// A memory says which answers about messages a correct program that keeps everything in memory
// gives right.
type memory struct {
	limit time.Duration // nothing after it
	// from is the time after which only the answers of leader count: it has had everything
	// since before a restart, and the others may not have had it.
	from   time.Duration
	leader int
}

// covers reports whether the answers of a call count.
func (m *memory) covers(c *Call) bool {
	return c.End <= m.limit && (c.End <= m.from || c.Node == m.leader)
}

// remembers returns what the program must remember.
func (e *Evidence) remembers() memory {
	m := memory{limit: forever, from: forever, leader: -1}
	if e.Course.Promises.Durable {
		return m
	}
	for k := range e.Changes {
		c := &e.Changes[k]
		for _, node := range e.starts(k) {
			switch {
			case c.Begin >= m.limit || m.leader >= 0 && node != m.leader:
			case m.leader < 0 && e.harmless(node, k):
			default:
				leader, until := e.rules(node, k)
				m = memory{limit: until, from: c.Begin, leader: leader}
			}
		}
	}
	return m
}

// rules returns the leader that leads before and after the restart of another node by a change,
// and the time up to which it certainly does. Without one it returns the restart's beginning.
func (e *Evidence) rules(node, change int) (leader int, until time.Duration) {
	restart := e.Changes[change].Begin
	s := newStanding(e.Nodes)
	for k := range change {
		s.apply(&e.Changes[k].Change)
	}
	leader, term := e.leaderAt(restart)
	if leader < 0 || leader == node || !s.runs(leader) || len(s.cuts)+len(s.rules) > 0 {
		return -1, restart
	}
	until = restart
	for k := range e.Polls[leader] {
		p := &e.Polls[leader][k]
		if p.End <= restart {
			continue
		}
		if p.Wrong != "" || p.Role != raft.Leader || p.Term != term {
			break
		}
		until = p.End
	}
	for i := range e.Nodes {
		until = min(until, e.wasAbove(i, term))
	}
	for k := change; k < len(e.Changes); k++ {
		c := &e.Changes[k]
		ofLeader := c.Kind.Info().OnNode && int(c.Node) == leader
		if k > change && (ofLeader || !c.Kind.Info().OnNode || c.Kind == fault.Isolate) {
			until = min(until, c.Begin)
		}
	}
	return leader, max(until, restart)
}

// wasAbove returns the beginning of the last poll before a node was in a higher term, or a time
// that never comes.
func (e *Evidence) wasAbove(node int, term raft.Term) time.Duration {
	var before time.Duration
	for k := range e.Polls[node] {
		p := &e.Polls[node][k]
		if p.Wrong == "" && p.Term > term {
			return before
		}
		before = p.Begin
	}
	return forever
}

// durably adds to the reason of a violation after a restart that the course promises that nodes
// keep everything: most do not, and a reader may not expect it.
func (e *Evidence) durably(why string, restarted bool) string {
	if !restarted || !e.Course.Promises.Durable {
		return why
	}
	return why + "; the course promises that a node has after a restart what it had before, so it must be in a file before the node answers"
}

// startedAgain reports whether any node was started again before a time.
func (e *Evidence) startedAgain(before time.Duration) bool {
	for k := range e.Changes {
		if e.Changes[k].Begin < before && len(e.starts(k)) > 0 {
			return true
		}
	}
	return false
}

// starts lists the nodes that a change started again.
func (e *Evidence) starts(k int) (nodes []int) {
	c := &e.Changes[k]
	for node := range e.Nodes {
		starts := c.Kind == fault.Heal || (c.Kind == fault.Restart || c.Kind == fault.HealNode) && int(c.Node) == node
		if starts && !e.isUp(node, k) {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// harmless reports whether the restart of a node by a change loses nothing: the node was a
// follower, everything else stood well and had caught up when it crashed, and it caught up
// before anything else happened.
func (e *Evidence) harmless(node, change int) bool {
	crash := -1
	for k := range change {
		if c := &e.Changes[k]; c.Kind == fault.Crash && int(c.Node) == node {
			crash = k
		}
	}
	if crash < 0 || change != crash+1 || !e.calm(crash) {
		return false
	}
	from, until := e.Changes[crash].Begin, e.Changes[change].End+e.catchUp(e.Changes[crash].Begin)
	leader, term := e.leaderAt(from)
	if leader < 0 || leader == node || !e.follows(node, term, from) {
		return false
	}
	if change+1 < len(e.Changes) && e.Changes[change+1].Begin < until {
		return false
	}
	before, after := e.steady(leader, from, min(until, e.Changes[change].End))
	if before == nil || after == nil || before.Role != raft.Leader || before.Term != term {
		return false
	}
	if change+1 == len(e.Changes) {
		return true // nothing happens after it, and the leader has everything
	}
	_, later := e.steady(leader, from, until)
	return later != nil && e.follows(node, term, until)
}

// catchUp is the time in which a follower gets the log of its leader, at a time.
func (e *Evidence) catchUp(at time.Duration) time.Duration {
	took := CaughtUp
	for i := range e.Calls {
		if c := &e.Calls[i]; c.Begin < at && !c.reads() && c.Outcome != history.Refused {
			took += eachEntry
		}
	}
	return took
}

// calm reports whether nothing was asked or done for a while before a change, and no earlier
// change was still in force.
func (e *Evidence) calm(change int) bool {
	to := e.Changes[change].Begin
	from := to - e.catchUp(to)
	s := newStanding(e.Nodes)
	for k := range change {
		if c := &e.Changes[k]; c.End > from {
			return false
		}
		s.apply(&e.Changes[k].Change)
	}
	for i := range e.Nodes {
		if !s.runs(i) {
			return false
		}
	}
	if len(s.cuts)+len(s.rules) > 0 {
		return false
	}
	for i := range e.Calls {
		if c := &e.Calls[i]; c.Begin < to && c.End > from {
			return false
		}
	}
	return true
}

// leaderAt returns the leader of the highest term that the last polls before a time show; -1
// for none.
func (e *Evidence) leaderAt(at time.Duration) (node int, term raft.Term) {
	node = -1
	for i := range e.Nodes {
		if p := e.lastPoll(i, at); p != nil && p.Term >= term {
			if p.Term > term {
				node = -1
			}
			term = p.Term
			if p.Role == raft.Leader {
				node = i
			}
		}
	}
	return node, term
}

// follows reports whether the last poll of a node before a time shows a follower of a term.
func (e *Evidence) follows(node int, term raft.Term, at time.Duration) bool {
	p := e.lastPoll(node, at)
	return p != nil && p.Role == raft.Follower && p.Term == term
}

// lastPoll returns the last poll of a node that ended before a time.
func (e *Evidence) lastPoll(node int, at time.Duration) (last *Poll) {
	for k := range e.Polls[node] {
		p := &e.Polls[node][k]
		if p.End > at {
			break
		}
		if p.Wrong == "" {
			last = p
		}
	}
	return last
}
