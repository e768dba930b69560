package grade

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/submission"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// A rig grades with runs that are written down.
type rig struct {
	t       *testing.T
	options Options

	mu      sync.Mutex
	kinds   map[string][]course.Kind // of the runs of a scenario; the last one is that of further runs
	ran     []string
	now     int
	most    int // runs at once
	copies  int
	reports [][]scenario.Verdict
	took    time.Duration // of one run
	cancel  context.CancelFunc
	meets   func(*Job) error
}

// newRig makes scenarios of "name nodes part runs: kind kind …".
func newRig(t *testing.T, lines ...string) *rig {
	t.Helper()
	r := &rig{t: t, kinds: map[string][]course.Kind{}, took: time.Second}
	r.options = Options{
		Course: course.Default(), Parallel: 2, Progress: &Progress{},
		Once: r.once, Changed: func(v []scenario.Verdict) { r.reports = append(r.reports, v) },
		Copy: func() (string, func() error, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.copies++
			return "copy", func() error {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.copies--
				return nil
			}, nil
		},
	}
	for _, line := range lines {
		head, kinds, _ := strings.Cut(line, ": ")
		var name, part string
		var nodes, runs int
		_, err := fmt.Sscan(head, &name, &nodes, &part, &runs)
		assert.NilError(t, err, line)
		f, err := fixture.Parse(name+".toml", fmt.Appendf(nil, `format = 1
[cluster]
nodes = %d
[grade]
part = %q
points = 2
runs = %d
[[expect]]
that = "leader=unique"
within_ms = 1000
`, nodes, part, runs))
		assert.NilError(t, err)
		for kind := range strings.SplitSeq(kinds, ", ") {
			r.kinds[name] = append(r.kinds[name], course.Kind(kind))
		}
		r.options.Scenarios = append(r.options.Scenarios, Scenario{File: name + ".toml", Fixture: f, Command: "emulator grade s -only " + name})
	}
	return r
}

