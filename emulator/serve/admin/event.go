package admin

import (
	"encoding/json"
	"math"
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

const (
	eventsUnlessAsked = 1000
	maxEvents         = 10_000
)

// A filter says which records are asked for.
type filter struct {
	node  raft.NodeID // raft.None: all
	kinds []trace.Kind
}

func (f *filter) lets(r *trace.Record) bool {
	if f.node != raft.None && r.Node != f.node {
		return false
	}
	for _, k := range f.kinds {
		if r.Kind == k {
			return true
		}
	}
	return f.kinds == nil
}

func (c *call) filter() (filter, error) {
	f := filter{node: raft.None}
	node, err := c.number("node", 0, int64(c.nodes())-1, int64(raft.None))
	if err != nil {
		return f, err
	}
	f.node = raft.NodeID(node)
	if !c.query.Has("event") {
		return f, nil
	}
	for _, name := range strings.Split(c.query.Get("event"), ",") {
		kind, err := condition.ParseEvent(name)
		if err != nil {
			return f, err
		}
		f.kinds = append(f.kinds, kind)
	}
	return f, nil
}

func getEvents(c *call) (any, error) {
	f, err := c.filter()
	if err != nil {
		return nil, err
	}
	if strings.Contains(c.r.Header.Get("Accept"), streamType) {
		return c.follow(f)
	}
	from, err := c.placeIn(math.MinInt64+1, 0)
	if err != nil {
		return nil, err
	}
	limit, err := c.number(limitParam.name, limitParam.low, limitParam.high, eventsUnlessAsked)
	if err != nil {
		return nil, err
	}
	var a api.EventsAnswer
	var b batch
	var since uint64
	c.observe(func(o host.View) {
		t := o.Trace()
		since, a.Reset = from.in(o, f)
		a.RunID, a.First, a.Last = o.RunID(), t.First(), t.Last()
		b = take(nil, t, since, int(limit), f)
	})
	if err := checkSince(since, a.Last); err != nil {
		return nil, err
	}
	a.Next, a.Missed = b.next, b.missed > 0 && c.query.Has("since")
	a.Events = make([]json.RawMessage, len(b.records))
	for i := range b.records {
		a.Events[i] = b.records[i].AppendJSON(nil)
	}
	return a, nil
}

// shownInTrail is the number of lines of a trail.
const shownInTrail = 20

// getTrail tells in words how the cluster came to its present state.
func getTrail(c *call) (any, error) {
	var a api.TrailAnswer
	var told []trace.Told
	c.host.Observe(func(o host.View) {
		a.Place = here(o)
		told = trace.Trail(o.Trace(), shownInTrail, nil, nil)
	})
	a.Lines = make([]string, len(told))
	for i := range told {
		a.Lines[i] = told[i].Record.String() + told[i].Again()
	}
	return a, nil
}

// A batch is records out of a trace. They are copies: what they point to is
// never changed, or not in the parts that JSON shows.
type batch struct {
	records []trace.Record
	next    uint64 // the last record looked at
	missed  uint64 // records that were gone already
}

// maxLooked bounds how many records a search reads while the world waits. No trace keeps more.
const maxLooked = 1 << 17

// take adds copies of records after a place to a slice, at most limit of them.
func take(into []trace.Record, t *trace.Ring, since uint64, limit int, f filter) batch {
	b := batch{records: into, next: since}
	if first := t.First(); since+1 < first {
		b.missed = first - since - 1
		b.next = first - 1
	}
	for looked := 0; b.next < t.Last() && len(b.records)-len(into) < limit && looked < maxLooked; looked++ {
		b.next++
		if r := t.At(b.next); f.lets(r) {
			b.records = append(b.records, *r)
		}
	}
	return b
}
