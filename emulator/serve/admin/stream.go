package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

const (
	streamType = "text/event-stream"

	// patience is how long a client may take to read what it was sent.
	patience = 30 * time.Second
)

// A follower sends the trace to a client as it grows.
type follower struct {
	*call
	filter
	out     *http.ResponseController
	key     string // of the filter
	run     string // that is followed
	next    uint64 // the last record looked at
	started bool   // a part of the trace has been sent
	buf     []byte // events that are not of the trace
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
	if err := c.feed.join(); err != nil {
		return nil, err
	}
	s := &follower{call: c, filter: f, key: f.key(), out: http.NewResponseController(c.w)}
	c.feed.start(func(o host.View) {
		var anew bool
		s.next, anew = from.in(o, f)
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
	if s.run, s.started = run, false; anew {
		s.event("reset", map[string]any{"run_id": run, "before": before})
	}
	s.buf = append(appendID(append(s.buf, "id: "...), run, s.next), '\n')
	s.event("run", map[string]any{"run_id": run, "since": s.next})
}

// send sends until the client goes away, reads too slowly, or the host is closed.
func (s *follower) send() {
	defer s.feed.leave()
	h := s.w.Header()
	h.Set("Content-Type", streamType)
	h.Set("Cache-Control", "no-store")
	s.w.WriteHeader(http.StatusOK)
	if s.r.Method == http.MethodHead {
		return
	}
	beat := time.NewTimer(s.heartbeat)
	defer beat.Stop()
	var data []byte
	for s.flush(data) == nil {
		data = nil
		n := s.feed.newest()
		switch {
		case n.run != s.run:
			s.next = 0
			s.begin(n.run, s.run, true)
			continue
		case n.last > s.next:
			p := s.feed.part(s.run, s.next, &s.filter, s.key)
			if p.missed > 0 && !s.passed(p.missed) {
				return
			}
			data, s.next = p.data, p.next
			continue
		case n.ended:
			return
		}
		beat.Reset(s.heartbeat)
		select {
		case <-n.more:
		case <-beat.C:
			s.buf = append(s.buf, ": heartbeat\n\n"...)
		case <-s.r.Context().Done():
			return
		}
	}
}

// passed says that the next records are no longer in memory, and reports whether the
// stream goes on. It ends when the client had them in reach and was too slow: it may come
// back with the last id, and the events that it still gets are newer then.
func (s *follower) passed(missed uint64) bool {
	from, to := s.next+1, s.next+missed
	if !s.started {
		s.started = true
		s.event("missed", map[string]any{"from": from, "to": to})
		return true
	}
	s.event("end", map[string]any{"from": from, "to": to, "reason": fmt.Sprintf(
		"the client reads too slowly: records %d to %d are no longer in memory; connect again with Last-Event-ID to go on", from, to)})
	_ = s.flush(nil)
	return false
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

// flush sends buf, and data behind it. An error means that nobody reads.
func (s *follower) flush(data []byte) error {
	if len(s.buf)+len(data) == 0 {
		return nil
	}
	err := s.out.SetWriteDeadline(time.Now().Add(patience))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	for _, b := range [][]byte{s.buf, data} {
		if len(b) == 0 {
			continue
		}
		if _, err := s.w.Write(b); err != nil {
			return err
		}
	}
	s.buf, s.started = s.buf[:0], s.started || data != nil
	return s.out.Flush()
}
