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
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// built is the folder of the program that emulator builds.
var built string

// emulator builds the program once.
var emulator = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "target-test-")
	if err != nil {
		return "", err
	}
	built = dir
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

// scenarios loads scenarios of the course's set.
func scenarios(t *testing.T, names ...string) (list []*fixture.Fixture) {
	t.Helper()
	for _, name := range names {
		f, err := fixture.Load(filepath.Join("..", "..", "..", "fixtures", "course", name+".toml"))
		assert.NilError(t, err)
		list = append(list, f)
	}
	return list
}

// eachMode runs a test with each kind of links that this machine has.
func eachMode(t *testing.T, test func(t *testing.T, m room.Mode)) {
	for _, m := range room.Modes() {
		t.Run(m.String(), func(t *testing.T) {
			if err := room.Usable(m); err != nil {
				t.Skip(err)
			}
			test(t, m)
		})
	}
}

func TestTheReferencePasses(t *testing.T) {
	names := []string{"message_is_taken"}
	if !testing.Short() {
		names = append(names, "followers_send_clients_away", "cut_off_leader_steps_down", "paused_leader_is_replaced", "restarted_node_votes")
	}
	eachMode(t, func(t *testing.T, m room.Mode) {
		for _, f := range scenarios(t, names...) {
			t.Run(f.Name, func(t *testing.T) {
				v := run(t, referenceCourse(t), f, m, t.TempDir())
				assert.Equal(t, v.Foreign.Kind, course.Passed, "%s\n%s", strings.Join(v.Foreign.Story, "\n"), strings.Join(v.Foreign.Output, "\n"))
				assert.Equal(t, v.Foreign.Links, m.String())
				assert.Equal(t, v.Foreign.Share, 1.0)
				assert.Assert(t, v.Foreign.History != nil)
			})
		}
	})
}

func TestBugsAreWrong(t *testing.T) {
	if testing.Short() {
		t.Skip("several clusters")
	}
	for bug, name := range map[string]string{
		"commit_without_majority": "no_promise_without_a_majority",
		"follower_takes_writes":   "followers_send_clients_away",
	} {
		t.Run(bug, func(t *testing.T) {
			for _, f := range scenarios(t, name) {
				v := run(t, referenceCourse(t, "-bug", bug), f, room.Best(), t.TempDir())
				story := strings.Join(v.Foreign.Story, "\n")
				assert.Equal(t, v.Foreign.Kind, course.Wrong, story)
				assert.Assert(t, strings.Contains(story, "expected: "), story)
			}
		})
	}
}

func TestNothingIsLeftOfARun(t *testing.T) {
	f := scenarios(t, "message_is_taken")[0]
	c := referenceCourse(t)
	c.Start.Args = []string{"/bin/sh", "-c", "sleep 1000 & exec " + strings.Join(c.Start.Args, " ")}
	dir := t.TempDir()
	run(t, c, f, room.Best(), dir)
	left, err := exec.Command("pgrep", "-f", "node "+filepath.Join(dir, "config.json")).Output()
	assert.Assert(t, err != nil || len(left) == 0, "%s", left)
	assert.NilError(t, os.RemoveAll(dir))
}

func TestAFaultThatNoLinkCanMakeIsNotObservable(t *testing.T) {
	f, err := fixture.Parse("test.toml", []byte(`format = 1
name = "test"
[cluster]
nodes = 2
[[step]]
fault = { name = "f", match = { type = "append_entries" }, drop = true }
[[expect]]
that = "up=all"
`))
	assert.NilError(t, err)
	c := referenceCourse(t)
	c.Messages = course.Messages{} // of a program with a format of its own
	v := run(t, c, f, room.Proxy, t.TempDir())
	assert.Equal(t, v.Foreign.Kind, course.NotObservable, v.Problem)
}
