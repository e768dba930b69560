package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// A charge is an act or answer that no correct queue could have produced.
type charge struct {
	check   string
	words   string
	message string
	acts    []int32 // acts that show it; -1: none
	calls   []int32 // further ones
}

// account examines the topic's messages, one by one and in pairs, for faults that a user of
// a queue understands. It reports only real faults, but not all of them: it tells messages
// with equal texts apart by their number only.
func (t *topic) account() []charge {
	lives := t.lives()
	charges := t.counts()
	if c := outOfOrder(t, lives); c != nil {
		charges = append(charges, *c)
	}
	if c := t.lost(lives); c != nil {
		charges = append(charges, *c)
	}
	return charges
}

// counts finds messages that an answer shows although no client put them, or that were
// taken more often than they were put.
func (t *topic) counts() []charge {
	var invented, twice *charge
	for id := range t.texts {
		x := &t.texts[id]
		if len(x.shown) == 0 {
			continue
		}
		first := int64(math.MaxInt64)
		for _, p := range x.puts {
			first = min(first, t.acts[p].call)
		}
		if len(x.atStart) > 0 {
			first = beginning
		}
		for _, p := range x.shown {
			if t.acts[p].ret >= first || invented != nil {
				continue
			}
			was := "taken"
			if !t.acts[p].kind.takes() {
				was = "shown"
			}
			invented = &charge{check: Invented, message: x.message, acts: []int32{p},
				words: fmt.Sprintf("%q was %s, but no client had put it", Brief(x.message), was)}
			if x.denied >= 0 && len(x.puts) == 0 {
				invented.calls = []int32{x.denied}
				invented.words = fmt.Sprintf("%q was %s, but the request to put it was refused", Brief(x.message), was)
			}
		}
		if puts := len(x.puts) + len(x.atStart); puts > 0 && len(x.pops) > puts && twice == nil {
			twice = &charge{check: DeliveredTwice, message: x.message, acts: slices.Concat(x.puts, x.pops),
				words: fmt.Sprintf("%q was put %s and taken %s", Brief(x.message), times(puts), times(len(x.pops)))}
		}
	}
	var charges []charge
	for _, c := range []*charge{twice, invented} {
		if c != nil {
			charges = append(charges, *c)
		}
	}
	return charges
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// outOfOrder finds a message that was put after another one but taken before any client
// asked for that other one.
func outOfOrder(t *topic, lives []life) *charge {
	var taken []*life
	for i := range lives {
		if lives[i].pop >= 0 {
			taken = append(taken, &lives[i])
		}
	}
	byFrom := slices.Clone(taken)
	slices.SortStableFunc(byFrom, func(a, b *life) int { return cmp.Compare(a.in.from, b.in.from) })
	slices.SortStableFunc(taken, func(a, b *life) int { return cmp.Compare(a.in.to, b.in.to) })
	k := 0
	var last *life // among those put before, the one requested last
	for _, b := range byFrom {
		for ; k < len(taken) && taken[k].in.to < b.in.from; k++ {
			if last == nil || taken[k].out.from > last.out.from {
				last = taken[k]
			}
		}
		if last != nil && last.out.from > b.out.to {
			first, second := t.texts[last.text].message, t.texts[b.text].message
			return &charge{check: OutOfOrder, message: second, acts: []int32{last.put, b.put, b.pop, last.pop},
				words: fmt.Sprintf("%q was put after %q and taken before it", Brief(second), Brief(first))}
		}
	}
	return nil
}

// lost finds a message that was acknowledged and never taken, although a later one was
// taken or a pop found the topic empty. Each pop without an answer may have taken one such
// message.
func (t *topic) lost(lives []life) *charge {
	var left []*life // never taken
	for i := range lives {
		if lives[i].pop < 0 {
			left = append(left, &lives[i])
		}
	}
	slices.SortStableFunc(left, func(a, b *life) int { return cmp.Compare(a.in.to, b.in.to) })
	// gone reports whether more messages were put before since than unknown pops, called
	// before until, can have taken.
	gone := func(since, until int64) bool {
		put := sort.Search(len(left), func(i int) bool { return left[i].in.to >= since })
		unknown := sort.Search(len(t.vanishing), func(i int) bool { return t.acts[t.vanishing[i]].call >= until })
		return put > unknown
	}
	for i := range lives {
		if b := &lives[i]; b.pop >= 0 && gone(b.in.from, b.out.to) {
			a := left[0]
			lost, other := t.texts[a.text].message, t.texts[b.text].message
			return &charge{check: Lost, message: lost, acts: []int32{a.put, b.put, b.pop},
				words: fmt.Sprintf("%q was acknowledged and never taken, but %q was, although it was put later", Brief(lost), Brief(other))}
		}
	}
	for i := range t.acts {
		if e := &t.acts[i]; e.kind == popEmpty && gone(e.call, e.ret) {
			a := left[0]
			lost := t.texts[a.text].message
			return &charge{check: Lost, message: lost, acts: []int32{a.put, int32(i)},
				words: fmt.Sprintf("%q was acknowledged and never taken, but later the topic was empty", Brief(lost))}
		}
	}
	return nil
}

// neverEmpty finds an answer of an empty topic although at every moment the topic held some
// message: each put before, and taken after, its part of the time.
func (t *topic) neverEmpty() *charge {
	lives := t.lives()
	if len(t.vanishing) > 0 {
		lives = slices.DeleteFunc(lives, func(l life) bool { return l.pop < 0 })
	}
	slices.SortFunc(lives, func(a, b life) int { return cmp.Compare(a.in.to, b.in.to) })
	var there []span
	for i := range lives {
		l := &lives[i]
		if k := len(there) - 1; k >= 0 && l.in.to < there[k].to {
			there[k].to = max(there[k].to, l.out.from)
		} else if l.in.to < l.out.from {
			there = append(there, span{l.in.to, l.out.from})
		}
	}
	for i := range t.acts {
		e := &t.acts[i]
		if e.kind != popEmpty {
			continue
		}
		k := sort.Search(len(there), func(k int) bool { return there[k].from >= e.call }) - 1
		if k >= 0 && there[k].to > e.ret {
			return &charge{check: Linearizable, acts: []int32{int32(i)},
				words: "an answer said that the topic was empty, but it always held a message"}
		}
	}
	return nil
}
