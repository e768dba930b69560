package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"github.com/anishathalye/porcupine"

	"rrmq.example/emulator/raft"
)

// maxLinks is how many links of a partition are told.
const maxLinks = 12

// nemesis notes what was done to the cluster, the newest things only.
func (r *Recorder) nemesis(e *trace.Record) {
	c, ok := e.Detail.(*fault.Change)
	if !ok {
		return
	}
	if len(r.faults) >= 2*maxFaults {
		r.forgotten = r.faults[len(r.faults)-maxFaults-1].At
		r.faults = append(r.faults[:0], r.faults[len(r.faults)-maxFaults:]...)
	}
	r.faults = append(r.faults, Fault{At: int64(e.Seq), Time: e.Time, change: c})
}

// words says what a change does.
func words(c *fault.Change) string {
	text := c.Kind.String()
	if c.Node != raft.None {
		text += fmt.Sprintf(" node %d", c.Node)
	}
	switch c.Kind {
	case fault.Crash:
		if c.Wipe {
			text += " and wipe its disk"
		}
	case fault.Partition:
		for _, l := range c.Links[:min(len(c.Links), maxLinks)] {
			text += fmt.Sprintf(" %d-%d", l.From, l.To)
		}
		if more := len(c.Links) - maxLinks; more > 0 {
			text += fmt.Sprintf(" and %s more", plural(more, "link"))
		}
	case fault.SetRule:
		text += " " + c.Rule.Name
	case fault.DeleteRule:
		text += " " + c.Name
	case fault.Skew:
		text += fmt.Sprintf(" by %g", c.Skew)
	case fault.Plant:
		if c.Bug == "" {
			return "cure" + fmt.Sprintf(" node %d", c.Node)
		}
		text += ": " + c.Bug
	}
	return text
}

// maxNear is how many faults are named that a picture does not reach, on each side.
const maxNear = 3

// faults are marks in the picture. What was done last before it, and first after it,
// stands at its edges: what shows here may have been brought about there.
func (p *picture) faults() []porcupine.Annotation {
	faults := slices.Clone(p.history.Faults)
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.At, b.At) })
	from, _ := slices.BinarySearchFunc(faults, p.first, func(f Fault, at int64) int { return cmp.Compare(f.At, at) })
	to, _ := slices.BinarySearchFunc(faults, p.last+1, func(f Fault, at int64) int { return cmp.Compare(f.At, at) })
	var marks []porcupine.Annotation
	mark := func(at int64, words string) {
		color := "#f6b26b"
		if strings.HasPrefix(words, "heal") || strings.HasPrefix(words, "re") {
			color = "#b6d7a8"
		}
		marks = append(marks, porcupine.Annotation{
			Tag: "nemesis", Start: at, Description: words, BackgroundColor: color, TextColor: "#000000",
		})
	}
	if from > 0 {
		mark(p.first-2, "earlier: "+list(faults[max(0, from-maxNear):from]))
	}
	for _, f := range faults[from:to] {
		mark(f.At, f.Words)
	}
	if to < len(faults) {
		mark(p.last+1, "later: "+list(faults[to:min(len(faults), to+maxNear)]))
	}
	return marks
}

// list names faults.
func list(faults []Fault) string {
	var words []string
	for _, f := range faults {
		words = append(words, f.Words)
	}
	return strings.Join(words, "; ")
}
