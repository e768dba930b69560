package history

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// A Snapshot is a Recorder's history at a moment. The world may go on meanwhile.
type Snapshot struct {
	// held has the newest requests, and total counts all requests so far.
	held  period
	first *period
	total int

	strays  []request
	outside []outsider
	config  world.Config
	faults  []Fault
	counts  [Unknown + 1]int
	waiting int

	forgotten int64
}

// Snapshot returns the history up to now. Only the world's owner may call it; it is quick.
func (r *Recorder) Snapshot() *Snapshot {
	s := &Snapshot{
		held: *r.now, first: r.first, counts: r.counts, waiting: r.waiting, config: r.config,
		strays: slices.Clone(r.strays), outside: slices.Clone(r.outside), faults: slices.Clone(r.faults),
		forgotten: r.forgotten,
	}
	if r.earlier != nil {
		s.held = *r.earlier
		s.held.trouble = cmp.Or(r.earlier.trouble, r.now.trouble)
		s.held.requests = slices.Concat(r.earlier.requests, r.now.requests)
	} else {
		s.held.requests = slices.Clone(r.now.requests)
	}
	for _, n := range r.counts {
		s.total += n
	}
	s.total += r.waiting
	return s
}

// Total returns the number of all requests so far, including those no longer held.
func (s *Snapshot) Total() int { return s.total }

// Time returns the world's time at which one of the held requests was called or answered,
// by its place in the trace; 0 when no request has that place.
func (s *Snapshot) Time(at int64) time.Duration {
	for i := range s.held.requests {
		switch q := &s.held.requests[i]; uint64(at) {
		case q.call:
			return q.at
		case q.ret:
			return q.until
		}
	}
	return 0
}

// Calls returns the held requests by their calls; those without an answer are Unknown.
func (s *Snapshot) Calls() []Call { return callsOf(nil, s.held.requests) }

// History returns the held requests as Check takes them.
func (s *Snapshot) History() History {
	h := s.historyOf(&s.held)
	h.Faults = s.Faults()
	return h
}

// Forgotten returns the place in the trace up to which faults are no longer held; 0 when
// all of them are.
func (s *Snapshot) Forgotten() int64 { return s.forgotten }

// Faults returns the changes of the cluster, at least the newest thousand.
func (s *Snapshot) Faults() []Fault {
	faults := slices.Clone(s.faults)
	for i := range faults {
		faults[i].Words = faults[i].change.Told()
	}
	return faults
}

func (s *Snapshot) historyOf(part *period) History {
	h := History{Start: part.start.topics(), Vague: part.vague}
	h.Calls = inherited(&s.config, part.start.applied)
	for _, o := range s.outside {
		h.Calls = append(h.Calls, Call{Client: NoClient, Node: NoClient, Command: *o.command, Call: int64(o.at), Outcome: Unknown})
	}
	first := uint64(math.MaxUint64)
	if len(part.requests) > 0 {
		first = part.requests[0].call
	}
	strays := make([]request, 0, len(s.strays))
	for _, q := range s.strays {
		if q.call < first && (q.applied == 0 || q.index > part.start.applied) {
			strays = append(strays, q)
		}
	}
	h.Calls = callsOf(h.Calls, append(strays, part.requests...))
	return h
}

// Check reports whether a queue could have given these answers. Any goroutine may call it.
func (s *Snapshot) Check(ctx context.Context, o Options) Report {
	r := Report{}
	if s.first == nil && s.held.trouble == "" {
		for _, name := range Names() {
			r.Verdicts = append(r.Verdicts, Verdict{Name: name, Witness: []Call{}})
		}
		r.Ordered = s.counts[Done]
		s.fill(&r)
		r.How = fmt.Sprintf("%s, all answers explained by the order of the log", text.Count(s.total, "request"))
		return r
	}
	part := &s.held
	if s.first != nil {
		part = s.first
	}
	r = Check(ctx, s.historyOf(part), o)
	if s.first != nil && r.State() == Held && s.held.trouble != "" {
		part = &s.held
		r = Check(ctx, s.historyOf(part), o)
	}
	r.How = fmt.Sprintf("of %s those from #%d on, because %s: %s", text.Count(s.total, "request"), part.requests[0].call, part.trouble, r.How)
	s.fill(&r)
	return r
}

// fill counts all requests.
func (s *Snapshot) fill(r *Report) {
	r.Requests, r.Done, r.Refused, r.Failed = s.total, s.counts[Done], s.counts[Refused], s.counts[Failed]
	r.Unknown = s.counts[Unknown] + s.waiting
}

// callsOf appends requests as calls. Each gets the lowest number of a client that is free.
func callsOf(ops []Call, requests []request) []Call {
	ops = slices.Grow(ops, len(requests))
	var busy []uint64 // the times until which clients are busy
	for i := range requests {
		q := &requests[i]
		o := Call{
			Node: int(q.node), Command: commandOf(q.command), Call: int64(q.call),
			Outcome: q.outcome, Index: uint64(q.index), ID: q.id.String(),
		}
		until := q.ret
		if q.open() {
			o.Outcome, until = Unknown, math.MaxUint64
		} else if o.Return = int64(q.ret); q.outcome == Done {
			o.Result = machine.Result{OK: q.ok, Text: q.message}
			if q.answer != nil {
				o.Result, o.Index = q.answer.Result, uint64(q.answer.Index)
			}
		}
		o.Client = slices.IndexFunc(busy, func(b uint64) bool { return b < q.call })
		if o.Client < 0 {
			o.Client = len(busy)
			busy = append(busy, 0)
		}
		busy[o.Client] = until
		ops = append(ops, o)
	}
	return ops
}

// commandOf returns the command of a request, or the zero command if it is invalid.
func commandOf(c *machine.Command) machine.Command {
	if c == nil {
		return noCommand.With()
	}
	return *c
}

// Picture draws the requests in which Check finds a violation, or otherwise the newest.
func (s *Snapshot) Picture(ctx context.Context, w io.Writer, o Options) error {
	part := &s.held
	if s.first != nil {
		part = s.first
	}
	h := s.historyOf(part)
	h.Faults = s.Faults()
	return Picture(ctx, w, h, o)
}
