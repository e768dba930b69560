package history

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A proposal is a request that became an entry of a log.
type proposal struct {
	index   raft.Index
	term    raft.Term
	call    uint64
	command *machine.Command
}

// proposals holds entries that may be applied: the newest for each index in a ring, and the
// few others beside it.
type proposals struct {
	ring  []proposal // by index; its length is a power of two
	aside []proposal
}

// add adds a proposal with an index behind the applied one.
func (p *proposals) add(applied raft.Index, n proposal) {
	if n.index <= applied {
		return // never applied
	}
	for n.index-applied > raft.Index(len(p.ring)) {
		p.grow()
	}
	slot := &p.ring[n.index&raft.Index(len(p.ring)-1)]
	if slot.index > applied && len(p.aside) < maxStrays {
		p.aside = append(p.aside, *slot)
	}
	*slot = n
}

func (p *proposals) grow() {
	old := p.ring
	p.ring = make([]proposal, max(64, 2*len(old)))
	for _, n := range old {
		if n.index == 0 {
			continue
		}
		p.ring[n.index&raft.Index(len(p.ring)-1)] = n
	}
}

// take returns the call of the request whose entry is applied now, or false when there is
// no such request. Other proposals for the same index will never be applied.
func (p *proposals) take(i raft.Index, t raft.Term, c *machine.Command) (call uint64, ok bool) {
	if len(p.ring) > 0 {
		slot := &p.ring[i&raft.Index(len(p.ring)-1)]
		if slot.index == i && slot.term == t && slot.command == c {
			call, ok = slot.call, true
		}
		if slot.index == i {
			*slot = proposal{}
		}
	}
	if len(p.aside) == 0 {
		return call, ok
	}
	kept := p.aside[:0]
	for _, n := range p.aside {
		if n.index == i && n.term == t && n.command == c && !ok {
			call, ok = n.call, true
		}
		if n.index > i {
			kept = append(kept, n)
		}
	}
	clear(p.aside[len(kept):])
	p.aside = kept
	return call, ok
}
