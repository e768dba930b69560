package condition

import (
	"math"
	"strings"

	"rrmq.example/emulator/emulator/sim/world"
)

// Now, as the place where a Watch begins, is the end of the trace as it is when
// the Watch is first asked.
const Now = math.MaxUint64

// A Watch asks conditions of a cluster that moves on. It belongs to one
// goroutine at a time.
type Watch struct {
	conditions []Condition
	testers    []tester
	env        Env
	sight      sight
	begun      bool
	blind      bool // to some condition, when last asked
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
	w.sight.env = &w.env
	for _, c := range conditions {
		w.testers = append(w.testers, c.spec.tester())
	}
	return w
}

// A beginner has to know where in the trace a Watch begins.
type beginner interface {
	begin(t *world.Trace, since uint64)
}

// look turns to the cluster, and the first time fixes where its trace is
// searched from.
func (w *Watch) look(o Observer) {
	w.sight.look(o)
	w.blind = false
	t := o.Trace()
	if w.begun || t == nil {
		return
	}
	w.begun = true
	for _, test := range w.testers {
		if b, ok := test.(beginner); ok {
			b.begin(t, min(w.env.Since, t.Last()))
		}
	}
}

// holds tells whether a condition holds, and whether that can be seen.
func (w *Watch) holds(i int) (holds, observable bool) {
	if !w.sight.shows(&w.conditions[i]) {
		w.blind = true
		return false, false
	}
	return w.testers[i].holds(&w.sight), true
}

// Holds tells whether all conditions hold.
func (w *Watch) Holds(o Observer) bool {
	w.look(o)
	all := true
	for i := range w.testers {
		// Each is asked each time: a search must not fall behind the trace.
		holds, _ := w.holds(i)
		all = holds && all
	}
	return all
}

// Observable tells whether all conditions could be seen when the Watch was last
// asked; it is true before.
func (w *Watch) Observable() bool { return !w.blind }

// Results tells of each condition whether it holds, and what was seen.
func (w *Watch) Results(o Observer) []Result {
	w.look(o)
	results := make([]Result, len(w.testers))
	for i, test := range w.testers {
		r := &results[i]
		r.Condition = w.conditions[i].String()
		if r.Holds, r.Observable = w.holds(i); r.Observable {
			r.Seen = test.seen(&w.sight)
		} else {
			r.Seen = "not observable"
		}
	}
	return results
}

// Untrue says of which conditions what was seen instead, in one line.
func Untrue(results []Result) string {
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
