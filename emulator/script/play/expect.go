package play

import (
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text/bounds"
)

func (r *reader) readExpects(list []*source.Value) {
	for _, v := range list {
		r.scenario.Expects = append(r.scenario.Expects, r.expect(v))
	}
}

func (r *reader) expect(v *source.Value) Expect {
	e := Expect{Line: v.Line()}
	s := v.Table("an [[expect]] table")
	var places []*source.Value
	if that := s.Get("that"); that != nil {
		e.That, places = r.conditions(that)
	} else {
		v.Missing("that", "a condition, such as leader=unique")
	}
	r.kind(s, &e)
	r.late(s, &e)
	r.window(s, &e)
	s.TextWithin("because", bounds.Because, &e.Because)
	s.End()
	r.given(&e, places)
	return e
}

// kind reads when the expectation must hold.
func (r *reader) kind(s *source.Table, e *Expect) {
	first := ""
	for _, k := range []struct {
		key  string
		kind ExpectKind
	}{{"within_ms", ExpectWithin}, {"always", ExpectAlways}, {"never", ExpectNever}, {"at", ExpectAt}} {
		v := s.Get(k.key)
		if v == nil {
			continue
		}
		if first != "" {
			v.Report("is given together with %s, want one of within_ms, always, never and at, or none for the end", first)
			continue
		}
		first, e.Kind = k.key, k.kind
		switch k.kind {
		case ExpectWithin:
			var ok bool
			if e.Within, ok = v.WantMillis(0); ok {
				r.beyond(v, e.Within)
			}
		case ExpectAt:
			r.stepRef(v, &e.At)
		default:
			if !v.Is(true) {
				v.Wrong("true, or no such key")
			}
		}
	}
}

// late reads the time after which an expectation with within_ms is not only too slow.
func (r *reader) late(s *source.Table, e *Expect) {
	v := s.Get("late_ms")
	if v == nil {
		return
	}
	late, ok := v.WantMillis(0)
	switch {
	case !s.Has("within_ms"):
		v.Report("means nothing without within_ms")
	case ok && e.Kind == ExpectWithin && late <= e.Within:
		v.Report("is %s, want more than within_ms = %s", v.Show(), source.Millis(e.Within))
	case ok:
		e.Late = late
		r.beyond(v, late)
	}
}

// stepRef reads the name of a step.
func (r *reader) stepRef(v *source.Value, dst *string) {
	name, ok := v.Text()
	switch {
	case !ok:
		v.Wrong("the name of a step")
	case !r.names.steps.has(name):
		v.Report("is %s, but no step has this name%s", v.Show(), v.Hint(name, r.names.steps.list))
	default:
		*dst = name
	}
}

// window reads from and until.
func (r *reader) window(s *source.Table, e *Expect) {
	from, until := s.Get("from"), s.Get("until")
	if from != nil {
		r.stepRef(from, &e.From)
	}
	if until != nil {
		if e.Kind != ExpectAlways && e.Kind != ExpectNever {
			until.Report("means nothing without always or never")
		}
		r.stepRef(until, &e.Until)
	}
	if e.From == "" {
		return
	}
	begins := r.names.steps.step(e.From)
	if e.Until != "" && r.names.steps.step(e.Until) <= begins {
		until.Report("is %s, which does not come after from = %q, want a later step", until.Show(), e.From)
	}
	if e.At != "" && r.names.steps.step(e.At) < begins {
		from.Report("is %s, which comes after at = %q, want that step or an earlier one", from.Show(), e.At)
	}
}

// given reports names that do not exist when the expectation needs them.
func (r *reader) given(e *Expect, places []*source.Value) {
	// An expectation for a known moment needs its names by then. For others they may
	// come later.
	due, by := nowhere-1, ""
	switch {
	case e.Kind == ExpectAlways && e.From == "":
		due, by = beforehand, "the start"
	case e.Kind == ExpectAlways:
		due, by = r.names.steps.step(e.From), source.QuoteShort(e.From)
	case e.Kind == ExpectAt && e.At != "":
		due, by = r.names.steps.step(e.At), source.QuoteShort(e.At)
	}
	for i, c := range e.That {
		v := places[i]
		for _, name := range c.Names() {
			switch step := r.names.nodes.step(name); {
			case step == nowhere:
				v.Report("is %s, but no step gives a node the name %q%s", v.Show(), name, r.hint(c, v, name))
			case step > due:
				v.Report("is %s, and step[%d] (line %d) gives the name %q only after %s, so it could not hold then",
					v.Show(), step, r.names.nodes.lines[name], name, by)
			}
		}
		for _, name := range c.Requests() {
			if !r.names.requests.has(name) {
				v.Report("is %s, but no step sends a request %q%s", v.Show(), name, v.Hint(name, r.names.requests.list))
			}
		}
		r.ofOne(c, v)
	}
}
