package oracle

import "slices"

// A peer is one server of the cluster: raft.tla's variables with index i, and its disk.
type peer struct {
	State // LastIndex and LastTerm are those of log
	log   *entry

	granted []bool   // votesGranted[i]; votes adds its own vote once it is stored
	heard   []bool   // votesResponded[i]; at the start only those that voted for it
	match   []uint64 // matchIndex[i] of a leader

	up, paused bool
	begun      bool   // has had its Init record
	life       uint32 // the number of its crashes and starts
	since      uint64 // the record with which it started; its first step may be later
	stood      uint64 // the record with which it became candidate
	led        uint64 // the record with which it became leader
	restarting uint64 // the record that asked it to restart, 0 for none
	applying   uint64 // its last Apply record

	// With slow storage, stored is on the disk, and asked will be after all writes.
	stored, asked image
	writes        []pending
}

// An image is the content of stable storage (Figure 2).
type image struct {
	Hard
	log *entry
}

// A pending is a write that has not ended, with the messages that wait for it.
type pending struct {
	image
	unsent []*letter
}

func (p *peer) setLog(e *entry) { p.log, p.LastIndex, p.LastTerm = e, e.index, e.term }

func (p *peer) image() image { return image{Hard{p.Term, p.VotedFor}, p.log} }

// begin sets a server to the state of its Init record.
func (o *Oracle) begin(e *Event, i int) *Violation {
	p, b := &o.servers[i], e.Begin
	if b == nil {
		return wrong(ruleInState, "a log", "none")
	}
	if o.setup.Starts != nil {
		if v := o.startsWrong(e, &o.setup.Starts[i]); v != nil {
			return v
		}
	}
	o.begun++
	life := p.life
	*p = peer{State: e.State, granted: p.granted, heard: p.heard, match: p.match, writes: p.writes[:0], begun: true, up: b.Up, life: life + 1, since: e.Seq, stood: e.Seq, led: e.Seq}
	p.paused = b.Up && o.setup.paused(i)
	log := o.tree.grow(o.tree.root, b.Log)
	p.setLog(log)
	switch {
	case p.State != e.State:
		return stateDiff(Init, &p.State, &e.State)
	case p.CommitIndex > log.index || p.Applied != p.CommitIndex:
		return wrong(ruleInState, "last_applied = commit_index, in the log", place(p.Applied, p.CommitIndex))
	case b.Match != nil && len(b.Match) != len(o.servers):
		return wrong(ruleInState, "match_index of each server", "another number of them")
	}
	p.clearVotes(len(o.servers))
	if b.Counted {
		for _, j := range b.Votes {
			if j < 0 || j >= len(o.servers) {
				return wrong(ruleInState, "votes of servers", server(j))
			}
			p.granted[j], p.heard[j] = true, true
		}
	} else {
		p.granted[i] = true
	}
	p.clearMatch(len(o.servers))
	copy(p.match, b.Match)
	return o.beginStorage(p, b)
}

// beginStorage finds the log before each write, going back from the present one.
func (o *Oracle) beginStorage(p *peer, b *Begin) *Violation {
	p.asked = p.image()
	p.stored = p.asked
	if len(b.Writes) == 0 {
		return nil
	}
	log := p.log
	p.writes = append(p.writes, make([]pending, len(b.Writes))...)
	for k := len(b.Writes) - 1; k >= 0; k-- {
		w := &b.Writes[k]
		p.writes[k].image = image{w.Hard, log}
		before := log.at(w.Kept)
		if before == nil {
			return wrong(ruleInState, "writes that keep part of the log", "more of it")
		}
		log = o.tree.grow(before, w.Removed)
	}
	p.stored = image{b.Stored, log}
	return nil
}

// isSlow reports whether a change of the server's state must wait for a write.
func (o *Oracle) isSlow(p *peer) bool {
	return o.setup.SlowStorage || len(o.onWrites) > 0 || len(p.writes) > 0
}

// setOnWrites records that a fault about writes is in force, or no longer. Until the first
// one, the disks of servers without unfinished writes hold their present state.
func (o *Oracle) setOnWrites(name string, is bool) {
	if is && len(o.onWrites) == 0 && !o.setup.SlowStorage {
		for i := range o.servers {
			if p := &o.servers[i]; len(p.writes) == 0 {
				p.stored = p.image()
				p.asked = p.stored
			}
		}
	}
	o.onWrites = slices.DeleteFunc(o.onWrites, func(n string) bool { return n == name })
	if is {
		o.onWrites = append(o.onWrites, name)
	}
}

