package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// A charge is something that no queue could have done.
type charge struct {
	check   string
	words   string
	message string
	acts    []int32 // that show it; -1: none
	calls   []int32 // further ones
}

// account goes through the topic's messages, one by one and each with the others, for
// what a user of a queue understands. It finds nothing that may be right, but not all
// that is wrong: messages that have equal texts are told apart by their number only.
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

// counts finds messages that were shown and not put, or taken more often than put.
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
				words: fmt.Sprintf("%q was %s and nobody had put it", Brief(x.message), was)}
			if x.denied >= 0 && len(x.puts) == 0 {
				invented.calls = []int32{x.denied}
				invented.words = fmt.Sprintf("%q was %s and the request that put it was refused", Brief(x.message), was)
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

// outOfOrder finds a message that was put after another one was, and was taken before
// anybody asked for that.
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
	var last *life // of those put before, the one that was asked for last
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

// lost finds a message that was acknowledged and never taken, although one behind it
// was, or the topic was said to be empty. As many as there are pops without an answer
// may have been taken by those.
func (t *topic) lost(lives []life) *charge {
	var left []*life // never taken
	for i := range lives {
		if lives[i].pop < 0 {
			left = append(left, &lives[i])
		}
	}
	slices.SortStableFunc(left, func(a, b *life) int { return cmp.Compare(a.in.to, b.in.to) })
	// gone reports whether too many of them should have been there at the time: more
	// were put before since than there are unknown pops that were called before until.
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
				words: fmt.Sprintf("%q was acknowledged and never taken, but %q was, which was put after it", Brief(lost), Brief(other))}
		}
	}
	for i := range t.acts {
		if e := &t.acts[i]; e.kind == popEmpty && gone(e.call, e.ret) {
			a := left[0]
			lost := t.texts[a.text].message
			return &charge{check: Lost, message: lost, acts: []int32{a.put, int32(i)},
				words: fmt.Sprintf("%q was acknowledged and never taken, but then there was nothing to take", Brief(lost))}
		}
	}
	return nil
}

// neverEmpty finds an answer that there was nothing to take while at every moment some
// message was there: one after the other, put before and taken after.
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
				words: "there was said to be nothing to take while there always was something"}
		}
	}
	return nil
}
