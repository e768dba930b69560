package load

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/serve/api"
)

// A Nemesis is what was done to the nodes of an emulator while they were loaded.
type Nemesis struct {
	Faults []Fault `json:"faults"` // in order
	// Notes say what is not known of it, or not exactly.
	Notes []string `json:"notes"`

	rough bool // the faults' times are not exact
}

// A Fault is one thing that was done: a crash, a partition, a healing.
type Fault struct {
	At    float64 `json:"at_ms"` // since the run began, as for its requests
	Words string  `json:"words"`
}

// maxDrift is how far the emulator's clock and the wall's may have come apart
// before it is said.
const maxDrift = 10 * time.Millisecond

// nemesis asks what was done to the nodes since they were found; nil when there
// is no emulator that could tell. The emulator keeps it with its history, as its
// trace goes back for less than a second of such a load.
func (r *run) nemesis(ctx context.Context) *Nemesis {
	a := r.cluster.admin
	if a == nil {
		return nil
	}
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), interruptedCheck)
		defer cancel()
	}
	n := &Nemesis{Faults: []Fault{}, Notes: []string{}}
	now, err := a.look(ctx)
	var done api.HistoryAnswer
	if err == nil {
		if now.Seq < a.found.Seq || now.TimeMS < a.found.TimeMS || now.RunID != a.found.RunID {
			// All of this cluster is since then.
			n.note("Another cluster was loaded meanwhile; what was done to the one before is not known.")
			a = &adminAPI{client: a.client, found: now.began()}
		}
		err = a.get(ctx, "/v1/history", url.Values{"limit": {"1"}, "since": {strconv.FormatUint(a.found.Seq, 10)}}, &done)
	}
	if err != nil {
		n.note("What was done to the nodes meanwhile is not known: %v.", err)
		return n
	}
	if done.Missed {
		n.note("There was more before that, which the emulator does not know any more.")
	}
	n.place(done.Faults, &a.found, &now, r.zero)
	return n
}

// place tells faults by the time since zero. The world's time went on evenly
// between two sights, as far as is known; what was before zero is left out.
func (n *Nemesis) place(faults []api.FaultView, from, to *sight, zero time.Time) {
	passed, world := to.wall.Sub(from.wall), to.world()-from.world()
	speed := from.speed()
	drift := float64(world) - speed*float64(passed)
	n.rough = speed == 0 || math.Abs(drift) > float64(maxDrift)*max(1, speed)
	begin := millis(from.wall.Sub(zero))
	for _, f := range faults {
		at := begin
		if world > 0 {
			at += millis(f.TimeMS.Duration()-from.world()) * float64(passed) / float64(world)
		}
		switch {
		case n.rough:
			at = max(at, 0)
		case at < 0:
			continue
		}
		n.Faults = append(n.Faults, Fault{at, f.Words})
	}
	if n.rough = n.rough && len(n.Faults) > 0; n.rough {
		n.note("These times are rough: on the emulator's clock %.3f s passed in %.3f s, as when it stands still, is set to another speed or falls behind.",
			world.Seconds(), passed.Seconds())
	}
}

func (n *Nemesis) note(format string, args ...any) {
	n.Notes = append(n.Notes, fmt.Sprintf(format, args...))
}

// marks are the faults as a picture shows them.
func (n *Nemesis) marks() []history.Fault {
	if n == nil {
		return nil
	}
	var marks []history.Fault
	for _, f := range n.Faults {
		about := ""
		if n.rough {
			about = "about "
		}
		words := fmt.Sprintf("%s (at %s%.0f ms)", f.Words, about, f.At)
		marks = append(marks, history.Fault{At: int64(f.At * 1e6), Words: words})
	}
	return marks
}

// maxTold is how many faults are told to people.
const maxTold = 20

// write tells people of it; nil and nothing need no words.
func (n *Nemesis) write(out io.Writer) {
	if n == nil || len(n.Faults)+len(n.Notes) == 0 {
		return
	}
	if len(n.Faults) > 0 {
		fmt.Fprintln(out, "What was done to the nodes meanwhile, with the time since the run began:")
	}
	for _, f := range n.Faults[:min(len(n.Faults), maxTold)] {
		fmt.Fprintf(out, "  %10.3f ms  %s\n", f.At, f.Words)
	}
	if more := len(n.Faults) - maxTold; more > 0 {
		fmt.Fprintf(out, "  and %d more; -json tells all\n", more)
	}
	for _, note := range n.Notes {
		fmt.Fprintln(out, note)
	}
	fmt.Fprintln(out)
}
