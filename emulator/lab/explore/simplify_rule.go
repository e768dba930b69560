package explore

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
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

// setRule puts a rule in the place of the one of its name, wherever that is.
func setRule(f *fixture.Fixture, r fault.Rule) {
	for i := range f.Faults {
		if f.Faults[i].Name == r.Name {
			f.Faults[i] = r
		}
	}
	for i := range f.Scenario.Steps {
		if a, ok := f.Scenario.Steps[i].Action.(play.SetFault); ok && a.Rule.Name == r.Name {
			f.Scenario.Steps[i].Action = play.SetFault{Rule: r}
		}
	}
}

// simplerRule tries simpler forms of a rule, each on top of those that did.
func (s *shrinker) simplerRule(r fault.Rule) {
	for _, simplify := range []func(*fault.Rule){
		func(r *fault.Rule) { r.Probability = 0 },
		func(r *fault.Rule) { r.Skip = 0 },
		func(r *fault.Rule) { r.Count = 0 },
		func(r *fault.Rule) { r.Until = 0 },
		func(r *fault.Rule) { r.Duplicate = min(r.Duplicate, 1) },
		func(r *fault.Rule) { r.Match.Entries = fault.AnyEntries },
		func(r *fault.Rule) { r.Match.Kind = fault.AnyKind },
		func(r *fault.Rule) { r.Match.Type = fault.AnyType },
		func(r *fault.Rule) { r.DelayMin = r.DelayMax },
		func(r *fault.Rule) { r.DelayMax = r.DelayMin },
		func(r *fault.Rule) { r.DelayMin, r.DelayMax = rounder(r.DelayMin), rounder(r.DelayMax) },
		func(r *fault.Rule) { r.Until = rounder(r.Until) },
	} {
		simpler := r
		simplify(&simpler)
		if !equalRules(simpler, r) && !doesNothing(simpler) && s.change(func(f *fixture.Fixture) { setRule(f, simpler) }) {
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

// equalRules compares what simplerRule changes.
func equalRules(a, b fault.Rule) bool {
	return a.Probability == b.Probability && a.Skip == b.Skip && a.Count == b.Count && a.Until == b.Until &&
		a.Duplicate == b.Duplicate && a.Match.Entries == b.Match.Entries && a.Match.Kind == b.Match.Kind &&
		a.Match.Type == b.Match.Type && a.DelayMin == b.DelayMin && a.DelayMax == b.DelayMax
}

func doesNothing(r fault.Rule) bool {
	return !r.Drop && r.DelayMax == 0 && r.Duplicate == 0 && !r.Reorder && !r.Hold
}
