package load

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/mqapi/queue"
)

// prepare creates the topics and fills them. Existing topics are an error, because
// messages that an earlier run left there would look invented.
func (r *run) prepare(ctx context.Context) error {
	c := r.clients[0]
	p := newPatience(r.options.Patience)
	listed, err := c.list(ctx, p)
	if err != nil {
		return err
	}
	if len(listed) > 0 {
		return fmt.Errorf("%w: %q begins with the prefix %q; want a new prefix", ErrTopics, listed[0], r.options.Prefix)
	}
	for _, topic := range r.topics {
		if err := c.create(ctx, topic, p); err != nil {
			return err
		}
	}
	if r.options.Fill == 0 {
		return nil
	}
	var filled atomic.Int64
	fill := func(c *client) {
		for t := c.id; t < len(r.topics) && ctx.Err() == nil; t += len(r.clients) {
			for n := range r.options.Fill {
				put := queue.PutMessage.With(r.topics[t], payload(len(r.clients)+t, n))
				if op := c.do(ctx, put, time.Now()); op.Outcome == history.Refused || ctx.Err() != nil {
					return
				}
				filled.Add(1)
			}
		}
	}
	r.each(fill)
	if want := r.options.Fill * len(r.topics); int(filled.Load()) < want {
		return fmt.Errorf("%w: it took only %d of %d messages to fill the topics", ErrNoLeader, filled.Load(), want)
	}
	return nil
}

// list returns the existing topics of the run, as soon as a node does.
func (c *client) list(ctx context.Context, p *patience) ([]string, error) {
	for {
		op := c.do(ctx, queue.GetTopics.With(), time.Now())
		if op.Outcome == history.Done && op.Result.OK {
			return op.Result.List, nil
		}
		if !p.wait(ctx) {
			return nil, c.run.leaderless()
		}
	}
}

// create creates a topic. After an attempt with an unknown outcome it looks whether
// the topic exists.
func (c *client) create(ctx context.Context, topic string, p *patience) error {
	for {
		op := c.do(ctx, queue.PutTopic.With(topic), time.Now())
		if op.Outcome == history.Done {
			return nil
		}
		listed, err := c.list(ctx, p)
		if err != nil {
			return err
		}
		if slices.Contains(listed, topic) {
			return nil
		}
		if !p.wait(ctx) {
			return c.run.leaderless()
		}
	}
}

// leaderless says why no node has done what was asked.
func (r *run) leaderless() error {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	var all Counts
	for _, n := range r.tally.nodes {
		all.merge(n)
	}
	unconnected := r.tally.errors["connection refused"] + r.tally.errors["no connection"]
	kinds := joinErrors(errorList(r.tally.errors))
	if unconnected == all.All() {
		return fmt.Errorf("%w: %s", ErrUnreachable, kinds)
	}
	return fmt.Errorf("%w: %s", ErrNoLeader, kinds)
}

// drain pops until every topic was empty once, and reports whether all were. It
// gives up when no message comes out for too long, and when more have come out
// than were put in.
func (r *run) drain(ctx context.Context) bool {
	most := r.setup.sent(queue.PutMessage) + r.load.sent(queue.PutMessage)
	empty := make([]atomic.Bool, len(r.topics))
	var left atomic.Int64
	left.Store(int64(len(r.topics)))
	var last atomic.Int64 // the time of the last answer
	last.Store(r.time(time.Now()))
	r.each(func(c *client) {
		for i := range r.topics {
			t := (c.id + i) % len(r.topics)
			pause := minPause
			for !empty[t].Load() && r.rest.popped() <= most {
				op := c.do(ctx, queue.PopMessage.With(r.topics[t]), time.Now())
				switch now := r.time(time.Now()); {
				case ctx.Err() != nil, time.Duration(now-last.Load()) > r.options.Patience:
					return
				case op.Outcome != history.Done:
					sleep(ctx, pause)
					pause = min(2*pause, maxPause)
				case !op.Result.OK && empty[t].CompareAndSwap(false, true):
					left.Add(-1)
					fallthrough
				default:
					last.Store(now)
					pause = minPause
				}
			}
		}
	})
	return left.Load() == 0
}

// A patience bounds repeated attempts.
type patience struct {
	until time.Time
	pause time.Duration
}

func newPatience(d time.Duration) *patience { return &patience{time.Now().Add(d), minPause} }

// wait pauses, each time for longer, and reports whether there is time for another
// attempt.
func (p *patience) wait(ctx context.Context) bool {
	p.pause = min(2*p.pause, maxPause)
	return time.Now().Before(p.until) && sleep(ctx, p.pause)
}
