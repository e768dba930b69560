package target_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/grade/target"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

func TestMain(m *testing.M) {
	room.Main()
	os.Exit(m.Run())
}

// emulator builds the program once.
var emulator = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "target-test-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "emulator")
	build := exec.Command("go", "build", "-o", file, "rrmq.example/emulator")
	build.Stderr = os.Stderr
	return file, build.Run()
})

// referenceCourse starts emulator node.
func referenceCourse(t *testing.T, flags ...string) *course.Course {
	t.Helper()
	file, err := emulator()
	assert.NilError(t, err)
	c := course.Default()
	c.Start.Args = append([]string{file, "node"}, append(flags, "{config}", "{index}")...)
	c.Start.Internal = false
	c.Promises.Reads = course.Linearizable
	return c
}

// run runs a scenario of the course's set.
func run(t *testing.T, c *course.Course, f *fixture.Fixture, mode room.Mode, dir string) scenario.Verdict {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	v, err := target.Run(ctx, f, target.Options{Course: c, Dir: dir, Mode: mode, Attach: -1})
	assert.NilError(t, err)
	return v
}

func TestTry(t *testing.T) {
	names := os.Getenv("TRY")
	if names == "" {
		t.Skip()
	}
	var flags []string
	if f := os.Getenv("TRY_FLAGS"); f != "" {
		flags = strings.Fields(f)
	}
	mode := room.Best()
	if m, err := room.ParseMode(os.Getenv("TRY_MODE")); err == nil {
		mode = m
	}
	for _, name := range strings.Fields(names) {
		f, err := fixture.Load(name)
		assert.NilError(t, err)
		began := time.Now()
		c := referenceCourse(t, flags...)
		dir := t.TempDir()
		if from := os.Getenv("TRY_DIR"); from != "" {
			assert.NilError(t, os.CopyFS(dir, os.DirFS(from)))
			c = course.Default()
			if file := os.Getenv("TRY_COURSE"); file != "" {
				c, err = course.Load(file)
				assert.NilError(t, err)
			}
		}
		v := run(t, c, f, mode, dir)
		t.Logf("%s: %s %s (%v, scenario %v) problem=%q late=%v\n%s\n%s", name, v.Status, v.Foreign.Kind, time.Since(began), v.SimTime, v.Problem, v.Foreign.Missed,
			strings.Join(v.Foreign.Story, "\n"), strings.Join(v.Foreign.Output, "\n"))
		for i := range v.Foreign.History.Calls {
			t.Logf("  %s", v.Foreign.History.Calls[i].String())
		}
		for _, x := range v.Findings {
			t.Logf("  %s %s: %s", x.Status, x.Expected, x.Seen)
		}
	}
}
