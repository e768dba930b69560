package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// TableWidth is the width of a table that does not go to a terminal.
const TableWidth = 100

const (
	leastWidth = 40 // the least width of lines, on any terminal
	factLines  = 12 // the greatest number of lines of a fact
)

// TableOptions say what a table shows and how it looks.
type TableOptions struct {
	Verbose bool       // show all findings, also those that passed
	Style   text.Style // Width 0: TableWidth
}

// Table writes the verdicts for people: a row for each scenario, by parts with their
// subtotals; then the details of each scenario that failed or is undecided; then a line
// with the totals, and one about the checks. The details cover at most three runs: the
// expectation and its reason, what was seen instead and before, and the command that
// repeats the run.
//
// Lines keep to the width, except commands, which stay in one piece. Errors of w are
// ignored, because no reader is left.
func Table(w io.Writer, verdicts []scenario.Verdict, o TableOptions) {
	if o.Style.Width == 0 {
		o.Style.Width = TableWidth
	}
	o.Style.Width = max(o.Style.Width, leastWidth)
	t := table{TableOptions: o}
	parts := merge(verdicts)
	sum := count(parts)
	if allForeign(verdicts) {
		t.foreign(parts, &sum)
		_, _ = w.Write(t.b.Bytes())
		return
	}
	if sum.rows() > 0 {
		t.rows(parts)
	}
	for _, p := range parts {
		for i := range p.results {
			t.details(&p.results[i])
		}
	}
	if sum.rows() > 0 {
		t.b.WriteByte('\n')
	}
	t.b.WriteString(strings.Join(wrap(sum.String(), t.Style.Width, ""), "\n") + "\n")
	if checks := checksLine(verdicts); checks != "" {
		t.b.WriteString(strings.Join(wrap(checks, t.Style.Width, "  "), "\n") + "\n")
	}
	_, _ = w.Write(t.b.Bytes())
}

// A table is a table that is being written.
type table struct {
	TableOptions
	b bytes.Buffer
}

// rows writes the parts with their scenarios: status, name, runs, points and times. Runs are left
// out if no scenario has several.
func (t *table) rows(parts []part) {
	const runs = 2 // its column
	var hidden []int
	if !slices.ContainsFunc(parts, func(p part) bool {
		return slices.ContainsFunc(p.results, func(r result) bool { return r.count > 1 })
	}) {
		hidden = []int{runs}
	}
	t.lines([]string{"status", "scenario", "runs", "points", "simulated", "wall"}, parts, (*tally).cells, hidden...)
}

// lines writes the parts, each with a row for each scenario and one for their sum. The first two
// columns are the word for the status and the name; cells gives the others, without the hidden
// ones. Columns are as wide as their cells; the column of names gets the rest of the width.
func (t *table) lines(header []string, parts []part, cells func(*tally) []string, hidden ...int) {
	rows := [][]string{header}
	heads := map[int]string{} // above the row
	statuses := map[int]scenario.Status{}
	for _, p := range parts {
		heads[len(rows)] = text.Clip(line(p.name), t.Style.Width)
		var sum tally
		for i := range p.results {
			r := &p.results[i]
			var one tally
			one.add(r)
			sum.add(r)
			statuses[len(rows)] = r.status
			rows = append(rows, append([]string{r.word(), line(r.Name)}, cells(&one)...))
		}
		rows = append(rows, append([]string{"", "subtotal"}, cells(&sum)...))
	}
	widths := make([]int, len(header))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, i := range hidden {
		widths[i] = 0
	}
	fixed := 2
	for i, width := range widths {
		if i != 1 && width > 0 {
			fixed += width + 2
		}
	}
	widths[1] = min(widths[1], max(t.Style.Width-fixed, 16))
	for i, row := range rows {
		if head, ok := heads[i]; ok {
			t.b.WriteString("\n" + head + "\n")
		}
		status, ok := statuses[i]
		t.row(row, widths, func(cell string) string {
			if !ok {
				return cell
			}
			return t.colored(status, cell)
		})
	}
}

// row writes one row; paint colors its first cell.
func (t *table) row(row []string, widths []int, paint func(string) string) {
	var cells []string
	for i, cell := range row {
		switch width := widths[i]; {
		case width == 0:
		case i < 2:
			cell = text.Clip(cell, width)
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
			if i == 0 {
				cell = paint(cell)
			}
			cells = append(cells, cell+pad)
		default:
			cells = append(cells, strings.Repeat(" ", width-utf8.RuneCountInString(cell))+cell)
		}
	}
	t.b.WriteString("  " + strings.Join(cells, "  ") + "\n")
}

// cells are the columns from "runs" on.
func (t *tally) cells() []string {
	if t.scenarios == 0 {
		return []string{"", "-", "-", "-"}
	}
	score := points(t.earned) + "/" + points(t.possible)
	if t.possible == 0 {
		score = "-"
	}
	runs := ""
	if t.runs > t.scenarios {
		runs = fmt.Sprintf("%d of %d passed", t.runsPassed, t.runs)
	}
	return []string{runs, score, simTime(t.sim), wallTime(t.wall)}
}
