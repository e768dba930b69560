package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/lab/scenario"
)

const (
	tableWidth = 100 // characters; only commands to be copied are longer
	factLines  = 12  // the most of one fact, such as what was seen
)

// Table writes what a person reads: a row for each scenario by parts with their
// subtotals; then of each that failed or is undecided what was expected, why,
// what was there instead, what came before and how to repeat it, for its first
// three failed runs at most; then a line with the totals, and one about the checks. Verbose tells of all
// findings of all scenarios, those that passed too.
//
// It is plain text, at most 100 characters wide but for commands, which are left
// in one piece. Errors of w are not reported: there is nobody left to read them.
func Table(w io.Writer, verdicts []scenario.Verdict, verbose bool) {
	var b bytes.Buffer
	parts := merge(verdicts)
	t := count(parts)
	if t.scenarios > 0 {
		tableRows(&b, parts)
	}
	for _, p := range parts {
		for i := range p.results {
			tableDetails(&b, &p.results[i], verbose)
		}
	}
	if t.scenarios > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(strings.Join(wrap(t.String(), tableWidth, ""), "\n") + "\n")
	if checks := checksLine(verdicts); checks != "" {
		b.WriteString(strings.Join(wrap(checks, tableWidth, "  "), "\n") + "\n")
	}
	_, _ = w.Write(b.Bytes())
}

// tableRows writes the parts with their rows. Columns are as wide as they must
// be, and the scenarios' names get what is left.
func tableRows(b *bytes.Buffer, parts []part) {
	rows := [][]string{{"status", "scenario", "runs", "points", "simulated", "wall"}}
	heads := map[int]string{} // above the row
	many := false
	for _, p := range parts {
		heads[len(rows)] = cut(line(p.name), tableWidth)
		var sum tally
		for i := range p.results {
			r := &p.results[i]
			var one tally
			one.add(r)
			sum.add(r)
			many = many || len(r.runs) > 1
			rows = append(rows, append([]string{loud(r.status), line(r.Name)}, one.cells()...))
		}
		rows = append(rows, append([]string{"", "subtotal"}, sum.cells()...))
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	if !many {
		widths[2] = 0
	}
	fixed := 2
	for i, width := range widths {
		if i != 1 && width > 0 {
			fixed += width + 2
		}
	}
	widths[1] = min(widths[1], max(tableWidth-fixed, 16))
	for i, row := range rows {
		if head, ok := heads[i]; ok {
			b.WriteString("\n" + head + "\n")
		}
		tableRow(b, row, widths)
	}
}

func tableRow(b *bytes.Buffer, row []string, widths []int) {
	var cells []string
	for i, cell := range row {
		switch width := widths[i]; {
		case width == 0:
		case i < 2:
			cell = cut(cell, width)
			cells = append(cells, cell+strings.Repeat(" ", width-utf8.RuneCountInString(cell)))
		default:
			cells = append(cells, strings.Repeat(" ", width-utf8.RuneCountInString(cell))+cell)
		}
	}
	b.WriteString("  " + strings.Join(cells, "  ") + "\n")
}

// cells are the columns from "runs" on.
func (t *tally) cells() []string {
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
