package admin

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
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
	out   *http.ResponseController
	trace *trace.Ring // of the cluster that is followed; compared only
	next  uint64      // the last record looked at
	buf   []byte
}

// follow answers with the trace as Server-Sent Events: after Last-Event-ID, or
// since, or from now on.
func (c *call) follow(f filter) (any, error) {
	since, err := c.since(math.MinInt64+1, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	if id := c.r.Header.Get("Last-Event-ID"); id != "" {
		if since, err = strconv.ParseInt(id, 10, 64); err != nil || since < 0 {
			return nil, &failure{err: errBadRequest, detail: "Last-Event-ID is no seq of the trace"}
		}
	}
	s := &follower{call: c, filter: f, out: http.NewResponseController(c.w)}
	c.host.Observe(func(o host.View) {
		last := o.Trace().Last()
		s.trace = o.Trace()
		switch {
		case since < 0:
			s.next = last - min(last, uint64(-since))
		case since == math.MaxInt64:
			s.next = last
		case uint64(since) <= last: // else it is a place in an earlier cluster's trace
			s.next = uint64(since)
		}
	})
	return stream(s.run), nil
}

// run sends until the client goes away, reads too slowly, or the host is closed.
func (s *follower) run() {
	h := s.w.Header()
	h.Set("Content-Type", streamType)
	h.Set("Cache-Control", "no-store")
	s.w.WriteHeader(http.StatusOK)
	if s.r.Method == http.MethodHead {
		return
	}
	s.event("run", map[string]any{"run_id": s.host.RunID(), "since": s.next})
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
		return o.Trace() != s.trace || o.Trace().Last() > s.next
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
	var replaced bool
	s.host.Observe(func(o host.View) {
		if replaced = o.Trace() != s.trace; replaced {
			s.trace, s.next = o.Trace(), 0
		}
		b = take(o.Trace(), s.next, portion, s.filter)
	})
	if replaced {
		s.event("run", map[string]any{"run_id": s.host.RunID(), "since": 0})
	}
	if b.missed > 0 {
		s.event("missed", map[string]any{"from": s.next + 1, "to": s.next + b.missed})
	}
	s.next = b.next
	for i := range b.records {
		r := &b.records[i]
		s.buf = strconv.AppendUint(append(s.buf, "id: "...), r.Seq, 10)
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
