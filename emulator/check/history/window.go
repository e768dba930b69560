package history

import "context"

const (
	// minWindow is the least number of acts in a window: fewer are no faster.
	minWindow = 64
	// maxSearch is the greatest number of acts in one search, when windows have to be
	// joined.
	maxSearch = 1 << 13
)

// A window is a series of acts before and after which no request waits, except those that
// may take effect at any time.
type window struct {
	first, end int // of topic.acts
	state      state
	searched   bool // the order of the log does not explain it
}

// A finding is the result of the search in a topic.
type finding struct {
	found    found
	why      string // why it is undecided
	from, to int    // acts that no order explains
	state    state  // the state before those acts
	searched int    // acts, those of joined windows more than once
	windows  int
	cuts     []window // all windows; the explained ones have their states
}

// explain searches for an order of the topic's acts that explains the answers.
func (t *topic) explain(ctx context.Context, vague bool, least int) finding {
	windows := t.cut(least)
	f := finding{cuts: windows}
	now := t.start
	for k := range windows {
		w := &windows[k]
		w.state = now
		acts := t.between(w.first, w.end, now)
		if t.ordered {
			if next, ok := t.replay(now, acts); ok {
				now = next
				continue
			}
		}
		f.windows++
		w.searched = true
		from := k
		for {
			f.searched += w.end - windows[from].first
			var result found
			now, result = t.search(ctx, windows[from].state, t.between(windows[from].first, w.end, windows[from].state))
			f.found = result
			if result == explained {
				break
			}
			f.from, f.to, f.state = windows[from].first, w.end, windows[from].state
			if result == undecided {
				f.why = "the search for an order ran out of time"
				return f
			}
			if t.isSure(windows[from].state, windows[from].first, vague) {
				return f
			}
			if from == 0 || w.end-windows[from-1].first > maxSearch {
				f.found, f.why = undecided, "no order explains the answers, unless earlier requests left the queue in a different state"
				return f
			}
			// The state before may have been different: search twice as many acts.
			for target := 2 * (k - from + 1); from > 0 && k-from+1 < target; {
				if w.end-windows[from-1].first > maxSearch {
					break
				}
				from--
			}
		}
	}
	return f
}

// cut splits the acts into windows with a least number of acts.
func (t *topic) cut(least int) []window {
	var windows []window
	if len(t.acts) == 0 {
		return nil
	}
	begin, last := 0, int64(beginning)
	for i := range t.acts {
		a := &t.acts[i]
		if i-begin >= least && last < a.call && !t.loose {
			windows = append(windows, window{first: begin, end: i})
			begin = i
		}
		if !a.lasting() {
			last = max(last, a.ret)
		}
	}
	return append(windows, window{first: begin, end: len(t.acts)})
}

// between lists a window's acts, with earlier ones that may still take effect.
func (t *topic) between(first, end int, s state) []*act {
	acts := make([]*act, 0, end-first+len(t.vanishing))
	for _, i := range t.vanishing {
		if a := &t.acts[i]; int(i) < first && a.order >= s.vanished {
			acts = append(acts, a)
		}
	}
	for i := first; i < end; i++ {
		if a := &t.acts[i]; a.kind != vanish || a.order >= s.vanished {
			acts = append(acts, a)
		}
	}
	return acts
}

// isSure reports whether the topic must have been in this state before the act at first. It
// must at the beginning, and where each message was put before the next one and no message
// can have disappeared unseen.
func (t *topic) isSure(s state, first int, vague bool) bool {
	if vague || first == 0 {
		return !vague
	}
	if len(t.vanishing) > 0 && int(t.vanishing[0]) < first {
		return false
	}
	last := int64(beginning)
	for _, id := range s.texts() {
		x := &t.texts[id]
		switch {
		case !x.alone():
			return false
		case len(x.atStart) > 0:
			continue
		}
		a := &t.acts[x.puts[0]]
		if a.call <= last {
			return false
		}
		last = a.ret
	}
	return true
}
