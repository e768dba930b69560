package target

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/grade/link"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// errOver means that the program has shown enough: a node ended by itself or did not start,
// or what it answers cannot be read. The evidence says what.
var errOver = errors.New("the program has ended the scenario")

// A cluster is the nodes of one run.
type cluster struct {
	o         Options
	fixture   *fixture.Fixture
	nodes     []*node
	rooms     rooms
	links     *link.Net
	looks     bool // the scenario looks at the roles of nodes
	merged    merger
	datagrams atomic.Pointer[[2]int]                   // the first that were seen: from whom and to whom
	types     [fault.AppendEntriesType + 1]atomic.Bool // of messages that the links have recognized

	ctx    context.Context // of everything that it starts
	cancel context.CancelFunc
	begun  sync.WaitGroup
	zero   time.Time
	wake   chan struct{} // look has found something to do, or the scenario is over
	trace  *trace.Ring

	mu      sync.Mutex // guards the rest, and look
	look    scenario.Look
	acting  bool // a change was made, and its effects have not been seen
	changed time.Duration
	// starting are the places of changes whose nodes do not answer yet; none if no node starts.
	starting []int
	failed   error
	record   judge.Evidence
	clients  []bool // the numbers of clients in use
}

// A node is one of the cluster's nodes. The cluster's mutex guards it.
type node struct {
	index    int
	process  process // nil before the first start
	up       bool
	paused   bool
	starting bool // again, and it has not answered yet
	ending   bool // the grader ends it
	known    bool // a poll since its last start has shown role and term
	role     raft.Role
	term     raft.Term
	tried    time.Duration // the beginning of its last poll that has ended
	kick     chan struct{} // there is something to poll
	lastPoll time.Time
	halves   int // polls in a row that ended in the middle of the answer
	wrongs   int // polls in a row that cannot be read
}

// runs reports whether a node can answer.
func (n *node) runs() bool { return n.up && !n.paused && !n.starting }

func newCluster(f *fixture.Fixture, o Options) *cluster {
	t := &cluster{
		o: o, fixture: f, looks: judge.Roles(f.Scenario),
		zero: time.Now(), wake: make(chan struct{}, 1), trace: trace.NewRing(1),
	}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.merged.w = o.Output
	for i := range f.Nodes {
		t.nodes = append(t.nodes, &node{index: i, tried: -1, kick: make(chan struct{}, 1)})
	}
	t.record.Polls = make([][]judge.Poll, len(t.nodes))
	return t
}

// open makes the rooms and the links.
func (t *cluster) open(ctx context.Context) error {
	limits := room.Limits{None: t.o.NoLimits}
	ready := make(chan struct{}) // the links are there
	var links *link.Net
	made, err := t.o.open(ctx, room.Options{
		Nodes: len(t.nodes), Mode: t.o.Mode, Internal: t.o.Course.Start.Internal, Limits: limits,
		Datagrams: func(from, to int) { t.datagrams.CompareAndSwap(nil, &[2]int{from, to}) },
		Connected: func(from, to int, internal bool, c net.Conn) {
			<-ready
			links.Carry(from, to, internal, c)
		},
	})
	if err != nil {
		close(ready)
		return err
	}
	t.rooms = made
	for i := range t.nodes {
		made.Shut(i, true) // until it listens
	}
	links = link.New(link.Options{
		Nodes: len(t.nodes), Dial: made.Dial, Match: t.o.Course.Messages, Seed: t.fixture.Seed, Clock: t.now,
		Seen: func(p link.Passage) { t.types[p.Type].Store(true) },
	})
	t.links = links
	close(ready)
	t.links.SetStyle(style(t.fixture.Scenario.Links))
	return nil
}

// style returns what cut links do.
func style(word string) link.Style {
	switch word {
	case play.LinksReset:
		return link.Reset
	case play.LinksRefuse:
		return link.Refuse
	}
	return link.Hold
}

