package emulator

import (
	"context"

	"rrmq.example/emulator/emulator/check/history"
)

// CheckHistory fails the test unless one message queue could have given all answers that the
// clients got so far, from whichever nodes. No acknowledged message is lost, none is
// delivered twice, out of order or invented, and the history is linearizable. An undecided
// check is logged and does not fail the test.
func (c *Cluster) CheckHistory() {
	c.t.Helper()
	r := c.run.server.Host.History().Check(context.Background(), history.Options{Timeout: c.patience})
	for i := range r.Verdicts {
		switch v := &r.Verdicts[i]; v.State {
		case history.Violated:
			c.fail("the clients' history: %s is violated: %s", v.Name, v)
			return
		case history.Open:
			c.t.Logf("emulator: the clients' history: %s could not be decided: %s", v.Name, v)
		}
	}
}
