package oracle

import "slices"

// network judges an action of the network, e.Kind.
func (o *Oracle) network(e *Event, p *peer) *Violation {
	l, v := o.find(e)
	if v != nil {
		return v
	}
	inForce := slices.Contains(o.faults, e.Fault)
	waits := l.fate == unsent || l.fate == lost
	switch e.Kind {
	case DuplicateMessage:
		if !inForce || waits || l.fate == cut {
			return wrong(ruleDuplicate, "a message on its way, and a fault", "fault "+e.Fault)
		}
		l.copies++
	case HoldMessage:
		if !inForce || l.fate != onItsWay {
			return wrong(ruleHold, "a message on its way, and a fault", "fault "+e.Fault)
		}
		l.fate, l.fault = held, e.Fault
	case ReleaseMessage:
		if l.fate != held && !l.resumed || l.fate == held && l.fault != e.Fault {
			return wrong(ruleRelease, "a message that it holds", "message "+number(l.ID)+", which fault "+e.Fault+" does not hold")
		}
		l.fate = onItsWay
	case DropMessage:
		return o.drop(e, l, p)
	}
	return nil
}

// drop is DropMessage(m). Any message may be lost; the reason must be true.
func (o *Oracle) drop(e *Event, l *letter, p *peer) *Violation {
	if !o.mayDrop(e, l, p) {
		reason := e.Reason
		if reason == "" {
			reason = "fault " + e.Fault
		}
		return wrong(ruleDrop, "a reason that is true of message "+number(l.ID), reason)
	}
	if e.Reason == "overflow" && l.copies == 1 {
		l.copies, o.spent = 0, l // a fault's copies of it are recorded later
		return nil
	}
	o.bag.take(l)
	return nil
}

// mayDrop reports whether the reason for a loss, or the fault, is true of a message.
func (o *Oracle) mayDrop(e *Event, l *letter, p *peer) bool {
	switch e.Reason {
	case "":
		return slices.Contains(o.faults, e.Fault) && (l.fate == onItsWay || l.fate == held)
	case "partition":
		return !l.outside && (l.fate == cut || l.fate == onItsWay && o.isCut(l.From, l.To))
	case "crash":
		return o.isLostInCrash(l, p)
	case "overflow": // the trace does not show how much space there is
		return l.fate == onItsWay
	}
	return false
}

func (o *Oracle) isLostInCrash(l *letter, p *peer) bool {
	switch {
	case l.fate == unsent || l.fate == cut || l.fate == held:
		return false
	case l.fate == lost || !p.up:
		return true
	case l.outside:
		return l.life != p.life
	case l.resumed: // it may have waited for a write of its sender
		return !o.servers[l.From].up
	}
	return false
}

// resumeMessage takes a message that was on its way when the trace began. The trace does
// not show whether it was held or waited for a write.
func (o *Oracle) resumeMessage(e *Event) *Violation {
	m := &e.Message
	switch {
	case o.time > 0 || o.step > 0:
		return wrong(ruleBegins, "messages on their way at the start", "one later")
	case m.ID != e.Seq || m.From == m.To || m.To != e.Node:
		return wrong(ruleSource, "a message to server "+server(e.Node)+" from another", m.words())
	}
	l := o.bag.put(&m.Head)
	l.resumed = true
	l.entries, l.count = append(l.entries, m.Entries...), len(m.Entries)
	return nil
}

// rpc takes a message from outside, which names a server as its sender. It arrives
// without a link or a fault in its way.
func (o *Oracle) rpc(e *Event, p *peer) *Violation {
	m := &e.Message
	if m.ID != e.Seq || m.From == m.To || m.To != e.Node || m.Type == RequestVoteResponse || m.Type == AppendEntriesResponse {
		return wrong(ruleSource, "a request to server "+server(e.Node)+" from another", m.words())
	}
	if !p.up {
		return nil
	}
	l := o.bag.put(&m.Head)
	l.outside, l.life = true, p.life
	l.entries, l.count = append(l.entries, m.Entries...), len(m.Entries)
	return nil
}

// nemesis judges a change of the cluster and makes it.
func (o *Oracle) nemesis(e *Event, p *peer, i int) *Violation {
	c := e.Change
	if c == nil || c.Node != i {
		return wrong(ruleChange, "a change to "+server(i), "none")
	}
	switch c.Op {
	case "crash", "restart", "pause", "resume", "timeout", "isolate", "heal_node", "skew", "plant":
		if p == nil {
			return wrong(ruleChange, "a server for "+c.Op, "none")
		}
		return o.changeServer(e, p, i)
	case "partition":
		o.cuts = append(o.cuts[:0], c.Links...)
	case "heal":
		o.faults, o.onWrites = o.faults[:0], o.onWrites[:0]
		for j := range o.servers {
			o.heal(e.Seq, j)
		}
		o.cuts = o.cuts[:0]
	case "set_fault":
		if !slices.Contains(o.faults, c.Fault) {
			o.faults = append(o.faults, c.Fault)
		}
		o.setOnWrites(c.Fault, c.OnWrites)
	case "delete_fault":
		return o.endFault(c.Fault)
	default:
		return wrong(ruleChange, "a known change", c.Op)
	}
	return nil
}

// changeServer judges a change of one server and makes it. The changes skew and plant
// do not alter what a correct server may do.
func (o *Oracle) changeServer(e *Event, p *peer, i int) *Violation {
	switch e.Change.Op {
	case "crash":
		o.crash(i, e.Change.Wipe)
	case "restart":
		if p.up {
			return wrong(ruleChange, "a server that is down", "server "+server(i)+", which is up")
		}
		p.restarting = e.Seq
	case "pause":
		if !p.up || p.paused {
			return wrong(ruleChange, "a server that is up and not paused", "server "+server(i))
		}
		p.paused = true
	case "resume":
		if !p.paused {
			return wrong(ruleChange, "a server that is paused", "server "+server(i))
		}
		p.paused = false
	case "timeout":
		if !p.up || p.paused || p.Role == Leader {
			return wrong(ruleChange, "a server that has an election timer", "server "+server(i))
		}
	case "isolate":
		o.healLinks(i)
		for j := range o.servers {
			if j != i {
				o.cuts = append(o.cuts, [2]int{i, j}, [2]int{j, i})
			}
		}
	case "heal_node":
		o.heal(e.Seq, i)
	}
	return nil
}

// heal makes a server connected, running and up; a Restart follows if it was down.
func (o *Oracle) heal(seq uint64, i int) {
	p := &o.servers[i]
	o.healLinks(i)
	if p.paused = false; !p.up {
		p.restarting = seq
	}
}

// healLinks removes the cuts of a server's links.
func (o *Oracle) healLinks(i int) {
	o.cuts = slices.DeleteFunc(o.cuts, func(l [2]int) bool { return l[0] == i || l[1] == i })
}

func (o *Oracle) isCut(from, to int) bool {
	return len(o.cuts) > 0 && slices.Contains(o.cuts, [2]int{from, to})
}

func (o *Oracle) ruleEnded(e *Event) *Violation { return o.endFault(e.Fault) }

func (o *Oracle) endFault(name string) *Violation {
	k := slices.Index(o.faults, name)
	if k < 0 {
		return wrong(ruleFault, "a fault that is in force", name)
	}
	o.faults = slices.Delete(o.faults, k, k+1)
	o.setOnWrites(name, false)
	return nil
}