func (r *rig) once(ctx context.Context, j *Job) (scenario.Verdict, error) {
	r.mu.Lock()
	r.now++
	r.most = max(r.most, r.now)
	if j.Alone && r.now > 1 {
		r.t.Errorf("%s is not alone", j.Fixture.Name)
	}
	word := ""
	if j.Alone {
		word = "!"
	}
	if j.Hasty {
		word += "?"
	}
	r.ran = append(r.ran, j.Fixture.Name+word)
	kinds := r.kinds[j.Fixture.Name]
	kind := kinds[min(j.Run, len(kinds))-1]
	r.mu.Unlock()
	v := blank(j.Scenario)
	Settle(&v, &scenario.Foreign{Kind: kind, Story: []string{fmt.Sprintf("run %d", j.Run)}}, r.options.Course)
	select {
	case <-time.After(r.took):
	case <-ctx.Done():
		v = undecided(j.Scenario, "interrupted")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now--
	if r.meets != nil {
		return v, r.meets(j)
	}
	return v, nil
}

// grade runs all and returns the kinds of the verdicts.
func (r *rig) grade() (kinds string, all []scenario.Verdict, err error) {
	r.t.Helper()
	synctest.Test(r.t, func(t *testing.T) {
		var ctx context.Context
		ctx, r.cancel = context.WithCancel(t.Context())
		defer r.cancel()
		all, err = Run(ctx, r.options)
	})
	assert.Equal(r.t, len(all), len(r.options.Scenarios))
	assert.Equal(r.t, r.copies, 0, "copies are left")
	assert.Equal(r.t, r.now, 0)
	for i := range all {
		v := &all[i]
		assert.Equal(r.t, v.Name, r.options.Scenarios[i].Fixture.Name)
		assert.Equal(r.t, v.Command, "emulator grade s -only "+v.Name)
		assert.Equal(r.t, v.Runs(), 1)
		assert.Equal(r.t, v.Foreign.Excluded, !v.Foreign.Kind.Counts())
		if i > 0 {
			kinds += ", "
		}
		kinds += string(v.Foreign.Kind)
	}
	for _, report := range r.reports {
		assert.Equal(r.t, len(report), len(all), "a report on the way is not whole")
	}
	return kinds, all, err
}

func TestRunsAreMergedToOneVerdict(t *testing.T) {
	for _, c := range []struct {
		runs int
		kind string // of the runs
		want course.Kind
		ran  int
	}{
		{1, "passed", course.Passed, 1},
		{1, "wrong", course.Wrong, 1},
		{1, "not observable", course.NotObservable, 1},
		{1, "not run (bypassed)", course.Bypassed, 1},
		{3, "passed", course.Passed, 3},
		{3, "passed, passed, wrong", course.Wrong, 3},
		{3, "passed, wrong, passed", course.Wrong, 2},
		{1, "too slow, passed", course.Passed, 2},
		{1, "too slow", course.TooSlow, 2},
		{1, "too slow, wrong", course.Wrong, 2},
		{1, "too slow, not available", course.TooSlow, 2},
		{1, "not available", course.NotAvailable, 2},
		{1, "not available, too slow", course.TooSlow, 2},
		{1, "not available, passed", course.Flaky, 2},
		{1, "crashed", course.Crashed, 2},
		{1, "crashed, passed", course.Flaky, 2},
		{1, "did not start", course.NotStarted, 2},
		{1, "did not start, passed", course.Flaky, 2},
		{1, "could not be prepared", course.Unprepared, 2},
		{1, "could not be prepared, passed", course.Passed, 2},
		{1, "could not be prepared, wrong", course.Wrong, 2},
		{1, "could not be prepared, too slow", course.TooSlow, 3},
		{1, "could not be prepared, too slow, passed", course.Passed, 3},
		{1, "undecided", course.Undecided, 2},
		{1, "undecided, passed", course.Passed, 2},
		{1, "too slow, undecided", course.Undecided, 4},
		{3, "passed, too slow, passed", course.Passed, 3},
		{3, "passed, not available, passed", course.Flaky, 3},
		{3, "too slow, passed, passed", course.Passed, 3},
		{3, "too slow, passed, not available", course.Flaky, 3},
		{3, "too slow, passed, too slow", course.Flaky, 3},
		{3, "too slow, passed, wrong", course.Wrong, 3},
		{3, "passed, too slow, too slow", course.TooSlow, 3},
		{6, "too slow, passed, passed, passed, passed, wrong", course.Wrong, 6},
	} {
		t.Run(fmt.Sprintf("%d of %s", c.runs, c.kind), func(t *testing.T) {
			r := newRig(t, fmt.Sprintf("a 3 x %d: %s", c.runs, c.kind), "b 3 x 1: passed")
			kinds, all, err := r.grade()
			assert.NilError(t, err)
			assert.Equal(t, kinds, string(c.want)+", passed")
			assert.Equal(t, len(r.ran), c.ran+1, "%v", r.ran)
			assert.Equal(t, all[0].WallTime, time.Duration(c.ran)*time.Second)
			assert.Equal(t, all[0].Foreign.Share, r.options.Course.Shares[c.want])
			assert.Equal(t, all[0].Foreign.Flagged, c.want.ForPerson())
		})
	}
}

func TestWrongRunTellsItsOwnStory(t *testing.T) {
	r := newRig(t, "a 3 x 3: passed, wrong")
	_, all, err := r.grade()
	assert.NilError(t, err)
	assert.DeepEqual(t, all[0].Foreign.Story, []string{"run 2", "1 of 2 runs was wrong, and one is enough."})
}

func TestSeveralRunAtOnceAndMissesAlone(t *testing.T) {
	r := newRig(t, "a 3 x 1: too slow", "b 3 x 1: passed", "c 3 x 1: crashed, passed", "d 3 x 1: passed", "e 5 y 1: passed")
	r.options.Parallel = 3
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "too slow, passed, flaky, passed, passed")
	assert.Equal(t, r.most, 3)
	slices.Sort(r.ran[:4])
	assert.DeepEqual(t, r.ran, []string{"a", "b", "c", "d", "a!", "c!", "e!"})
}

func TestProgramThatDoesNotStartIsNotTriedWithoutEnd(t *testing.T) {
	r := newRig(t, "a 1 x 1: passed", "b 5 x 1: did not start", "c 5 x 1: passed", "d 5 x 1: passed", "e 5 x 1: passed", "f 5 y 1: passed", "g 1 y 1: passed")
	r.options.Parallel = 1
	kinds, all, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "passed, did not start, did not start, did not start, did not start, did not start, passed")
	assert.DeepEqual(t, r.ran, []string{"a!", "b!", "b!", "g!"})
	assert.Equal(t, all[5].Foreign.Story[0], "Not run: in b, the program did not start with as many nodes, also when nothing else ran.")
}

func TestProgramThatStartsAtTheSecondTrialIsGraded(t *testing.T) {
	r := newRig(t, "a 5 x 1: did not start, passed", "b 5 x 1: passed", "c 5 x 1: wrong", "d 5 x 1: passed")
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "flaky, passed, wrong, passed")
	r = newRig(t, "a 5 x 1: did not start, undecided", "b 5 x 1: did not start", "c 5 x 1: passed", "d 5 x 1: passed")
	kinds, _, err = r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "undecided, did not start, did not start, did not start")
}

// a decides nothing when it is tried again.
func TestNextScenarioFindsOutWhetherAProgramStarts(t *testing.T) {
	r := newRig(t, "a 5 x 1: did not start, undecided", "b 5 x 1: did not start", "c 5 x 1: passed")
	r.options.Parallel = 1
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "undecided, did not start, did not start")
	assert.DeepEqual(t, r.ran[len(r.ran)-2:], []string{"b!", "b!"})
}

