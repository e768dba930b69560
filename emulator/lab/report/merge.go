package report

import "rrmq.example/emulator/emulator/lab/scenario"

// noPart is the part of scenarios that name none.
const noPart = "scenarios"

// A result is all runs of one scenario, at least one.
type result struct {
	scenario.Verdict                    // of the first run, for the fields that all share
	runs             []scenario.Verdict // in their order
	status           scenario.Status    // the worst
	count            int                // the number of runs
	passed           int                // the number of those that passed
	cut              int                // the number of those that were interrupted or not reached
}

// A part is the results of one part of the course, at least one.
type part struct {
	name    string
	results []result
}

// merge groups runs by part and scenario, in the order of their first runs.
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
	r.count += v.Runs()
	r.status = max(r.status, v.Status)
	if v.Status == scenario.Passed {
		r.passed += v.Runs()
	}
	if v.Interrupted {
		r.cut += v.Runs()
	}
}

// worst returns the runs with the status of the result, or none when it passed.
func (r *result) worst() []scenario.Verdict {
	var out []scenario.Verdict
	for _, v := range r.runs {
		if v.Status == r.status && v.Status != scenario.Passed {
			out = append(out, v)
		}
	}
	return out
}

// points returns the points that the scenario earned and could earn; both are 0 when it
// counts on neither side.
func (r *result) points() (earned, possible float64) {
	if r.Foreign != nil {
		return r.foreignPoints()
	}
	switch r.status {
	case scenario.Passed:
		return r.Grade.Points, r.Grade.Points
	case scenario.NotObservable:
		return 0, 0
	}
	return 0, r.Grade.Points
}
