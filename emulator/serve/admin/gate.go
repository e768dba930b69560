package admin

import (
	"context"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

// A gate lets one request through at a time. A request about the whole history
// copies it and computes for long. Many at once would hold many copies and keep the
// cluster waiting for a processor.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

// enter waits for the others. Without an error, leave has to follow.
func (g gate) enter(ctx context.Context, patience time.Duration) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return host.ErrClosed
	case <-late.C:
		return &failure{err: errBusy, detail: fmt.Sprintf(
			"one such request is answered at a time, and others took the last %d ms; try again later", patience.Milliseconds())}
	}
}

func (g gate) leave() { <-g }
