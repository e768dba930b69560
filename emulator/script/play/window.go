package play

import (
	"time"

	"rrmq.example/emulator/emulator/script/source"
)

const (
	// atStart is the index of the start, as if it were a step before the first one.
	atStart = -1
	// giveTime ends the problem of an expectation that looks at no time.
	giveTime = "give it time with run_ms in [scenario], or with a later step that has after_ms"
)

// windows reports the expectations that look at no time, whatever happens in the run: they
// would pass without having seen anything. Only a run shows the rest.
func (r *reader) windows(list []*source.Value) {
	for i, v := range list {
		e := &r.scenario.Expects[i]
		switch e.Kind {
		case ExpectAlways, ExpectNever:
			r.span(v, e)
		default:
			r.counts(v, e)
		}
	}
}

// span reports an always or never over no time.
func (r *reader) span(v *source.Value, e *Expect) {
	key := "always"
	if e.Kind == ExpectNever {
		key = "never"
		r.unknown(v, e)
	}
	from, until := r.place(e.From, atStart), r.place(e.Until, len(r.scenario.Steps))
	if r.scenario.takesTime(from, until) {
		return
	}
	if e.Until == "" {
		v.ReportKey(key, "looks at no time: the scenario ends at once after %s; %s", begun(e.From), giveTime)
		return
	}
	v.ReportKey(key, "looks at no time: the step %s is done at once after %s; give it time with after_ms in a step up to %[1]s",
		source.QuoteShort(e.Until), begun(e.From))
}

// unknown reports a never about a name that exists only when its time is over.
func (r *reader) unknown(v *source.Value, e *Expect) {
	if e.Until == "" {
		return
	}
	until := r.place(e.Until, 0)
	for _, c := range e.That {
		for _, name := range c.Names() {
			if r.names.nodes.step(name) >= until {
				v.ReportKey("never", "looks at nothing: no step before %s gives the name %q, want a later until", source.QuoteShort(e.Until), name)
			}
		}
		for _, name := range c.Requests() {
			if r.names.requests.step(name) >= until {
				v.ReportKey("never", "looks at nothing: no step before %s sends the request %q, want a later until", source.QuoteShort(e.Until), name)
			}
		}
	}
}

// counts reports a condition on the number of events that holds while nothing happens, and
// has no time in which something could.
func (r *reader) counts(v *source.Value, e *Expect) {
	trivial := 0
	from := r.place(e.From, atStart)
	mark := from == atStart || r.scenario.Steps[from].Action == nil
	for _, c := range e.That {
		switch {
		case !c.HoldsOfNothing() || len(c.Requests()) > 0:
		case e.Kind == ExpectWithin:
			trivial++
		case e.Kind == ExpectAtEnd && mark && !r.scenario.takesTime(from, len(r.scenario.Steps)):
			v.ReportKey("that", "looks at no time: %s holds as long as nothing has happened; %s", source.QuoteShort(c.String()), giveTime)
		}
	}
	if trivial > 0 && trivial == len(e.That) {
		v.ReportKey("within_ms", "looks at no time: %s holds before anything has happened, want no within_ms, for the end, or never = true with the opposite",
			source.QuoteShort(e.That[0].String()))
	}
}

// place returns the index of a named step, or def without a name.
func (r *reader) place(name string, def int) int {
	if name == "" {
		return def
	}
	return r.names.steps.step(name)
}

// begun describes the moment from which an expectation counts.
func begun(from string) string {
	if from == "" {
		return "its start"
	}
	return "the step " + source.QuoteShort(from)
}

// takesTime reports whether time may pass between a step that was done, or atStart, and a
// later one, or the end of the scenario after the last.
func (c *Scenario) takesTime(from, until int) bool {
	if until <= from && until < len(c.Steps) {
		return false
	}
	var earliest time.Duration
	for i := range min(from+1, len(c.Steps)) {
		earliest = max(earliest+c.Steps[i].After, c.Steps[i].At)
	}
	for i := from + 1; i < min(until+1, len(c.Steps)); i++ {
		if step := &c.Steps[i]; len(step.Once) > 0 || step.After > 0 || step.At > earliest {
			return true
		}
	}
	if until < len(c.Steps) {
		return false
	}
	if c.RunTime > earliest {
		return true
	}
	for i := range c.Steps {
		if a, ok := c.Steps[i].Action.(Request); ok && (a.Times > 1 && a.Every > 0 || a.Retry > 0) {
			return true
		}
	}
	for i := range c.Expects {
		if e := &c.Expects[i]; e.Kind == ExpectWithin && e.Within > 0 {
			return true
		}
	}
	return false
}
