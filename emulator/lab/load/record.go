package load

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
)

// A recorder keeps the history of a run, for the checks and for a file.
type recorder struct {
	prefix string
	keep   int // the number of first requests to keep

	mu     sync.Mutex     // guards the rest
	ops    []history.Call // the kept ones, and those that overlap with them
	all    int
	until  int64 // the last return of the kept ones
	ledger ledger
	file   *bufio.Writer // nil: none is wanted
	err    error         // of the file
	topics []string      // the last list, which many requests share
}

func newRecorder(prefix string, keep int, file io.Writer) *recorder {
	r := &recorder{prefix: prefix, keep: keep}
	if file != nil {
		r.file = bufio.NewWriterSize(file, 1<<16)
	}
	return r
}

// ownTopics removes foreign topics from a list: others may use the nodes as well.
func (r *recorder) ownTopics(result machine.Result) machine.Result {
	if result.List == nil {
		return result
	}
	own := slices.DeleteFunc(result.List, func(t string) bool { return !strings.HasPrefix(t, r.prefix) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(own, r.topics) {
		r.topics = slices.Clip(own)
	}
	result.List = r.topics
	return result
}

// add records a request that has ended.
func (r *recorder) add(op *history.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.all < r.keep:
		r.ops = append(r.ops, *op)
		r.until = max(r.until, op.Return)
	case op.Call <= r.until && op.Outcome != history.Refused:
		// The kept requests may have seen its effect; its end lies outside.
		begun := *op
		begun.Return, begun.Outcome, begun.Result, begun.Index = 0, history.Unknown, machine.Result{}, 0
		r.ops = append(r.ops, begun)
	}
	r.all++
	r.ledger.add(op)
	if r.file != nil && r.err == nil {
		line, err := json.Marshal(op)
		if err == nil {
			_, err = r.file.Write(append(line, '\n'))
		}
		r.err = err
	}
}

// interruptedCheck bounds the check of an interrupted run.
const interruptedCheck = 2 * time.Second

// check decides whether a queue could have given these answers, after all clients
// have ended. An interrupted run is checked too, but only briefly. If not all
// requests were kept, it checks the first ones, because every prefix of a
// linearizable history is linearizable; the accounts still cover all messages.
func (r *run) check(ctx context.Context, accounts *Accounts, faults []history.Fault) (*history.Report, error) {
	o := history.Options{Timeout: r.options.CheckTimeout}
	if ctx.Err() != nil {
		o.Timeout = min(o.Timeout, interruptedCheck)
		ctx = context.WithoutCancel(ctx)
	}
	if r.replaced {
		o.Timeout = min(o.Timeout, interruptedCheck)
	}
	h := history.History{Calls: r.ops, Faults: faults}
	report := history.Check(ctx, h, o)
	if r.all > r.keep {
		r.ledger.settle(accounts, r.empty, &report)
		report.How += fmt.Sprintf(", the first of %d; all messages are accounted for", r.all)
	}
	if v := report.Verdict(history.Lost); r.drained > 0 && !r.empty && accounts.Missing > 0 && v.State == history.Held {
		v.State = history.Open // nodes that are down may still have them, or have lost them
		v.Words = fmt.Sprintf(notDrained, accounts.Missing)
	}
	if r.replaced {
		undecide(&report)
	}
	var err error
	if report.State() == history.Violated && r.options.Picture != nil {
		err = history.Picture(ctx, r.options.Picture, h, o)
	}
	return &report, err
}

// flush writes the file to its end.
func (r *recorder) flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil || r.err != nil {
		return r.err
	}
	return r.file.Flush()
}
