package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// storyLines is the greatest number of lines of what happened.
const storyLines = 34

// A line is one event of a story.
type line struct {
	at     time.Duration
	weight int // the greater, the more a reader needs it
	words  string
}

// The weights of lines.
const (
	other   = iota // a request that does not decide, a role that changed
	change         // a fault, or what undid one
	role           // a new leader
	witness        // it decides
)

// story tells what happened, in order, and what would have been right.
func (j *judging) story() []string {
	if j.foreign.Kind == course.Passed {
		return nil
	}
	lines := j.happened()
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.at, b.at) })
	var story []string
	left := 0
	for _, l := range chosen(lines) {
		if l.words == "" {
			left++
			continue
		}
		if left > 0 {
			story = append(story, fmt.Sprintf("           (%s left out)", text.Count(left, "more event")))
			left = 0
		}
		story = append(story, fmt.Sprintf("%9s  %s", moment(l.at), l.words))
	}
	return append(story, j.conclusion()...)
}

// chosen empties the lines that a reader needs least, if there are too many: of equal ones
// those furthest from a witness.
func chosen(lines []line) []line {
	if len(lines) <= storyLines {
		return lines
	}
	last := len(lines) - 1
	for i := range lines {
		if lines[i].weight == witness {
			last = i
		}
	}
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	distance := func(i int) int { return max(i-last, last-i) }
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(lines[b].weight, lines[a].weight), cmp.Compare(distance(a), distance(b)))
	})
	lines = slices.Clone(lines)
	for _, i := range order[storyLines:] {
		lines[i].words = ""
	}
	return lines
}

// happened lists all events.
func (j *judging) happened() (lines []line) {
	for k := range j.Changes {
		c := &j.Changes[k]
		lines = append(lines, line{c.Begin, change, told(&c.Change, j.Nodes)})
	}
	deciding := j.decidingCalls()
	for i := range j.Calls {
		weight := other
		if deciding[i] {
			weight = witness
		}
		lines = append(lines, line{j.Calls[i].Begin, weight, j.Calls[i].line()})
	}
	for _, x := range j.Ends {
		lines = append(lines, line{x.At, witness, fmt.Sprintf("node %d ended by itself: %s", x.Node, x.Exit)})
	}
	return append(lines, j.roles()...)
}

// line tells a request with its answer.
func (c *Call) line() string {
	words := fmt.Sprintf("client %d asks node %d: %s", c.Client, c.Node, asked(&c.Command))
	switch {
	case c.Status != 0:
		words += fmt.Sprintf(" → %s (%d) after %s", text.Short(text.Printable(c.Said), shown), c.Status, span(c.End-c.Begin))
	case c.Said != "":
		words += fmt.Sprintf(" → %s after %s", text.Printable(c.Said), span(c.End-c.Begin))
	default:
		words += " → no answer yet at the end"
	}
	return words
}

// decidingCalls marks the calls that decide: those of a violation, or those of the requests that
// a failed expectation names.
func (j *judging) decidingCalls() map[int]bool {
	marks := map[int]bool{}
	for _, x := range j.violations {
		for _, i := range x.Calls {
			marks[i] = true
		}
	}
	for _, k := range j.decided {
		if k >= len(j.Scenario.Expects) {
			continue
		}
		for _, c := range j.Scenario.Expects[k].That {
			for i := range j.Calls {
				if slices.Contains(c.Requests(), j.Calls[i].Name) {
					marks[i] = true
				}
			}
		}
	}
	return marks
}

// roles lists the polls in which the role or term of a node was new, and those that decide.
func (j *judging) roles() (lines []line) {
	deciding := map[*Poll]bool{}
	for _, x := range j.violations {
		for _, w := range x.Polls {
			deciding[w.Poll] = true
		}
	}
	for node := range j.Polls {
		var last *Poll
		for k := range j.Polls[node] {
			p := &j.Polls[node][k]
			isNew := p.Role != raft.Follower && (last == nil || last.Role != p.Role || last.Term != p.Term) ||
				p.Role == raft.Follower && last != nil && last.Role == raft.Leader
			last = p
			if !isNew && !deciding[p] {
				continue
			}
			weight := other
			switch {
			case deciding[p]:
				weight = witness
			case p.Role == raft.Leader:
				weight = role
			}
			words := fmt.Sprintf("node %d says that it is %s in term %d", node, p.Role, p.Term)
			if p.Wrong != "" {
				words = fmt.Sprintf("node %d answers GET /status with %s", node, p.Wrong)
			}
			lines = append(lines, line{p.End, weight, words})
		}
	}
	return lines
}

// conclusion says what was wrong, what would have been right, and why.
func (j *judging) conclusion() (lines []string) {
	say := func(head, words string) {
		if words != "" {
			lines = append(lines, head+": "+words)
		}
	}
	for k, x := range j.violations {
		if k == maxTold {
			break
		}
		say("wrong", x.Words)
		say("right", x.Right)
		say("why", x.Why)
	}
	if len(j.violations) == 0 {
		say(string(j.foreign.Kind), j.because)
	}
	for n, k := range j.decided {
		if n == maxTold {
			break
		}
		f := &j.verdict.Findings[k]
		say("expected", f.Expected)
		say("but", f.Seen)
		say("why", f.Because)
	}
	if p := j.Paper; p != "" && !strings.Contains(strings.Join(lines, " "), p) {
		say("to read", p+" of the paper")
	}
	return lines
}

// maxTold is the number of violations and of expectations that a story tells.
const maxTold = 3

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