// now is the time since the scenario began. Before that, it is the time since the nodes were
// started.
func (t *cluster) now() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.zero)
}

// since is now, for holders of the mutex.
func (t *cluster) since() time.Duration { return time.Since(t.zero) }

// Watch implements scenario.Target.
func (t *cluster) Watch(ctx context.Context, until time.Duration, look scenario.Look) error {
	select {
	case <-t.wake:
	default:
	}
	t.mu.Lock()
	t.look = look
	t.mu.Unlock()
	if err := t.settle(ctx); err != nil {
		return err
	}
	if found, err := t.see(); found || err != nil {
		return err
	}
	d := until - t.now()
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.wake:
	case <-timer.C:
	}
	_, err := t.see()
	return err
}

// see looks at the present state.
func (t *cluster) see() (found bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed != nil {
		return false, t.failed
	}
	return t.lookNow(), nil
}

// lookNow calls look. The caller holds the mutex.
func (t *cluster) lookNow() bool {
	if t.look == nil || t.failed != nil {
		return false
	}
	found := t.look(view{t, t.since()}, !t.acting)
	if found {
		t.awake()
	}
	return found
}

func (t *cluster) awake() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// fail ends the scenario. The first error counts.
func (t *cluster) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failLocked(err)
}

func (t *cluster) failLocked(err error) {
	if t.failed == nil {
		t.failed = err
	}
	t.awake()
}

// settleTime bounds the wait for polls that were begun after a change: a node need not answer.
const settleTime = 500 * time.Millisecond

// settle waits until all nodes that run have been polled since the last change, so that what
// follows a change does not see the time before it.
func (t *cluster) settle(ctx context.Context) error {
	for ctx.Err() == nil {
		t.mu.Lock()
		acting, changed := t.acting, t.changed
		t.mu.Unlock()
		if !acting {
			break
		}
		if t.looks {
			t.await(ctx, settleTime, t.isFresh)
		}
		t.mu.Lock()
		if t.changed == changed { // else nodes have started meanwhile
			t.acting = false
		}
		t.mu.Unlock()
	}
	return ctx.Err()
}

// await waits until a condition holds, for a limited time. Polls, answers and the ends of
// processes wake it.
func (t *cluster) await(ctx context.Context, limit time.Duration, holds func() bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		t.mu.Lock()
		done := holds() || t.failed != nil
		t.mu.Unlock()
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// isFresh reports whether each node that runs has been polled since the last change.
func (t *cluster) isFresh() bool {
	for _, n := range t.nodes {
		if n.runs() && n.tried < t.changed {
			return false
		}
	}
	return true
}

// isFramed reports whether each node that runs has been polled since its last answer to a
// client, so that the answer stands between two polls, of which the second is no old copy.
func (t *cluster) isFramed() bool {
	for i := range t.record.Calls {
		c := &t.record.Calls[i]
		if n := t.nodes[c.Node]; n.runs() && n.tried < c.End+judge.Moment {
			return false
		}
	}
	return true
}

// stage is the cluster as the scenario sees it: its Close leaves the nodes running.
type stage struct{ *cluster }

// Close implements scenario.Target.
func (s stage) Close() error {
	s.rest()
	return nil
}

// rest stops everything except the nodes: what comes later is no evidence.
func (t *cluster) rest() {
	if t.looks {
		t.await(t.ctx, settleTime, t.isFramed)
	}
	t.mu.Lock()
	t.look = nil
	t.record.End = t.since()
	t.startedAll() // no later than this
	t.mu.Unlock()
	t.cancel()
	t.begun.Wait()
}

// close ends everything.
func (t *cluster) close() error {
	t.cancel()
	t.mu.Lock()
	for _, n := range t.nodes {
		n.ending = true
	}
	t.mu.Unlock()
	var errs []error
	if t.links != nil {
		errs = append(errs, t.links.Close())
	}
	if t.rooms != nil {
		errs = append(errs, t.rooms.Close())
	}
	t.begun.Wait()
	return errors.Join(errs...)
}
