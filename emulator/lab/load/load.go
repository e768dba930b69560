package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Why a run could not begin.
var (
	// ErrUnreachable: no node accepts a connection.
	ErrUnreachable = errors.New("no node can be reached")
	// ErrNoLeader: nodes can be reached, and none does what a leader does.
	ErrNoLeader = errors.New("no node answers as a leader")
	// ErrTopics: topics of the run's names are there already.
	ErrTopics = errors.New("topics of an earlier run are there")
)

// Largest values of Options.
const (
	MaxClients = 10_000
	MaxTopics  = 10_000
)

// Options say what to do. All of them have to be set, but for those that say so.
type Options struct {
	Clients  int
	Workload string
	Topics   int
	Prefix   string        // of the topics' names
	Seed     uint64        // of the commands
	Duration time.Duration // 0: until Requests are sent
	Requests int           // of all clients together; 0: until Duration is over
	Rate     float64       // starts per second; 0: each client sends when it has its answer
	Timeout  time.Duration // of a request
	Fill     int           // messages that each topic is given first; -1: as the workload says
	NoDrain  bool          // may be false: pop all that is left, at the end
	// Patience is how long the nodes may take to create the topics, and how long
	// nothing may come out of them while they are drained.
	Patience time.Duration
	// Keep is how many requests are kept to be checked, the first.
	Keep int
	// CheckTimeout bounds the search for an order that explains the answers.
	CheckTimeout time.Duration
	// History, if not nil, is written all requests, as JSON Lines.
	History io.Writer
	// Picture, if not nil, is written a picture of the requests, as HTML, when a
	// check failed.
	Picture io.Writer
	// Progress, if not nil, can be asked how far the run is.
	Progress *Progress
}

// A run is one load from its beginning to its end.
type run struct {
	options Options
	work    *workload
	cluster *cluster
	topics  []string
	clients []*client
	zero    time.Time // from which the history's times count
	*recorder

	// tally is that of the phase that goes on; changed between phases alone.
	tally             *tally
	setup, load, rest *tally
	pace              pace
	elapsed           time.Duration // of the load
	drained           time.Duration // which the draining took
	empty             bool          // every topic was seen empty at the end
}

// Run loads the nodes of a target and gives the outcome. An error says that
// there was nothing to load, or that the history could not be written; an
// interrupted run is none. The context's end interrupts it.
func Run(ctx context.Context, target *Target, o Options) (*Report, error) {
	work, err := findWorkload(o.Workload)
	if err != nil {
		return nil, fmt.Errorf("workload %w", err)
	}
	if work.one {
		o.Topics = 1
	}
	if o.Fill < 0 {
		o.Fill = work.fill
	}
	r := &run{
		options: o, work: work, cluster: newCluster(target), topics: topicNames(o.Prefix, o.Topics),
		zero: time.Now(), recorder: newRecorder(o.Prefix, o.Keep, o.History),
	}
	for i := range o.Clients {
		r.clients = append(r.clients, newClient(r, i))
	}
	defer func() {
		for _, c := range r.clients {
			c.close()
		}
	}()
	for _, p := range []**tally{&r.setup, &r.load, &r.rest} {
		*p = newTally(len(target.Nodes))
	}
	r.begin(PhaseSetup, r.setup)
	if err := r.prepare(ctx); err != nil && ctx.Err() == nil {
		return nil, err
	}
	r.pace = pace{began: time.Now(), duration: o.Duration, requests: o.Requests, rate: o.Rate, clients: o.Clients}
	r.begin(PhaseLoad, r.load)
	r.each(func(c *client) { c.play(ctx) })
	r.elapsed = time.Since(r.pace.began)
	if !o.NoDrain && ctx.Err() == nil {
		began := time.Now()
		r.begin(PhaseDrain, r.rest)
		r.empty = r.drain(ctx)
		r.drained = time.Since(began)
	}
	r.begin(PhaseCheck, r.rest)
	return r.report(ctx)
}

// A Phase is a part of a run.
type Phase string

// The phases of a run, in their order.
const (
	PhaseSetup Phase = "setup"
	PhaseLoad  Phase = "load"
	PhaseDrain Phase = "drain"
	PhaseCheck Phase = "check"
)

// begin begins a phase, whose requests go into a tally.
func (r *run) begin(phase Phase, t *tally) {
	r.tally = t
	r.options.Progress.begin(r, phase, t)
}

// time is when something was, in nanoseconds since the run began.
func (r *run) time(t time.Time) int64 { return int64(t.Sub(r.zero)) }

// each lets all clients do something at once, and waits for them.
func (r *run) each(do func(*client)) {
	var done sync.WaitGroup
	for _, c := range r.clients {
		done.Go(func() { do(c) })
	}
	done.Wait()
}

// play sends what a client has to send.
func (c *client) play(ctx context.Context) {
	r := c.run
	s := newScript(r.work, r.options.Prefix, r.topics, r.options.Seed, c.id)
	for n := 0; ; n++ {
		from, ok := r.pace.next(ctx, c.id, n)
		if !ok {
			return
		}
		c.do(ctx, s.next(), from)
	}
}
