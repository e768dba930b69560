package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
)

// A recorder writes a trace to a file. The world's owner encodes and a goroutine writes. A
// slow file never holds up a world in real time: when it is too far behind, the trace ends
// with a mark that says so. In virtual time the world waits for it, unless it stands still.
//
// A trace has no gap: what comes after a failure is not written, only counted.
type recorder struct {
	tail   *trace.Tail // the writer's
	logger *slog.Logger
	limits limits
	urgent chan struct{} // asks the writer not to wait for more
	done   chan struct{} // closed when all is written

	mu       sync.Mutex // guards the rest
	change   *sync.Cond // of any of it
	buf      []byte     // not written yet
	begun    bool       // a run has begun
	last     uint64     // seq of the run's newest record in buf or in the file
	missing  uint64     // records that were not taken into buf, or are lost with it
	progress uint64     // chunks written
	closed   bool
	ended    trace.EndReason // why nothing more is taken; "" while it is
	err      error
}

// limits bound how far a file may be behind.
type limits struct {
	unwritten int           // bytes
	patience  time.Duration // how long the world waits for a file that stands still
	goodbye   time.Duration // how long close does
}

// limitsOf returns the limits for a clock.
func limitsOf(c ClockMode) limits {
	if c == Virtual {
		return limits{unwritten: 8 << 20, patience: 10 * time.Second, goodbye: 5 * time.Second}
	}
	return limits{unwritten: 32 << 20, goodbye: 5 * time.Second}
}

const (
	// writeEvery is how long a record may take until it is written.
	writeEvery = 50 * time.Millisecond
	// chunk is how much is written at once, so that progress shows.
	chunk = 256 << 10
	// keepBuffer is the size of a buffer that is kept for reuse. In virtual time a world that
	// is ahead of its file needs that much.
	keepBuffer = 16 << 20
)

// errStandsStill: close gave up waiting.
var errStandsStill = errors.New("what takes it does not read on")

func newRecorder(out io.Writer, l limits, logger *slog.Logger) *recorder {
	r := &recorder{tail: trace.NewTail(out), logger: logger, limits: l, urgent: make(chan struct{}, 1), done: make(chan struct{})}
	r.change = sync.NewCond(&r.mu)
	go r.write()
	return r
}

// begin writes a run's header, behind the end mark of the run before.
func (r *recorder) begin(f *fixture.Fixture, clock ClockMode, urls []string) {
	h := trace.Header{Name: f.Name, Clock: clock.String(), Nodes: urls, Fixture: string(f.TOML())}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended != "" {
		return
	}
	if r.begun {
		r.mark(trace.Replaced)
	}
	r.begun, r.last = true, 0
	r.buf = append(h.AppendJSON(r.buf), '\n')
	r.change.Broadcast()
}

// mark ends the run.
func (r *recorder) mark(reason trace.EndReason) {
	end := trace.End{Reason: reason, Records: r.last, Missing: r.missing}
	r.buf = append(end.AppendJSON(r.buf), '\n')
}

// record adds a record.
func (r *recorder) record(record *trace.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.buf) > r.limits.unwritten {
		r.wait()
	}
	if r.ended != "" {
		r.missing++
		return
	}
	if len(r.buf) == 0 {
		r.change.Broadcast()
	}
	r.buf = append(record.AppendJSON(r.buf), '\n')
	r.last = record.Seq
}

// wait waits until the file has caught up. If it stands still, the trace ends.
func (r *recorder) wait() {
	r.hurry()
	for isFull := func() bool { return len(r.buf) > r.limits.unwritten && r.ended == "" }; isFull(); {
		before, began := r.progress, time.Now()
		alarm := time.AfterFunc(r.limits.patience, r.change.Broadcast)
		for isFull() && r.progress == before && time.Since(began) < r.limits.patience {
			r.change.Wait()
		}
		alarm.Stop()
		if isFull() && r.progress == before {
			r.end(trace.TooSlow, fmt.Errorf("what takes it is more than %d MiB behind", r.limits.unwritten>>20))
		}
	}
}

