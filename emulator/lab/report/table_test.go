package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
)

func table(verdicts []scenario.Verdict, verbose bool) string {
	var b bytes.Buffer
	report.Table(&b, verdicts, report.TableOptions{Verbose: verbose})
	return b.String()
}

func TestTable(t *testing.T) {
	thousand := []scenario.Verdict{}
	for i := range 1000 {
		v := run("replication", "flaky", 2)
		if i%300 == 299 {
			v = failed(v)
		}
		v.Repeat, v.Repeats, v.Seed = i+1, 1000, uint64(i)
		thousand = append(thousand, v)
	}
	for _, test := range []struct {
		name     string
		verdicts []scenario.Verdict
		verbose  bool
	}{
		{"empty", nil, false},
		{"passed", []scenario.Verdict{run("election", "first_leader", 2)}, false},
		{"everything", everything(), false},
		{"everything_verbose", everything(), true},
		{"thousand_runs", thousand, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			golden.Assert(t, table(test.verdicts, test.verbose), "table_"+test.name+".golden")
		})
	}
}

func TestTableIsNoWiderThanATerminal(t *testing.T) {
	long := failed(run(strings.Repeat("part ", 40), strings.Repeat("name_", 40), 123456))
	long.Description = strings.Repeat("wörter ", 90)
	long.Command = "emulator run x"
	for i := range long.Findings {
		long.Findings[i].Seen = strings.Repeat("x", 5000)
		long.Findings[i].Trail = []string{strings.Repeat("y", 300), strings.Repeat("z z ", 300)}
	}
	long.Problem = strings.Repeat("again\n", 100)
	shown := table(append(everything(), long), true)
	for l := range strings.SplitSeq(shown, "\n") {
		assert.Assert(t, utf8.RuneCountInString(l) <= 100, fmt.Sprintf("%d: %s", utf8.RuneCountInString(l), l))
	}
	assert.Assert(t, strings.Count(shown, "\n") < 300)
}

func TestTableLeavesCommandsInOnePiece(t *testing.T) {
	v := failed(run("p", "n", 1))
	v.Command = "emulator run " + strings.Repeat("grading/somewhere/", 20) + "n.toml -seed 7"
	assert.Assert(t, strings.Contains(table([]scenario.Verdict{v}, false), v.Command+"\n"))
}
