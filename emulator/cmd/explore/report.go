package explore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/text"
)

// An outcome is the result of an exploration.
type outcome struct {
	options  *options
	summary  *explore.Summary
	failures []failure
}

func (r *outcome) write(out io.Writer) error {
	if r.options.json {
		return r.writeJSON(out)
	}
	return r.writeText(out)
}

// writeJSON writes one object.
func (r *outcome) writeJSON(out io.Writer) error {
	s, o := r.summary, r.options
	failures := r.failures
	if failures == nil {
		failures = []failure{}
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Seed          uint64          `json:"seed"`
		Nodes         int             `json:"nodes"`
		SimSeconds    float64         `json:"sim_seconds"`
		Bug           string          `json:"bug,omitempty"`
		Runs          int             `json:"runs"`
		Failed        int             `json:"failed"`
		Interrupted   bool            `json:"interrupted"`
		Seconds       float64         `json:"seconds"`
		RunsPerMinute float64         `json:"runs_per_minute"`
		Failures      []failure       `json:"failures"`
		Actions       []explore.Count `json:"actions"`
		Situations    []explore.Count `json:"situations"`
		NotReached    []string        `json:"not_reached"`
	}{
		o.Seed, o.Nodes, o.SimTime.Seconds(), o.Bug, s.Runs, s.Failed, s.Interrupted, s.WallTime.Seconds(), perMinute(s),
		failures, s.Coverage.Actions(), s.Coverage.Situations(), namesOf(r.notReached()),
	})
}

// notReached lists the actions and situations that no run reached.
func (r *outcome) notReached() []explore.Count {
	all := append(r.summary.Coverage.Actions(), r.summary.Coverage.Situations()...)
	return slices.DeleteFunc(all, func(c explore.Count) bool { return c.Count > 0 })
}

func namesOf(counts []explore.Count) []string {
	names := make([]string, len(counts))
	for i, c := range counts {
		names[i] = c.Name
	}
	return names
}

func (r *outcome) writeText(out io.Writer) error {
	s, o := r.summary, r.options
	var b strings.Builder
	for i := range r.failures {
		writeFailure(&b, &r.failures[i])
	}
	if s.Runs > 0 {
		writeCounts(&b, "actions of raft.tla", s.Coverage.Actions())
		writeCounts(&b, "situations", s.Coverage.Situations())
		if not := r.notReached(); len(not) > 0 {
			fmt.Fprintf(&b, "not reached:\n")
			for _, c := range not {
				fmt.Fprintf(&b, "  %s\n", cmp.Or(c.Help, c.Name))
			}
		}
	}
	said := "nothing failed"
	if s.Failed > 0 {
		said = fmt.Sprintf("%d failed", s.Failed)
	}
	fmt.Fprintf(&b, "%s of %s, %v each, seed %d: %s (%.1f s, %.0f runs a minute)\n",
		text.Count(s.Runs, "run"), text.Count(o.Nodes, "node"), o.SimTime, o.Seed, said, s.WallTime.Seconds(), perMinute(s))
	_, err := io.WriteString(out, b.String())
	return err
}

// writeCounts lists the reached ones, and how often each was.
func writeCounts(b *strings.Builder, title string, counts []explore.Count) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	reached := 0
	for _, c := range counts {
		if c.Count == 0 {
			continue
		}
		reached++
		fmt.Fprintf(w, "%d\t  %s\n", c.Count, cmp.Or(c.Help, c.Name))
	}
	fmt.Fprintf(b, "%d of %d %s:\n", reached, len(counts), title)
	w.Flush()
}

func writeFailure(b *strings.Builder, f *failure) {
	fmt.Fprintf(b, "run %d fails %s: %s\n", f.Run, f.Check, f.Seen)
	fmt.Fprintf(b, "  as found:    %s\n", f.Command)
	if f.File == "" {
		fmt.Fprintln(b)
		return
	}
	size := fmt.Sprintf("%d of %s, %s", f.FileSteps, text.Count(f.Steps, "step"), text.Count(f.FileNodes, "node"))
	switch {
	case f.Minimal:
		size += "; none can be left out"
	case f.Shrunk > 0:
		size += fmt.Sprintf("; perhaps fewer are enough, for making it small ended after %s", text.Count(f.Shrunk, "run"))
	}
	fmt.Fprintf(b, "  made small:  emulator run %s   (%s)\n\n", text.ShellWord(f.File), size)
}
