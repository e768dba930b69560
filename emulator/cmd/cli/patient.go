package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"
	"syscall"
	"time"
)

// patience is how long a write may wait for its reader once the program was interrupted.
const patience = 500 * time.Millisecond

// A patient writer waits for its reader until its context ends and only briefly after
// that: a program whose standard error is not read still ends.
type patient struct {
	to  io.Writer
	ctx context.Context

	mu   sync.Mutex // one write at a time; guards over
	over bool       // the patience is exhausted
}

// Write implements io.Writer. It reports a write that takes too long as an error.
func (p *patient) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return 0, errUnread
	}
	n, err := len(b), error(nil)
	b = slices.Clone(b) // the write may go on after this returns
	if !timely(p.ctx, func() { n, err = p.to.Write(b) }) {
		p.over = true
		return 0, errUnread
	}
	return n, err
}

// errUnread: what was written before is still unread.
var errUnread = errors.New("it is not read")

// timely does something and reports whether it was done before the context's end, or
// shortly after.
func timely(ctx context.Context, do func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-done:
		return true
	case <-late.C:
		return false
	}
}

// Announce writes a value as a line of JSON to standard output. That no reader takes it, or no
// longer, is no error: the program has other things to do.
func (c *Call) Announce(ctx context.Context, value any) error {
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	to := c.Stdout
	if o, ok := to.(*output); ok {
		to = o.Writer // which leaves the exit code alone
	}
	if !timely(ctx, func() { _, err = to.Write(append(line, '\n')) }) || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}
