package scenario

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// The time that a real target waits for answers on their way to clients: long if they are
// certain to arrive, short if the clients may have given up before.
const (
	certainAnswer  = 2 * time.Second
	doubtfulAnswer = 50 * time.Millisecond
)

// A real target is a cluster behind ports, in real time.
type real struct {
	host   *host.Host
	urls   []string
	client *httpClient

	kept   bool        // Close leaves the host running
	drives bool        // Watch moves the host's virtual clock
	trace  *trace.Ring // of the cluster that the scenario is about, when the host is not its own

	ctx    context.Context // of everything that it started
	cancel context.CancelFunc
	begun  sync.WaitGroup

	wake   chan struct{} // look has found something to do
	acting atomic.Bool   // a change was made, whose effects may not have reached the clients

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
	return newTarget(h), nil
}

// newTarget is the cluster of a host.
func newTarget(h *host.Host) *real {
	t := &real{host: h, urls: h.URLs(), client: newHTTPClient(), wake: make(chan struct{}, 1)}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
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
	if err := t.ownCluster(); err != nil {
		return err
	}
	t.acting.Store(false)
	var now time.Duration
	if t.see(&now) || now >= until {
		return nil
	}
	if found, err := t.pass(ctx, until-now); found || err != nil {
		return err
	}
	if err := t.receive(ctx); err != nil {
		return err
	}
	t.see(&now)
	return t.ownCluster()
}

// pass lets a time pass, unless look finds something to do before.
func (t *real) pass(ctx context.Context, d time.Duration) (found bool, err error) {
	if t.drives {
		found = t.host.Wait(ctx, d, t.lookAt)
		return found, errors.Join(ctx.Err(), t.ownCluster())
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-t.wake:
		return true, t.ownCluster()
	case <-timer.C:
	}
	return false, nil
}

// ownCluster returns errReplaced if the host has another cluster than at the start.
func (t *real) ownCluster() error {
	var err error
	t.host.Observe(func(o host.View) {
		if t.isReplaced(o) {
			err = errReplaced
		}
	})
	return err
}

// isDue reports whether more happens at this time. Only a clock that is moved event by
// event shows it.
func isDue(o host.View) bool {
	w, ok := o.(interface{ NextAt() (time.Duration, bool) })
	if !ok {
		return false
	}
	at, more := w.NextAt()
	return more && at <= o.Now()
}

func (t *real) isReplaced(o host.View) bool { return t.trace != nil && o.Trace() != t.trace }

// begin starts to call look.
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

// see calls look for the present state.
func (t *real) see(now *time.Duration) (found bool) {
	t.host.Observe(func(o host.View) {
		found, *now = t.lookAt(o), o.Now()
	})
	return found
}

// lookAt calls look as the world's owner. After a batch of events nothing more happens at
// its time, except that answers reach clients.
func (t *real) lookAt(o host.View) bool {
	if t.isReplaced(o) {
		select {
		case t.wake <- struct{}{}:
		default:
		}
		return true
	}
	t.posts.follow(o.Trace())
	found := t.look(o, !t.acting.Load() && !t.posts.certain() && !(t.drives && isDue(o)))
	if found {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
	return found
}

// nudge calls look soon, because something has changed outside of the cluster.
func (t *real) nudge() { t.host.Observe(func(host.View) {}) }

// Change implements Target. None of several changes has effects before the last one is
// made.
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
			// The rule has ended by itself meanwhile.
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
		before := t.state(c.To)
		answer, id := t.client.do(waiting, t.urls[c.To], c.Command)
		if answer.Status == condition.AnswerOK {
			after := t.state(c.To)
			byFollower(&answer, &before, &after)
		}
		if t.ctx.Err() != nil {
			return nil
		}
		t.posts.arrive(id, answer.Status == condition.AnswerLost)
		c.Answered(answer)
		return nil
	})
}

// state returns the state of a node now.
func (t *real) state(id raft.NodeID) (state raft.State) {
	t.host.Observe(func(o host.View) { state, _, _ = o.State(id) })
	return state
}

// Send implements Target.
func (t *real) Send(ctx context.Context, m raft.Message) error {
	text := wire.Encode(m)
	return t.reach(ctx, trace.RPC, 1, func(int) error {
		return t.client.rpc(t.ctx, t.urls[m.To], int(m.From), text)
	})
}

// reach starts n actions, one after the other, each of which the trace records when it
// reaches its node. The next action starts then, so that they arrive in order, or when this
// one has ended without a record. The error is the first of an action that has ended.
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

// receive waits until the nodes' answers have reached their clients.
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
	var err error
	if !t.kept {
		err = t.host.Close()
	}
	t.begun.Wait()
	t.client.close()
	return err
}

// A post tracks the answers on their way from nodes to clients.
type post struct {
	mu       sync.Mutex // guards the rest
	followed uint64     // the last record read
	given    map[string]bool
	early    map[string]bool // arrived at the client before the record was read
	gone     int             // clients that gave up; their answers may still come
	change   chan struct{}   // closed when an answer arrives; nil if no goroutine waits
}

// follow finds new answers in the trace.
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
			continue // the client's connection was cut
		}
		if id := q.ID.String(); p.early[id] {
			delete(p.early, id)
		} else {
			p.given[id] = true
		}
	}
}

// arrive records that a client got its answer, or lost it.
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

// waiting reports whether answers are on their way, and how long to wait for them.
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

// giveUp stops waiting for the answers on their way now.
func (p *post) giveUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = max(0, p.gone-len(p.given))
	clear(p.given)
}

// changed returns a channel that is closed when the next answer arrives.
func (p *post) changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.change == nil {
		p.change = make(chan struct{})
	}
	return p.change
}
