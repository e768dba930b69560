package admin

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
)

// runName is the key of the query that names a run.
const runName = "run"

// runOf is the parameter that names the run to which since belongs.
func runOf(otherwise string) param {
	return param{name: runName, doc: "the run_id of the run to which since belongs; if another run has taken its place, " + otherwise}
}

// errReplaced: the run that a request is about is over.
var errReplaced = errors.New("the cluster was replaced")

// replaced is the failure of a request about a run when another one has taken its place.
func replaced(run, by string) error {
	return &failure{err: errReplaced, detail: fmt.Sprintf(
		"the cluster was replaced: run %.40s is over, and run %s has taken its place; begin again there", run, by)}
}

// fromNow, as the seq of a place, is the end of the trace.
const fromNow = math.MaxInt64

// A place is where a client wants to go on in the trace: after a seq, in a run. A
// negative seq stands before that many of the newest records.
type place struct {
	run string // "": whichever run it is
	seq int64
}

// newest is the seq after which n records come that the filter lets through: the newest.
func newest(t *trace.Ring, n uint64, f filter) uint64 {
	seq := t.Last()
	for first := max(t.First(), 1); n > 0 && seq >= first; seq-- {
		if f.lets(t.At(seq)) {
			n--
		}
	}
	return seq
}

// in returns the seq after which the client goes on. When the place is in a run that is
// over, the client starts over, with the first record.
func (p place) in(o host.View, f filter) (seq uint64, anew bool) {
	last := o.Trace().Last()
	switch {
	case p.run != "" && p.run != o.RunID():
		return 0, true
	case p.seq < 0:
		return newest(o.Trace(), uint64(-p.seq), f), false
	case p.seq == fromNow:
		return last, false
	}
	return uint64(p.seq), false
}

// placeIn reads a place from the query: run and since, or another seq without since.
func (c *call) placeIn(low, unlessAsked int64) (place, error) {
	seq, err := c.since(low, unlessAsked)
	return place{c.query.Get(runName), seq}, err
}

// appendID appends the id of an event of a stream: RUN:SEQ.
func appendID(b []byte, run string, seq uint64) []byte {
	return strconv.AppendUint(append(append(b, run...), ':'), seq, 10)
}

// parseID reads what appendID has written. A bare seq is a place in whichever run it is.
func parseID(id string) (place, error) {
	run, seq, ok := strings.Cut(id, ":")
	if !ok {
		run, seq = "", id
	}
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil || n < 0 || ok && run == "" {
		return place{}, &failure{err: errBadRequest, detail: fmt.Sprintf(
			"Last-Event-ID is %.60q, want the id of an event of the stream, RUN:SEQ", id)}
	}
	return place{run, n}, nil
}
