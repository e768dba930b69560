package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// Bounds on what reports for people show of one scenario of a program that others wrote.
// Platforms cut off or refuse what is longer. Only json has everything.
const (
	maxStory       = 60 // lines
	maxStoryBytes  = 5 << 10
	maxOutput      = 30 // lines
	maxOutputBytes = 4 << 10
	maxNodes       = 13
	maxForeignLine = 300 // characters
)

// isExcluded reports whether a run counts on neither side.
func isExcluded(v *scenario.Verdict) bool { return v.Foreign != nil && v.Foreign.Excluded }

// allForeign reports whether all verdicts that are shown are about programs that others wrote.
func allForeign(verdicts []scenario.Verdict) bool {
	any := false
	for i := range verdicts {
		if verdicts[i].Hidden {
			continue
		}
		if verdicts[i].Foreign == nil {
			return false
		}
		any = true
	}
	return any
}

// foreignPoints returns what a scenario on such a program earned and could earn.
func (r *result) foreignPoints() (earned, possible float64) {
	if r.Foreign.Excluded {
		return 0, 0
	}
	return round(r.Grade.Points * r.Foreign.Share), r.Grade.Points
}

// kindLine says what the verdict on such a program costs, and who should look at it.
func kindLine(v *scenario.Verdict) string {
	f := v.Foreign
	said := strings.ToUpper(string(f.Kind[:1])) + string(f.Kind[1:])
	switch worth := v.Grade.Points * f.Share; {
	case f.Kind == course.Passed:
		said += "."
	case isOpen(v) && v.Grade.Points == 1:
		said += ": its point is not graded yet."
	case isOpen(v) && v.Grade.Points > 0:
		said += fmt.Sprintf(": its %s points are not graded yet.", points(v.Grade.Points))
	case f.Excluded:
		said += ": it costs no points and gives none."
	case v.Grade.Points == 0:
		said += "."
	default:
		said += fmt.Sprintf(": %s of %s points.", points(worth), points(v.Grade.Points))
	}
	if f.Flagged {
		said += " A person should look at it."
	}
	return said
}

// foreignFacts lists the facts about a run on such a program: its story, the end of what its
// nodes printed, how the grader stood between them, and the command that repeats it.
func foreignFacts(v *scenario.Verdict, all bool) []fact {
	f := v.Foreign
	var out []fact
	add := func(label string, lines []string, most, bytes int) {
		if len(lines) > 0 {
			out = append(out, fact{label: label, text: strings.Join(ending(lines, most, bytes), "\n"), hang: "  ", whole: true}, fact{})
		}
	}
	if v.Problem != "" && !slices.ContainsFunc(f.Story, func(l string) bool { return containsFold(l, v.Problem) }) {
		add("stopped", []string{v.Problem}, maxStory, maxStoryBytes)
	}
	add("story", f.Story, maxStory, maxStoryBytes)
	if len(f.Story) == 0 {
		for i := range v.Findings {
			if found := &v.Findings[i]; found.Status != scenario.Passed || all {
				out = append(out, findingFacts(found, v.File)...)
			}
		}
	}
	if f.Kind != course.Passed {
		add("output", ends(f.Output), maxOutput+maxNodes, maxOutputBytes)
	}
	if f.Links != "" {
		out = append(out, fact{label: "links", text: line(f.Links + carried(f.Counts))})
	}
	if v.Command != "" && f.Kind != course.Passed {
		out = append(out, fact{label: "repeat", text: line(v.Command), verbatim: true})
	}
	for len(out) > 0 && out[len(out)-1].label == "" {
		out = out[:len(out)-1]
	}
	return out
}

