package history

import "context"

const (
	// minWindow is how many acts a window has at least: fewer are no faster.
	minWindow = 64
	// maxSearch is how many acts are searched together at most, when windows have to
	// be joined.
	maxSearch = 1 << 13
)

// A window is a stretch of acts before and after which nothing was under way, but
// for what may be done whenever.
type window struct {
	first, end int // of topic.acts
	state      state
}

// A finding is what became of a topic.
type finding struct {
	found    found
	why      string // it is undecided
	from, to int    // acts that no order explains
	state    state  // before those
	ordered  int
	searched int
	windows  int
	cuts     []window // all of them, with their states as far as they are explained
}

// explain looks for an order of the topic's acts that explains the answers.
func (t *topic) explain(ctx context.Context, vague bool) finding {
	windows := t.cut()
	f := finding{cuts: windows}
	now := t.start
	for k := range windows {
		w := &windows[k]
		w.state = now
		acts := t.between(w.first, w.end, now)
		if t.ordered {
			if next, ok := t.replay(now, acts); ok {
				f.ordered += len(acts)
				now = next
				continue
			}
		}
		f.windows++
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
				f.why = "the search for an order was not done in time"
				return f
			}
			if t.isSure(windows[from].state, windows[from].first, vague) {
				return f
			}
			if from == 0 || w.end-windows[from-1].first > maxSearch {
				f.found, f.why = undecided, "no order explains the answers if the queue was as it seems to have been before"
				return f
			}
			// The state before may have been another one: look at twice as much.
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

// cut finds the windows.
func (t *topic) cut() []window {
	var windows []window
	if len(t.acts) == 0 {
		return nil
	}
	begin, last := 0, int64(beginning)
	for i := range t.acts {
		a := &t.acts[i]
		if i-begin >= minWindow && last < a.call && !t.loose {
			windows = append(windows, window{first: begin, end: i})
			begin = i
		}
		if !a.lasting() {
			last = max(last, a.ret)
		}
	}
	return append(windows, window{first: begin, end: len(t.acts)})
}

// between lists a window's acts, with those before it that may still be done.
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

// isSure reports whether the topic can only have been in this state before the act at
// first: at the beginning, or where each message was put before the next one was, and
// none can have gone unseen.
func (t *topic) isSure(s state, first int, vague bool) bool {
	if vague || first == 0 {
		return !vague
	}
	if t.loose || len(t.vanishing) > 0 && int(t.vanishing[0]) < first {
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