// end takes no more records.
func (r *recorder) end(reason trace.EndReason, err error) {
	r.ended, r.err = reason, fmt.Errorf("the trace is not complete: %w", err)
	r.logger.Error("recording has stopped", "err", r.err)
	r.change.Broadcast()
}

// hurry keeps the writer from waiting for more.
func (r *recorder) hurry() {
	select {
	case r.urgent <- struct{}{}:
	default:
	}
}

// write writes what there is, now and then, until the recorder is closed or has failed.
func (r *recorder) write() {
	defer close(r.done)
	var writing []byte
	pause := time.NewTimer(0)
	defer pause.Stop()
	for marked := false; ; {
		r.mu.Lock()
		for len(r.buf) == 0 && !r.closed && r.ended == "" {
			r.change.Wait()
		}
		over := r.closed || r.ended != ""
		r.mu.Unlock()
		if !over {
			pause.Reset(writeEvery)
			select {
			case <-pause.C:
			case <-r.urgent:
			}
		}
		r.mu.Lock()
		if over && len(r.buf) == 0 && !marked && r.begun && r.ended != trace.Failed {
			r.markLast()
			marked = true
		}
		writing, r.buf = r.buf, writing[:0]
		r.mu.Unlock()
		if len(writing) == 0 && over || !r.put(writing) {
			return
		}
		if cap(writing) > keepBuffer {
			writing = nil
		}
	}
}

// markLast ends the last run.
func (r *recorder) markLast() {
	if r.ended == trace.TooSlow {
		r.mark(trace.TooSlow)
		return
	}
	r.mark(trace.Closed)
}

// put writes whole lines, part by part, and reports whether that succeeded.
func (r *recorder) put(lines []byte) bool {
	for len(lines) > 0 {
		part := lines[:min(chunk, len(lines))]
		if len(part) < len(lines) {
			end := bytes.LastIndexByte(part, '\n') + 1
			if end == 0 {
				end = len(part) + bytes.IndexByte(lines[len(part):], '\n') + 1
			}
			part = lines[:end]
		}
		lines = lines[len(part):]
		err := r.tail.Lines(part, func() uint64 { return r.lost(lines) })
		r.mu.Lock()
		r.progress++
		if err != nil {
			r.missing, r.buf = r.tail.Missing()+r.missing, nil
			r.end(trace.Failed, err)
		}
		r.change.Broadcast()
		r.mu.Unlock()
		if err != nil {
			return false
		}
	}
	return true
}

// lost counts the records that can no longer be written behind a part that failed.
func (r *recorder) lost(behind []byte) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := trace.CountRecords(behind) + trace.CountRecords(r.buf) + r.missing
	r.missing, r.buf = 0, r.buf[:0]
	return n
}

// A Recording is how the writing of the trace stands.
type Recording struct {
	Err     error  // why it has ended; nil: it goes on
	Missing uint64 // records that are not in the trace
}

// Recording returns how the writing of the trace stands; nil: none is written.
func (h *Host) Recording() *Recording {
	if h.recorder == nil {
		return nil
	}
	r := h.recorder.state()
	return &r
}

func (r *recorder) state() Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Recording{r.err, r.missing}
}

// close writes the rest and returns the first error. It does not wait for a file that
// stands still.
func (r *recorder) close() error {
	r.mu.Lock()
	r.closed = true
	before := r.progress
	r.change.Broadcast()
	r.mu.Unlock()
	for {
		r.hurry()
		select {
		case <-r.done:
			return r.state().Err
		case <-time.After(r.limits.goodbye):
		}
		r.mu.Lock()
		still := r.progress == before
		before = r.progress
		if still && r.err == nil {
			r.end(trace.TooSlow, errStandsStill)
		}
		r.mu.Unlock()
		if still {
			return r.state().Err
		}
	}
}
