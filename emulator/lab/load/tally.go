package load

import (
	"sync"
	"time"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
)

// A tally counts what became of the requests of one phase of a run.
type tally struct {
	mu     sync.Mutex // guards the rest
	ops    [4]opTally // by queue.Op
	nodes  []Counts
	errors map[string]int
	recent histogram // answers since the progress was told last
}

// An opTally is about the requests of one kind.
type opTally struct {
	counts  Counts
	nothing int       // of those done: there was nothing to pop, a topic was there, or none
	latency histogram // of those answered
}

// Counts are requests, or attempts, by what became of them.
type Counts struct {
	Done    int `json:"done"`
	Refused int `json:"refused"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"`
}

func (c *Counts) add(o history.Outcome) {
	switch o {
	case history.Done:
		c.Done++
	case history.Refused:
		c.Refused++
	case history.Failed:
		c.Failed++
	default:
		c.Unknown++
	}
}

func (c *Counts) merge(other Counts) {
	c.Done += other.Done
	c.Refused += other.Refused
	c.Failed += other.Failed
	c.Unknown += other.Unknown
}

// All is how many there are.
func (c *Counts) All() int { return c.Done + c.Refused + c.Failed + c.Unknown }

func newTally(nodes int) *tally {
	return &tally{nodes: make([]Counts, nodes), errors: map[string]int{}}
}

// attempt counts what one node did with a request.
func (t *tally) attempt(node int, a *answer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nodes[node].add(a.outcome)
	if a.kind != "" {
		t.errors[a.kind]++
	}
}

// request counts a request that has come to its end. Only of those that were
// answered the latency is known.
func (t *tally) request(op *history.Call, latency time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := &t.ops[op.Command.Op]
	o.counts.add(op.Outcome)
	if op.Outcome == history.Done || op.Outcome == history.Failed {
		o.latency.add(latency)
		t.recent.add(latency)
	}
	if op.Outcome == history.Done && !op.Result.OK {
		o.nothing++
	}
}

// counts are those of all requests.
func (t *tally) counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all Counts
	for i := range t.ops {
		all.merge(t.ops[i].counts)
	}
	return all
}

// sofar gives what the progress tells, and begins a new window for its quantiles.
func (t *tally) sofar() (all Counts, p50, p99 time.Duration) {
	all = t.counts()
	t.mu.Lock()
	defer t.mu.Unlock()
	p50, p99 = t.recent.quantile(0.5), t.recent.quantile(0.99)
	t.recent = histogram{}
	return all, p50, p99
}

// popped is how many messages came out.
func (t *tally) popped() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := &t.ops[queue.PopMessage]
	return o.counts.Done - o.nothing
}

// asked is how many requests there were of one kind.
func (t *tally) asked(op queue.Op) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ops[op].counts.All()
}
