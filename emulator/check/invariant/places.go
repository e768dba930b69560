package invariant

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A place is an entry with the term of the entry before it. When all entries of one
// index and term are the same place, logs that share an entry share all entries before
// it (Log Matching, by induction).
type place struct {
	term, before raft.Term
	command      *machine.Command
}

// is reports whether an entry with this content is the place.
func (p *place) is(t, before raft.Term, c *machine.Command) bool {
	return p.term == t && p.before == before && sameCommand(p.command, c)
}

func sameCommand(a, b *machine.Command) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// commandOf returns an entry's command; nil when it is not one of the machine's.
func commandOf(e *raft.Entry) *machine.Command {
	c, _ := e.Command.(*machine.Command)
	return c
}

// entryID identifies an entry.
type entryID struct {
	index raft.Index
	term  raft.Term
}

// places are all entries that logs have had. Most indices have one entry, which is in
// first; the rest are in others.
type places struct {
	first  []place // by index, from 1 on: the committed entry, or else that of the latest term
	others map[entryID]place
	most   int // the number of others from which on tidy removes those that no log holds
}

// fewOthers is the number of others up to which tidy does nothing.
const fewOthers = 1 << 12

func (p *places) forget() {
	clear(p.first)
	p.first, p.most = p.first[:0], fewOthers
	clear(p.others)
}

// last is the last index that any log has had.
func (p *places) last() raft.Index { return raft.Index(len(p.first)) }

// put adds an entry at index i, at most one behind the last. It returns a different
// entry of the same index and term, which contradicts it, or nil. Entries up to
// committed stay where they are.
func (p *places) put(i raft.Index, e place, committed raft.Index) *place {
	if i > p.last() {
		p.first = append(p.first, e)
		return nil
	}
	at := &p.first[i-1]
	if at.term == e.term {
		if at.is(e.term, e.before, e.command) {
			return nil
		}
		return at
	}
	return p.putOther(i, e, committed)
}

func (p *places) putOther(i raft.Index, e place, committed raft.Index) *place {
	if other, ok := p.others[entryID{i, e.term}]; ok {
		if other.is(e.term, e.before, e.command) {
			return nil
		}
		return &other
	}
	if at := &p.first[i-1]; e.term > at.term && i > committed {
		// A later leader makes all logs like its own.
		*at, e = e, *at
	}
	if p.others == nil {
		p.others = map[entryID]place{}
	}
	p.others[entryID{i, e.term}] = e
	return nil
}

// toFront moves the entry of this index and term into first.
func (p *places) toFront(i raft.Index, t raft.Term) {
	at := &p.first[i-1]
	if at.term == t {
		return
	}
	id := entryID{i, t}
	if e, ok := p.others[id]; ok {
		delete(p.others, id)
		*at, e = e, *at
		p.others[entryID{i, e.term}] = e
	}
}

// tidy removes the others that no log holds, once there are many. It runs again when
// their number has doubled, so that it costs little.
func (p *places) tidy(w *world.World) {
	if len(p.others) <= p.most {
		return
	}
	for id := range p.others {
		held := false
		for j := range w.Nodes() {
			held = held || w.Log(raft.NodeID(j)).Matches(id.index, id.term)
		}
		if !held {
			delete(p.others, id)
		}
	}
	p.most = max(fewOthers, 2*len(p.others))
}

// enter adds the new entries of a node's log, which are those behind index keep (Log
// Matching).
func (m *Monitor) enter(w *world.World, id raft.NodeID, keep raft.Index) {
	log := w.Log(id)
	last := log.LastIndex()
	before, _ := log.Term(keep)
	for i := keep + 1; i <= last; {
		entries := log.Slice(i, last)
		for k := range entries {
			e := place{entries[k].Term, before, commandOf(&entries[k])}
			if other := m.places.put(i, e, m.committed); other != nil {
				m.mismatch(w, id, i, e, *other)
			}
			before = e.term
			i++
		}
	}
	m.places.tidy(w)
}

// mismatch reports two different entries of one index and term.
func (m *Monitor) mismatch(w *world.World, id raft.NodeID, i raft.Index, here, there place) {
	v := m.violated(w, w.Trace().Last()+1, logMatching)
	if v == nil {
		return
	}
	v.at(id, here.term, i)
	v.Here = sayf("node %d has %s", id, here.words(i))
	other := m.holder(w, id, i, there)
	v.There = sayf("%s %s", whose(other, "has", "a log had"), there.words(i))
	v.Explanation = sayf("%s, and %s: logs with an entry of one index and term are identical up to it (§5.3)", v.Here, v.There)
}

// holder returns a node other than id that has this entry at index i, or raft.None.
func (m *Monitor) holder(w *world.World, id raft.NodeID, i raft.Index, e place) raft.NodeID {
	for j := range raft.NodeID(w.Nodes()) {
		log := w.Log(j)
		if j == id || !log.Matches(i, e.term) || i <= 0 || i > log.LastIndex() {
			continue
		}
		entry := log.Entry(i)
		if before, _ := log.Term(i - 1); before == e.before && sameCommand(commandOf(&entry), e.command) {
			return j
		}
	}
	return raft.None
}

// words describes the entry at index i.
func (p *place) words(i raft.Index) string {
	command := "no command"
	if p.command != nil {
		command = p.command.String()
	}
	if i == 1 {
		return sayf("%q of term %d at index 1", command, p.term)
	}
	return sayf("%q of term %d at index %d, after an entry of term %d", command, p.term, i, p.before)
}

// whose names a node as the subject of verb, or returns nobody for raft.None.
func whose(id raft.NodeID, verb, nobody string) string {
	if id == raft.None {
		return nobody
	}
	return sayf("node %d %s", id, verb)
}
