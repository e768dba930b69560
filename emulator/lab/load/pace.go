package load

import (
	"context"
	"time"
)

// A pace says when a client sends its requests. Without a rate it is a closed loop:
// a request follows the previous answer. With a rate it is an open loop: each
// request has its own start time, and a client that is late sends at once.
type pace struct {
	began    time.Time
	duration time.Duration // 0: until all requests are sent
	requests int           // of all clients together; 0: until the duration is over
	rate     float64       // of all clients together, per second; 0: a closed loop
	clients  int
}

// timerSlack is how late a timer may wake an idle client without counting as
// latency of the cluster: timers have a resolution of a millisecond.
const timerSlack = 2 * time.Millisecond

// share is the client's part of the requests.
func (p *pace) share(client int) int {
	n := p.requests / p.clients
	if client < p.requests%p.clients {
		n++
	}
	return n
}

// due is the start time of a client's nth request, counted from the beginning. The
// clients take turns.
func (p *pace) due(client, n int) time.Duration {
	turn := float64(n)*float64(p.clients) + float64(client)
	return time.Duration(turn / p.rate * float64(time.Second))
}

// scheduled counts the requests of all clients that an open loop starts before a
// time. The report counts all of them, sent or not.
func (p *pace) scheduled(before time.Duration) int {
	if p.rate == 0 {
		return 0
	}
	if p.duration > 0 {
		before = min(before, p.duration)
	}
	total := 0
	for client := range p.clients {
		first, next := p.due(client, 0), p.due(client, 1)-p.due(client, 0)
		if first >= before {
			continue
		}
		n := int((before-first)/max(next, 1)) + 2
		for n > 0 && p.due(client, n-1) >= before { // rounding
			n--
		}
		if p.requests > 0 {
			n = min(n, p.share(client))
		}
		total += n
	}
	return total
}

// next waits until a client's nth request is due. It returns the time from which
// the latency counts; ok is false when there is nothing more to send.
//
// That time is when the request was due, even if the client was still busy with a
// slow one: otherwise the slowest periods would hold the fewest requests. If the
// client was idle and its timer woke it late, the latency counts from then.
func (p *pace) next(ctx context.Context, client, n int) (from time.Time, ok bool) {
	if ctx.Err() != nil || p.requests > 0 && n >= p.share(client) {
		return from, false
	}
	now := time.Now()
	if p.rate == 0 {
		return now, p.duration == 0 || now.Sub(p.began) < p.duration
	}
	due := p.due(client, n)
	if p.duration > 0 && (due >= p.duration || now.Sub(p.began) >= p.duration) {
		return from, false
	}
	from = p.began.Add(due)
	if !from.After(now) {
		return from, true
	}
	if !sleep(ctx, from.Sub(now)) {
		return from, false
	}
	return countFrom(from, time.Now()), true
}

// countFrom returns when the latency of a request begins whose client was idle when
// it was due, and was woken for it.
func countFrom(due, woken time.Time) time.Time {
	if woken.Sub(due) < timerSlack {
		return woken
	}
	return due
}

// sleep waits for this long. It returns false if the context ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
