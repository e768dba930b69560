package report_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// prove runs Perl's prove on a document. It returns what prove says and how it ended.
func prove(t *testing.T, document string) (said string, code int) {
	t.Helper()
	path, err := exec.LookPath("prove")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("prove is not installed; on Debian it is part of perl")
	}
	assert.NilError(t, err)
	file := filepath.Join(t.TempDir(), "report.tap")
	assert.NilError(t, os.WriteFile(file, []byte(document), 0o666))
	out, err := exec.Command(path, "--norc", "--merge", file).CombinedOutput()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), ended.ExitCode()
	}
	assert.NilError(t, err, "%s", out)
	return string(out), 0
}

func TestProveReadsTAP(t *testing.T) {
	good := []scenario.Verdict{run("election", "first_leader", 1), run("election", "second_leader", 1)}
	said, code := prove(t, write(t, "tap", good))
	assert.Equal(t, code, 0, said)
	assert.Assert(t, is.Contains(said, "Result: PASS"))

	said, code = prove(t, write(t, "tap", everything()))
	assert.Assert(t, code != 0, said)
	assert.Assert(t, is.Contains(said, "Failed tests:  3, 5-8, 10"))
	assert.Assert(t, is.Contains(said, "less 1 skipped subtest: 3 okay"))
	assert.Assert(t, is.Contains(said, "Further testing stopped:  20 runs did not end"))
	assert.Assert(t, !strings.Contains(said, "Parse error"), said)
}

func TestProveReadsTAPWithAnyText(t *testing.T) {
	var all []scenario.Verdict
	for i, text := range awkward {
		all = append(all, filled(text, uint8(i)))
	}
	document := write(t, "tap", all)
	said, _ := prove(t, document)
	assert.Assert(t, !strings.Contains(said, "Parse error"), said)
	failed, points := 0, readTAP(t, 13, document)
	for _, p := range points {
		if !p.ok {
			failed++
		}
	}
	assert.Assert(t, is.Contains(said, fmt.Sprintf("Failed %d/%d subtests", failed, len(points))))
}

func TestProveNoticesAPlanThatIsNotKept(t *testing.T) {
	document, _, _ := strings.Cut(write(t, "tap", everything()), "Bail out!")
	document = strings.Replace(document, "1..10", "1..11", 1)
	said, code := prove(t, document)
	assert.Assert(t, code != 0)
	assert.Assert(t, is.Contains(said, "Parse errors: Bad plan"))
}
