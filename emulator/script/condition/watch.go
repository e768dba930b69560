package condition

import (
	"math"
	"strings"

	"rrmq.example/emulator/emulator/sim/trace"
)

// Now, as the place where a Watch begins, is the end of the trace when the Watch is
// first asked.
const Now = math.MaxUint64

// A Watch tests conditions on a cluster that moves on. It belongs to one goroutine at a
// time.
type Watch struct {
	conditions []Condition
	testers    []tester
	env        Env
	view       clusterView
	begun      bool
	blind      bool // some condition was not observable when last asked
}

// A Result says how one condition stands.
type Result struct {
	Condition string `json:"condition"`
	Holds     bool   `json:"holds"`
	Seen      string `json:"seen"` // the state that was found
	// Before is the newest record that would have counted if the Watch had begun earlier;
	// 0 if there is none, or if the condition holds or is about no event.
	Before uint64 `json:"before,omitempty" doc:"the newest such event before the wait began to count"`
	// Observable is false when the Cluster or the Env does not show what the condition
	// needs; then Holds is false as well.
	Observable bool `json:"-"`
}

// NewWatch starts a Watch. Events count if their records have a higher sequence number
// than since, which may be Now.
func NewWatch(conditions []Condition, since uint64) *Watch {
	return NewWatchIn(conditions, Env{Since: since})
}

// NewWatchIn starts a Watch for conditions that may use the names of a scenario.
func NewWatchIn(conditions []Condition, env Env) *Watch {
	w := &Watch{conditions: conditions, env: env}
	w.view.env = &w.env
	for _, c := range conditions {
		w.testers = append(w.testers, c.predicate.tester())
	}
	return w
}

// A traceSearcher needs the place in the trace where a Watch begins.
type traceSearcher interface {
	begin(t *trace.Ring, since uint64)
}

// look updates the view. The first time it fixes where searches of the trace begin.
func (w *Watch) look(o Cluster) {
	w.view.update(o)
	w.blind = false
	t := o.Trace()
	if w.begun || t == nil {
		return
	}
	w.begun = true
	for _, test := range w.testers {
		if b, ok := test.(traceSearcher); ok {
			b.begin(t, min(w.env.Since, t.Last()))
		}
	}
}

// holds reports whether a condition holds, and whether it is observable.
func (w *Watch) holds(i int) (holds, observable bool) {
	if !w.view.shows(&w.conditions[i]) {
		w.blind = true
		return false, false
	}
	return w.testers[i].holds(&w.view), true
}

// Holds reports whether all conditions hold.
func (w *Watch) Holds(o Cluster) bool {
	w.look(o)
	all := true
	for i := range w.testers {
		// Ask each condition each time: a search must not fall behind the trace.
		holds, _ := w.holds(i)
		all = holds && all
	}
	return all
}

// Observable reports whether all conditions were observable when the Watch was last
// asked. It is true before that.
func (w *Watch) Observable() bool { return !w.blind }

// Results returns, for each condition, whether it holds and what was found.
func (w *Watch) Results(o Cluster) []Result {
	w.look(o)
	results := make([]Result, len(w.testers))
	for i, test := range w.testers {
		r := &results[i]
		r.Condition = w.conditions[i].String()
		if r.Holds, r.Observable = w.holds(i); r.Observable {
			r.Seen = test.seen(&w.view)
			if f, ok := test.(*finder); ok && !r.Holds {
				r.Before = f.before(&w.view).last
			}
		} else {
			r.Seen = "not observable"
		}
	}
	return results
}

// Unmet describes, in one line, what was found for each condition that does not hold.
func Unmet(results []Result) string {
	var parts []string
	for _, r := range results {
		if !r.Holds {
			parts = append(parts, r.Condition+": "+r.Seen)
		}
	}
	if parts == nil {
		return "each came true, but not all at the same moment"
	}
	return strings.Join(parts, "; ")
}
