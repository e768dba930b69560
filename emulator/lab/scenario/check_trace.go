package scenario

import "rrmq.example/emulator/emulator/check/verify"

// judged checks what happens against the rules of raft.tla, record by record.
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
