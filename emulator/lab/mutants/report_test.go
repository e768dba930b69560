package mutants

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/text"
)

// reportOf returns a report with everything that can be in one.
func reportOf() *Report {
	bug := func(name string) *bugs.Bug {
		return &bugs.Bug{Name: name, Rule: name + "Rule", Paper: "§5", Does: "A node does " + name + ".", Wrong: "It is wrong."}
	}
	run := func(o Outcome, reason string, code int, sightings ...Sighting) Run {
		return Run{
			Seed: 7, Outcome: o, Reason: reason, ExitCode: code, Time: 1234 * time.Millisecond,
			Output: "one\ntwo\x1b[31m\n", Clusters: 3, Sightings: sightings,
		}
	}
	passed := run(Passed, "exit status 0", 0)
	lost := run(Passed, "exit status 0", 0, Sighting{"lost", "message m of topic t\nwas never seen again", 2}, Sighting{"linearizable", "no order explains it", 1})
	kept := passed
	kept.OutputFile, kept.TraceFile = "runs/quiet-7.txt", "runs/quiet-7.jsonl"
	command := []string{"./suite.sh", "it's"}
	o := &Options{
		Command: command, Fixture: fixture.Fresh(5), Seed: 7, Repeat: 2, Timeout: time.Minute,
		Again: func(flags ...string) []string {
			return slices.Concat([]string{"emulator", "mutants", "-repeat", "2", "-seed", "7"}, flags, []string{"--"}, command)
		},
	}
	return &Report{
		options: o,
		Healthy: Result{Runs: []Run{passed, passed}},
		Bugs: []Result{
			{Bug: bug("loud"), Runs: []Run{run(Failed, "exit status 1", 1), passed}},
			{Bug: bug("slow"), Runs: []Run{run(TimedOut, "timed out after 1m0s", -1), run(TimedOut, "timed out after 1m0s", -1)}},
			{Bug: bug("quiet"), Runs: []Run{kept, kept}},
			{Bug: bug("harmful"), Runs: []Run{passed, lost}},
			{Bug: bug("deadly"), Runs: []Run{run(Broken, "signal: killed", -1), passed}},
			{Bug: bug("late")},
		},
		Interrupted: true,
	}
}

func TestReports(t *testing.T) {
	for _, kind := range []string{"text", "json", "junit", "tap"} {
		t.Run(kind, func(t *testing.T) {
			var b bytes.Buffer
			assert.NilError(t, reportOf().Write(kind, &b))
			golden.Assert(t, b.String(), kind+".golden")
		})
	}
}

// The report of a suite that fails on healthy nodes begins with the end of its output.
func TestReportOfFailure(t *testing.T) {
	r := reportOf()
	r.Interrupted, r.Bugs = false, r.Bugs[5:]
	r.Healthy.Runs[1] = Run{Seed: 8, Outcome: Failed, Reason: "exit status 2", ExitCode: 2, OutputFile: "runs/healthy-8.txt",
		Output: strings.Repeat("a line\n", 30) + "the last one"}
	var b bytes.Buffer
	assert.NilError(t, r.Write("text", &b))
	golden.Assert(t, b.String(), "failure.golden")
	b.Reset()
	assert.NilError(t, r.Write("junit", &b))
	assert.Assert(t, strings.Contains(b.String(), `tests="2" failures="1" errors="1"`), b.String())
}

// The report is silent about the emulator's checks when the suite has clusters of
// its own.
func TestReportOfOwnClusters(t *testing.T) {
	r := reportOf()
	r.options.Command = append(r.options.Command, "-bug={bug}")
	for _, kind := range []string{"text", "junit"} {
		var b bytes.Buffer
		assert.NilError(t, r.Write(kind, &b))
		assert.Check(t, !strings.Contains(b.String(), "saw nothing"), b.String())
	}
}

func TestVerdict(t *testing.T) {
	for name, test := range map[string]struct {
		bugs []int
		want Verdict
	}{
		"caught":             {[]int{0, 1}, AllCaught},
		"missed":             {[]int{0, 2, 3}, SomeMissed},
		"broken":             {[]int{0, 2, 4}, Undecided},
		"not tried":          {[]int{0, 5}, Undecided},
		"missed and no more": {[]int{2}, SomeMissed},
	} {
		t.Run(name, func(t *testing.T) {
			r := reportOf()
			all := r.Bugs
			r.Interrupted, r.Bugs = false, nil
			for _, i := range test.bugs {
				r.Bugs = append(r.Bugs, all[i])
			}
			assert.Equal(t, r.Verdict(), test.want)
			r.Healthy.Runs = r.Healthy.Runs[:1]
			assert.Equal(t, r.Verdict(), Undecided)
		})
	}
}

// On a terminal the text report colours the results and wraps long lines.
func TestReportOnTerminal(t *testing.T) {
	var b bytes.Buffer
	assert.NilError(t, reportOf().WriteText(&b, text.Style{Width: 60, Color: true}))
	assert.Assert(t, strings.Contains(b.String(), "loud     §5     \x1b[32mcaught\x1b[0m 1 of 2 "), b.String())
	assert.Assert(t, strings.Contains(b.String(), "    seen   lost: message m of topic t was never seen again\n"), b.String())
	b.Reset()
	assert.NilError(t, reportOf().WriteText(&b, text.Style{Width: 40}))
	assert.Assert(t, strings.Contains(b.String(), "    seen   lost: message m of topic t\n           was never seen again\n"), b.String())
}
