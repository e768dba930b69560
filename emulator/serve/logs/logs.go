// Package logs keeps logging from holding up a cluster.
//
// The contract:
//
//  1. A [Queue]'s handler never waits: it puts records into a queue, and one goroutine
//     passes them on, in order.
//  2. When the queue is full, because nobody reads what is written, further records are
//     dropped and counted. Once all others are written, one line says how many.
//  3. Close waits for what is in the queue, but not for long.
package logs

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/text"
)

// size is the greatest number of records in a Queue.
const size = 1000

// A Queue has the records on their way to a handler.
type Queue struct {
	to      slog.Handler
	entries chan entry
	dropped atomic.Uint64 // and counted
	untold  atomic.Uint64 // of those, the ones that no line has told of
	closing chan struct{}
	closed  atomic.Bool
	done    chan struct{} // closed when the writer has ended
}

// An entry is a record with the handler that writes it.
type entry struct {
	to     slog.Handler
	record slog.Record
}

// New returns a Queue to a handler.
func New(to slog.Handler) *Queue {
	q := &Queue{to: to, entries: make(chan entry, size), closing: make(chan struct{}), done: make(chan struct{})}
	go q.write()
	return q
}

// Logger returns a logger to the queue.
func (q *Queue) Logger() *slog.Logger { return slog.New(&handler{q, q.to}) }

// Dropped returns the number of records that were not written.
func (q *Queue) Dropped() uint64 { return q.dropped.Load() }

// Close writes what is in the queue, if that takes no longer than the patience. Later
// records are dropped.
func (q *Queue) Close(patience time.Duration) {
	if q.closed.Swap(true) {
		return
	}
	close(q.closing)
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-q.done:
	case <-late.C:
	}
}

// write passes records on until the queue is closed.
func (q *Queue) write() {
	defer close(q.done)
	for {
		select {
		case e := <-q.entries:
			q.pass(e)
			continue
		default:
		}
		q.tell()
		select {
		case e := <-q.entries:
			q.pass(e)
		case <-q.closing:
			for len(q.entries) > 0 {
				q.pass(<-q.entries)
			}
			q.tell()
			return
		}
	}
}

// pass has a record written.
func (q *Queue) pass(e entry) {
	if err := e.to.Handle(context.Background(), e.record); err != nil {
		q.dropped.Add(1)
	}
}

// tell says how many records were dropped since it last did.
func (q *Queue) tell() {
	n := q.untold.Swap(0)
	if n == 0 {
		return
	}
	// If even this cannot be written, the count remains.
	_ = q.to.Handle(context.Background(), slog.NewRecord(time.Now(), slog.LevelWarn, text.Count(n, "log line")+" dropped", 0))
}

// A handler puts records into a queue.
type handler struct {
	queue *Queue
	to    slog.Handler
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(ctx context.Context, l slog.Level) bool { return h.to.Enabled(ctx, l) }

// Handle implements slog.Handler. It never waits.
func (h *handler) Handle(_ context.Context, r slog.Record) error {
	q := h.queue
	if !q.closed.Load() {
		select {
		case q.entries <- entry{h.to, r.Clone()}:
			return nil
		default:
		}
	}
	q.dropped.Add(1)
	q.untold.Add(1)
	return nil
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{h.queue, h.to.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.queue, h.to.WithGroup(name)}
}
