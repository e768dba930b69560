// Package report writes the verdicts of scenarios for people and for grading systems.
//
// The contract:
//
//  1. Write writes one of Kinds; Table writes a table for people. Both take the
//     verdicts in the order of their runs and change nothing.
//  2. All runs with the same part, file and name are one test, which passes when all
//     of them passed. Only junit and json, which are for machines, list every verdict.
//  3. Points are all or nothing. A scenario that is not observable counts neither as
//     earned nor as missed; an undecided one and a bad file count as missed. A verdict on a
//     program that others wrote earns its share of the points, and is left out if it is
//     excluded. Its story and its output are bounded, except in json.
//  4. Any text is safe: invalid UTF-8 and unprintable characters are written as Go
//     escapes, such as \x1b, so that no report is malformed and no terminal obeys them.
//     Only json keeps the text, because JSON can hold any valid UTF-8.
//  5. The same verdicts give the same bytes.
//  6. What an audience may not see is taken out before, by Audience.Show; Write and Table
//     show all that they get.
//
// # The json format
//
// Names keep these meanings; later versions may add names.
//
//	{
//	  "format": 1,
//	  "submission": "team7",     only of emulator grade: the submission's name
//	  "summary": {
//	    "status": "failed",        the worst status
//	    "scenarios": 2,            these and the next five count scenarios
//	    "passed": 1,
//	    "not_observable": 0,
//	    "undecided": 0,
//	    "failed": 1,
//	    "errors": 0,               bad files
//	    "hidden": 0,               hidden from the audience, and counted nowhere else
//	    "runs": 2,
//	    "points": 2,               earned
//	    "max_points": 4,           without scenarios that are not observable
//	    "undecided_points": 2,     only about programs that others wrote, if there are any: in neither
//	    "sim_time_ms": 1400,       of all runs together, as is the next
//	    "wall_time_ms": 2.25
//	  },
//	  "verdicts": [{               one for each run, or for count runs with equal results
//	    "name": "old_leader_steps_down",
//	    "file": "grading/old_leader.toml",
//	    "description": "…",
//	    "paper": "§5.3",
//	    "grade": {"part": "replication", "points": 2, "visibility": "visible", "tags": []},
//	    "seed": 7,                 up to 2^64 - 1
//	    "repeat": 1,               from 1, of
//	    "repeats": 1,
//	    "count": 1,                runs with this result that the verdict stands for
//	    "status": "failed",        passed, not_observable, undecided, failed, error or hidden
//	    "interrupted": false,      interrupted or not reached, so undecided
//	    "problem": "",             why the scenario could not go on
//	    "sim_time_ms": 1200.5,     the world's time at the end
//	    "wall_time_ms": 2.25,
//	    "events": 812,             of the world; these three are sums over count runs
//	    "command": "emulator run …",  repeats the run
//	    "findings": [{             one for each expectation, in the file's order, then
//	      "line": 42,              for each check that failed or had to fail (line 0)
//	      "expected": "leader=unique within 1 s of healed",
//	      "because": "…",
//	      "status": "failed",
//	      "seen": "…",
//	      "when_ms": 1200.5,
//	      "trail": ["…"],
//	      "why": "…"               what kept the cluster from its work; left out if nothing did
//	    }],
//	    "checks": [{               the checks of every run, passed or not
//	      "name": "election_safety",
//	      "status": "passed",
//	      "seen": "",              the violation; with an excuse the check passed
//	      "excuse": "",
//	      "seq": 0,                the record of the violation, 0 for none
//	      "when_ms": 0
//	    }],
//	    "foreign": {               only about programs that others wrote
//	      "kind": "too_slow",      passed, bypassed, not_observable, undecided, could_not_be_prepared,
//	      "share": 0.5,            flaky, too_slow, not_available, crashed, did_not_start or wrong;
//	      "excluded": false,       the share of the points, unless they count on neither side
//	      "flagged": false,        a person should look at the result
//	      "story": ["…"],          requests, faults and answers, and why they are wrong
//	      "output": ["…"],         the last lines that each node printed
//	      "links": "namespace"     how the grader stood between the nodes
//	    }
//	  }]
//	}
package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/serve/page"
	"rrmq.example/emulator/emulator/text"
)

