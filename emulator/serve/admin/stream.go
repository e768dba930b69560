package admin

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

const (
	streamType = "text/event-stream"

	// gather is how long records are gathered before they are sent, so that a
	// busy world is not kept waiting for each of them.
	gather = 5 * time.Millisecond
	// patience is how long a client may take to read what it was sent.
	patience = 30 * time.Second
	// portion is how many records are taken out of the trace at a time.
	portion = 1000
)

// A follower sends the trace to a client as it grows.
type follower struct {
	*call
	filter
	out  *http.ResponseController
	run  string // that is followed
	next uint64 // the last record looked at
	buf  []byte
}

// follow answers with the trace as Server-Sent Events: after Last-Event-ID, or
// since, or from now on. The first event, "run", says which run that is. When another
// run takes its place, or has done so since the client's Last-Event-ID, the stream starts
// over with its first record: an event "reset" says so, and "run" follows.
func (c *call) follow(f filter) (any, error) {
	from, err := c.placeIn(math.MinInt64+1, fromNow)
	if err != nil {
		return nil, err
	}
	if id := c.r.Header.Get("Last-Event-ID"); id != "" {
		if from, err = parseID(id); err != nil {
			return nil, err
		}
	}
	s := &follower{call: c, filter: f, out: http.NewResponseController(c.w)}
	c.host.Observe(func(o host.View) {
		var anew bool
		s.next, anew = from.in(o)
		if s.next > o.Trace().Last() { // that is a place in an earlier run also
			s.next, anew = 0, true
		}
		s.begin(o.RunID(), from.run, anew)
	})
	return stream(s.send), nil
}

// begin puts into buf which run is followed from here on, and after which record. A
// client that comes from another run hears of that first.
func (s *follower) begin(run, before string, anew bool) {
	if s.run = run; anew {
		s.event("reset", map[string]any{"run_id": run, "before": before})
	}
	s.buf = append(appendID(append(s.buf, "id: "...), run, s.next), '\n')
	s.event("run", map[string]any{"run_id": run, "since": s.next})
}

// send sends until the client goes away, reads too slowly, or the host is closed.
func (s *follower) send() {
	h := s.w.Header()
	h.Set("Content-Type", streamType)
	h.Set("Cache-Control", "no-store")
	s.w.WriteHeader(http.StatusOK)
	if s.r.Method == http.MethodHead {
		return
	}
	for s.flush() == nil {
		if s.await() {
			s.collect()
			continue
		}
		if s.r.Context().Err() != nil || s.closed() {
			return
		}
		s.buf = append(s.buf, ": heartbeat\n\n"...)
	}
}

// await waits for more of the trace; false means that there was none for a
// while, or that it is over.
func (s *follower) await() bool {
	ctx, cancel := context.WithTimeout(s.r.Context(), s.heartbeat)
	defer cancel()
	more := s.host.Watch(ctx, func(o host.View) bool {
		return o.RunID() != s.run || o.Trace().Last() > s.next
	})
	if !more {
		return false
	}
	wait := time.NewTimer(gather)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-s.r.Context().Done():
	}
	return true
}

// closed reports whether the host is closed. The follower then stops waiting.
func (s *follower) closed() bool {
	return !s.host.Watch(s.r.Context(), func(host.View) bool { return true })
}

// collect puts what is new into buf.
func (s *follower) collect() {
	var b batch
	s.host.Observe(func(o host.View) {
		if o.RunID() != s.run {
			s.next = 0
			s.begin(o.RunID(), s.run, true)
		}
		b = take(o.Trace(), s.next, portion, s.filter)
	})
	if b.missed > 0 {
		s.event("missed", map[string]any{"from": s.next + 1, "to": s.next + b.missed})
	}
	s.next = b.next
	for i := range b.records {
		r := &b.records[i]
		s.buf = appendID(append(s.buf, "id: "...), s.run, r.Seq)
		s.buf = r.AppendJSON(append(s.buf, "\ndata: "...))
		s.buf = append(s.buf, "\n\n"...)
	}
}

// event puts an event into buf that is not one of the trace.
func (s *follower) event(name string, data map[string]any) {
	text, err := json.Marshal(data)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	s.buf = append(append(append(s.buf, "event: "...), name...), "\ndata: "...)
	s.buf = append(append(s.buf, text...), "\n\n"...)
}

// flush sends buf. An error means that nobody reads.
func (s *follower) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	err := s.out.SetWriteDeadline(time.Now().Add(patience))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write(s.buf); err != nil {
		return err
	}
	s.buf = s.buf[:0]
	return s.out.Flush()
}
