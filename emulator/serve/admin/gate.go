package admin

import (
	"context"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

// A gate lets a few requests through at a time. A request about the whole history or
// the whole state copies it and computes for long. Many at once would hold many copies and
// keep the cluster waiting for a processor.
type gate chan struct{}

func newGate(width int) gate { return make(gate, width) }

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
			"%s answered at a time, and others took the last %d ms; try again later", g.width(), patience.Milliseconds())}
	}
}

func (g gate) width() string {
	if cap(g) == 1 {
		return "one such request is"
	}
	return fmt.Sprintf("%d such requests are", cap(g))
}

func (g gate) leave() { <-g }
