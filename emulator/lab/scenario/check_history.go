package scenario

import (
	"context"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// clients checks the answers to clients. It has the same excuses as the invariants.
type clients struct {
	*history.Recorder
	invariants *invariant.Monitor
	troubled   bool
	excuse     string // for the first violation
}

// searchTime bounds the search at the end of a run whose log does not explain all answers.
const searchTime = 2 * time.Second

// Record implements world.Monitor.
func (c *clients) Record(w *world.World, r *trace.Record) {
	if r.Seq == 1 {
		c.troubled, c.excuse = false, ""
	}
	c.Recorder.Record(w, r)
	if !c.troubled && c.Troubled() {
		c.troubled, c.excuse = true, c.invariants.Excuse()
	}
}

// Checks implements Checker.
func (c *clients) Checks() []Check {
	if !c.Troubled() {
		checks := make([]Check, 0, 5)
		for _, name := range history.Names() {
			checks = append(checks, Check{Name: name, Status: Passed})
		}
		return checks
	}
	snapshot := c.Snapshot()
	report := snapshot.Check(context.Background(), history.Options{Timeout: searchTime})
	checks := make([]Check, len(report.Verdicts))
	for i := range checks {
		v, check := &report.Verdicts[i], &checks[i]
		*check = Check{Name: v.Name, Status: Passed, Seen: v.String()}
		switch v.State {
		case history.Violated:
			check.Status = Failed
		case history.Open:
			check.Status = Undecided
		default:
			continue
		}
		check.Seq = uint64(v.At())
		check.When = snapshot.Time(v.At())
		if c.excuse != "" {
			check.Status, check.Excuse = Passed, c.excuse
		}
	}
	return checks
}
