package grade

import (
	"slices"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

// Bounds on repetitions.
const (
	// maxAlone is the number of times that a scenario is repeated alone.
	maxAlone = 3
	// maxVoids is the number of scenarios in a row that decided nothing again when they were
	// repeated, after which no such scenario is repeated.
	maxVoids = 3
	// maxUnprepared is the number of runs in a row that could not be prepared, after which runs
	// with as many nodes wait less for that.
	maxUnprepared = 3
)

// kindOf is the kind of a verdict.
func kindOf(v *scenario.Verdict) course.Kind {
	if v.Foreign == nil {
		return course.Undecided
	}
	return v.Foreign.Kind
}

// kind is the kind of a run. One that was cut off has decided nothing, unless it has already
// shown a mistake.
func (r *run) kind() course.Kind {
	k := kindOf(&r.Verdict)
	if k != course.Wrong && (r.cut || r.fault) {
		return course.Undecided
	}
	return k
}

// isClear reports whether a run needs no repetition: it shows no miss.
func isClear(k course.Kind) bool {
	return k == course.Passed || k == course.NotObservable || k == course.Bypassed
}

// isMiss reports whether a kind counts against the program once it has been confirmed: a busy
// machine can cause it.
func isMiss(k course.Kind) bool {
	return k == course.TooSlow || k == course.NotAvailable || k == course.Crashed || k == course.NotStarted
}

// A tally counts the runs of a scenario.
type tally struct {
	runs, alone             int
	wrong, cut              int
	clear, clearAlone       int
	misses, missesAlone     int
	voids, voidsAlone       int
	worst, best, worstAlone course.Kind // of the misses
}

func count(runs []run) tally {
	t := tally{runs: len(runs)}
	for i := range runs {
		r := &runs[i]
		k, alone := r.kind(), 0
		if r.alone {
			alone = 1
		}
		t.alone += alone
		if r.cut {
			t.cut++
		}
		switch {
		case k == course.Wrong:
			t.wrong++
		case isClear(k):
			t.clear++
			t.clearAlone += alone
		case isMiss(k):
			t.misses++
			t.missesAlone += alone
			if t.worst == "" || rank(k) > rank(t.worst) {
				t.worst = k
			}
			if t.best == "" || rank(k) < rank(t.best) {
				t.best = k
			}
			if r.alone && (t.worstAlone == "" || rank(k) > rank(t.worstAlone)) {
				t.worstAlone = k
			}
		default:
			t.voids++
			t.voidsAlone += alone
		}
	}
	return t
}

// rank orders kinds from best to worst.
func rank(k course.Kind) int { return slices.Index(course.Kinds(), k) }

func (t *tally) onlyVoid() bool { return t.voids == t.runs }

// confirmed reports whether the misses count: there are two, and the program never did
// better alone.
func (t *tally) confirmed() bool { return t.misses >= 2 && t.missesAlone >= 1 && t.clearAlone == 0 }

// open reports whether another run alone could change the verdict. wanted is the number of
// runs that the scenario has without misses.
func (t *tally) open(wanted int) bool {
	switch {
	case t.wrong > 0 || t.cut > 0 || t.confirmed():
		return false
	case t.misses == 0 && t.voids == 0:
		return false
	case t.alone >= max(maxAlone, wanted):
		return false
	case t.misses == 0 && t.clear == 0:
		return t.voids < 2
	case t.clearAlone > 0:
		return t.clear+t.misses < wanted
	}
	return true
}
