package report

import (
	"fmt"
	"math"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// A tally counts results.
type tally struct {
	hidden           int // the others count only scenarios that are not hidden
	scenarios        int
	runs, runsPassed int
	cut              int                    // runs that were interrupted or not reached
	of               [scenario.Statuses]int // scenarios of each status
	earned, possible float64
	sim, wall        time.Duration
}

func (t *tally) add(r *result) {
	if r.Hidden {
		t.hidden++
		return
	}
	t.scenarios++
	t.runs += r.count
	t.runsPassed += r.passed
	t.cut += r.cut
	t.of[r.status]++
	earned, possible := r.points()
	t.earned, t.possible = round(t.earned+earned), round(t.possible+possible)
	for _, v := range r.runs {
		t.sim += v.SimTime
		t.wall += v.WallTime
	}
}

// rows is the number of scenarios, with the hidden ones.
func (t *tally) rows() int { return t.scenarios + t.hidden }

// status is the worst status.
func (t *tally) status() scenario.Status {
	for s := scenario.Error; s > scenario.Passed; s-- {
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

// Score returns the points earned and the points possible. A scenario gives all of its
// points when all of its runs passed, otherwise none. One that is not observable counts
// on neither side.
func Score(verdicts []scenario.Verdict) (earned, possible float64) {
	t := count(merge(verdicts))
	return t.earned, t.possible
}

// round removes the errors of summing decimal fractions.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// String is the totals in words.
func (t *tally) String() string {
	if t.rows() == 0 {
		return "No scenarios were run."
	}
	said := fmt.Sprintf("%d of %s passed", t.of[scenario.Passed], text.Count(t.scenarios, "scenario"))
	if n := t.of[scenario.Error]; n > 0 {
		said += ", " + text.Count(n, "bad file")
	}
	for _, s := range []scenario.Status{scenario.Failed, scenario.Undecided, scenario.NotObservable} {
		if n := t.of[s]; n > 0 {
			said += fmt.Sprintf(", %d %s", n, s)
		}
	}
	if t.hidden > 0 {
		said += fmt.Sprintf(", %d %s", t.hidden, hiddenWord)
	}
	if t.cut > 0 {
		said += fmt.Sprintf("; %s did not end", text.Count(t.cut, "run"))
	}
	if t.possible > 0 {
		said += fmt.Sprintf("; %s of %s points", points(t.earned), points(t.possible))
	}
	if t.runs > t.scenarios {
		said += fmt.Sprintf("; %s", text.Count(t.runs, "run"))
	}
	return said + fmt.Sprintf("; %s simulated in %s", simTime(t.sim), wallTime(t.wall)) + "."
}
