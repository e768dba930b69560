package grade

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// handIn makes a submission, and a folder for copies that is returned.
func handIn(t *testing.T, files ...string) (path, copies string) {
	t.Helper()
	path, copies = t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", copies)
	for _, name := range files {
		file := filepath.Join(path, name)
		assert.NilError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		assert.NilError(t, os.WriteFile(file, []byte("exec sleep 60\n"), 0o755))
	}
	return path, copies
}

// shellCourse has programs that every machine can run.
func shellCourse(build ...string) *course.Course {
	c := course.Default()
	c.Start.Args, c.Start.Program, c.Build.Args = []string{"sh", "src/node.sh", "{index}"}, "src/node.sh", build
	return c
}

func TestGradedSubmissionLeavesNothingBehind(t *testing.T) {
	for _, file := range []string{"src/node.sh", "README"} {
		t.Run(file, func(t *testing.T) {
			path, copies := handIn(t, file)
			r := newRig(t, "a 3 x 1: passed", "b 3 x 1: wrong")
			r.options.Course, r.took = shellCourse(), time.Millisecond
			all, _, err := Submitted(t.Context(), path, Real{Attach: -1}, r.options)
			assert.NilError(t, err)
			assert.Equal(t, len(all), 2)
			assert.Assert(t, len(r.reports) > 0, "no report on the way")
			left, err := os.ReadDir(copies)
			assert.NilError(t, err)
			assert.Equal(t, len(left), 0, "%v", left)
		})
	}
}

// A build also uses the budget.
func TestBudgetThatEndsDuringTheBuildLeavesAllUndecided(t *testing.T) {
	path, _ := handIn(t, "src/node.sh")
	r := newRig(t, "a 3 x 1: passed", "b 3 x 1: wrong")
	r.options.Course = shellCourse("sh", "src/node.sh")
	r.options.Deadline = StartedBy(time.Now(), 500*time.Millisecond)
	all, _, err := Submitted(t.Context(), path, Real{Attach: -1}, r.options)
	assert.NilError(t, err)
	assert.Equal(t, len(all), 2)
	for i := range all {
		assert.Equal(t, all[i].Foreign.Kind, course.Undecided)
		assert.Assert(t, all[i].Interrupted && all[i].Foreign.Excluded)
		assert.Equal(t, all[i].Problem, "the budget of time was used up before it began")
	}
	assert.Equal(t, len(r.ran), 0)
}

func TestMachineAtFaultLeavesTheSubmissionUndecided(t *testing.T) {
	path, _ := handIn(t, "src/node.sh")
	c := shellCourse("sh", "src/node.sh") // it never ends
	c.Build.Limit = 100 * time.Millisecond
	r := newRig(t, "a 3 x 1: passed")
	r.options.Course = c
	all, _, err := Submitted(t.Context(), path, Real{Attach: -1}, r.options)
	assert.NilError(t, err)
	assert.Equal(t, all[0].Foreign.Kind, course.Undecided)
	assert.Assert(t, all[0].Foreign.Flagged && all[0].Foreign.Excluded)
}

func TestUploadThatIsDamagedIsForAPerson(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.zip")
	assert.NilError(t, os.WriteFile(path, []byte("PK\x03\x04 and so on"), 0o600))
	r := newRig(t, "a 3 x 1: passed")
	all, _, err := Submitted(t.Context(), path, Real{Attach: -1}, r.options)
	assert.NilError(t, err)
	assert.Equal(t, all[0].Foreign.Kind, course.NotStarted)
	assert.Assert(t, all[0].Foreign.Flagged)
}

func TestScenariosWithPausesNeedASystemThatPauses(t *testing.T) {
	for step, want := range map[string]bool{"pause = 0": true, "crash = 0": false} {
		f, err := fixture.Parse("a.toml", []byte("format = 1\n[cluster]\nnodes = 3\n[[step]]\n"+step+"\n[[expect]]\nthat = \"up=1\"\n"))
		assert.NilError(t, err)
		assert.Equal(t, NeedsLinux("windows", f) != "", want, step)
		assert.Equal(t, NeedsLinux("linux", f), "")
		assert.Equal(t, NeedsLinux("darwin", f), "")
	}
}

// A run that the user keeps up is over: ending it changes no verdict.
func TestKeptVerdictIsSettledForTheCourse(t *testing.T) {
	r := newRig(t, "a 3 x 1: passed")
	var kept []scenario.Verdict
	j := &Job{Scenario: &r.options.Scenarios[0]}
	keep := Real{Kept: func(v *scenario.Verdict) { kept = append(kept, *v) }}.keep(j, r.options.Course)
	keep(scenario.Verdict{Foreign: &scenario.Foreign{Kind: course.TooSlow}})
	assert.Assert(t, j.Decided)
	assert.Equal(t, kept[0].Foreign.Share, 0.5)
	assert.Equal(t, kept[0].Status, scenario.Failed)
	assert.Equal(t, kept[0].Command, j.Command)
}

// The verdict of a run that is over stays, also when the context has ended meanwhile.
func TestDecidedRunIsNotCutOff(t *testing.T) {
	r := newRig(t, "a 3 x 1: not available", "b 3 x 1: passed")
	r.options.Single, r.options.Parallel = true, 1
	once := r.options.Once
	r.options.Once = func(ctx context.Context, j *Job) (scenario.Verdict, error) {
		v, err := once(ctx, j)
		j.Decided = true
		r.cancel()
		return v, err
	}
	kinds, _, err := r.grade()
	assert.NilError(t, err)
	assert.Equal(t, kinds, "not available, undecided")
}
