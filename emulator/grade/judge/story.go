package judge

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// story tells what happened, in order, and what would have been right.
func (j *judging) story() []string {
	if j.foreign.Kind == course.Passed {
		return nil
	}
	var story []string
	var left gap
	for _, l := range chosen(j.happened()) {
		if l.words == "" {
			left.add(&l)
			continue
		}
		if words := left.String(); words != "" {
			story = append(story, "         ("+words+")")
		}
		left = gap{}
		story = append(story, fmt.Sprintf("%7s  %s", moment(l.at), l.words))
	}
	if words := left.String(); words != "" {
		story = append(story, "         ("+words+")")
	}
	return append(story, j.conclusion()...)
}

// A gap is what a story leaves out between two lines.
type gap struct{ requests, failed, other int }

func (g *gap) add(l *line) {
	if l.call == nil {
		g.other += l.count
		return
	}
	g.requests += l.count
	if !l.call.succeeded() {
		g.failed += l.count
	}
}

// String is "" for nothing.
func (g *gap) String() string {
	var words []string
	if g.requests > 0 {
		said := text.Count(g.requests, "more request")
		switch {
		case g.failed == g.requests:
			said += " without success"
		case g.failed > 0:
			said += fmt.Sprintf(", %d of them without success", g.failed)
		default:
			said += " with success"
		}
		words = append(words, said)
	}
	if g.other > 0 {
		words = append(words, text.Count(g.other, "more event"))
	}
	return strings.Join(words, "; ")
}

// maxTold is the number of violations and of expectations that a story tells.
const maxTold = 3

// conclusion says what was wrong, what would have been right, and why.
func (j *judging) conclusion() (lines []string) {
	say := func(head, words string) {
		if words != "" {
			lines = append(lines, head+": "+words)
		}
	}
	for k, x := range j.violations {
		switch {
		case k == 0:
			say("wrong", x.Words)
			say("expected", x.Right)
			say("why", x.Why)
		case k < maxTold:
			say("also wrong", x.Words)
		}
	}
	if len(j.violations) == 0 {
		say(string(j.foreign.Kind), j.because)
	}
	for n, k := range j.decided {
		if n == maxTold {
			break
		}
		f := &j.verdict.Findings[k]
		say("expected", j.expected(k))
		say("got", f.Seen)
		if n == 0 || f.Because != j.verdict.Findings[j.decided[n-1]].Because {
			say("why", f.Because)
		}
	}
	if words := j.aboutProxies(); words != "" {
		say("note", words)
	}
	if p := j.Paper; p != "" && !strings.Contains(strings.Join(lines, " "), p) {
		say("to read", p+" of the paper")
	}
	return lines
}

// aboutProxies says what may have gone wrong with proxies and nothing else: they change the
// nodes' ports, so programs that send their own address along do not work.
func (j *judging) aboutProxies() string {
	k := j.foreign.Kind
	if j.Links != "proxy" || j.Nodes == 1 || k != course.Unprepared && k != course.NotAvailable {
		return ""
	}
	return "with -links proxy each node knows its peers by other ports than they have. A node must connect to the addresses of " +
		"its own config.json, and neither answer to an address that a peer has sent nor look it up. Other ways of -links allow both"
}

// expected writes an expectation, with its conditions in words.
func (j *judging) expected(k int) string {
	said := j.verdict.Findings[k].Expected
	if k >= len(j.Scenario.Expects) {
		return said
	}
	for _, c := range j.Scenario.Expects[k].That {
		if words := j.plain(c); words != "" {
			said = strings.Replace(said, c.String(), words, 1)
		}
	}
	return said
}

// outputLines is the number of lines of each node that a verdict shows.
const outputLines = 12

// output returns the end of each node's output.
func (e *Evidence) output() (lines []string) {
	for node, list := range e.Output {
		for _, s := range list[max(0, len(list)-outputLines):] {
			lines = append(lines, fmt.Sprintf("node %d | %s", node, text.Clip(text.Printable(s), 200)))
		}
	}
	return lines
}

// decidingCalls marks the calls that decide: true for those of a violation, false for those of
// the requests that a failed expectation names.
func (j *judging) decidingCalls() map[int]bool {
	marks := map[int]bool{}
	for _, k := range j.decided {
		if k >= len(j.Scenario.Expects) {
			continue
		}
		for _, c := range j.Scenario.Expects[k].That {
			for i := range j.Calls {
				if slices.Contains(c.Requests(), j.Calls[i].Name) {
					marks[i] = false
				}
			}
		}
	}
	for _, x := range j.violations[:min(len(j.violations), maxTold)] {
		for _, i := range x.Calls {
			marks[i] = true
		}
	}
	return marks
}
