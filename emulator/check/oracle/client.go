package oracle

import (
	"fmt"
	"slices"
)

// A request is a client's request without an answer.
type request struct {
	server int
	life   uint32 // the server's, when the request was made
	seq    uint64
	value  any
	entry  *entry // once it is in a leader's log
}

func (o *Oracle) request(e *Event, p *peer, i int) *Violation {
	if o.requests[e.Request] != nil {
		return wrong(ruleNewRequest, "an id of its own", "one that waits since record "+number(o.requests[e.Request].seq))
	}
	o.requests[e.Request] = &request{server: i, life: p.life, seq: e.Seq, value: e.Value}
	return nil
}

// response judges an answer to a client: it must be the only one, and true.
func (o *Oracle) response(e *Event, p *peer, i int) *Violation {
	q := o.requests[e.Request]
	if q == nil || q.server != i {
		return wrong(ruleOnce, "a request that waits at server "+server(i), "one that does not, or is answered already")
	}
	delete(o.requests, e.Request)
	var index uint64
	if q.entry != nil {
		index = q.entry.index
	}
	if e.Index != index {
		return wrong(ruleOnce, "the index of its entry, "+number(index), number(e.Index))
	}
	if e.Answer.Error == "" {
		return o.success(e, q, p)
	}
	var so bool
	switch e.Answer.Error {
	case "not_leader":
		so = q.entry == nil && q.life == p.life && p.Role != Leader
	case "leadership_lost":
		so = q.entry != nil && q.life == p.life && p.Role != Leader
	case "node_down":
		so = q.life != p.life || !p.up
	case "busy": // the trace does not show how many may wait
		so = q.entry == nil
	}
	switch {
	case !so || e.Answer.OK:
		return wrong(ruleError, "a reason that is true of a "+p.Role.String(), e.Answer.Error)
	case e.Cause < q.seq:
		return wrong(ruleCause, "its Request, "+number(q.seq)+", or later", number(e.Cause))
	}
	return nil
}

// success: the entry was applied just now, and the answer is the queue's result for it.
func (o *Oracle) success(e *Event, q *request, p *peer) *Violation {
	switch f := q.entry; {
	case f == nil || q.life != p.life:
		return wrong(ruleSuccess, "an entry in the log of the server", "none")
	case !p.log.holds(f):
		return wrong(ruleSuccess, "the entry "+place(f.index, f.term)+" in the log", "it was removed")
	case f.index > p.Applied:
		return wrong(ruleSuccess, "the entry "+number(f.index)+" to be applied", "only up to "+number(p.Applied)+" is")
	case e.Cause != p.applying:
		return wrong(ruleCause, "the Apply record "+number(p.applying), number(e.Cause))
	}
	m := o.apply(q.entry)
	r := &q.entry.result
	want := Answer{OK: r.ok}
	if r.popped != nil {
		want.Message = o.tree.read(r.popped.value).Message
	}
	if r.topics > 0 {
		want.Topics = m.topics[:r.topics]
	}
	if a := &e.Answer; a.OK != want.OK || a.Message != want.Message || !slices.Equal(a.Topics, want.Topics) {
		return wrong(ruleResult, want.words(), a.words())
	}
	return nil
}

func (a *Answer) words() string {
	return fmt.Sprintf("ok %t, message %q, topics %q", a.OK, a.Message, a.Topics)
}
