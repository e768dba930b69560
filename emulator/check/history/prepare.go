package history

import (
	"cmp"
	"math"
	"slices"
)

// prepare resolves requests without an answer where it can, leaves out acts that cannot
// matter, and sorts the rest.
//
// Acts that may take effect at any time, or never, make a search long. If such a request
// put a message that never shows again, it might as well not have put it: a pop that
// removed the message might as well have removed nothing. A message that was seen was put
// before that. A topic that was seen was created before that.
func (t *topic) prepare() {
	drop := make([]bool, len(t.acts))
	t.settleTopic(drop)
	missing := 0
	for id := range t.texts {
		x := &t.texts[id]
		kept := x.puts[:0]
		for _, p := range x.puts {
			a := &t.acts[p]
			switch {
			case a.kind == put:
			case len(x.shown) == 0:
				drop[p] = true
				continue
			case x.alone():
				a.kind, a.ret = put, t.firstReturn(x.shown)
			default:
				t.loose = true
			}
			kept = append(kept, p)
		}
		x.puts = kept
		missing += max(0, len(x.puts)+len(x.atStart)-len(x.pops))
	}
	var pops []int32
	for i := range t.acts {
		if t.acts[i].kind == vanish {
			pops = append(pops, int32(i))
		}
	}
	slices.SortStableFunc(pops, func(i, j int32) int { return cmp.Compare(t.acts[i].call, t.acts[j].call) })
	for k, i := range pops {
		t.acts[i].order = int32(k)
		drop[i] = k >= missing
	}
	t.compact(drop)
}

// settleTopic drops acts that show no more than others do: once seen, a topic stays, and it
// did not exist before the last act that found it missing.
func (t *topic) settleTopic(drop []bool) {
	shown, hidden := int64(never), int64(math.MinInt64)
	var first, maybe *act
	created := t.start.exists
	for i := range t.acts {
		a := &t.acts[i]
		switch {
		case a.kind == create && a.lasting():
			if maybe == nil || a.call < maybe.call {
				maybe = a
			}
			continue
		case a.kind == create:
			created = true
		case a.kind == putNowhere, a.kind == unseen:
			hidden = max(hidden, a.call)
		}
		if a.kind.showsTopic() && a.ret < shown {
			shown, first = a.ret, a
		}
	}
	for i := range t.acts {
		a := &t.acts[i]
		switch {
		case a.kind == create && a.lasting():
			drop[i] = created || first == nil || a != maybe
		case a.kind == seen:
			drop[i] = a.call > shown
		case a.kind == unseen:
			drop[i] = a.ret < hidden
		}
	}
	if maybe != nil && !created && first != nil {
		maybe.ret = shown
	}
}

func (t *topic) firstReturn(acts []int32) int64 {
	first := int64(never)
	for _, i := range acts {
		first = min(first, t.acts[i].ret)
	}
	return first
}

// compact removes the dropped acts and sorts the others by their calls.
func (t *topic) compact(drop []bool) {
	order := make([]int32, 0, len(t.acts))
	for i := range t.acts {
		if !drop[i] {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(t.acts[i].call, t.acts[j].call) })
	acts := make([]act, len(order))
	for to, from := range order {
		acts[to] = t.acts[from]
	}
	t.acts, t.vanishing = acts, nil
	for i := range t.texts {
		x := &t.texts[i]
		x.puts, x.shown, x.pops = x.puts[:0], x.shown[:0], x.pops[:0]
	}
	for i := range acts {
		switch a := &acts[i]; {
		case a.kind == put || a.kind == putMaybe:
			t.texts[a.text].puts = append(t.texts[a.text].puts, int32(i))
		case a.kind.shows():
			t.texts[a.text].show(a.kind, int32(i))
		case a.kind == vanish:
			t.vanishing = append(t.vanishing, int32(i))
		}
	}
}
