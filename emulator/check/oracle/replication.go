package oracle

import "fmt"

// clientRequest is ClientRequest(i, v): a leader appends the command of a request.
func (o *Oracle) clientRequest(e *Event, p *peer, i int) *Violation {
	q := o.requests[e.Request]
	switch {
	case p.Role != Leader:
		return wrong(ruleLeads, "a leader", "a "+p.Role.String())
	case q == nil || q.server != i || q.life != p.life || q.entry != nil:
		return wrong(ruleRequested, "a request that waits at server "+server(i), "one that does not")
	case !o.tree.same(q.value, e.Value):
		return wrong(ruleRequested, "the command of the request", "another")
	case e.Cause != q.seq:
		return wrong(ruleCause, "its Request, "+number(q.seq), number(e.Cause))
	}
	p.setLog(o.tree.after(p.log, p.Term, q.value))
	q.entry = p.log
	if e.Index != p.LastIndex {
		return wrong(ruleOf(ClientRequest, varLog), "index "+number(p.LastIndex), number(e.Index))
	}
	return nil
}

// appendEntries is AppendEntries(i, j), with any number of entries from any place in the
// leader's log.
func (o *Oracle) appendEntries(e *Event, p *peer, i int) *Violation {
	m := &e.Message
	switch {
	case p.Role != Leader:
		return wrong(ruleSends, "a leader", "a "+p.Role.String())
	case m.From != i || m.To == i:
		return wrong(ruleSource, "a message from "+server(i)+" to another", m.words())
	case e.Cause < p.led && e.Cause != p.since:
		return wrong(ruleCause, "a record since it leads, "+number(p.led)+" or later", number(e.Cause))
	}
	prev := p.log.at(m.PrevLogIndex)
	if prev == nil {
		return wrong(ruleEntries, "entries after one that is in the log, which ends at "+number(p.LastIndex), "after "+number(m.PrevLogIndex))
	}
	want := Head{
		ID: e.Seq, Type: AppendEntriesRequest, From: i, To: m.To, Term: p.Term,
		PrevLogIndex: prev.index, PrevLogTerm: prev.term, LeaderCommit: p.CommitIndex,
	}
	if m.Head != want {
		return differ(ruleAppend, &want, &m.Head)
	}
	last := prev
	if n := uint64(len(m.Entries)); n > 0 {
		last = p.log.at(prev.index + n)
		if last == nil || !o.tree.ends(last, m.Entries) {
			return wrong(ruleEntries, "the leader's entries after "+number(prev.index), "others")
		}
	}
	l := o.sending(&want, false)
	l.log, l.count = last, len(m.Entries)
	return nil
}

// handleAppendEntriesRequest is HandleAppendEntriesRequest(i, j, m). The server refuses
// two requests that raft.tla never produces: one to the leader of its own term, and one
// that would remove a committed entry.
func (o *Oracle) handleAppendEntriesRequest(e *Event, l *letter, p *peer) {
	o.reply = Head{Type: AppendEntriesResponse, From: l.To, To: l.From, Term: p.Term, PrevLogIndex: l.PrevLogIndex}
	if l.Term < p.Term || p.Role == Leader {
		return
	}
	p.Role, p.Leader = Follower, l.From
	prev := p.log.at(l.PrevLogIndex)
	if logOk := prev != nil && prev.term == l.PrevLogTerm; !logOk {
		return
	}
	log := o.merge(p.log, prev, l, e.Message.Entries)
	if !log.holds(p.log.at(p.CommitIndex)) {
		return
	}
	p.setLog(log)
	newest := l.PrevLogIndex + uint64(l.count)
	p.CommitIndex = max(p.CommitIndex, min(l.LeaderCommit, newest))
	o.reply.Success, o.reply.MatchIndex = true, newest
}

// merge returns the log with the entries of a message after prev. As long as the log
// holds them it stays as it is, with its rest; the first entry that it does not hold, and
// those after it, replace the rest.
func (o *Oracle) merge(log, prev *entry, l *letter, entries []Entry) *entry {
	if t := l.log; t != nil && t.at(prev.index) == prev {
		switch {
		case log.holds(t):
			return log
		case t.holds(log):
			return t
		}
	}
	for k := range entries {
		e := log.at(prev.index + 1)
		if e == nil || e.term != entries[k].Term {
			return o.tree.grow(prev, entries[k:])
		}
		prev = e
	}
	return log
}

// isHint judges the hint of a rejection: it must be an entry of the server's log. The
// leader may use it in any way, because nextIndex is only its guess.
func (o *Oracle) isHint(want *Head, m *Message) *Violation {
	p := &o.servers[want.From]
	e := p.log.at(m.ConflictIndex)
	switch {
	case e == nil || m.ConflictIndex > want.PrevLogIndex:
		return wrong(ruleHint, fmt.Sprintf("an entry of the log, at %d or before", want.PrevLogIndex), number(m.ConflictIndex))
	case e.term != m.ConflictTerm:
		return wrong(ruleHint, "the entry "+place(e.index, e.term), place(m.ConflictIndex, m.ConflictTerm))
	}
	want.ConflictIndex, want.ConflictTerm = m.ConflictIndex, m.ConflictTerm
	return nil
}

// advanceCommitIndex is AdvanceCommitIndex(i): commitIndex becomes the highest index that
// a quorum has stored, if its entry is of the leader's own term.
func (o *Oracle) advanceCommitIndex(e *Event, p *peer, i int) *Violation {
	to := e.State.CommitIndex
	switch {
	case p.Role != Leader:
		return wrong(ruleAdvances, "a leader", "a "+p.Role.String())
	case to <= p.CommitIndex:
		return wrong(ruleAdvances, "more than "+number(p.CommitIndex), number(to))
	case to > p.LastIndex:
		return wrong(ruleAgree, "an index of the log, which ends at "+number(p.LastIndex), number(to))
	case e.Cause < p.led && e.Cause != p.since:
		return wrong(ruleCause, "a record since it leads, "+number(p.led)+" or later", number(e.Cause))
	}
	if n := o.agree(i, to); !o.isQuorum(n) {
		return wrong(ruleAgree, "what a majority has stored", fmt.Sprintf("%d, which %d of %d have", to, n, len(o.servers)))
	}
	if o.isQuorum(o.agree(i, to+1)) {
		return wrong(ruleAgree, "the highest index that a majority has stored", fmt.Sprintf("%d, although %d is stored also", to, to+1))
	}
	if t := p.log.at(to).term; t != p.Term {
		return wrong(ruleOwnTerm, "an entry of term "+number(p.Term), place(to, t))
	}
	p.CommitIndex = to
	return nil
}

// applied: a server applies all committed entries at once (Figure 2, rules for all
// servers).
func (o *Oracle) applied(e *Event, p *peer, i int) *Violation {
	if v := o.canStep(p, i); v != nil {
		return v
	}
	switch {
	case p.Applied >= p.CommitIndex:
		return wrong(ruleApplied, "nothing to be applied after "+number(p.Applied), number(e.Index))
	case e.Index != p.CommitIndex:
		return wrong(ruleApplied, "entries up to "+number(p.CommitIndex)+" to be applied", "up to "+number(e.Index))
	case e.Cause < p.since:
		return wrong(ruleCause, "a record since it started, "+number(p.since)+" or later", number(e.Cause))
	}
	p.Applied, p.applying = p.CommitIndex, e.Seq
	if p.State != e.State {
		return stateDiff(Apply, &p.State, &e.State)
	}
	return nil
}
