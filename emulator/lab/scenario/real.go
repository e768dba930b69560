package scenario

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/wire"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// How long a real target waits for answers that the nodes have given to come to
// their clients: long where they are certain to, short where the clients may
// have given up before.
const (
	certainAnswer  = 2 * time.Second
	doubtfulAnswer = 50 * time.Millisecond
)

// A real target is a cluster behind ports, in real time.
type real struct {
	host   *host.Host
	urls   []string
	client *httpClient

	ctx    context.Context // of all that it has begun
	cancel context.CancelFunc
	begun  sync.WaitGroup

	wake   chan struct{} // look has found something to do
	acting atomic.Bool   // something was done, and what it led to may not have come to clients

	mu    sync.Mutex // guards look
	look  Look
	posts post
}

// newReal hosts the fixture's cluster on free ports.
func newReal(f *fixture.Fixture, trace io.Writer, monitors []world.Monitor) (*real, error) {
	h, err := host.Start(f, host.Options{Trace: trace, Monitors: monitors})
	if err != nil {
		return nil, err
	}
	t := &real{host: h, urls: h.URLs(), client: newHTTPClient(), wake: make(chan struct{}, 1)}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t, nil
}

// Watch implements Target.
func (t *real) Watch(ctx context.Context, until time.Duration, look Look) error {
	t.begin(look)
	select {
	case <-t.wake:
	default:
	}
	if err := t.receive(ctx); err != nil {
		return err
	}
	t.acting.Store(false)
	var now time.Duration
	if t.see(&now) || now >= until {
		return nil
	}
	timer := time.NewTimer(until - now)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.wake:
		return nil
	case <-timer.C:
	}
	if err := t.receive(ctx); err != nil {
		return err
	}
	t.see(&now)
	return nil
}

// begin has the cluster looked at from now on.
func (t *real) begin(look Look) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.look != nil {
		return
	}
	t.look = look
	t.begun.Go(func() {
		t.host.Watch(t.ctx, func(o host.View) bool {
			t.lookAt(o)
			return false
		})
	})
}

// see looks at the cluster as it is now.
func (t *real) see(now *time.Duration) (found bool) {
	t.host.Observe(func(o host.View) {
		found, *now = t.lookAt(o), o.Now()
	})
	return found
}

// lookAt looks, as the world's owner. After a batch of events nothing more
// happens at its time, but that answers come to clients.
func (t *real) lookAt(o host.View) bool {
	t.posts.follow(o.Trace())
	found := t.look(o, !t.acting.Load() && !t.posts.certain())
	if found {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
	return found
}

// nudge has the cluster looked at: something has changed outside of it.
func (t *real) nudge() { t.host.Observe(func(host.View) {}) }

// Change implements Target. Of several changes none leads to anything before
// the last one is made.
func (t *real) Change(ctx context.Context, changes []fault.Change) error {
	t.acting.Store(true)
	if len(changes) > 1 {
		t.host.Pause()
		defer func() { _, _ = t.host.Run(-1) }() // -1 is always a speed
	}
	for _, c := range changes {
		_, err := t.host.Change(func(host.View) (fault.Change, error) { return c, nil })
		switch {
		case c.Kind == fault.DeleteRule && errors.Is(err, world.ErrNoRule):
			// It has run out meanwhile.
		case err != nil:
			return err
		}
	}
	return nil
}

// Request implements Target.
func (t *real) Request(ctx context.Context, calls []Call) error {
	return t.reach(ctx, trace.Request, len(calls), func(i int) error {
		c := &calls[i]
		waiting, cancel := context.WithTimeout(t.ctx, c.Timeout)
		defer cancel()
		answer, id := t.client.do(waiting, t.urls[c.To], c.Command)
		if t.ctx.Err() != nil {
			return nil
		}
		t.posts.arrive(id, answer.Status == condition.AnswerLost)
		c.Answered(answer)
		return nil
	})
}

// Send implements Target.
func (t *real) Send(ctx context.Context, m raft.Message) error {
	text := wire.Encode(m)
	return t.reach(ctx, trace.RPC, 1, func(int) error {
		return t.client.rpc(t.ctx, t.urls[m.To], int(m.From), text)
	})
}

// reach begins n things, one after the other, of which each is recorded in the
// trace when it has reached its node: the next begins then, so that they come in
// order, or when this one has ended without. The error is that of one which has
// ended.
func (t *real) reach(ctx context.Context, kind trace.Kind, n int, do func(int) error) error {
	t.acting.Store(true)
	var reached uint64
	t.host.Observe(func(o host.View) { reached = o.Trace().Count(kind) })
	failed := make(chan error, n)
	for i := range n {
		var ended atomic.Bool
		t.begun.Go(func() {
			if err := do(i); err != nil {
				failed <- err
			}
			ended.Store(true)
			t.nudge()
		})
		before := reached
		t.host.Watch(ctx, func(o host.View) bool {
			reached = o.Trace().Count(kind)
			return reached > before || ended.Load()
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// receive waits until the answers that nodes have given are with their clients.
func (t *real) receive(ctx context.Context) error {
	t.host.Observe(func(o host.View) { t.posts.follow(o.Trace()) })
	patience, waiting := t.posts.waiting()
	if !waiting {
		return ctx.Err()
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		changed := t.posts.changed()
		if _, waiting = t.posts.waiting(); !waiting {
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-timer.C:
			t.posts.giveUp()
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close implements Target.
func (t *real) Close() error {
	t.cancel()
	err := t.host.Close()
	t.begun.Wait()
	t.client.close()
	return err
}

// A post knows which answers are on their way from nodes to clients.
type post struct {
	mu       sync.Mutex // guards the rest
	followed uint64     // record of the trace
	given    map[string]bool
	early    map[string]bool // with the client before the record was looked at
	gone     int             // clients that have given up; the answers to them may still be given
	change   chan struct{}   // closed when an answer arrives; nil: nobody waits
}

// follow looks for answers in the trace.
func (p *post) follow(t *trace.Ring) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given == nil {
		p.given, p.early = map[string]bool{}, map[string]bool{}
	}
	for p.followed = max(p.followed, t.First()-1); p.followed < t.Last(); {
		p.followed++
		r := t.At(p.followed)
		if r.Kind != trace.Response {
			continue
		}
		q := r.Detail.(*trace.Call)
		if errors.Is(q.Reply.Err, machine.ErrNodeDown) {
			continue // the client is cut off
		}
		if id := q.ID.String(); p.early[id] {
			delete(p.early, id)
		} else {
			p.given[id] = true
		}
	}
}

// arrive notes that a client has its answer, or is lost.
func (p *post) arrive(id string, lost bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case id == "" && lost:
		p.gone++
	case id == "":
	case p.given[id]:
		delete(p.given, id)
	case p.early != nil:
		p.early[id] = true
	}
	if p.change != nil {
		close(p.change)
		p.change = nil
	}
}

// waiting reports whether answers are on their way, and how long they are worth
// waiting for.
func (p *post) waiting() (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.given) > p.gone {
		return certainAnswer, true
	}
	return doubtfulAnswer, len(p.given) > 0
}

// certain reports whether answers are on their way that will arrive.
func (p *post) certain() bool {
	patience, waiting := p.waiting()
	return waiting && patience == certainAnswer
}

// giveUp no longer waits for what is on its way now.
func (p *post) giveUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = max(0, p.gone-len(p.given))
	clear(p.given)
}

// changed is closed when the next answer arrives.
func (p *post) changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.change == nil {
		p.change = make(chan struct{})
	}
	return p.change
}
