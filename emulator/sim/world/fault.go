package world

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// An effect applies a rule to a message that is being sent, and reports whether the message
// goes on.
type effect func(w *World, r *rule, s *sending) bool

// effects holds the effects of package fault on messages, by name.
var effects = []struct {
	name string
	act  effect
}{
	{"drop", dropFault},
	{"delay_ms", delayFault},
	{"duplicate", duplicateFault},
	{"reorder", reorderFault},
	{"hold", holdFault},
	{"throttle", holdFault}, // with a pace
}

// effectNamed returns an effect, or nil.
func effectNamed(name string) effect {
	for _, e := range effects {
		if e.name == name {
			return e.act
		}
	}
	return nil
}

// A rule is a fault.Rule in force.
type rule struct {
	fault.Rule
	effects []effect      // of a rule on messages
	writes  []writeEffect // of a rule on writes
	serial  uint32
	matched uint64
	acted   uint64
	pace    time.Duration // see fault.Effect
	held    []held
}

// setRule puts a rule in force, instead of one with the same name, and schedules its end.
func (w *World) setRule(c *fault.Rule) {
	r := w.putRule(c)
	if c.Until != 0 {
		w.queue.push(w.now, c.Until, ruleEvent, raft.None, r.serial)
	}
}

// putRule puts a rule in force, instead of one with the same name.
func (w *World) putRule(c *fault.Rule) *rule {
	w.net.serial++
	r := &rule{Rule: *c, serial: w.net.serial, pace: c.Pace()}
	for _, e := range c.Does() {
		if e.OnWrites {
			r.writes = append(r.writes, writeEffectNamed(e.Name))
		} else {
			r.effects = append(r.effects, effectNamed(e.Name))
		}
	}
	if old := w.net.rule(c.Name); old != nil {
		w.net.replace(old, r)
		w.release(old)
		return r
	}
	w.net.rules = append(w.net.rules, r)
	part := w.net.partOf(r)
	*part = append(*part, r)
	return r
}

// deleteRule ends a rule.
func (w *World) deleteRule(r *rule) {
	part := w.net.partOf(r)
	w.net.rules, *part = without(w.net.rules, r), without(*part, r)
	w.release(r)
}

// without takes a rule out of a list of rules.
func without(rules []*rule, r *rule) []*rule {
	k := slices.Index(rules, r)
	return slices.Delete(rules, k, k+1)
}

// replace puts a rule in force instead of another one.
func (t *network) replace(old, r *rule) {
	t.rules[slices.Index(t.rules, old)] = r
	from, to := t.partOf(old), t.partOf(r)
	if from == to {
		(*to)[slices.Index(*to, old)] = r
		return
	}
	*from = without(*from, old)
	*to = (*to)[:0]
	for _, other := range t.rules {
		if t.partOf(other) == to {
			*to = append(*to, other)
		}
	}
}

// partOf returns the list to which a rule belongs: that of the rules on messages, or that
// of the rules on writes.
func (t *network) partOf(r *rule) *[]*rule {
	if len(r.writes) > 0 {
		return &t.onWrites
	}
	return &t.onMessages
}

// endRule ends a rule whose time is over, if it is still in force.
func (w *World) endRule(serial uint32) {
	for _, r := range w.net.rules {
		if r.serial == serial {
			record := w.record(trace.RuleEnded, raft.None, 0)
			record.Detail = &r.Rule
			w.recorded(record)
			w.deleteRule(r)
			return
		}
	}
}

// rule returns the rule with a name, or nil.
func (t *network) rule(name string) *rule {
	for _, r := range t.rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// chosen decides whether a rule acts on a message that matches, and updates its counters.
func (w *World) chosen(r *rule) bool {
	r.matched++
	if r.matched <= r.Skip || r.Count > 0 && r.acted >= r.Count {
		return false
	}
	if p := r.Probability; p > 0 && p < 1 && !w.net.random.chance(p) {
		return false
	}
	r.acted++
	return true
}
