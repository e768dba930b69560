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

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
)

// A recorder keeps the history of a run, for the checks and for a file.
type recorder struct {
	prefix string
	keep   int // so many requests, the first

	mu     sync.Mutex     // guards the rest
	ops    []history.Call // those kept, and those that overlap with them
	all    int
	until  int64 // the last return of those kept
	ledger ledger
	file   *bufio.Writer // nil: none is wanted
	err    error         // of the file
	topics []string      // the last list, which many requests have in common
}

func newRecorder(prefix string, keep int, file io.Writer) *recorder {
	r := &recorder{prefix: prefix, keep: keep}
	if file != nil {
		r.file = bufio.NewWriterSize(file, 1<<16)
	}
	return r
}

// own leaves out of a list of topics those that are not the run's: others may
// use the nodes as well.
func (r *recorder) own(result queue.Result) queue.Result {
	if result.Topics == nil {
		return result
	}
	own := slices.DeleteFunc(result.Topics, func(t string) bool { return !strings.HasPrefix(t, r.prefix) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(own, r.topics) {
		r.topics = slices.Clip(own)
	}
	result.Topics = r.topics
	return result
}

// add records a request that has come to its end.
func (r *recorder) add(op *history.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.all < r.keep:
		r.ops = append(r.ops, *op)
		r.until = max(r.until, op.Return)
	case op.Call <= r.until && op.Outcome != history.Refused:
		// What is kept may have seen what this one did; its end is not part of it.
		begun := *op
		begun.Return, begun.Outcome, begun.Result, begun.Index = 0, history.Unknown, queue.Result{}, 0
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

// interruptedCheck is how long the check of an interrupted run may take.
const interruptedCheck = 2 * time.Second

// check tells whether a queue could have answered so. It is done even when the
// run was interrupted, but not for long then. All clients have ended. Of a run
// with more requests than are kept the beginning is checked, as every beginning
// of a linearizable history is one; but the accounts are those of all.
func (r *run) check(ctx context.Context, accounts *Accounts, faults []history.Fault) (*history.Report, error) {
	o := history.Options{Timeout: r.options.CheckTimeout}
	if ctx.Err() != nil {
		o.Timeout = min(o.Timeout, interruptedCheck)
		ctx = context.WithoutCancel(ctx)
	}
	h := history.History{Calls: r.ops, Faults: faults}
	report := history.Check(ctx, h, o)
	if r.all > r.keep {
		r.ledger.settle(accounts, r.empty, &report)
		report.How += fmt.Sprintf(", which are the beginning of %d; all messages are accounted for", r.all)
	}
	if v := report.Verdict(history.Lost); r.drained > 0 && !r.empty && accounts.Missing > 0 && v.State == history.Held {
		v.State = history.Open // whoever is down might have lost all of them
		v.Words = fmt.Sprintf("%d messages were acknowledged and not taken, and not all topics were emptied", accounts.Missing)
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
