package oracle

// A fate says where a message is.
type fate uint8

const (
	onItsWay fate = iota
	unsent        // it waits for a write of its sender
	lost          // its sender crashed before it was sent
	cut           // its link was cut when it was sent
	held          // a fault holds it
)

// A letter is a message in the bag of those in flight, with its copies.
type letter struct {
	Head
	// An AppendEntriesRequest carries the last count entries of log, or entries when
	// the sender's log is unknown.
	log     *entry
	count   int
	entries []Entry

	copies  int
	fate    fate
	fault   string // the fault that holds it
	outside bool   // it is from outside, or the answer to such a message
	resumed bool   // it was on its way when the trace began
	life    uint32 // the receiver's, for a message from outside
}

// A bag is raft.tla's variable messages: the messages in flight, by id, with their
// copies.
type bag struct {
	letters map[uint64]*letter
	free    []*letter
}

func (b *bag) clear() {
	if b.letters == nil {
		b.letters = map[uint64]*letter{}
	}
	clear(b.letters)
}

// put adds one copy of a message.
func (b *bag) put(h *Head) *letter {
	var l *letter
	if k := len(b.free); k > 0 {
		l = b.free[k-1]
		b.free = b.free[:k-1]
		*l = letter{entries: l.entries[:0]}
	} else {
		l = &letter{}
	}
	l.Head, l.copies = *h, 1
	b.letters[h.ID] = l
	return l
}

// take removes one copy.
func (b *bag) take(l *letter) {
	if l.copies--; l.copies <= 0 {
		delete(b.letters, l.ID)
		clear(l.entries)
		l.log = nil
		b.free = append(b.free, l)
	}
}

// send hands a message to the network.
func (o *Oracle) send(l *letter) {
	switch {
	case l.outside:
		o.bag.take(l) // the answer leaves the cluster
	case o.isCut(l.From, l.To):
		l.fate = cut
	default:
		l.fate = onItsWay
	}
}

// sending adds a message of the current step to the bag.
func (o *Oracle) sending(h *Head, outside bool) *letter {
	slow := o.isSlow(&o.servers[h.From])
	if outside && !slow {
		return nil // it has left already
	}
	l := o.bag.put(h)
	l.outside = outside
	if slow {
		o.sent = append(o.sent, l)
	} else if o.isCut(h.From, h.To) {
		l.fate = cut
	}
	return l
}

// find returns the message of a record, which must be in the bag as it was sent.
func (o *Oracle) find(e *Event) (*letter, *Violation) {
	m := &e.Message
	l := o.bag.letters[m.ID]
	switch {
	case e.Cause != m.ID:
		return nil, wrong(ruleCause, "the message's id "+number(m.ID), number(e.Cause))
	case l == nil || l.copies == 0 && e.Kind != DuplicateMessage:
		return nil, wrong(ruleInFlight, "a message in flight", "message "+number(m.ID)+", which was never sent or has left")
	case e.Node != l.To:
		return nil, wrong(ruleDest, "server "+server(l.To), server(e.Node))
	case l.Head != m.Head:
		return nil, differ(ruleContent, &l.Head, &m.Head)
	}
	switch {
	case l.Type != AppendEntriesRequest:
	case len(m.Entries) != l.count:
		return nil, wrong(ruleContent, number(uint64(l.count))+" entries", number(uint64(len(m.Entries))))
	case l.log != nil && !o.tree.ends(l.log, m.Entries):
		return nil, wrong(ruleContent, "the entries that were sent", "others")
	case l.log == nil:
		for k := range l.entries {
			if l.entries[k].Term != m.Entries[k].Term || !o.tree.same(l.entries[k].Value, m.Entries[k].Value) {
				return nil, wrong(ruleContent, "the entries that were sent", "others")
			}
		}
	}
	return l, nil
}

// arrives: a handled message must have been sent, have a copy left, and have come over a
// link that is not cut.
func (o *Oracle) arrives(e *Event) (*letter, *Violation) {
	l, v := o.find(e)
	switch {
	case v != nil:
		return nil, v
	case l.fate == unsent || l.fate == lost:
		return nil, wrong(ruleUnsent, "a message that has been sent", "message "+number(l.ID)+", for which server "+server(l.From)+" has not stored all that it must")
	case l.fate == held:
		return nil, wrong(ruleHeld, "a message that is on its way", "message "+number(l.ID)+", which fault "+l.fault+" holds")
	case l.outside:
	case l.fate == cut || o.isCut(l.From, l.To):
		return nil, wrong(ruleCut, "a link that is not cut", "the link "+server(l.From)+"-"+server(l.To)+", which is cut")
	}
	return l, nil
}