func (p *peer) clearVotes(n int) {
	if p.granted == nil {
		p.granted, p.heard = make([]bool, n), make([]bool, n)
	}
	clear(p.granted)
	clear(p.heard)
}

func (p *peer) clearMatch(n int) {
	if p.match == nil {
		p.match = make([]uint64, n)
	}
	clear(p.match)
}

// votes counts a candidate's votes. Its own counts once a crash cannot undo it (D §3.8).
func (o *Oracle) votes(i int) int {
	p := &o.servers[i]
	n := 0
	for j, granted := range p.granted {
		if granted || j == i && (!o.isSlow(p) || p.stored.Hard == Hard{p.Term, i}) {
			n++
		}
	}
	return n
}

// agree counts the servers whose matchIndex is at least index. The leader's own copy
// counts once a crash cannot undo it (D §3.8).
func (o *Oracle) agree(i int, index uint64) int {
	p := &o.servers[i]
	n := 0
	for j, match := range p.match {
		if j == i {
			match = p.LastIndex
			if o.isSlow(p) {
				match = p.stored.log.index
			}
		}
		if match >= index {
			n++
		}
	}
	return n
}

func (o *Oracle) isQuorum(n int) bool { return 2*n > len(o.servers) }

// crash leaves a server with its stable storage only (Figure 2).
func (o *Oracle) crash(i int, wipe bool) {
	p := &o.servers[i]
	if o.isSlow(p) {
		for k := range p.writes {
			for _, l := range p.writes[k].unsent {
				l.fate = lost
			}
		}
		clear(p.writes)
		p.writes = p.writes[:0]
		p.Term, p.VotedFor = p.stored.Term, p.stored.VotedFor
		p.setLog(p.stored.log)
	}
	if wipe {
		p.Term, p.VotedFor = 0, Nobody
		p.setLog(o.tree.root)
	}
	p.stored = p.image()
	p.asked = p.stored
	p.Role, p.Leader, p.CommitIndex, p.Applied = Follower, Nobody, 0, 0
	p.clearVotes(len(o.servers))
	p.clearMatch(len(o.servers))
	p.up, p.paused, p.restarting = false, false, 0
	p.life++
}

// persisted handles the end of the oldest write: the messages that waited for it are sent.
func (o *Oracle) persisted(e *Event, i int) *Violation {
	p := &o.servers[i]
	if v := o.canStep(p, i); v != nil {
		return v
	}
	if len(p.writes) == 0 {
		return wrong(rulePersist, "no record, because everything is stored", "the end of a write")
	}
	w := p.writes[0]
	if e.Stored != w.Hard || e.Index != w.log.index {
		return wrong(rulePersist, describe(w.Hard, w.log.index), describe(e.Stored, e.Index))
	}
	p.stored = w.image
	copy(p.writes, p.writes[1:])
	p.writes[len(p.writes)-1] = pending{}
	p.writes = p.writes[:len(p.writes)-1]
	for _, l := range w.unsent {
		o.send(l)
	}
	return nil
}

func describe(h Hard, last uint64) string {
	return "term " + number(h.Term) + ", voted_for " + server(h.VotedFor) + ", log up to " + number(last)
}

// endStep starts a write of the changes of a step, for which its messages wait (Figure
// 2; D §3.8). With fast storage both are done already.
func (o *Oracle) endStep() {
	if o.acting == Nobody {
		return
	}
	p := &o.servers[o.acting]
	o.acting = Nobody
	if !o.isSlow(p) {
		return
	}
	if now := p.image(); now != p.asked {
		p.asked = now
		p.writes = append(p.writes, pending{image: now})
	}
	for _, l := range o.sent {
		if k := len(p.writes); k > 0 {
			l.fate = unsent
			p.writes[k-1].unsent = append(p.writes[k-1].unsent, l)
		} else {
			o.send(l)
		}
	}
	o.sent = o.sent[:0]
}

// canStep checks that the server is up and not paused.
func (o *Oracle) canStep(p *peer, i int) *Violation {
	switch {
	case !p.up:
		return wrong(ruleUp, "nothing of server "+server(i), "a step, though it is down")
	case p.paused:
		return wrong(ruleUp, "nothing of server "+server(i), "a step, though it is paused")
	}
	return nil
}
