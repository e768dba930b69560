package tests

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/poll"
)

// An input is never an output, and another's work is not overwritten.
func TestNothingOfAUsersIsDestroyed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, "run", "figure_7", "-traces", dir).must(t, 0, "1 of 1 scenario passed")
	trace := filepath.Join(dir, "figure_7-1.jsonl")
	scenario, thesis := filepath.Join(dir, "s.toml"), filepath.Join(dir, "thesis")
	text, err := os.ReadFile("../fixtures/figure_7.toml")
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(scenario, text, 0o666))
	assert.NilError(t, os.WriteFile(thesis, []byte("a year's work"), 0o666))
	hard := filepath.Join(dir, "hard.toml")
	assert.NilError(t, os.Link(scenario, hard))
	before := contents(t, dir)
	const input, foreign = "it is also an input; write to another file", "-overwrite replaces it"
	for _, c := range []struct{ words, says string }{
		{"run s.toml -report junit=s.toml", input},
		{"run s.toml -report junit=hard.toml", input},
		{"run . -report junit=s.toml", input},
		{"-fixture s.toml -trace s.toml", input},
		{"-fixture s.toml -trace s.toml -overwrite", input},
		{"replay figure_7-1.jsonl -freeze figure_7-1.jsonl", input},
		{"systematic -fixture s.toml -save s.toml", input},
		{"run s.toml -report junit=thesis", foreign},
		{"run s.toml -report tap=figure_7-1.jsonl", foreign},
		{"-trace thesis", foreign},
		{"-trace s.toml", foreign},
		{"replay figure_7-1.jsonl -freeze s.toml", foreign},
		{"systematic -depth 2 -save s.toml", foreign},
		{"load -history thesis -targets localhost:1", foreign},
		{"mutants -report text=thesis -- true", foreign},
	} {
		cmd := command(t, strings.Fields(c.words)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		assert.Check(t, err != nil && cmd.ProcessState.ExitCode() == 3, "%s: %v\n%s", c.words, cmd.ProcessState, out)
		assert.Check(t, cmp.Contains(string(out), c.says), c.words)
	}
	assert.DeepEqual(t, contents(t, dir), before)
	run(t, "replay", trace, "-freeze", thesis, "-overwrite").must(t, 0, "repeated alike")
	run(t, "replay", trace, "-freeze", thesis).must(t, 0, "repeated alike") // it is one of its own now
	run(t, "check", thesis).must(t, 0, "fine, 7 nodes")
}

// contents returns the files of a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	assert.NilError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		assert.NilError(t, err)
		files[e.Name()] = string(text)
	}
	return files
}

// A second program that is to write the same trace ends with exit code 4, and the first one
// writes on.
func TestASecondWriterOfATraceDestroysNothing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	p := startFixture(t, "fresh_3", "-trace", file)
	p.admin.wait("leader=unique")
	run(t, "-admin", "127.0.0.1:0", "-base-port", "0", "-trace", file).must(t, 4, "", "another program is writing it")
	taken := strings.TrimPrefix(p.ready.Admin, "http://")
	run(t, "-admin", taken, "-base-port", "0", "-trace", file).must(t, 4, "", "address already in use")
	p.stop(syscall.SIGTERM)
	run(t, "verify", file).must(t, 0, ": accepted; ")
	again := startFixture(t, "fresh_1", "-trace", file) // an existing trace is replaced
	again.admin.wait("leader=unique")
	again.stop(syscall.SIGTERM)
	run(t, "verify", file).must(t, 0, "fresh_1: accepted; ")
}

// A trace that cannot be written any more is no obstacle for the cluster, which says so.
func TestATraceOnAFullDiskEnds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /dev/full")
	}
	t.Parallel()
	l := launch(t, "-fixture", "fresh_3", "-admin", "127.0.0.1:0", "-base-port", "0", "-trace", "/dev/full")
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if strings.Contains(l.stdout.String(), "\n") {
			return poll.Success()
		}
		return poll.Continue("no ready line yet: %s", &l.stderr)
	}, poll.WithTimeout(patience))
	url := strings.Split(l.stdout.String(), `"`)[7]
	api := &admin{caller{t: t, client: http.DefaultClient, base: url}}
	body := func(path string) string {
		r, err := http.Get(url + path)
		assert.NilError(t, err)
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		assert.NilError(t, err)
		return string(text)
	}
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if strings.Contains(body("/readyz"), "ok\nrecording has stopped: the trace is not complete: /dev/full: no space left on device; missing: ") {
			return poll.Success()
		}
		return poll.Continue("it is still recording")
	}, poll.WithTimeout(patience))
	assert.Assert(t, cmp.Contains(body("/v1/cluster"), `"trace":{"complete":false,"error":"the trace is not complete: /dev/full: no space left on device","missing":`))
	metrics := body("/metrics")
	assert.Assert(t, cmp.Contains(metrics, "\nemulator_trace_complete 0\n"))
	assert.Assert(t, cmp.Contains(metrics, "\nemulator_trace_missing_records_total "))
	api.wait("leader=unique") // the cluster goes on
	l.interrupt()
	o := l.outcome()
	assert.Equal(t, o.code, 4)
	assert.Assert(t, cmp.Contains(o.stderr, "the trace is not complete"))
}

