package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// checked is a verdict with every result of a check.
func checked() scenario.Verdict {
	return scenario.Verdict{
		Name: "checked", File: "checked.toml", Status: scenario.Failed, Command: "emulator run checked.toml",
		Findings: []scenario.Finding{{Expected: "log_matching", Status: scenario.Failed, Seen: "node 1 has another", When: time.Second}},
		Checks: []scenario.Check{
			{Name: "election_safety"},
			{Name: "log_matching", Status: scenario.Failed, Seen: "node 1 has another", Seq: 12, When: time.Second},
			{Name: "one_vote_per_term", Seen: "node 2 voted twice", Excuse: "its disk was wiped", Seq: 13, When: 2 * time.Second},
			{Name: "trace"},
		},
	}
}

func TestCheckFactsListChecksThatNoFindingIsAbout(t *testing.T) {
	lay := func(v scenario.Verdict, all bool) string {
		var b bytes.Buffer
		layFacts(&b, facts(v, all), "", 0, 0)
		return b.String()
	}
	assert.Equal(t, lay(checked(), false), strings.TrimPrefix(`
expected   log_matching
seen       node 1 has another
at         1.000 s

excused    one_vote_per_term: node 2 voted twice; its disk was wiped (#13, 2.000 s)

held       2 checks

repeat     emulator run checked.toml
`, "\n"))

	v := checked()
	v.Status = scenario.Passed
	v.Findings = []scenario.Finding{{Expected: "violates=election_safety", Status: scenario.Passed}}
	assert.Equal(t, lay(v, false), strings.TrimPrefix(`
also       log_matching failed: node 1 has another (#12, 1.000 s)

excused    one_vote_per_term: node 2 voted twice; its disk was wiped (#13, 2.000 s)

held       2 checks
`, "\n"))
}

func TestChecksLine(t *testing.T) {
	good := scenario.Verdict{Checks: []scenario.Check{{Name: "trace"}, {Name: "lost"}}}
	excused := scenario.Verdict{Checks: []scenario.Check{{Name: "trace", Seen: "x", Excuse: "y"}, {Name: "lost"}}}
	shows := checked()
	shows.Status = scenario.Passed
	shows.Findings = []scenario.Finding{{Expected: "violates=log_matching"}}
	for _, c := range []struct {
		verdicts []scenario.Verdict
		want     string
	}{
		{nil, ""},
		{[]scenario.Verdict{{}}, ""},
		{[]scenario.Verdict{good}, "2 checks held: trace, lost."},
		{[]scenario.Verdict{checked()}, "2 of 4 checks held: election_safety, trace; failed: log_matching; excused: one_vote_per_term."},
		{[]scenario.Verdict{good, good, shows, {}}, "2 checks held in each of 2 runs. Of 1 run that must show a violation, 1 did."},
		{[]scenario.Verdict{good, good, {}}, "2 checks held in each of 2 runs."},
		{[]scenario.Verdict{good, checked()}, "5 checks held in 1 of 2 runs; failed: log_matching in 1; excused: one_vote_per_term in 1."},
		{[]scenario.Verdict{good, good, excused}, "2 checks held in 2 of 3 runs; excused: trace in 1."},
	} {
		assert.Equal(t, checksLine(c.verdicts), c.want)
		var b bytes.Buffer
		Table(&b, c.verdicts, TableOptions{})
		assert.Assert(t, c.want == "" || strings.HasSuffix(strings.ReplaceAll(b.String(), "\n  ", " "), c.want+"\n"), b.String())
	}
}

func TestEveryKindReportsAFailedCheck(t *testing.T) {
	verdicts := []scenario.Verdict{checked()}
	write := func(kind string) string {
		var b bytes.Buffer
		assert.NilError(t, Write(kind, &b, verdicts))
		return b.String()
	}
	var report jsonReport
	assert.NilError(t, json.Unmarshal([]byte(write("json")), &report))
	assert.DeepEqual(t, report.Verdicts[0].Checks, []jsonCheck{
		{Name: "election_safety", Status: "passed"},
		{Name: "log_matching", Status: "failed", Seen: "node 1 has another", Seq: 12, When: 1000},
		{Name: "one_vote_per_term", Status: "passed", Seen: "node 2 voted twice", Excuse: "its disk was wiped", Seq: 13, When: 2000},
		{Name: "trace", Status: "passed"},
	})
	for _, kind := range Kinds() {
		document := write(kind.Name)
		assert.Assert(t, strings.Contains(document, "log_matching"), kind.Name)
		assert.Assert(t, strings.Contains(document, "node 1 has another"), kind.Name)
	}
}
