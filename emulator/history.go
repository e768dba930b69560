package emulator

import (
	"context"

	"rrmq.example/emulator/emulator/check/history"
)

// CheckHistory fails the test unless a message queue could have answered all clients
// so, whatever they asked which node so far: nothing that was acknowledged is lost,
// nothing delivered twice, out of order or invented, and the history is linearizable.
// It is no failure that it could not be found out, which is logged.
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
