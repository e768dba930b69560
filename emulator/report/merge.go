package report

import (
	"math"
	"time"

	"rrmq.example/emulator/emulator/scenario"
)

// noPart stands for the part of scenarios that name none.
const noPart = "scenarios"

// A result is all runs of one scenario, one at least.
type result struct {
	scenario.Verdict                    // the first run, for what all have in common
	runs             []scenario.Verdict // in their order
	status           scenario.Status    // the worst
	passed           int                // runs
}

// A part is the results of one part of the course, one at least.
type part struct {
	name    string
	results []result
}

// merge puts the runs of each scenario together, and the scenarios of each part,
// in the order in which they first come.
func merge(verdicts []scenario.Verdict) []part {
	type key struct{ part, file, name string }
	var parts []part
	partAt := map[string]int{}
	resultAt := map[key]int{}
	for _, v := range verdicts {
		name := partOf(v)
		p, ok := partAt[name]
		if !ok {
			p = len(parts)
			partAt[name] = p
			parts = append(parts, part{name: name})
		}
		k := key{name, v.File, v.Name}
		r, ok := resultAt[k]
		if !ok {
			r = len(parts[p].results)
			resultAt[k] = r
			parts[p].results = append(parts[p].results, result{Verdict: v})
		}
		parts[p].results[r].add(v)
	}
	return parts
}

func partOf(v scenario.Verdict) string {
	if v.Grade.Part == "" {
		return noPart
	}
	return v.Grade.Part
}

func (r *result) add(v scenario.Verdict) {
	r.runs = append(r.runs, v)
	r.status = max(r.status, v.Status)
	if v.Status == scenario.Passed {
		r.passed++
	}
}

// worst gives the runs that came out as badly as the whole; none when it passed.
func (r *result) worst() []scenario.Verdict {
	var out []scenario.Verdict
	for _, v := range r.runs {
		if v.Status == r.status && v.Status != scenario.Passed {
			out = append(out, v)
		}
	}
	return out
}

// points gives what the scenario earned and what it could have: nothing when it
// is not observable.
func (r *result) points() (earned, possible float64) {
	switch r.status {
	case scenario.Passed:
		return r.Grade.Points, r.Grade.Points
	case scenario.NotObservable:
		return 0, 0
	}
	return 0, r.Grade.Points
}

// A tally counts results.
type tally struct {
	scenarios        int
	runs, runsPassed int
	of               [scenario.Failed + 1]int // scenarios of each status
	earned, possible float64
	sim, wall        time.Duration
}

func (t *tally) add(r *result) {
	t.scenarios++
	t.runs += len(r.runs)
	t.runsPassed += r.passed
	t.of[r.status]++
	earned, possible := r.points()
	t.earned, t.possible = round(t.earned+earned), round(t.possible+possible)
	for _, v := range r.runs {
		t.sim += v.SimTime
		t.wall += v.WallTime
	}
}

// status gives the worst there is.
func (t *tally) status() scenario.Status {
	for s := scenario.Failed; s > scenario.Passed; s-- {
		if t.of[s] > 0 {
			return s
		}
	}
	return scenario.Passed
}

func count(parts []part) tally {
	var t tally
	for _, p := range parts {
		for i := range p.results {
			t.add(&p.results[i])
		}
	}
	return t
}

// Score gives the points that were earned and those that could have been. A
// scenario gives all of its points when all of its runs passed, and else none;
// one that is not observable counts on neither side.
func Score(verdicts []scenario.Verdict) (earned, possible float64) {
	t := count(merge(verdicts))
	return t.earned, t.possible
}

// round takes away what sums of decimal fractions bring along.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
