package host

import (
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
)

// A recorder writes a trace to a file. The world's owner encodes and a goroutine
// writes, so that a slow disk blocks the world only when it is far behind.
type recorder struct {
	out    io.Writer
	logger *slog.Logger
	urgent chan struct{} // asks the writer not to wait for more
	done   sync.WaitGroup

	mu     sync.Mutex // guards the rest
	change *sync.Cond // of any of it
	buf    []byte     // not written yet
	closed bool
	err    error
}

const (
	// writeEvery is how long a record may take until it is written.
	writeEvery = 50 * time.Millisecond
	// maxUnwritten is how far the writing may be behind, in bytes.
	maxUnwritten = 8 << 20
)

func newRecorder(out io.Writer, logger *slog.Logger) *recorder {
	r := &recorder{out: out, logger: logger, urgent: make(chan struct{}, 1)}
	r.change = sync.NewCond(&r.mu)
	r.done.Go(r.write)
	return r
}

// begin writes a run's header.
func (r *recorder) begin(f *fixture.Fixture, clock ClockMode, urls []string) {
	h := trace.Header{Name: f.Name, Clock: clock.String(), Nodes: urls, Fixture: string(f.TOML())}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buf = append(h.AppendJSON(r.buf), '\n')
	r.change.Broadcast()
}

// record adds a record.
func (r *recorder) record(record *trace.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.buf) > maxUnwritten && r.err == nil && !r.closed {
		r.hurry()
		r.change.Wait()
	}
	if r.err != nil {
		return
	}
	if len(r.buf) == 0 {
		r.change.Broadcast()
	}
	r.buf = append(record.AppendJSON(r.buf), '\n')
}

// hurry keeps the writer from waiting for more.
func (r *recorder) hurry() {
	select {
	case r.urgent <- struct{}{}:
	default:
	}
}

// write writes what there is, now and then, until the recorder is closed.
func (r *recorder) write() {
	var writing []byte
	wait := time.NewTimer(0)
	defer wait.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		for len(r.buf) == 0 && !r.closed {
			r.change.Wait()
		}
		if len(r.buf) == 0 {
			return
		}
		r.mu.Unlock()
		wait.Reset(writeEvery)
		select {
		case <-wait.C:
		case <-r.urgent:
		}
		r.mu.Lock()
		writing, r.buf = r.buf, writing[:0]
		r.mu.Unlock()
		_, err := r.out.Write(writing)
		r.mu.Lock()
		r.fail(err)
		r.change.Broadcast()
	}
}

func (r *recorder) fail(err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("the trace is not complete: %w", err)
		r.logger.Error("recording has stopped", "err", r.err)
		r.buf = nil
	}
}

// close writes the rest and returns the first error.
func (r *recorder) close() error {
	r.mu.Lock()
	r.closed = true
	r.change.Broadcast()
	r.mu.Unlock()
	r.hurry()
	r.done.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}
