package judge

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// storyLines is the greatest number of lines of what happened.
const storyLines = 19

// A line is one event of a story, or several equal ones.
type line struct {
	at     time.Duration
	weight int // the greater, the more a reader needs it
	words  string
	call   *Call // of a request

	// Lines with the same key become one, which again writes, unless something happened
	// between them.
	key   string
	again func(more int, until *line) string
	count int // of events, once it is merged
}

// The weights of lines.
const (
	other   = iota // a request that does not decide, a role that changed
	related        // a request with success about the topic that it is about
	change         // a fault, or what undid one, or a new leader
	between        // the same between two lines that decide
	witness        // it decides
)

// happened lists all events, in order, equal ones merged.
func (j *judging) happened() []line {
	var lines []line
	for k := 0; k < len(j.Changes); {
		n := j.alike(k)
		lines = append(lines, line{at: j.Changes[k].Begin, weight: change, words: toldAll(j.Changes[k:k+n], j.Nodes)})
		k += n
	}
	lines = append(lines, j.requests()...)
	for _, x := range j.Ends {
		lines = append(lines, line{at: x.At, weight: witness, words: fmt.Sprintf("node %d ended by itself: %s", x.Node, x.Exit)})
	}
	lines = append(lines, j.roles()...)
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.at, b.at) })
	raise(lines)
	lines = merged(lines)
	if len(j.violations) == 0 {
		if words := j.standing(); words != "" {
			lines = append(lines, line{at: max(j.End, lastOf(lines)), weight: witness, words: words, count: 1})
		}
	}
	return lines
}

func lastOf(lines []line) time.Duration {
	if len(lines) == 0 {
		return 0
	}
	return lines[len(lines)-1].at
}

// alike counts the changes from the k-th one on that one step made to several nodes.
func (j *judging) alike(k int) int {
	n := 1
	for ; k+n < len(j.Changes); n++ {
		a, b := &j.Changes[k], &j.Changes[k+n]
		if toldOfNodes[a.Kind] == "" || a.Kind != b.Kind || b.Begin-j.Changes[k+n-1].End > 5*time.Millisecond {
			break
		}
	}
	return n
}

// requests lists the requests of clients.
func (j *judging) requests() (lines []line) {
	deciding, topics := j.decidingCalls(), map[string]bool{}
	for i := range deciding {
		topics[topicOf(&j.Calls[i])] = true
	}
	for i := range j.Calls {
		c := &j.Calls[i]
		l := line{at: c.Begin, words: c.line(), call: c}
		alone, decides := deciding[i]
		switch {
		case decides:
			l.weight = witness
		case topics[topicOf(c)] && c.succeeded():
			l.weight = related
		}
		if !alone {
			l.key = fmt.Sprint(c.Name, "\x00", c.Client, c.Node, asked(&c.Command), c.Status, "\x00", c.answer())
			l.again = againAsked
		}
		lines = append(lines, l)
	}
	return lines
}

func topicOf(c *Call) string { return c.Command.Args[0] }

func againAsked(more int, until *line) string {
	c := until.call
	return fmt.Sprintf("client %d asked node %d the same %d more times until %s: %s", c.Client, c.Node, more, moment(c.Begin), c.answer())
}