// All commands read a trace alike, whatever another system has made of its line ends.
func TestAllCommandsReadTracesAlike(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, "run", "figure_7", "-traces", dir).must(t, 0, "1 of 1 scenario passed")
	text, err := os.ReadFile(filepath.Join(dir, "figure_7-1.jsonl"))
	assert.NilError(t, err)
	trace := string(text)
	lines := strings.SplitAfter(trace, "\n")
	unmarked := strings.Join(lines[:40], "")
	for name, c := range map[string]struct {
		trace string
		code  int
	}{
		"Whole":     {trace, 0},
		"NoMark":    {unmarked, 2},
		"HalfALine": {unmarked + lines[40][:20], 2},
		"Header":    {lines[0], 2},
		"Garbage":   {unmarked + "garbage\n", 3},
		"After":     {trace + lines[1], 3},
		"Changed":   {strings.Join(lines[:39], "") + strings.Replace(lines[39], `"time_ns":`, `"time_ns":9`, 1) + strings.Join(lines[40:], ""), 1},
	} {
		for how, trace := range map[string]string{
			"AsWritten": c.trace, "CRLF": strings.ReplaceAll(c.trace, "\n", "\r\n"), "BOM": "\ufeff" + c.trace,
			"Both": "\ufeff" + strings.ReplaceAll(c.trace, "\n", "\r\n"),
		} {
			t.Run(name+how, func(t *testing.T) {
				file := writeFile(t, "trace.jsonl", trace)
				for _, reader := range []string{"verify", "replay"} {
					if name == "Changed" && reader == "verify" {
						continue // the judge need not mind
					}
					o := run(t, reader, file)
					assert.Check(t, o.code == c.code, "%s: exit code %d, want %d\n%s%s", reader, o.code, c.code, o.stdout, o.stderr)
					cmd := command(t, reader, "-")
					cmd.Stdin = strings.NewReader(trace)
					_ = cmd.Run()
					assert.Check(t, cmd.ProcessState.ExitCode() == c.code, "%s -: %v, want %d", reader, cmd.ProcessState, c.code)
				}
			})
		}
	}
}

// A report is whole or not there, when a signal or two end the program.
func TestASignalLeavesNoHalfReport(t *testing.T) {
	t.Parallel()
	for signals := 1; signals <= 2; signals++ {
		dir := t.TempDir()
		file := filepath.Join(dir, "r.xml")
		l := launch(t, "run", "all", "-repeat", "1000", "-report", "junit="+file, "-traces", filepath.Join(dir, "traces"))
		poll.WaitOn(t, func(poll.LogT) poll.Result {
			if entries, err := os.ReadDir(filepath.Join(dir, "traces")); err == nil && len(entries) > 0 {
				return poll.Success()
			}
			return poll.Continue("nothing runs yet: %s", &l.stderr)
		}, poll.WithTimeout(patience))
		_, err := os.Stat(file)
		assert.Assert(t, os.IsNotExist(err), "%v", err)
		for range signals {
			assert.NilError(t, l.cmd.Process.Signal(syscall.SIGTERM))
		}
		wait(t, l.exited, "the end")
		left := 0
		for name := range filesIn(t, dir) {
			left++
			assert.Assert(t, name == "r.xml", name)
			text, err := os.ReadFile(file)
			assert.NilError(t, err)
			var any struct{ XMLName xml.Name }
			assert.NilError(t, xml.Unmarshal(text, &any))
		}
		assert.Assert(t, signals > 1 || left == 1, fmt.Sprint(filesIn(t, dir)))
	}
}

// filesIn returns the names of the files in a directory, without those of its directories.
func filesIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	assert.NilError(t, err)
	files := map[string]bool{}
	for _, e := range entries {
		if !e.IsDir() {
			files[e.Name()] = true
		}
	}
	return files
}
