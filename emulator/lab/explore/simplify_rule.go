package explore

import (
	"reflect"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// simplerRules takes randomness and conditions out of message rules, one after the
// other, and the fewest messages that it takes.
func (s *shrinker) simplerRules() {
	rules := slices.Clone(s.best.Faults)
	for _, step := range s.best.Scenario.Steps {
		if a, ok := step.Action.(play.SetFault); ok {
			rules = append(rules, a.Rule)
		}
	}
	for _, r := range rules {
		s.simplerRule(r)
	}
}

// setRule replaces the rule of the same name.
func setRule(f *fixture.Fixture, r fault.Rule) {
	for i := range f.Faults {
		if f.Faults[i].Name == r.Name {
			f.Faults[i] = r
		}
	}
	for i := range f.Scenario.Steps {
		if a, ok := f.Scenario.Steps[i].Action.(play.SetFault); ok && a.Rule.Name == r.Name {
			a.Rule = r
			f.Scenario.Steps[i].Action = a
		}
	}
}

// simplerRule tries simpler forms of a rule, each on top of those that did.
func (s *shrinker) simplerRule(r fault.Rule) {
	for _, simplify := range simplerForms() {
		simpler := r
		simplify(&simpler)
		if !reflect.DeepEqual(simpler, r) && len(simpler.Does()) > 0 && s.change(func(f *fixture.Fixture) { setRule(f, simpler) }) {
			r = simpler
		}
	}
}

// rounder rounds to what people write: one digit and zeros.
func rounder(d time.Duration) time.Duration {
	unit := time.Millisecond
	for 10*unit <= d {
		unit *= 10
	}
	return ceil(d, unit)
}

// simplerForms makes a rule simpler, one key of package fault after the other:
// without limits, with the smallest numbers, with a match of all, with times that
// are not drawn and that are round.
func simplerForms() []func(*fault.Rule) {
	var forms []func(*fault.Rule)
	for _, k := range fault.Limits() {
		forms = append(forms, k.Clear)
	}
	for _, e := range fault.Effects() {
		forms = append(forms, func(r *fault.Rule) {
			if at, ok := e.At(r).(*int); ok {
				*at = min(*at, int(e.Min))
			}
		})
	}
	for _, k := range fault.MatchKeys() {
		if _, isList := k.At(&fault.Rule{}).(*[]raft.NodeID); !isList {
			forms = append(forms, k.Clear)
		}
	}
	for _, e := range fault.Effects() {
		if _, ok := e.At(&fault.Rule{}).(fault.Span); ok {
			span := func(change func(fault.Span)) func(*fault.Rule) {
				return func(r *fault.Rule) { change(e.At(r).(fault.Span)) }
			}
			forms = append(forms, span(func(s fault.Span) { *s.Min = *s.Max }), span(func(s fault.Span) { *s.Max = *s.Min }),
				span(func(s fault.Span) { *s.Min, *s.Max = rounder(*s.Min), rounder(*s.Max) }))
		}
	}
	return append(forms, func(r *fault.Rule) { r.Until = rounder(r.Until) })
}