// ErrUnknownKind means that a kind of report is not one of Kinds.
var ErrUnknownKind = errors.New("unknown kind of report")

// A Kind is a format of Write.
type Kind struct {
	Name string
	Help string // one line that says who reads it
}

// A writer writes one kind of report. It fails only on numbers that the format cannot
// hold.
type writer func(b *bytes.Buffer, verdicts []scenario.Verdict) error

// htmlKind is the kind whose runs can be played.
const htmlKind = "html"

var kinds = []struct {
	Kind
	write writer
	marks []string // what stands near the beginning, in any version
}{
	{Kind{"junit", "JUnit XML, for Jenkins, GitLab and GitHub Actions"}, writeJUnit, []string{"<?xml", "<testsuite"}},
	{Kind{"gradescope", "results.json of a Gradescope autograder: points, visibility, tags"}, writeGradescope, []string{`"execution_time"`, `"output_format"`}},
	{Kind{"tap", "Test Anything Protocol 13, for prove, tappy and people"}, writeTAP13, []string{"TAP version"}},
	{Kind{"tap14", "Test Anything Protocol 14, for readers that want it"}, writeTAP14, []string{"TAP version"}},
	{Kind{"json", "everything in the verdicts, under stable names"}, writeJSON, []string{`"format": 1`}},
	{Kind{htmlKind, "one HTML file that plays the runs that failed; it needs no server and no network"}, writeHTML, []string{page.Mark}},
	{Kind{"github", "legacy: result of a GitHub Classroom autograder, which ended in August 2026"}, writeGitHub, []string{`"version"`, `"max_score"`}},
}

// Kinds lists the kinds of Write.
func Kinds() []Kind {
	var all []Kind
	for _, k := range kinds {
		all = append(all, k.Kind)
	}
	return all
}

// KindNames lists the names of Kinds.
func KindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return names
}

// KindRows lists Kinds for a help text: each name with its line.
func KindRows() [][2]string {
	var rows [][2]string
	for _, k := range kinds {
		rows = append(rows, [2]string{k.Name, k.Help})
	}
	return rows
}

// Check returns an error unless kind is one of Kinds. The error wraps ErrUnknownKind; it
// suggests the nearest kind, or lists all.
func Check(kind string) error {
	names := KindNames()
	if slices.Contains(names, kind) {
		return nil
	}
	return fmt.Errorf("%w: %s; %s", ErrUnknownKind, text.QuoteShort(kind, 80), text.Suggest(kind, names))
}

// Write writes a report of the kind, with one call of w.Write. Its error is that of
// Check, or of w.
func Write(kind string, w io.Writer, verdicts []scenario.Verdict) error {
	return WriteOf("", kind, w, verdicts)
}

// WriteOf is Write for the verdicts on a submission, whose name stands in the json report.
func WriteOf(submission, kind string, w io.Writer, verdicts []scenario.Verdict) error {
	if err := Check(kind); err != nil {
		return err
	}
	for _, k := range kinds {
		if k.Name != kind {
			continue
		}
		var b bytes.Buffer
		write := k.write
		switch kind {
		case "json":
			write = func(b *bytes.Buffer, verdicts []scenario.Verdict) error { return writeJSONOf(submission, b, verdicts) }
		case htmlKind:
			write = func(b *bytes.Buffer, verdicts []scenario.Verdict) error { return writeHTMLOf(submission, b, verdicts) }
		}
		if err := write(&b, verdicts); err != nil {
			return fmt.Errorf("%s report: %w", kind, err)
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return fmt.Errorf("%s report: %w", kind, err)
		}
	}
	return nil
}
