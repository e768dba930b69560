package history

// A period is a part of a history: consecutive requests by their calls, and the queue's
// state before them.
type period struct {
	start    mark
	vague    bool // start might have been different
	requests []request
	trouble  string // why the order of the log does not explain the answers; "" if it does
}

// find returns the request that was called with a record, or nil when it is not in the
// period. It is usually one of the newest.
func (s *period) find(call uint64) *request {
	high := len(s.requests)
	low := high
	for step := 1; low > 0 && s.requests[low-1].call >= call; step *= 2 {
		high = low
		low = max(0, low-step)
	}
	for low < high {
		if middle := int(uint(low+high) / 2); s.requests[middle].call < call {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(s.requests) && s.requests[low].call == call {
		return &s.requests[low]
	}
	return nil
}

// turn begins the next period: at once when no request waits, otherwise a little later in
// any case. It forgets the requests of the period before the last one.
func (r *Recorder) turn() {
	if r.waiting > 0 && len(r.now.requests) < 2*portion {
		return
	}
	var room []request
	if old := r.earlier; old != nil {
		r.keepOpen(old)
		room = old.requests[:0] // not shared: a Snapshot copies
		if r.first == nil && old.trouble != "" {
			whole := *old
			whole.requests = append(whole.requests[:len(whole.requests):len(whole.requests)], r.now.requests...)
			r.first, room = &whole, nil
		}
	}
	next := &period{start: r.replica.mark(), vague: r.waiting > 0 || r.doubt || r.replica.pending > 0}
	if r.now.trouble == "" {
		next.requests = room
		if cap(room) < portion {
			next.requests = make([]request, 0, portion)
		}
	}
	r.earlier, r.now = r.now, next
}

// keepOpen remembers requests of a period that may still be carried out.
func (r *Recorder) keepOpen(s *period) {
	for i := range s.requests {
		q := &s.requests[i]
		if !q.open() && (q.outcome != Unknown || q.applied != 0) {
			continue
		}
		if len(r.strays) == maxStrays && !q.open() {
			r.lost = true
			continue
		}
		r.strays = append(r.strays, *q)
	}
}

// find returns the request that was called with a record, or nil when it is no longer held.
func (r *Recorder) find(call uint64) *request {
	if q := r.now.find(call); q != nil {
		return q
	}
	if r.earlier != nil {
		if q := r.earlier.find(call); q != nil {
			return q
		}
	}
	return (&period{requests: r.strays}).find(call)
}
