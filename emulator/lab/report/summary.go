package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// A Summary is a line about one submission of a class.
type Summary struct {
	Submission string
	// Failure says why there are no verdicts; "" if there are.
	Failure string

	parts              []partPoints
	earned, possible   float64 // of what is decided
	open               float64
	flagged, unreached int
	scenarios          int
}

type partPoints struct {
	name   string
	earned float64
}

// Summarize sums up the verdicts on a submission.
func Summarize(submission string, verdicts []scenario.Verdict) Summary {
	parts := merge(verdicts)
	t := count(parts)
	s := stand(parts, &t)
	sum := Summary{
		Submission: submission, earned: t.earned, possible: t.possible, open: s.open,
		flagged: len(s.flagged), unreached: len(s.unreached), scenarios: t.scenarios,
	}
	for _, p := range parts {
		var of tally
		for i := range p.results {
			of.add(&p.results[i])
		}
		if of.scenarios > 0 {
			sum.parts = append(sum.parts, partPoints{line(p.name), of.earned})
		}
	}
	return sum
}

// look says what a person should look at.
func (s *Summary) look() string {
	var all []string
	if s.Failure != "" {
		all = append(all, "not graded: "+line(s.Failure))
	}
	if s.flagged > 0 {
		all = append(all, text.Count(s.flagged, "scenario"))
	}
	if s.unreached > 0 {
		all = append(all, fmt.Sprintf("%d not reached", s.unreached))
	}
	return strings.Join(all, ", ")
}

// SummaryTable writes a row for each submission, for people.
func SummaryTable(w io.Writer, all []Summary) {
	rows := [][]string{{"submission", "points", "decided of", "undecided", "to look at"}}
	for i := range all {
		s := &all[i]
		row := []string{line(s.Submission), points(s.earned), points(s.possible), points(s.open), s.look()}
		if s.Failure != "" {
			row[1], row[2], row[3] = "-", "-", "-"
		}
		rows = append(rows, row)
	}
	widths := make([]int, 4)
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	var b bytes.Buffer
	for _, row := range rows {
		l := "  " + row[0] + strings.Repeat(" ", widths[0]-utf8.RuneCountInString(row[0]))
		for i := 1; i < len(widths); i++ {
			l += "  " + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(row[i])) + row[i]
		}
		b.WriteString(strings.TrimRight(l+"  "+row[4], " ") + "\n")
	}
	_, _ = w.Write(b.Bytes()) // no reader is left
}

// SummaryHead begins every file of SummaryCSV.
const SummaryHead = "submission,grade,points,decided_of,undecided,to_look_at"

// SummaryCSV writes a row for each submission, with the points of each part. The grade is blank
// while points are undecided or a person should look at all scenarios, because a value
// overwrites what is in a grade book and a blank does not.
func SummaryCSV(w io.Writer, all []Summary) error {
	var parts []string
	for i := range all {
		for _, p := range all[i].parts {
			if !slices.Contains(parts, p.name) {
				parts = append(parts, p.name)
			}
		}
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	out := csv.NewWriter(w)
	rows := [][]string{append(strings.Split(SummaryHead, ","), parts...)}
	for i := range all {
		s := &all[i]
		row := []string{s.Submission, "", "", "", "", s.look()}
		if s.Failure == "" {
			row[2], row[3], row[4] = number(s.earned), number(s.possible), number(s.open)
			if s.open == 0 && s.possible > 0 && s.flagged < s.scenarios {
				row[1] = row[2]
			}
		}
		for _, part := range parts {
			cell := ""
			for _, p := range s.parts {
				if p.name == part {
					cell = number(p.earned)
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}
