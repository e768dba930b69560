package report

import "rrmq.example/emulator/emulator/lab/scenario"

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
