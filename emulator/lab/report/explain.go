package report

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

const (
	maxFailures = 3 // the number of failed runs of a scenario with details
	maxSeeds    = 8 // the number of further failed runs with their seeds
)

// summary is the reason in one line for which a run did not pass.
func summary(v scenario.Verdict) string {
	if f := v.Foreign; f != nil {
		return foreignSummary(&v)
	}
	if v.Problem != "" {
		return line(v.Problem)
	}
	said, more := "", 0
	for _, f := range v.Findings {
		switch {
		case f.Status != v.Status:
		case said != "":
			more++
		default:
			said = labels[f.Status] + " " + line(f.Expected)
			if f.Seen != "" {
				said += "; seen: " + line(f.Seen)
			}
		}
	}
	switch {
	case said == "":
		return v.Status.String()
	case more > 0:
		return fmt.Sprintf("%s (and %d more)", said, more)
	}
	return said
}

// explain describes the result of a scenario in plain text: the scenario, how many of its
// runs passed, and the details of the first that did not.
func explain(r *result) string {
	if r.Hidden {
		return "Hidden: its result is not shown here."
	}
	if r.Foreign != nil {
		return explainForeign(r)
	}
	var b bytes.Buffer
	if about := aboutLine(r.Verdict); about != "" {
		b.WriteString(about + "\n")
	}
	if r.count > 1 {
		fmt.Fprintf(&b, "%d of %d runs passed", r.passed, r.count)
		if r.cut > 0 {
			fmt.Fprintf(&b, ", %d did not end", r.cut)
		}
		b.WriteString(".\n")
	}
	switch r.status {
	case scenario.Passed:
		if n := len(r.Findings); n > 0 {
			fmt.Fprintf(&b, "%s, all true.\n", text.Count(n, "expectation"))
		}
	case scenario.NotObservable:
		b.WriteString("Not observable: these nodes do not show enough to decide. It counts neither way.\n")
	case scenario.Undecided:
		b.WriteString("Undecided: the run reached no verdict.\n")
	case scenario.Error:
		b.WriteString("Error: the file is bad, and nothing was run.\n")
	}
	worst := r.worst()
	for _, v := range worst[:min(len(worst), maxFailures)] {
		b.WriteByte('\n')
		if r.count > 1 {
			fmt.Fprintf(&b, "Run %d, seed %d:\n", v.Repeat, v.Seed)
		}
		layFacts(&b, facts(v, false), "", 0, 0)
	}
	if len(worst) > maxFailures {
		b.WriteString("\n" + andMore(worst[maxFailures:]) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// andMore names the seeds of further runs.
func andMore(runs []scenario.Verdict) string {
	var seeds []string
	n := 0
	for i := range runs {
		n += runs[i].Runs()
		if len(seeds) < maxSeeds {
			seeds = append(seeds, strconv.FormatUint(runs[i].Seed, 10))
		}
	}
	if n > len(seeds) {
		seeds = append(seeds, "...")
	}
	said := fmt.Sprintf("and %s more: seed %s", text.Count(n, "run"), strings.Join(seeds, ", "))
	if n > len(runs) {
		said += fmt.Sprintf(" (the first %d are kept in full)", MaxFull)
	}
	return said
}

// aboutLine is the scenario's description with its section of the paper.
func aboutLine(v scenario.Verdict) string {
	about := line(v.Description)
	if v.Paper != "" {
		about = strings.TrimSpace(about + " (" + line(v.Paper) + ")")
	}
	return about
}

// wallSum is the real time of all runs together.
func wallSum(runs []scenario.Verdict) time.Duration {
	var sum time.Duration
	for _, v := range runs {
		sum += v.WallTime
	}
	return sum
}
