package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// The reasons why a run could not begin.
var (
	// ErrUnreachable: no node accepts a connection.
	ErrUnreachable = errors.New("no node can be reached")
	// ErrNoLeader: nodes can be reached, but none acts as a leader.
	ErrNoLeader = errors.New("no node answers as a leader")
	// ErrTopics: topics with the run's prefix exist already.
	ErrTopics = errors.New("topics of an earlier run exist")
	// ErrReplaced: another cluster took the place of the nodes before the load began.
	ErrReplaced = errors.New("the cluster was replaced")
)

// Largest values of Options.
const (
	MaxClients = 10_000
	MaxTopics  = 10_000
)

// Options say what a run does. Every field must be set, except those whose comment
// gives a meaning to the zero value.
type Options struct {
	Clients  int
	Workload string
	Topics   int
	Prefix   string        // of the topics' names
	Seed     uint64        // of the commands
	Duration time.Duration // 0: until Requests are sent
	Requests int           // of all clients together; 0: until Duration is over
	Rate     float64       // requests per second; 0: each client sends when it has its answer
	Timeout  time.Duration // of a request
	Fill     int           // messages put into each topic first; -1: as the workload says
	NoDrain  bool          // false: pop all remaining messages at the end
	// Patience bounds the wait for the topics to be created, and the wait for the next
	// message during the drain.
	Patience time.Duration
	// Keep is the number of first requests that are kept for the checks.
	Keep int
	// CheckTimeout bounds the search for an order that explains the answers.
	CheckTimeout time.Duration
	// History, if not nil, receives all requests as JSON Lines.
	History io.Writer
	// Picture, if not nil, receives a picture of the requests, as HTML, when a check
	// fails.
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

	// tally is that of the current phase; it changes only between phases.
	tally             *tally
	setup, load, rest *tally
	pace              pace
	elapsed           time.Duration // of the load
	drained           time.Duration // the time that the drain took
	empty             bool          // every topic was empty at the end
	replaced          bool          // the emulator hosts another cluster now
}

// Run puts the nodes of a target under load and reports the outcome. An error means
// that the run could not begin, or that the history could not be written. The end
// of the context interrupts the run, which is no error. The run ends early when the
// emulator that hosts the nodes replaces its cluster: no answer of the new one says
// anything about the one before.
func Run(ctx context.Context, target *Target, o Options) (*Report, error) {
	work, err := findWorkload(o.Workload)
	if err != nil {
		return nil, err
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
	working, stop := r.untilReplaced(ctx)
	defer stop()
	r.begin(PhaseSetup, r.setup)
	if err := r.prepare(working); err != nil && ctx.Err() == nil {
		if r.isReplaced(ctx) {
			err = fmt.Errorf("%w while its topics were created", ErrReplaced)
		}
		return nil, err
	}
	r.pace = pace{began: time.Now(), duration: o.Duration, requests: o.Requests, rate: o.Rate, clients: o.Clients}
	r.begin(PhaseLoad, r.load)
	r.each(func(c *client) { c.play(working) })
	r.elapsed = time.Since(r.pace.began)
	if !o.NoDrain && working.Err() == nil {
		began := time.Now()
		r.begin(PhaseDrain, r.rest)
		r.empty = r.drain(working)
		r.drained = time.Since(began)
	}
	r.begin(PhaseCheck, r.rest)
	stop()
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

// time is a moment in nanoseconds since the run began.
func (r *run) time(t time.Time) int64 { return int64(t.Sub(r.zero)) }

// each calls do for all clients at once, and waits for them.
func (r *run) each(do func(*client)) {
	var done sync.WaitGroup
	for _, c := range r.clients {
		done.Go(func() { do(c) })
	}
	done.Wait()
}

// play sends the client's requests.
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