func TestProgramThatHasStartedIsNotHeldUp(t *testing.T) {
	r := newRig(t, "a 5 x 1: passed", "b 5 x 1: did not start", "c 5 x 1: passed")
	r.options.Parallel = 1
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "passed, did not start, passed")
	assert.DeepEqual(t, r.ran, []string{"a!", "b!", "c!", "b!"})
}

func TestSingleRunsAreNeverHeldUp(t *testing.T) {
	r := newRig(t, "a 5 x 1: did not start", "b 5 x 1: passed")
	r.options.Parallel, r.options.Single = 1, true
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "did not start, passed")
}

func TestBudgetEndsInTimeWithTheRestUndecided(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 y 1: wrong", "c 3 z 1: too slow", "d 3 x 1: passed", "e 3 y 1: passed")
	r.options.Parallel = 1
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r.options.Deadline = StartedBy(began, 3500*time.Millisecond)
		all, err := Run(t.Context(), r.options)
		assert.NilError(t, err)
		assert.Equal(t, time.Since(began), 3150*time.Millisecond)
		var kinds []string
		for i := range all {
			kinds = append(kinds, string(all[i].Foreign.Kind))
		}
		assert.DeepEqual(t, kinds, []string{"passed", "wrong", "undecided", "undecided", "undecided"})
		assert.Assert(t, all[2].Interrupted)
		assert.Equal(t, all[2].Problem, "the budget of time was used up")
		assert.Equal(t, all[4].Problem, "the budget of time was used up before it began")
		for _, v := range all[2:] {
			assert.Assert(t, v.Foreign.Excluded && v.Foreign.Flagged)
		}
	})
}

func TestDeadlineIsSpreadOverAllParts(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: passed", "c 3 x 1: passed", "d 3 y 1: passed", "e 3 y 1: passed", "f 3 z 1: passed")
	r.options.Parallel = 1
	r.options.Deadline = time.Now().Add(time.Hour)
	_, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, strings.Join(r.ran, " "), "a! d! f! b! e! c!")
}

func TestInterruptKeepsWhatWasFound(t *testing.T) {
	r := newRig(t, "a 3 x 1: wrong", "b 3 x 1: passed", "c 3 x 1: passed")
	r.options.Parallel = 1
	r.meets = func(j *Job) error {
		if j.Fixture.Name == "a" {
			r.cancel()
		}
		return nil
	}
	kinds, all, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "wrong, undecided, undecided")
	assert.Assert(t, !all[0].Interrupted && all[0].Problem == "", "what was found before the interrupt stays")
	assert.Equal(t, all[1].Problem, "interrupted before it began")
	assert.DeepEqual(t, r.ran, []string{"a!"})
}

func TestGradersOwnFailureIsNoVerdict(t *testing.T) {
	r := newRig(t, "a 3 x 1: crashed", "b 3 x 1: passed", "c 3 x 1: passed", "d 3 x 1: passed", "e 3 y 1: passed")
	r.options.Parallel = 1
	broken := errors.New("no namespaces left")
	r.meets = func(*Job) error { return broken }
	kinds, all, err := r.grade()
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, kinds, "undecided, undecided, undecided, undecided, undecided")
	assert.Equal(t, len(r.ran), maxFailures)
	assert.Assert(t, all[0].Foreign.Excluded && all[0].Foreign.Flagged)
	assert.Equal(t, all[4].Problem, "given up after failures of the grader before it began")
}

func TestPanicCostsOneRun(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: passed")
	r.options.Once = func(ctx context.Context, j *Job) (scenario.Verdict, error) {
		if j.Fixture.Name == "a" {
			panic("oh")
		}
		return r.once(ctx, j)
	}
	kinds, _, err := r.grade()
	assert.ErrorContains(t, err, "the grader is broken: oh")
	assert.Equal(t, kinds, "undecided, passed")
}

func TestCopyThatFailsIsTheMachinesFault(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed")
	full := errors.New("no space left on device")
	r.options.Copy = func() (string, func() error, error) { return "", nil, full }
	kinds, all, err := r.grade()
	assert.ErrorIs(t, err, full)
	assert.Equal(t, kinds, "undecided")
	assert.Equal(t, all[0].Problem, "no space left on device")
}

func TestRefusedSubmissionHasOneReasonForAll(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: passed")
	all := Refused(r.options.Course, r.options.Scenarios, &submission.Problem{Reason: "the file src/node.py is missing", Output: []string{"line"}})
	for i := range all {
		assert.Equal(t, all[i].Foreign.Kind, course.NotStarted)
		assert.Equal(t, all[i].Status, scenario.Failed)
		assert.DeepEqual(t, all[i].Foreign.Story, []string{"The file src/node.py is missing."})
	}
}

