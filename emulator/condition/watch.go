package condition

import "math"

// Now, as the place where a Watch begins, is the end of the trace as it is when
// the Watch is first asked.
const Now = math.MaxUint64

// A Watch asks conditions of a cluster that moves on. It belongs to one
// goroutine at a time.
type Watch struct {
	conditions []Condition
	testers    []tester
	env        Env
	begun      bool
}

// A Result is how one condition stands.
type Result struct {
	Condition string `json:"condition"`
	Holds     bool   `json:"holds"`
	Seen      string `json:"seen"` // what there was to see
	// Observable is false when the Observer, or the Env, does not show what it
	// takes to tell; then Holds is false too.
	Observable bool `json:"-"`
}

// NewWatch begins to watch. Events count when their records have a higher
// sequence number than since, which may be Now.
func NewWatch(conditions []Condition, since uint64) *Watch {
	return NewWatchIn(conditions, Env{Since: since})
}

// NewWatchIn begins to watch conditions that may speak of what a scenario has
// named.
func NewWatchIn(conditions []Condition, env Env) *Watch {
	w := &Watch{conditions: conditions, env: env}
	for _, c := range conditions {
		w.testers = append(w.testers, c.spec.tester())
	}
	return w
}

// begin fixes where the trace is searched from.
func (w *Watch) begin(o Observer) {
	if w.begun {
		return
	}
	w.begun = true
	t := o.Trace()
	for _, test := range w.testers {
		if s, ok := test.(*search); ok {
			s.begin(t, min(w.env.Since, t.Last()))
		}
	}
}

// Holds tells whether all conditions hold.
func (w *Watch) Holds(o Observer) bool {
	w.begin(o)
	all := true
	for _, test := range w.testers {
		// Each is asked each time: a search must not fall behind the trace.
		all = test.holds(o) && all
	}
	return all
}

// Results tells of each condition whether it holds, and what was seen.
func (w *Watch) Results(o Observer) []Result {
	w.begin(o)
	results := make([]Result, len(w.testers))
	for i, test := range w.testers {
		results[i] = Result{w.conditions[i].String(), test.holds(o), test.seen(o), true}
	}
	return results
}

// Observable tells whether all conditions could be seen when the Watch was last
// asked; it is true before.
func (w *Watch) Observable() bool { return true }
