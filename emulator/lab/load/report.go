package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/mqapi/queue"
)

// A Report is the outcome of a run. Times are in milliseconds. Operations, Nodes
// and Errors cover the load only, without setup and drain.
type Report struct {
	Workload string  `json:"workload"`
	Seed     uint64  `json:"seed"`
	Prefix   string  `json:"prefix"`
	Clients  int     `json:"clients"`
	Rate     float64 `json:"rate"` // 0: a closed loop

	Interrupted bool    `json:"interrupted"`
	Replaced    bool    `json:"replaced"` // another cluster took the nodes' place
	Elapsed     float64 `json:"elapsed_ms"`
	Requests    Counts  `json:"requests"`
	PerSecond   float64 `json:"done_per_second"`
	// Scheduled counts the requests that were due until the end. NotSent of them were
	// never sent, because all clients were busy. Both are 0 in a closed loop.
	Scheduled int `json:"scheduled"`
	NotSent   int `json:"not_sent"`

	Operations []Operation     `json:"operations"`
	Nodes      []NodeReport    `json:"nodes"`
	Errors     []ErrorCount    `json:"errors"`
	Nemesis    *Nemesis        `json:"nemesis"` // null: the target is not known to be an emulator
	Drain      *Drain          `json:"drain"`   // null: there was none
	Messages   *Accounts       `json:"messages"`
	Check      *history.Report `json:"check"`
}

// An Operation sums up the requests of one kind. Latencies are those of the
// answered requests, counted from when each was due.
type Operation struct {
	Op       string  `json:"op"`
	Requests Counts  `json:"requests"`
	Nothing  int     `json:"nothing"` // of those done: no message to pop, or a topic that exists already or not at all
	P50      float64 `json:"p50_ms"`
	P90      float64 `json:"p90_ms"`
	P99      float64 `json:"p99_ms"`
	P999     float64 `json:"p99_9_ms"`
	Max      float64 `json:"max_ms"`
}

// A NodeReport sums up the attempts at one node. A request can have several, of
// which all except the last are refused.
type NodeReport struct {
	URL      string `json:"url"`
	Attempts Counts `json:"attempts"`
}

// An ErrorCount is the number of attempts that failed for the same reason.
type ErrorCount struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// A Drain says how the remaining messages were popped.
type Drain struct {
	Messages int     `json:"messages"`
	Elapsed  float64 `json:"elapsed_ms"`
	Empty    bool    `json:"empty"` // every topic was empty once
	Requests Counts  `json:"requests"`
}

func (e ErrorCount) String() string { return fmt.Sprintf("%s (%d)", e.Kind, e.Count) }

// errorList sorts errors, the most frequent first.
func errorList(counts map[string]int) []ErrorCount {
	list := []ErrorCount{}
	for kind, n := range counts {
		list = append(list, ErrorCount{kind, n})
	}
	slices.SortFunc(list, func(a, b ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Kind, b.Kind))
	})
	return list
}

// joinErrors writes errors on one line.
func joinErrors(list []ErrorCount) string {
	var words []string
	for _, e := range list {
		words = append(words, e.String())
	}
	return strings.Join(words, ", ")
}

func millis(d time.Duration) float64 { return float64(d) / 1e6 }

// report checks the history and returns the outcome of the run.
func (r *run) report(ctx context.Context) (*Report, error) {
	o, t := &r.options, r.load
	rep := &Report{
		Workload: o.Workload, Seed: o.Seed, Prefix: o.Prefix, Clients: o.Clients, Rate: o.Rate,
		Interrupted: ctx.Err() != nil, Elapsed: millis(r.elapsed), Requests: t.counts(),
		Errors: errorList(t.errors),
	}
	if s := r.elapsed.Seconds(); s > 0 {
		rep.PerSecond = float64(rep.Requests.Done) / s
	}
	if rep.Scheduled = r.pace.scheduled(r.elapsed); rep.Scheduled > 0 {
		rep.NotSent = max(0, rep.Scheduled-rep.Requests.All())
	}
	for op := range t.ops {
		if p := &t.ops[op]; p.counts.All() > 0 {
			rep.Operations = append(rep.Operations, p.report(queue.Type.Ops[op].Name))
		}
	}
	for i, counts := range t.nodes {
		rep.Nodes = append(rep.Nodes, NodeReport{r.cluster.nodes[i].String(), counts})
	}
	if r.drained > 0 {
		rep.Drain = &Drain{r.rest.popped(), millis(r.drained), r.empty, r.rest.counts()}
	}
	rep.Messages = r.ledger.accounts()
	rep.Nemesis = r.nemesis(ctx)
	rep.Replaced = r.replaced
	check, err := r.check(ctx, rep.Messages, rep.Nemesis.marks())
	rep.Check = check
	return rep, errors.Join(err, r.flush())
}

func (t *opTally) report(name string) Operation {
	l := &t.latency
	return Operation{
		Op: name, Requests: t.counts, Nothing: t.nothing,
		P50: millis(l.quantile(0.5)), P90: millis(l.quantile(0.9)), P99: millis(l.quantile(0.99)),
		P999: millis(l.quantile(0.999)), Max: millis(l.max),
	}
}
