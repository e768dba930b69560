package load

import (
	"context"
	"time"
)

// A pace says when a client sends its requests. Without a rate it is a closed
// loop: a request follows the answer before. With one it is an open loop: each
// request has its time, whatever became of those before, and a client that is
// late sends at once.
type pace struct {
	began    time.Time
	duration time.Duration // 0: until the requests are all sent
	requests int           // of all clients together; 0: until the time is over
	rate     float64       // of all clients together, per second; 0: a closed loop
	clients  int
}

// timerSlack is by how much a timer may wake an idle client late without the
// cluster being blamed for it: timers go by the millisecond, requests do not.
const timerSlack = 2 * time.Millisecond

// share is how many requests a client sends of those that were asked for.
func (p *pace) share(client int) int {
	n := p.requests / p.clients
	if client < p.requests%p.clients {
		n++
	}
	return n
}

// due is when the nth request of a client is to start, counted from the
// beginning: the clients take turns.
func (p *pace) due(client, n int) time.Duration {
	turn := float64(n)*float64(p.clients) + float64(client)
	return time.Duration(turn / p.rate * float64(time.Second))
}

// scheduled is how many starts the open loop has before a time, over all
// clients. All of them are in the numbers at the end, sent or not.
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

// next waits until a client's nth request is due. It gives the time from which
// its latency counts; ok is false when there is nothing more to send.
//
// The time is the one at which the request was due, even if the client was
// busy then with one that took long: else the slowest times would be those
// with the fewest requests in them. But an idle client that its timer woke late
// counts from when it woke.
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

// countFrom is when the latency of a request begins that was due while its
// client was idle, and woken then.
func countFrom(due, woken time.Time) time.Time {
	if woken.Sub(due) < timerSlack {
		return woken
	}
	return due
}

// sleep waits for so long, and tells whether it came to that.
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
