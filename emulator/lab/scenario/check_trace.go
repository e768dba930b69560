package scenario

import "rrmq.example/emulator/emulator/check/verify"

// judged checks each record against the rules of raft.tla.
type judged struct{ *verify.Monitor }

// Checks implements Checker.
func (c judged) Checks() []Check {
	check := Check{Name: "trace", Status: Passed}
	if f := c.Found(); f != nil {
		check.Status, check.Seen = Failed, f.Seen()
		check.Seq, check.When = f.Seq, f.Time
	}
	return []Check{check}
}
