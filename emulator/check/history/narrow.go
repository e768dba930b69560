package history

import (
	"cmp"
	"math"
	"slices"
)

// A life is a message's time in the queue: when it can have been put, and when taken. A
// message that no client took is taken never.
type life struct {
	text     int32
	put, pop int32 // acts; -1: at the start, or never
	in, out  span
}

// A span is the time within which an act took effect.
type span struct{ from, to int64 }

// lives returns the messages that can be told apart.
func (t *topic) lives() []life {
	var all []life
	for id := range t.texts {
		x := &t.texts[id]
		if !x.alone() || len(x.pops) > 1 || len(x.puts)+len(x.atStart) == 0 {
			continue
		}
		l := life{text: int32(id), put: -1, pop: -1, out: span{never, never}}
		if len(x.puts) == 1 {
			l.put = x.puts[0]
			l.in = span{t.acts[l.put].call, t.acts[l.put].ret}
		} else { // consecutive, before all else
			at := beginning + 1 + int64(x.atStart[0])
			l.in = span{at, at}
		}
		if len(x.pops) == 1 {
			l.pop = x.pops[0]
			l.out = span{t.acts[l.pop].call, t.acts[l.pop].ret}
		}
		all = append(all, l)
	}
	return all
}

// narrow reduces the times of acts by what must come before what: a message is put before
// it is taken, and the message put first is taken first. It excludes no possible order, and
// makes the search short.
func (t *topic) narrow() {
	lives := t.lives()
	for i := range lives {
		l := &lives[i]
		l.out.from = max(l.out.from, l.in.from)
		l.in.to = min(l.in.to, l.out.to)
	}
	in := func(l *life) *span { return &l.in }
	out := func(l *life) *span { return &l.out }
	if len(t.vanishing) > 0 {
		// A message that no known request took may disappear at any time.
		lives = slices.DeleteFunc(lives, func(l life) bool { return l.pop < 0 })
	}
	follow(lives, out, in)
	follow(lives, in, out)
	for _, l := range lives {
		if l.put >= 0 {
			t.acts[l.put].call, t.acts[l.put].ret = l.in.from, l.in.to
		}
		if l.pop >= 0 {
			t.acts[l.pop].call, t.acts[l.pop].ret = l.out.from, l.out.to
		}
	}
	t.compact(make([]bool, len(t.acts)))
	for i := range t.acts {
		if t.acts[i].call > t.acts[i].ret && t.absurd < 0 {
			t.absurd = i
		}
	}
}

// follow gives one end of the messages' lives the order that the other end has.
func follow(lives []life, lead, led func(*life) *span) {
	byFrom, byTo := make([]*life, len(lives)), make([]*life, len(lives))
	for i := range lives {
		byFrom[i], byTo[i] = &lives[i], &lives[i]
	}
	slices.SortFunc(byFrom, func(a, b *life) int { return cmp.Compare(lead(a).from, lead(b).from) })
	slices.SortFunc(byTo, func(a, b *life) int { return cmp.Compare(lead(a).to, lead(b).to) })
	// A message that begins after others have ended comes behind the latest of those.
	k, latest := 0, int64(math.MinInt64)
	for _, l := range byFrom {
		for ; k < len(byTo) && lead(byTo[k]).to < lead(l).from; k++ {
			latest = max(latest, led(byTo[k]).from)
		}
		led(l).from = max(led(l).from, latest)
	}
	// A message that ends before others begin comes before the earliest of those.
	k, earliest := len(byFrom)-1, int64(math.MaxInt64)
	for i := len(byTo) - 1; i >= 0; i-- {
		l := byTo[i]
		for ; k >= 0 && lead(byFrom[k]).from > lead(l).to; k-- {
			earliest = min(earliest, led(byFrom[k]).to)
		}
		led(l).to = min(led(l).to, earliest)
	}
}

// arrange gives each act its place: the log's order if all places are known, otherwise a
// likely one.
func (t *topic) arrange() {
	t.ordered = true
	for i := range t.acts {
		a := &t.acts[i]
		if a.kind == putMaybe || a.place.index == 0 && a.kind != vanish && !a.lastPutUnknown() {
			t.ordered = false
		}
	}
	if t.ordered {
		t.placeUnknown()
		return
	}
	for i := range t.acts {
		a := &t.acts[i]
		at := a.call
		switch a.kind {
		case put, putMaybe:
			at = never // behind every taken message
			if x := &t.texts[a.text]; x.alone() && len(x.shown) > 0 {
				at = t.acts[x.shown[0]].call
			}
		case vanish:
			at = never
		}
		a.place = place{index: uint64(at) ^ 1<<63} // the same order without a sign
	}
}

// lastPutUnknown reports whether other acts show the place of this one.
func (a *act) lastPutUnknown() bool { return a.kind == put || a.kind == create }

// placeUnknown gives places to acts without an answer. A message comes behind the one that
// was shown before it, a topic before the first act that shows it.
func (t *topic) placeUnknown() {
	var shows []*act
	least := place{index: math.MaxUint64}
	for i := range t.acts {
		a := &t.acts[i]
		if a.kind.shows() {
			shows = append(shows, a)
		}
		if a.place.index > 0 && a.kind.showsTopic() && a.place.compare(least) < 0 {
			least = a.place
		}
	}
	slices.SortFunc(shows, func(a, b *act) int { return a.place.compare(b.place) })
	var before place
	for _, p := range shows {
		x := &t.texts[p.text]
		if !x.alone() || len(x.puts) == 0 {
			continue
		}
		a := &t.acts[x.puts[0]]
		if a.place.index == 0 {
			a.place = place{index: max(1, before.index), rank: before.rank + 1}
		}
		before = a.place
	}
	for i := range t.acts {
		a := &t.acts[i]
		if a.kind == create && a.place.index == 0 {
			a.place = place{least.index, least.rank - 1}
		} else if a.place.index == 0 && a.kind != vanish {
			t.ordered = false
		}
	}
}