func TestSingleRunIsTakenAsItIs(t *testing.T) {
	r := newRig(t, "a 3 x 3: too slow, passed")
	r.options.Single = true
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "too slow")
	assert.Equal(t, len(r.ran), 1)
}

func TestProgressNamesWhatRuns(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: wrong", "c 3 x 1: passed")
	r.options.Parallel = 1
	var said []string
	r.meets = func(*Job) error { said = append(said, r.options.Progress.String()); return nil }
	_, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, said[1], "0 of 3 scenarios done, 2 s; now b")
	assert.Assert(t, strings.HasPrefix(r.options.Progress.String(), "3 of 3 scenarios done, 2 passed, 1 wrong, "))
}

// A program that elects nobody would wait twenty seconds in each scenario.
func TestRunsAreHastyAfterSeveralThatCouldNotBePrepared(t *testing.T) {
	const un = ": could not be prepared"
	r := newRig(t, "a 3 x 1"+un, "b 3 x 1"+un, "c 5 x 1"+un, "d 3 x 1: undecided", "e 3 x 1"+un, "f 3 x 1: passed", "g 3 x 1"+un)
	r.options.Parallel = 1
	r.options.Single = true // no repetitions
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.DeepEqual(t, r.ran, []string{"a!", "b!", "c!", "d!", "e!", "f!?", "g!"})
	assert.Assert(t, strings.HasSuffix(kinds, "passed, could not be prepared"), kinds)
}

func TestRunsThatDecideNothingAreNotRepeatedWithoutEnd(t *testing.T) {
	const void = ": undecided"
	r := newRig(t, "a 3 x 1"+void, "b 3 x 1"+void, "c 3 x 1: passed", "d 3 x 1"+void, "e 3 x 1"+void, "f 3 x 1"+void, "g 3 x 1"+void, "h 3 x 1: too slow")
	r.options.Parallel = 1
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Assert(t, strings.HasSuffix(kinds, "undecided, too slow"), kinds)
	// c makes the count begin again, g is not repeated, and h is: a limit that was missed costs points.
	assert.DeepEqual(t, r.ran[8:], []string{"a!", "b!", "d!", "e!", "f!", "h!"})
}

// A grader that is killed leaves the last report on the way.
func TestMissThatIsNotConfirmedYetCostsNothingOnTheWay(t *testing.T) {
	for _, kind := range []course.Kind{course.TooSlow, course.NotAvailable, course.Crashed, course.NotStarted} {
		r := newRig(t, "a 3 x 1: "+string(kind))
		_, _, err := r.grade()
		assert.NilError(t, err)
		assert.Equal(t, r.reports[1][0].Foreign.Kind, course.Undecided)
		assert.Assert(t, r.reports[1][0].Foreign.Excluded)
		assert.DeepEqual(t, r.reports[1][0].Foreign.Story, []string{"run 1", "First: " + string(kind) + ". It is tried again when nothing else runs."})
		assert.Equal(t, r.reports[2][0].Foreign.Kind, kind)
	}
}

func TestScenarioThatWasCutOffBetweenItsRunsHasNotPassed(t *testing.T) {
	r := newRig(t, "a 3 x 3: passed", "b 3 x 1: passed")
	r.meets = func(j *Job) error {
		if j.Run == 2 {
			r.cancel()
		}
		return nil
	}
	r.options.Parallel = 1
	kinds, all, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "undecided, undecided")
	assert.Assert(t, all[0].Interrupted)
}

func TestFlakyScenarioTellsItsWorstRun(t *testing.T) {
	r := newRig(t, "a 3 x 3: too slow, passed, not available", "b 3 x 1: passed")
	_, all, err := r.grade()
	assert.NilError(t, err)
	assert.DeepEqual(t, all[0].Foreign.Story, []string{"run 3", "In 2 of 3 runs: not available. Others were not."})
}

func TestSettledVerdictStaysFlagged(t *testing.T) {
	v := scenario.Verdict{}
	f := &scenario.Foreign{Kind: course.NotObservable, Flagged: true} // such as one about UDP
	Settle(&v, f, course.Default())
	assert.Assert(t, f.Flagged && f.Excluded)
	f = &scenario.Foreign{Kind: course.Passed}
	Settle(&v, f, course.Default())
	assert.Assert(t, !f.Flagged && !f.Excluded)
}

// The receiver writes files.
func TestReportsOnTheWayDoNotOverlap(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: passed", "c 3 x 1: passed", "d 3 x 1: passed")
	r.options.Parallel = 4
	var now atomic.Int32
	r.options.Changed = func([]scenario.Verdict) {
		assert.Check(t, now.Add(1) == 1)
		for range 1000 {
			runtime.Gosched()
		}
		now.Add(-1)
	}
	_, _, err := r.grade()
	assert.NilError(t, err)
}