// carried says in a line what links carried and what faults did to it.
func carried(counts []scenario.LinkCount) string {
	var sum scenario.LinkCount
	for i := range counts {
		c := &counts[i]
		sum.Requests += c.Requests
		sum.Other += c.Other
		sum.Held += c.Held
		sum.Reset += c.Reset
		sum.Delayed += c.Delayed
		sum.Lost += c.Lost
		sum.Copied += c.Copied
		sum.Reordered += c.Reordered
	}
	if len(counts) == 0 {
		return ""
	}
	words := ": " + text.Count(int(sum.Requests), "request") + " passed"
	add := func(n uint64, did string) {
		if n > 0 {
			words += fmt.Sprintf(", %d %s", n, did)
		}
	}
	add(sum.Other, "connections without HTTP")
	add(sum.Held, "held at cuts")
	add(sum.Delayed, "delayed")
	add(sum.Lost, "lost")
	add(sum.Copied, "sent twice")
	add(sum.Reordered, "overtaken")
	add(sum.Reset, "reset")
	return words
}

// ends keeps the last lines of each node, so that no node's are crowded out.
func ends(output []string) []string {
	nodeOf := func(l string) string {
		name, _, _ := strings.Cut(l, " |")
		return name
	}
	left := map[string]int{}
	for _, l := range output {
		left[nodeOf(l)]++
	}
	each := max(maxOutput/max(len(left), 1), 3)
	var kept []string
	for _, l := range output {
		node := nodeOf(l)
		switch n := left[node]; {
		case n == each+1:
			kept = append(kept, node+" | ...")
		case n <= each:
			kept = append(kept, l)
		}
		left[node]--
	}
	return kept
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// ending makes lines printable and keeps the last ones within the bounds, below a line that
// counts the others.
func ending(lines []string, most, bytes int) []string {
	var kept []string
	for i, size := len(lines)-1, 0; i >= 0; i-- {
		l := text.Clip(line(lines[i]), maxForeignLine)
		if size += len(l) + 1; len(kept) == most || size > bytes {
			kept = append(kept, "... "+text.Count(i+1, "line")+" before")
			break
		}
		kept = append(kept, l)
	}
	slices.Reverse(kept)
	return kept
}

// explainForeign describes the result on such a program in plain text.
func explainForeign(r *result) string {
	var b bytes.Buffer
	if about := aboutLine(r.Verdict); about != "" {
		b.WriteString(about + "\n")
	}
	b.WriteString(kindLine(&r.Verdict) + "\n\n")
	layFacts(&b, foreignFacts(&r.Verdict, false), "", 0, 0)
	return strings.TrimRight(b.String(), "\n")
}

// foreignRows writes the parts with their scenarios: kind, name, points and time.
func (t *table) foreignRows(parts []part) {
	t.lines([]string{"verdict", "scenario", "points", "time"}, parts,
		func(sum *tally) []string { return []string{sum.score(), sum.wallCell()} })
}

// score is the points of a tally; "-" if there are none.
func (t *tally) score() string {
	if t.possible == 0 {
		return "-"
	}
	return points(t.earned) + "/" + points(t.possible)
}

func (t *tally) wallCell() string {
	if t.wall == 0 {
		return "-"
	}
	return wallTime(t.wall)
}

// foreignDetails writes the story of each scenario that did not pass. Scenarios with the same
// story share it.
func (t *table) foreignDetails(parts []part) {
	told := map[string]bool{}
	var all []*result
	for _, p := range parts {
		for i := range p.results {
			all = append(all, &p.results[i])
		}
	}
	for i, r := range all {
		if r.Hidden || r.Foreign == nil || r.Foreign.Kind == course.Passed && !t.Verbose || unrun(&r.Verdict) && !t.Verbose {
			continue
		}
		key := storyKey(r)
		if key != "" && told[key] {
			continue
		}
		told[key] = true
		var same []string
		for _, other := range all[i+1:] {
			if key != "" && other.Foreign != nil && storyKey(other) == key {
				same = append(same, line(other.Name))
			}
		}
		t.foreignStory(r, same)
	}
}

// unrun reports whether a scenario has nothing to tell, because it was not reached.
func unrun(v *scenario.Verdict) bool {
	return v.Interrupted && v.WallTime == 0 && len(v.Foreign.Story) == 0
}

// storyKey is the same for results whose stories are; "" if there is none.
func storyKey(r *result) string {
	if len(r.Foreign.Story) == 0 && r.Problem == "" {
		return ""
	}
	return string(r.Foreign.Kind) + "\x00" + r.Problem + "\x00" + strings.Join(r.Foreign.Story, "\x00")
}

func (t *table) foreignStory(r *result, same []string) {
	b, width := &t.b, t.Style.Width
	b.WriteByte('\n')
	word := r.word()
	for i, l := range wrap(word+"  "+line(r.Name), width, "") {
		if rest, ok := strings.CutPrefix(l, word); ok && i == 0 {
			l = t.colored(r.status, word) + rest
		}
		b.WriteString(l + "\n")
	}
	if len(same) > 0 {
		b.WriteString("  " + strings.Join(wrap("The same: "+strings.Join(same, ", "), width-2, ""), "\n  ") + "\n")
	} else if about := aboutLine(r.Verdict); about != "" {
		b.WriteString("  " + strings.Join(wrap(about, width-2, ""), "\n  ") + "\n")
	}
	v := r.Verdict
	if len(same) > 0 {
		v.Grade.Points = 0 // they differ
	}
	b.WriteString("  " + strings.Join(wrap(kindLine(&v), width-2, ""), "\n  ") + "\n\n")
	layFacts(b, foreignFacts(&r.Verdict, t.Verbose), "  ", width, factLines)
}

// foreign writes the whole table of a grading.
func (t *table) foreign(parts []part, sum *tally) {
	t.foreignRows(parts)
	t.foreignDetails(parts)
	t.b.WriteByte('\n')
	for _, total := range foreignTotals(parts, sum) {
		t.b.WriteString(strings.Join(wrap(total, t.Style.Width, "  "), "\n") + "\n")
	}
}

// foreignSummary is the reason in one line for which a run did not pass.
func foreignSummary(v *scenario.Verdict) string {
	said := string(v.Foreign.Kind)
	switch {
	case v.Problem != "":
		return said + ": " + line(v.Problem)
	case len(v.Foreign.Story) > 0:
		return said + ": " + line(v.Foreign.Story[len(v.Foreign.Story)-1])
	}
	return said
}

// junitForeign says why a run on such a program did not pass. A run that costs no points is
// skipped, because CI systems fail for errors.
func junitForeign(c *junitCase, v *scenario.Verdict, reason *junitReason) {
	reason.Type = v.Foreign.Kind.Key()
	switch {
	case v.Foreign.Excluded || v.Status == scenario.NotObservable:
		reason.Type, c.Skipped = "", reason
	case v.Status == scenario.Failed:
		c.Failure = reason
	default:
		c.Error = reason
	}
}

// tapForeign writes the details of a run on such a program.
func tapForeign(b *bytes.Buffer, f *scenario.Foreign, put func(indent, key string, value any)) {
	put("      ", "verdict", string(f.Kind))
	put("      ", "links", line(f.Links))
	list := func(key string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(b, "      %s:\n", key)
		}
		for _, l := range lines {
			fmt.Fprintf(b, "        - %s\n", tapValue(l))
		}
	}
	list("story", ending(f.Story, maxStory, maxStoryBytes))
	list("output", ending(ends(f.Output), maxOutput+maxNodes, maxOutputBytes))
}

// visibleParts leaves out what is not visible at once.
func visibleParts(parts []part) []part {
	var out []part
	for _, p := range parts {
		p.results = slices.DeleteFunc(slices.Clone(p.results), func(r result) bool {
			return r.Grade.Visibility != "visible" && r.Grade.Visibility != ""
		})
		out = append(out, p)
	}
	return out
}
