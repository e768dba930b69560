package load

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// The requests of all clients together start evenly at the rate, for any number of
// clients.
func TestPaceSchedule(t *testing.T) {
	for _, c := range []struct {
		rate    float64
		clients int
		length  time.Duration
		want    int
	}{
		{1000, 1, time.Second, 1000},
		{1000, 7, time.Second, 1000},
		{1000, 16, 2500 * time.Millisecond, 2500},
		{3, 16, 2 * time.Second, 6},
		{333, 10, 3 * time.Second, 999},
		{0.5, 3, time.Second, 1},
	} {
		p := &pace{rate: c.rate, clients: c.clients, duration: c.length}
		assert.Equal(t, p.scheduled(time.Hour), c.want, "%+v", c)
		slow := 0
		for client := range c.clients {
			for n := 0; p.due(client, n) < c.length; n++ {
				slow++
			}
		}
		assert.Equal(t, slow, c.want, "%+v", c)
		gap := p.due(0, 1) - p.due(c.clients-1, 0)
		assert.Assert(t, (gap-time.Duration(1e9/c.rate)).Abs() < time.Microsecond, "%v", gap)
	}
	p := &pace{rate: 1000, clients: 3, requests: 10}
	assert.Equal(t, p.scheduled(time.Hour), 10)
	assert.Equal(t, p.scheduled(5*time.Millisecond), 5)
	assert.Equal(t, (&pace{clients: 3, requests: 10}).scheduled(time.Hour), 0)
}

func TestPaceShare(t *testing.T) {
	for _, requests := range []int{1, 7, 8, 9, 1000} {
		p := &pace{requests: requests, clients: 8}
		total := 0
		for client := range p.clients {
			total += p.share(client)
		}
		assert.Equal(t, total, requests)
	}
}

// A client that is late sends at once, and its latency counts from when it was due.
func TestPaceLate(t *testing.T) {
	p := &pace{began: time.Now().Add(-time.Second), rate: 10, clients: 1, requests: 100}
	for n := range 5 {
		from, ok := p.next(t.Context(), 0, n)
		assert.Assert(t, ok)
		assert.Equal(t, from, p.began.Add(time.Duration(n)*100*time.Millisecond))
	}
}

// An idle client waits until its request is due; its latency counts from then.
func TestPaceIdle(t *testing.T) {
	p := &pace{began: time.Now(), rate: 50, clients: 1, requests: 2}
	from, ok := p.next(t.Context(), 0, 1)
	assert.Assert(t, ok)
	assert.Assert(t, !from.Before(p.began.Add(20*time.Millisecond)))
	assert.Assert(t, !time.Now().Before(from))
	_, ok = p.next(t.Context(), 0, 2)
	assert.Assert(t, !ok)
}

// A late timer does not count as latency, unless it is later than the slack.
func TestCountFrom(t *testing.T) {
	due := time.Now()
	woken := due.Add(timerSlack / 2)
	assert.Equal(t, countFrom(due, woken), woken)
	assert.Equal(t, countFrom(due, due.Add(timerSlack)), due)
}
