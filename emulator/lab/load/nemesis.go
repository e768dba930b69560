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

// A Nemesis lists the changes to the nodes of an emulator while they were loaded.
type Nemesis struct {
	Changes []Change `json:"faults"` // in order
	// Notes say what is not known about the changes, or not exactly.
	Notes []string `json:"notes"`

	rough bool // the changes' times are not exact
}

// A Change is one change to the cluster: a crash, a partition, a heal.
type Change struct {
	At    float64 `json:"at_ms"` // since the run began, as for its requests
	Words string  `json:"words"`
}

// maxDrift is how far the emulator's clock and the wall clock may drift apart
// before the report notes it.
const maxDrift = 10 * time.Millisecond

// nemesis asks the emulator for the changes since the target was found; it returns
// nil when no emulator is known. The emulator keeps changes with its history,
// because its trace covers less than a second of such a load.
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
	n := &Nemesis{Changes: []Change{}, Notes: []string{}}
	now, err := a.read(ctx)
	var done api.HistoryAnswer
	if err == nil {
		if r.replaced = now.RunID != a.start.RunID; r.replaced {
			// The whole life of this cluster lies in the run.
			n.note("The cluster was replaced during the run: a fixture was loaded, or the emulator was started again. The changes before that are not known.")
			a = &adminAPI{client: a.client, start: now.began()}
		}
		err = a.get(ctx, "/v1/history", url.Values{"limit": {"1"}, "since": {strconv.FormatUint(a.start.Seq, 10)}}, &done)
	}
	if err != nil {
		n.note("The changes to the nodes during the run are not known: %v.", err)
		return n
	}
	if done.Missed {
		n.note("There were earlier changes, which the emulator no longer keeps.")
	}
	n.place(done.Faults, &a.start, &now, r.zero)
	return n
}

// place adds changes with their times since zero. It assumes that the world's time
// passed evenly between the two readings, and leaves out what was before zero.
func (n *Nemesis) place(faults []api.FaultView, from, to *reading, zero time.Time) {
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
		n.Changes = append(n.Changes, Change{at, f.Words})
	}
	if n.rough = n.rough && len(n.Changes) > 0; n.rough {
		n.note("These times are rough: the emulator's clock advanced %.3f s in %.3f s, because it was paused, changed its speed or fell behind.",
			world.Seconds(), passed.Seconds())
	}
}

func (n *Nemesis) note(format string, args ...any) {
	n.Notes = append(n.Notes, fmt.Sprintf(format, args...))
}

// marks returns the changes as a picture shows them.
func (n *Nemesis) marks() []history.Fault {
	if n == nil {
		return nil
	}
	var marks []history.Fault
	for _, f := range n.Changes {
		about := ""
		if n.rough {
			about = "about "
		}
		words := fmt.Sprintf("%s (at %s%.0f ms)", f.Words, about, f.At)
		marks = append(marks, history.Fault{At: int64(f.At * 1e6), Words: words})
	}
	return marks
}

// maxShown bounds the changes in the text report.
const maxShown = 20

// write writes the changes for people; nothing if there are none.
func (n *Nemesis) write(out io.Writer) {
	if n == nil || len(n.Changes)+len(n.Notes) == 0 {
		return
	}
	if len(n.Changes) > 0 {
		fmt.Fprintln(out, "Changes to the nodes during the run, with the time since it began:")
	}
	for _, f := range n.Changes[:min(len(n.Changes), maxShown)] {
		fmt.Fprintf(out, "  %10.3f ms  %s\n", f.At, f.Words)
	}
	if more := len(n.Changes) - maxShown; more > 0 {
		fmt.Fprintf(out, "  and %d more; -json lists them all\n", more)
	}
	for _, note := range n.Notes {
		fmt.Fprintln(out, note)
	}
	fmt.Fprintln(out)
}
