package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/tests/submissions"
)

// Programs of which it is known what is wrong with them get the verdicts that they deserve.
// Command grader does the same with all programs and all scenarios.
func TestSubmissionsGetTheVerdictsThatTheyDeserve(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	if runtime.GOOS != "linux" {
		t.Skip("without Linux the grader does not observe all that these scenarios need")
	}
	t.Parallel()
	for _, c := range []struct {
		name      string
		scenarios []string
		kinds     []string
	}{
		{"flask", []string{"next_leader_of_three", "no_topics_at_first", "three_of_five_stand_still"}, []string{"passed", "passed", "passed"}},
		{"commit_without_quorum", []string{"no_topics_at_first", "three_of_five_stand_still"}, []string{"passed", "wrong"}},
		{"bad/exits_at_once", []string{"no_topics_at_first"}, []string{"did not start"}},
	} {
		t.Run(filepath.Base(c.name), func(t *testing.T) {
			t.Parallel()
			s, err := submissions.Find(c.name)
			assert.NilError(t, err)
			needPython(t, s.Needs)
			dir, report := filepath.Join(t.TempDir(), "handed-in"), filepath.Join(t.TempDir(), "report.json")
			assert.NilError(t, s.Assemble(dir))
			args := []string{"grade", "-run", "^(" + strings.Join(c.scenarios, "|") + ")$", "-report", "json=" + report}
			if file := s.Course(); file != "" {
				args = append(args, "-course", file)
			}
			grade := command(t, append(args, dir)...)
			grade.Env = append(os.Environ(), "PATH=/usr/bin"+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := grade.CombinedOutput()
			assert.NilError(t, err, "%s", out)
			read, err := submissions.ReadReport(report)
			assert.NilError(t, err)
			var kinds []string
			for _, v := range read.Verdicts {
				kinds = append(kinds, v.Kind)
			}
			assert.DeepEqual(t, kinds, c.kinds)
			assert.Assert(t, strings.Contains(string(out), s.Says), "%s", out)
		})
	}
}

// needPython skips the test where Debian's Python or a module is missing; CI has them.
func needPython(t *testing.T, modules []string) {
	t.Helper()
	code := "import " + strings.Join(append(slices.Clone(modules), "json"), ", ")
	if out, err := exec.Command("/usr/bin/python3", "-c", code).CombinedOutput(); err != nil {
		assert.Equal(t, os.Getenv("CI"), "", "CI installs what the submissions need: %s", out)
		t.Skipf("/usr/bin/python3 -c %q fails: %v", code, err)
	}
}
