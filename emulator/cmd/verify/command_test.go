package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
)

// Illegal is worse than undecided; bad usage is worse than both.
func TestWorstVerdictGivesTheExitCode(t *testing.T) {
	order := []int{cli.OK, cli.Undecided, cli.Failed, cli.Usage, cli.Environment}
	for i, a := range order {
		for k, b := range order {
			assert.Equal(t, worse(a, b), order[max(i, k)], "%d and %d", a, b)
		}
	}
}

// record runs a scenario, with a bug in all of its nodes if it has a name, and gives
// its trace and what a Monitor found.
func record(t testing.TB, name, bug string) (string, *verify.Finding) {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	for i := range f.Nodes {
		f.Nodes[i].Bug = bug
	}
	var trace bytes.Buffer
	m := &verify.Monitor{}
	_, err = scenario.Run(context.Background(), f, scenario.Options{Trace: &trace, Monitors: []world.Monitor{m}})
	assert.NilError(t, err)
	return trace.String(), m.Found()
}

// verifyMain runs the subcommand.
func verifyMain(ctx context.Context, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(ctx, Command(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestVerifyReportsVerdicts(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		assert.NilError(t, os.WriteFile(path, []byte(text), 0o666))
		return path
	}
	good, _ := record(t, "slow_storage", "")
	bad, found := record(t, "figure_8_c", "commit_old_term")
	goodFile, badFile := file("good.jsonl", good), file("bad.jsonl", bad)
	ctx := context.Background()

	t.Run("Accepted", func(t *testing.T) {
		code, out, errs := verifyMain(ctx, "", goodFile)
		assert.Equal(t, code, cli.OK)
		assert.Assert(t, strings.Contains(out, "slow_storage: accepted; ") && strings.Contains(out, " lines/s\n"), out)
		assert.Equal(t, errs, "")
	})
	t.Run("Illegal", func(t *testing.T) {
		code, out, _ := verifyMain(ctx, "", badFile, goodFile)
		assert.Equal(t, code, cli.Failed)
		for _, want := range []string{
			fmt.Sprintf("figure_8_c: ILLEGAL at line %d; ", found.Seq+1), "record    " + strings.TrimSpace(found.Words) + "\n",
			"breaks    AdvanceCommitIndex(i): log[i][Max(agreeIndexes)].term = currentTerm[i] (§5.4.2)\n",
			"expected  an entry of term 4\n", "found     2 (term 2)\n", "not judged: the next ", "slow_storage: accepted",
		} {
			assert.Check(t, strings.Contains(out, want), "want %q in\n%s", want, out)
		}
	})
	t.Run("JSON", func(t *testing.T) {
		code, out, _ := verifyMain(ctx, bad, "-json", "-", goodFile)
		assert.Equal(t, code, cli.Failed)
		var report struct {
			Verdict string
			Runs    []struct {
				File, Verdict string
				Violation     *struct {
					Action, Rule, Paper, Expected, Found string
					Line, Seq                            int
					Record                               struct{ Seq int }
				}
			}
		}
		assert.NilError(t, json.Unmarshal([]byte(out), &report))
		assert.Equal(t, report.Verdict, "illegal")
		assert.Equal(t, len(report.Runs), 2)
		v := report.Runs[0].Violation
		assert.Assert(t, v != nil && report.Runs[1].Violation == nil && report.Runs[1].Verdict == "accepted")
		assert.Check(t, v.Action == "AdvanceCommitIndex(i)" && v.Paper == "§5.4.2" && v.Seq == int(found.Seq) && v.Record.Seq == v.Seq && v.Line == v.Seq+1, "%+v", v)
	})
	t.Run("CutOff", func(t *testing.T) {
		code, out, _ := verifyMain(ctx, "", file("cut.jsonl", good[:len(good)-9]))
		assert.Equal(t, code, cli.Undecided)
		assert.Assert(t, strings.Contains(out, "undecided: the trace has no end mark, and its last line is not whole"), out)
		assert.Assert(t, !strings.Contains(out, "accepted"), out)
	})
	t.Run("FormatOne", func(t *testing.T) {
		old := strings.Replace(good[:strings.LastIndex(good[:len(good)-1], "\n")+1], `"format":3`, `"format":1`, 1)
		code, out, errs := verifyMain(ctx, old, "-")
		assert.Equal(t, code, cli.OK)
		assert.Assert(t, strings.Contains(out, "slow_storage: accepted; "), out)
		assert.Assert(t, strings.Contains(errs, "note: the trace has format 1, without an end mark"), errs)
	})
	t.Run("Malformed", func(t *testing.T) {
		lines := strings.SplitAfter(good, "\n")
		for _, line := range []string{"garbage\n", `{"seq":60,"event":"Dance"}` + "\n", `{"seq":60,"ev` + "\n"} {
			code, out, errs := verifyMain(ctx, strings.Join(lines[:60], "")+line+strings.Join(lines[60:], ""), "-")
			assert.Equal(t, code, cli.Usage)
			assert.Assert(t, strings.Contains(errs, "line 61: "), errs)
			assert.Assert(t, strings.Contains(out, "undecided: it was not read to its end") && !strings.Contains(out, "accepted"), out)
		}
	})
	t.Run("Incomplete", func(t *testing.T) {
		lines := strings.SplitAfter(good, "\n")
		code, out, _ := verifyMain(ctx, lines[0]+lines[1]+`{"event":"End","reason":"closed","records":1}`+"\n", "-")
		assert.Equal(t, code, cli.Undecided)
		assert.Assert(t, strings.Contains(out, "undecided: not all of its servers have started"), out)
	})
	t.Run("Interrupted", func(t *testing.T) {
		ended, end := context.WithCancel(ctx)
		end()
		code, _, errs := verifyMain(ended, "", goodFile, badFile)
		assert.Equal(t, code, cli.Undecided)
		assert.Assert(t, strings.Contains(errs, "interrupted in "+goodFile+"; 0 of 2 files"), errs)
	})
	t.Run("NoTrace", func(t *testing.T) {
		code, _, errs := verifyMain(ctx, "hello\n", "-")
		assert.Equal(t, code, cli.Usage)
		assert.Assert(t, strings.Contains(errs, "emulator verify: -: not a trace: line 1 does not begin a run"), errs)
		code, _, errs = verifyMain(ctx, "", filepath.Join(dir, "none"))
		assert.Equal(t, code, cli.Usage)
		assert.Assert(t, strings.Contains(errs, "no such file"), errs)
	})
	t.Run("Usage", func(t *testing.T) {
		code, _, errs := verifyMain(ctx, "")
		assert.Equal(t, code, cli.Usage)
		assert.Assert(t, strings.Contains(errs, "an operand is missing"), errs)
		code, _, _ = verifyMain(ctx, "", "-what", goodFile)
		assert.Equal(t, code, cli.Usage)
		code, out, errs := verifyMain(ctx, "", "-h")
		assert.Equal(t, code, cli.OK)
		assert.Assert(t, strings.Contains(out, "Exit codes:") && errs == "", out)
	})
}
