package load

import (
	"slices"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// A tally counts the requests of one phase of a run by their outcomes.
type tally struct {
	mu     sync.Mutex // guards the rest
	ops    []opTally  // by their places in queue.Type.Ops
	nodes  []Counts
	errors map[string]int
	recent histogram // answers since the last call of window
}

// An opTally counts the requests of one kind.
type opTally struct {
	counts  Counts
	nothing int       // see Operation
	latency histogram // of the answered ones
}

// Counts are numbers of requests, or of attempts, by outcome.
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

// All returns their sum.
func (c *Counts) All() int { return c.Done + c.Refused + c.Failed + c.Unknown }

func newTally(nodes int) *tally {
	return &tally{ops: make([]opTally, len(queue.Type.Ops)), nodes: make([]Counts, nodes), errors: map[string]int{}}
}

// of is the tally of an operation.
func (t *tally) of(op *machine.Operation) *opTally { return &t.ops[slices.Index(queue.Type.Ops, op)] }

// attempt counts one node's answer to a request.
func (t *tally) attempt(node int, a *answer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nodes[node].add(a.outcome)
	if a.kind != "" {
		t.errors[a.kind]++
	}
}

// request counts a request that has ended. Only an answered one has a latency.
func (t *tally) request(op *history.Call, latency time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.of(op.Command.Op)
	o.counts.add(op.Outcome)
	if op.Outcome == history.Done || op.Outcome == history.Failed {
		o.latency.add(latency)
		t.recent.add(latency)
	}
	if op.Outcome == history.Done && !op.Result.OK {
		o.nothing++
	}
}

// counts sums up all requests.
func (t *tally) counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all Counts
	for i := range t.ops {
		all.merge(t.ops[i].counts)
	}
	return all
}

// window returns the counts, and the quantiles since the last call of window.
func (t *tally) window() (all Counts, p50, p99 time.Duration) {
	all = t.counts()
	t.mu.Lock()
	defer t.mu.Unlock()
	p50, p99 = t.recent.quantile(0.5), t.recent.quantile(0.99)
	t.recent = histogram{}
	return all, p50, p99
}

// popped counts the messages that came out.
func (t *tally) popped() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.of(queue.PopMessage)
	return o.counts.Done - o.nothing
}

// sent counts the requests of one kind.
func (t *tally) sent(op *machine.Operation) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of(op).counts.All()
}
