package oracle

// inOrder: records are numbered, time never goes back, and a cause comes before its
// effect.
func (o *Oracle) inOrder(e *Event) *Violation {
	switch {
	case e.Seq != o.seq+1:
		return wrong(ruleSeq, number(o.seq+1), number(e.Seq))
	case e.Time < o.time:
		return wrong(ruleTime, "at least "+o.time.String(), e.Time.String())
	case e.Step < o.step:
		return wrong(ruleStep, "at least "+number(o.step), number(e.Step))
	case e.Kind >= numKinds:
		return wrong(ruleServer, "a kind of record", e.Kind.String())
	case e.Node < Nobody || e.Node >= len(o.servers):
		return wrong(ruleServer, "a server from 0 to "+server(len(o.servers)-1), server(e.Node))
	case e.Kind.isMessage() && (e.Message.From < 0 || e.Message.From >= len(o.servers) || e.Message.To < 0 || e.Message.To >= len(o.servers)):
		return wrong(ruleServer, "a message between servers from 0 to "+server(len(o.servers)-1), e.Message.words())
	}
	switch e.Kind {
	case Init, Request, RPC, Nemesis, RuleEnded, Persist:
		if e.Cause != 0 {
			return wrong(ruleCause, "0, because it comes from outside", number(e.Cause))
		}
	default:
		if e.Cause == 0 || e.Cause >= e.Seq {
			return wrong(ruleCause, "a record from 1 to "+number(o.seq), number(e.Cause))
		}
	}
	return nil
}

// isMessage reports whether records of the kind have a message.
func (k Kind) isMessage() bool {
	switch k {
	case RequestVote, AppendEntries, UpdateTerm, HandleRequestVoteRequest, HandleRequestVoteResponse, DropStaleResponse,
		HandleAppendEntriesRequest, HandleAppendEntriesResponse, Reply, DuplicateMessage, DropMessage, HoldMessage,
		ReleaseMessage, ResumeMessage, RPC:
		return true
	}
	return false
}

// isOwed: after UpdateTerm its message is handled next, and after a request comes its
// Reply.
func (o *Oracle) isOwed(e *Event) *Violation {
	if e.Kind == Reply && o.owes != Reply {
		return wrong(ruleReply, "no Reply, because no request has just been handled", "one of "+server(e.Node))
	}
	if o.owes == numKinds {
		return nil
	}
	owes, acting := o.owes, o.acting
	o.owes = numKinds
	switch {
	case acting == Nobody:
	case owes == Reply && e.Kind == Reply && e.Cause == o.owesID:
		return nil
	case owes == UpdateTerm && e.Message.ID == o.owesID && e.Kind > UpdateTerm && e.Kind < Reply:
		return nil
	}
	if owes == Reply {
		return wrong(ruleReply, "the Reply to record "+number(o.owesID), e.Kind.String()+" of "+server(e.Node))
	}
	return wrong(ruleHandle, "the handling of message "+number(o.owesID), e.Kind.String()+" of "+server(e.Node))
}
