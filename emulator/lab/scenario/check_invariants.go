package scenario

import "rrmq.example/emulator/emulator/check/invariant"

// invariants checks Raft's guarantees during the run.
type invariants struct{ *invariant.Monitor }

// Checks implements Checker.
func (c invariants) Checks() []Check {
	report := c.Report()
	checks := make([]Check, len(report))
	for i, r := range report {
		check := &checks[i]
		*check = Check{Name: r.Name, Status: Passed, Seen: r.Words(), Excuse: r.Excuse}
		switch r.Status {
		case invariant.Violated:
			check.Status = Failed
		case invariant.AtStart:
			check.Excuse = "the cluster starts in this state"
		}
		if v := r.Violation; v != nil {
			check.Seq, check.When = v.Seq, v.Time
		}
	}
	return checks
}
