package oracle

// restart is Restart(i): the server has what is on its disk and nothing else, as the
// crash left it.
func (o *Oracle) restart(e *Event, p *peer, i int) *Violation {
	switch {
	case p.up || p.restarting == 0:
		return wrong(ruleRestart, "a server that is down and was asked to restart", "server "+server(i)+", which is not")
	case e.Cause != p.restarting:
		return wrong(ruleCause, number(p.restarting), number(e.Cause))
	}
	p.up, p.since, p.restarting = true, p.restarting, 0
	return nil
}

// timeout is Timeout(i): a server that is not leader becomes candidate in the next term
// and votes for itself.
func (o *Oracle) timeout(e *Event, p *peer, i int) *Violation {
	switch {
	case p.Role == Leader:
		return wrong(ruleTimeout, "a follower or candidate", "the leader of term "+number(p.Term))
	case e.Cause < p.since:
		return wrong(ruleCause, "the record that set its timer since it started: "+number(p.since)+" or later", number(e.Cause))
	}
	p.Role, p.Term, p.VotedFor, p.Leader = Candidate, p.Term+1, i, Nobody
	p.clearVotes(len(o.servers))
	p.stood = e.Seq
	return nil
}

// requestVote is RequestVote(i, j).
func (o *Oracle) requestVote(e *Event, p *peer, i int) *Violation {
	m := &e.Message
	want := Head{
		ID: e.Seq, Type: RequestVoteRequest, From: i, To: m.To, Term: p.Term, LastLogIndex: p.LastIndex, LastLogTerm: p.LastTerm,
	}
	switch {
	case p.Role != Candidate:
		return wrong(ruleAsks, "a candidate", "a "+p.Role.String())
	case m.From != i || m.To == i:
		return wrong(ruleSource, "a message from "+server(i)+" to another", m.words())
	case p.heard[m.To]:
		return wrong(ruleAsks, "a server that has not answered", "server "+server(m.To)+", which has")
	case m.Head != want:
		return differ(ruleVoteSent, &want, &m.Head)
	case e.Cause != p.stood && e.Cause != p.since:
		return wrong(ruleCause, "its Timeout, "+number(p.stood), number(e.Cause))
	}
	o.sending(&want, false)
	return nil
}

// becomeLeader is BecomeLeader(i): a candidate with the votes of a quorum leads.
func (o *Oracle) becomeLeader(e *Event, p *peer, i int) *Violation {
	votes := o.votes(i)
	switch {
	case p.Role != Candidate:
		return wrong(ruleElected, "a candidate", "a "+p.Role.String())
	case !o.isQuorum(votes):
		return wrong(ruleElected, "votes of a majority of "+server(len(o.servers)), server(votes))
	case e.Cause < p.stood && e.Cause != p.since:
		return wrong(ruleCause, "its Timeout, "+number(p.stood)+", or later", number(e.Cause))
	}
	p.Role, p.Leader = Leader, i
	p.clearMatch(len(o.servers))
	p.led = e.Seq
	return nil
}

// receive is Receive(m): first UpdateTerm, when m is of a later term, then the handler
// of its type.
func (o *Oracle) receive(e *Event, p *peer) *Violation {
	l, v := o.arrives(e)
	if v != nil {
		return v
	}
	if e.Kind == UpdateTerm {
		return o.updateTerm(l, p)
	}
	if l.Term > p.Term {
		return wrong(ruleNotNewer, "UpdateTerm to "+number(l.Term), e.Kind.String()+" in term "+number(p.Term))
	}
	want, request := HandleRequestVoteRequest, false
	switch l.Type {
	case RequestVoteRequest:
		o.handleRequestVoteRequest(l, p)
		request = true
	case AppendEntriesRequest:
		want, request = HandleAppendEntriesRequest, true
		o.handleAppendEntriesRequest(e, l, p)
	case RequestVoteResponse:
		if want = HandleRequestVoteResponse; l.Term < p.Term {
			want = DropStaleResponse
		} else {
			p.heard[l.From] = true
			p.granted[l.From] = p.granted[l.From] || l.VoteGranted
		}
	case AppendEntriesResponse:
		if want = HandleAppendEntriesResponse; l.Term < p.Term {
			want = DropStaleResponse
		} else if l.Success && p.Role == Leader {
			p.match[l.From] = max(p.match[l.From], min(l.MatchIndex, p.LastIndex))
		}
	}
	if e.Kind != want {
		return wrongHandler(e.Kind, want, l, p)
	}
	if request {
		o.owes, o.owesID, o.toRPC = Reply, e.Seq, l.outside
	}
	o.bag.take(l)
	return nil
}

// wrongHandler names the rule by which the message is not for this handler.
func wrongHandler(k, want Kind, l *letter, p *peer) *Violation {
	r := ruleType
	switch {
	case k == DropStaleResponse && (want == HandleRequestVoteResponse || want == HandleAppendEntriesResponse):
		r = ruleStale
	case want != DropStaleResponse:
	case k == HandleRequestVoteResponse:
		r = ruleTally
	case k == HandleAppendEntriesResponse:
		r = ruleAnswered
	}
	return wrong(r, want.String(), k.String()+" of the "+l.Type.String()+" of term "+number(l.Term)+" in term "+number(p.Term))
}

// updateTerm is UpdateTerm(i, j, m): a later term makes any server a follower that has
// not voted. The message stays and is handled next.
func (o *Oracle) updateTerm(l *letter, p *peer) *Violation {
	if l.Term <= p.Term {
		return wrong(ruleNewer, "a message of a term after "+number(p.Term), "one of term "+number(l.Term))
	}
	p.Term, p.Role, p.VotedFor, p.Leader = l.Term, Follower, Nobody, Nobody
	o.owes, o.owesID = UpdateTerm, l.ID
	return nil
}

// handleRequestVoteRequest is HandleRequestVoteRequest(i, j, m): a follower votes once
// in a term, for the first candidate whose log is at least as up to date.
func (o *Oracle) handleRequestVoteRequest(l *letter, p *peer) {
	logOk := l.LastLogTerm > p.LastTerm || l.LastLogTerm == p.LastTerm && l.LastLogIndex >= p.LastIndex
	grant := l.Term == p.Term && p.Role == Follower && logOk && (p.VotedFor == Nobody || p.VotedFor == l.From)
	if grant {
		p.VotedFor = l.From
	}
	o.reply = Head{Type: RequestVoteResponse, From: l.To, To: l.From, Term: p.Term, VoteGranted: grant}
}

// takeReply is Reply(response, request): the response must be the one that follows from
// the request.
func (o *Oracle) takeReply(e *Event) *Violation {
	want, m := &o.reply, &e.Message
	if want.ID = e.Seq; want.Type == AppendEntriesResponse && !want.Success {
		if v := o.isHint(want, m); v != nil {
			return v
		}
	}
	if *want != m.Head {
		r := ruleGranted
		switch {
		case m.From != want.From || m.To != want.To || m.Type != want.Type:
			r = ruleReply
		case want.Type == RequestVoteResponse:
		case want.Success != m.Success:
			r = ruleLogOk
		case want.MatchIndex != m.MatchIndex:
			r = ruleMatch
		default:
			r = ruleResponse
		}
		return differ(r, want, &m.Head)
	}
	o.sending(want, o.toRPC)
	return nil
}
