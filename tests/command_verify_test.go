package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// The judge's exit code says what a file is, and of several files the worst.
func TestVerifyReadsTraceFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, "run", "leader_crashes", "accepts_old_leader", "-trace", dir).must(t, 0, "2 of 2 scenarios passed")
	good, illegal := filepath.Join(dir, "leader_crashes-1.jsonl"), filepath.Join(dir, "accepts_old_leader-1.jsonl")
	content, err := os.ReadFile(good)
	assert.NilError(t, err)
	lines := strings.SplitAfter(string(content), "\n")
	unmarked := writeFile(t, "unmarked.jsonl", strings.Join(lines[:30], ""))
	bare := writeFile(t, "bare.jsonl", lines[0])
	after := writeFile(t, "after.jsonl", string(content)+lines[1])
	garbage := writeFile(t, "garbage.jsonl", strings.Join(lines[:30], "")+"garbage\n"+strings.Join(lines[30:], ""))
	cut := writeFile(t, "cut.jsonl", strings.Join(lines[:30], "")+lines[30][:10])
	early := writeFile(t, "early.jsonl", strings.Join(lines[:3], ""))
	foreign := writeFile(t, "foreign.jsonl", "{\"level\": \"INFO\"}\n")
	empty := writeFile(t, "empty.jsonl", "")
	for name, c := range map[string]struct {
		files  []string
		code   int
		stdout string
		stderr []string
	}{
		"Good":        {[]string{good}, 0, `: accepted; `, nil},
		"Illegal":     {[]string{illegal}, 1, `: ILLEGAL at line \d+`, nil},
		"Cut":         {[]string{cut}, 2, `: undecided: the trace has no end mark, and its last line is not whole`, nil},
		"Unmarked":    {[]string{unmarked}, 2, `: undecided: the trace has no end mark: `, nil},
		"Bare":        {[]string{bare}, 2, `: undecided: the trace has no end mark: `, nil},
		"After":       {[]string{after}, 3, `: undecided: it was not read to its end`, []string{"after.jsonl: not a trace: line ", "comes after the end mark"}},
		"Garbage":     {[]string{garbage}, 3, `: undecided: it was not read to its end`, []string{"garbage.jsonl: not a trace: line 31: "}},
		"FormatOne":   {[]string{"../emulator/check/replay/testdata/format_1.jsonl"}, 0, `: accepted; `, []string{"note: the trace has format 1"}},
		"Early":       {[]string{early}, 2, `.`, nil},
		"Foreign":     {[]string{foreign}, 3, "", []string{"foreign.jsonl"}},
		"Empty":       {[]string{empty}, 3, "", []string{"empty.jsonl"}},
		"Missing":     {[]string{filepath.Join(dir, "missing.jsonl")}, 3, "", []string{"missing.jsonl", "no such file"}},
		"Directory":   {[]string{dir}, 3, "", []string{"is a directory"}},
		"Nothing":     {nil, 3, "", []string{"an operand is missing"}},
		"GoodIllegal": {[]string{illegal, good}, 1, `(?s)ILLEGAL.*accepted`, nil},
		"IllegalCut":  {[]string{early, illegal}, 1, `ILLEGAL`, nil},
		"Worst":       {[]string{good, illegal, foreign}, 3, `(?s)accepted.*ILLEGAL`, []string{"foreign.jsonl"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, append([]string{"verify"}, c.files...)...).must(t, c.code, c.stdout, c.stderr...)
		})
	}
}