// roles lists the polls in which the role or term of a node was new, and those that decide.
func (j *judging) roles() (lines []line) {
	deciding := map[*Poll]bool{}
	for _, x := range j.violations[:min(len(j.violations), maxTold)] {
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
			l := line{at: p.End, words: fmt.Sprintf("node %d says that it is %s in term %d", node, p.Role, p.Term)}
			switch {
			case p.Wrong != "":
				l.words = fmt.Sprintf("node %d answers GET /status with %s", node, p.Wrong)
				fallthrough
			case deciding[p]:
				l.weight = witness
			case p.Role == raft.Leader:
				l.weight = change
			default:
				l.key = fmt.Sprint("node ", node, p.Role)
				l.again = func(more int, until *line) string {
					return fmt.Sprintf("node %d said so of %d more terms until %s", node, more, moment(until.at))
				}
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// raise gives more weight to the changes and new leaders between lines that decide.
func raise(lines []line) {
	first, last := len(lines), -1
	for i := range lines {
		if lines[i].weight == witness {
			first, last = min(first, i), i
		}
	}
	for i := first; i <= last; i++ {
		if lines[i].weight == change {
			lines[i].weight = between
		}
	}
}

// merged makes one line of equal events between which no change, end or new leader came.
func merged(lines []line) (merged []line) {
	type run struct{ place, more int }
	runs := map[string]*run{}
	for _, l := range lines {
		l.count = 1
		if l.key == "" && l.call == nil {
			clear(runs)
		}
		r := runs[l.key]
		switch {
		case l.key == "":
		case r == nil:
			runs[l.key] = &run{}
		case r.more == 0:
			r.place, r.more = len(merged), 1
		default:
			r.more++
			m := &merged[r.place]
			m.words, m.count = m.again(r.more, &l), r.more
			m.weight = max(m.weight, l.weight)
			continue
		}
		merged = append(merged, l)
	}
	return merged
}

// chosen empties the lines that a reader needs least, if there are too many, counting the
// gaps.
func chosen(lines []line) []line {
	if len(lines) <= storyLines {
		return lines
	}
	for n := storyLines - 1; ; n-- {
		list := best(lines, n)
		kept := 0
		for i := range list {
			if list[i].words != "" || i == 0 || list[i-1].words != "" {
				kept++
			}
		}
		if kept <= storyLines || n <= storyLines/2 {
			return list
		}
	}
}

// best empties all but n lines: those with the greatest weight, and of equal ones those nearest
// to the last one that decides.
func best(lines []line, n int) []line {
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
	for _, i := range order[n:] {
		lines[i].words = ""
	}
	return lines
}

// standing says what each node was at the end.
func (j *judging) standing() string {
	s := newStanding(j.Nodes)
	for k := range j.Changes {
		s.apply(&j.Changes[k].Change)
	}
	words, polled := "at the end", false
	for node := range j.Polls {
		said := "has answered no GET /status"
		switch p := j.lastPoll(node, forever); {
		case s.down[node]:
			said = "is down"
		case s.paused[node]:
			said = "is paused"
		case p == nil:
		case j.End-p.End > 2*time.Second:
			polled = true
			said = fmt.Sprintf("has not answered GET /status since %s", moment(p.End))
		default:
			polled = true
			said = fmt.Sprintf("is %s in term %d", p.Role, p.Term)
		}
		if node > 0 {
			words += ","
		}
		words += fmt.Sprintf(" node %d %s", node, said)
	}
	if !polled {
		return ""
	}
	return words
}

// line tells a request with its answer.
func (c *Call) line() string {
	words := fmt.Sprintf("client %d asks node %d: %s → %s", c.Client, c.Node, asked(&c.Command), c.answer())
	if c.Status != 0 || c.Said != "" {
		words += " after " + span(c.End-c.Begin)
	}
	return words
}

// answer tells the answer to a request.
func (c *Call) answer() string {
	said := text.Short(text.Printable(c.Said), shown)
	switch {
	case strings.HasPrefix(c.Wrong, NoObject):
		return strings.TrimSpace(fmt.Sprintf("status %d %s", c.Status, http.StatusText(c.Status))) + " with " + said + " instead of a JSON object"
	case c.Status != 0:
		return fmt.Sprintf("%s (%d)", said, c.Status)
	case c.Said != "":
		return text.Printable(c.Said)
	}
	return "no answer yet at the end"
}

// toldOfNodes says what was done to nodes.
var toldOfNodes = map[fault.Kind]string{
	fault.Crash:    "killed",
	fault.Restart:  "started again",
	fault.Pause:    "paused (SIGSTOP)",
	fault.Resume:   "resumed (SIGCONT)",
	fault.HealNode: "healed",
}

// toldAll describes changes of one kind, or one change.
func toldAll(list []Change, nodes int) string {
	did := toldOfNodes[list[0].Kind]
	if did == "" {
		return told(&list[0].Change, nodes)
	}
	var ids []int
	for k := range list {
		ids = append(ids, int(list[k].Node))
	}
	slices.Sort(ids)
	return theNodes(ids) + " " + wereOf(ids) + " " + did
}
