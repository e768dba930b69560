package history

import (
	"cmp"
	"context"
	"slices"

	"github.com/anishathalye/porcupine"
)

// found is the result of a search for an order that explains the answers.
type found uint8

const (
	explained found = iota
	impossible
	undecided
)

// replay tries only the order of the acts' places. The acts must be all those called up to
// some time, or continue such a series.
//
// An order agrees with time if each act can take effect no earlier than the acts before it:
// the latest call so far is not after its return.
func (t *topic) replay(s state, acts []*act) (state, bool) {
	var order, spare []*act
	for _, a := range acts {
		if a.kind == vanish {
			spare = append(spare, a)
		} else {
			order = append(order, a)
		}
	}
	slices.SortStableFunc(order, func(a, b *act) int { return a.place.compare(b.place) })
	latest := int64(beginning)
	for _, a := range order {
		next, ok := t.step(s, a)
		for !ok && len(spare) > 0 && a.kind.asks() {
			var gone bool
			if s, gone = t.step(s, spare[0]); !gone {
				return s, false
			}
			latest = max(latest, spare[0].call)
			spare = spare[1:]
			next, ok = t.step(s, a)
		}
		latest = max(latest, a.call)
		if !ok || latest > a.ret {
			return s, false
		}
		s = next
	}
	return s, true
}

// search lets porcupine find an order, and returns the state after it.
func (t *topic) search(ctx context.Context, s state, acts []*act) (state, found) {
	operations := t.operations(acts)
	if len(operations) == 0 {
		return s, explained
	}
	result, info := porcupine.CheckOperationsVerbose(t.model(ctx, s), operations, 0)
	if ctx.Err() != nil {
		return s, undecided
	}
	if result != porcupine.Ok {
		return s, impossible
	}
	for _, o := range info.PartialLinearizationsOperations()[0][0] {
		a := o.Input.(*act)
		if a.kind == end {
			break
		}
		s, _ = t.step(s, a)
	}
	return s, explained
}

// model is a topic for porcupine. After the end of the context no step is possible, so the
// search also ends.
func (t *topic) model(ctx context.Context, s state) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return &s },
		Step: func(s, input, _ any) (bool, any) {
			if ctx.Err() != nil {
				return false, s
			}
			next, ok := t.step(*s.(*state), input.(*act))
			return ok, &next
		},
		Equal: func(a, b any) bool { return a.(*state).equal(*b.(*state)) },
		Hash:  func(s any) uint64 { return s.(*state).hash() },
	}
}

// An edge is a call or a return.
type edge struct {
	at    int64
	ret   bool
	act   int
	place place
}

// operations converts acts for porcupine. It adds an end act if some acts may take effect
// at any time: those come behind it. Porcupine tries the earliest call first. So calls with
// no return between them, whose order has no meaning, get the likely order.
func (t *topic) operations(acts []*act) []porcupine.Operation {
	if slices.ContainsFunc(acts, (*act).lasting) {
		last := int64(beginning)
		for _, a := range acts {
			last = max(last, a.call)
			if !a.lasting() {
				last = max(last, a.ret)
			}
		}
		acts = append(slices.Clone(acts), &act{kind: end, call: last + 1, ret: last + 1, place: place{index: 1<<64 - 1}})
	}
	edges := make([]edge, 0, 2*len(acts))
	for i, a := range acts {
		edges = append(edges, edge{at: a.call, act: i, place: a.place}, edge{at: a.ret, ret: true, act: i})
	}
	slices.SortFunc(edges, func(a, b edge) int {
		if c := cmp.Compare(a.at, b.at); c != 0 {
			return c
		}
		if a.ret != b.ret { // a call at the time of a return may come before it
			if b.ret {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.act, b.act)
	})
	operations := make([]porcupine.Operation, len(acts))
	for i := 0; i < len(edges); i++ {
		run := i
		for run < len(edges) && !edges[run].ret {
			run++
		}
		slices.SortStableFunc(edges[i:run], func(a, b edge) int { return a.place.compare(b.place) })
		for ; i < run; i++ {
			o := &operations[edges[i].act]
			o.Input, o.Call = acts[edges[i].act], int64(i)
		}
		if i < len(edges) {
			operations[edges[i].act].Return = int64(i)
		}
	}
	return operations
}
