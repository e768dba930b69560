package history

import (
	"cmp"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
)

// nemesis records a change of the cluster and forgets the oldest ones.
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

// maxNear is the greatest number of faults listed on each side that lie outside a picture.
const maxNear = 3

// faults returns the marks in the picture. The last changes before the picture and the
// first after it stand at its edges, because they may have caused what the picture shows.
func (p *picture) faults() []porcupine.Annotation {
	faults := slices.Clone(p.history.Faults)
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.At, b.At) })
	from, _ := slices.BinarySearchFunc(faults, p.first, func(f Fault, at int64) int { return cmp.Compare(f.At, at) })
	to, _ := slices.BinarySearchFunc(faults, p.last+1, func(f Fault, at int64) int { return cmp.Compare(f.At, at) })
	var marks []porcupine.Annotation
	mark := func(at int64, words, color string) {
		marks = append(marks, porcupine.Annotation{
			Tag: "nemesis", Start: at, Description: words, BackgroundColor: color, TextColor: "#000000",
		})
	}
	if from > 0 {
		mark(p.first-2, "earlier: "+list(faults[max(0, from-maxNear):from]), harms)
	}
	for _, f := range faults[from:to] {
		mark(f.At, f.Words, f.color())
	}
	if to < len(faults) {
		mark(p.last+1, "later: "+list(faults[to:min(len(faults), to+maxNear)]), harms)
	}
	return marks
}

// The colors of marks.
const (
	harms = "#f6b26b"
	heals = "#b6d7a8"
)

// color distinguishes changes that undo others from changes that harm. Of a change that
// came over the network only the words are known.
func (f *Fault) color() string {
	for _, good := range []string{"healed", "restarted", "resumed", "were removed", "was deleted", "was removed"} {
		if strings.Contains(f.Words, good) {
			return heals
		}
	}
	return harms
}

// list names the faults.
func list(faults []Fault) string {
	var words []string
	for _, f := range faults {
		words = append(words, f.Words)
	}
	return strings.Join(words, "; ")
}
