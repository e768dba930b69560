package verify_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/tests/budget"
)

// A tape is a run as the oracle reads it.
type tape struct {
	setup  oracle.Setup
	events []oracle.Event
}

// The tapes with fast and with slow storage are made once; a test that changes a
// record restores it.
var (
	fastTape = sync.OnceValue(func() *tape { return newTape(false) })
	slowTape = sync.OnceValue(func() *tape { return newTape(true) })
)

// newTape records a run with every kind of record except copies of messages.
func newTape(slow bool) *tape {
	for seed := uint64(0); ; seed++ {
		var records []trace.Record
		s := newStorm(1000+seed, weather{slow: slow}, func(r *trace.Record) { records = append(records, *r) })
		if s.run(90); !hasAll(s.Trace(), slow) {
			continue
		}
		return tapeOf(s, records)
	}
}

// tapeOf returns a storm's records as a tape.
func tapeOf(s *storm, records []trace.Record) *tape {
	tape := &tape{setup: verify.SetupOf(s.Config()), events: make([]oracle.Event, len(records))}
	tape.setup.Command = nil
	d := oracle.NewDecoder()
	for i := range records {
		if err := d.Decode(records[i].AppendJSON(nil), &tape.events[i]); err != nil {
			panic(err)
		}
	}
	if v := tape.judge(tape.events); v != nil {
		panic(v)
	}
	return tape
}

// hasAll reports whether there are records of every kind except copies of messages.
func hasAll(t *trace.Ring, slow bool) bool {
	for k := range trace.NumKinds {
		switch k {
		case trace.ResumeMessage:
		case trace.DuplicateMessage:
			if t.Count(k) > 0 {
				return false
			}
		default:
			if t.Count(k) == 0 && (slow || k != trace.Persist) {
				return false
			}
		}
	}
	return true
}

func (p *tape) judge(events []oracle.Event) *oracle.Violation {
	o := oracle.New()
	o.Begin(p.setup)
	for i := range events {
		if v := o.Take(&events[i]); v != nil {
			return v
		}
	}
	return nil
}

// each calls f with each record, which f may change, and judges the run. If f returns
// true, the run must be illegal at that record, by a rule that begins with one of the
// words.
func (p *tape) each(t *testing.T, what string, f func(e *oracle.Event) bool, rules func(oracle.Kind) []string) {
	t.Helper()
	changed := map[oracle.Kind]int{}
	for _, i := range p.sample() {
		was := p.events[i]
		if changed[was.Kind] == perKind {
			continue
		}
		e := was
		e.Message.Entries = slices.Clone(was.Message.Entries)
		if !f(&e) {
			continue
		}
		changed[was.Kind]++
		p.events[i] = e
		v := p.judge(p.events[:i+1])
		p.events[i] = was
		if !assert.Check(t, v != nil, "%s of record %d, a %s, is accepted", what, i+1, was.Kind) {
			continue
		}
		ok := v.Seq == was.Seq && slices.ContainsFunc(rules(was.Kind), func(r string) bool { return strings.HasPrefix(v.Rule.String(), r) })
		assert.Check(t, ok, "%s of record %d, a %s: want a breach of %q there, got %v", what, i+1, was.Kind, rules(was.Kind), v)
	}
	assert.Check(t, len(changed) > 0, "%s: no record has it", what)
}

// perKind bounds the records of a kind that are tried with each change.
var perKind = budget.Pick(3, 6)

// sample returns the places of the records, with early and late ones of each kind
// first.
func (p *tape) sample() []int {
	return rand.New(rand.NewPCG(1, 1)).Perm(len(p.events))
}

// own is the rule of the action itself.
func own(k oracle.Kind) []string { return []string{k.String()} }

func always(rules ...string) func(oracle.Kind) []string {
	return func(oracle.Kind) []string { return rules }
}

// tapes runs a test with fast and with slow storage.
func tapes(t *testing.T, test func(t *testing.T, p *tape)) {
	t.Run("FastStorage", func(t *testing.T) { test(t, fastTape()) })
	t.Run("SlowStorage", func(t *testing.T) { test(t, slowTape()) })
}

// edit makes another run from the records at these places, with new numbers, causes
// and ids as if the run had happened so.
func (p *tape) edit(places []int) []oracle.Event {
	now := make(map[uint64]uint64, len(places)) // numbers, by the old ones
	for k, i := range places {
		if old := p.events[i].Seq; now[old] == 0 {
			now[old] = uint64(k + 1)
		}
	}
	events := make([]oracle.Event, len(places))
	for k, i := range places {
		e := p.events[i]
		if id := now[e.Message.ID]; id != 0 {
			e.Message.ID = id
			if p.events[i].Message.ID == e.Seq {
				e.Message.ID = uint64(k + 1)
			}
		}
		if cause := now[e.Cause]; cause != 0 {
			e.Cause = cause
		}
		e.Seq = uint64(k + 1)
		events[k] = e
	}
	return events
}

// rearranged judges runs in which the record at a place is left out, repeated, or
// changed with the next, for records of these kinds.
func (p *tape) rearranged(t *testing.T, what string, kinds []oracle.Kind, f func(places []int, i int) []int) {
	t.Helper()
	tried := map[oracle.Kind]int{}
	end := len(p.events) * 9 / 10 // records at the end may have no effect yet
	for _, i := range p.sample() {
		k := p.events[i].Kind
		if i >= end || !slices.Contains(kinds, k) || tried[k] == perKind {
			continue
		}
		all := make([]int, len(p.events))
		for j := range all {
			all[j] = j
		}
		places := f(all, i)
		if places == nil {
			continue
		}
		tried[k]++
		v := p.judge(p.edit(places))
		assert.Check(t, v != nil, "record %d, a %s, %s: accepted", i+1, k, what)
	}
	for _, k := range kinds {
		assert.Check(t, tried[k] > 0 || k == oracle.Persist, "no %s was %s", k, what)
	}
}
