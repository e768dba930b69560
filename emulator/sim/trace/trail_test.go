package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A history fills a ring with records.
type history struct{ *trace.Ring }

func (h history) add(kind trace.Kind, node raft.NodeID, change func(*trace.Record)) {
	r := h.Next(kind)
	*r = trace.Record{Seq: r.Seq, Kind: kind, Node: node}
	if change != nil {
		change(r)
	}
}

func (h history) change(c fault.Change) {
	h.add(trace.Nemesis, raft.None, func(r *trace.Record) { r.Detail = &c })
}

// retries are rejections of a leader that knows nothing of what happens, each with heartbeats.
func (h history) retries(n int) {
	for i := range n {
		h.add(trace.Reply, 1, func(r *trace.Record) {
			r.Message = raft.Message{Type: raft.AppendEntriesResponse, From: 1, To: 0, Term: raft.Term(i)}
		})
		h.add(trace.Kind(raft.AppendEntries), 0, func(r *trace.Record) {
			r.Message = raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: raft.Term(i)}
		})
	}
}

func (h history) asked(n int) {
	for i := range n {
		h.add(trace.Request, 0, func(r *trace.Record) {
			r.Detail = &trace.Call{Command: queue.PutTopic.New(fmt.Sprint("t", i))}
		})
	}
}

func told(list []trace.Told) (lines []string) {
	for i := range list {
		lines = append(lines, list[i].Kind.String()+list[i].Again())
	}
	return lines
}

func TestTrailTellsWhatWasDoneBeforeWhatItLedTo(t *testing.T) {
	crash := func(n int) fault.Change { return fault.Change{Kind: fault.Crash, Node: raft.NodeID(n)} }
	for _, c := range []struct {
		name  string
		fill  func(history)
		nodes []raft.NodeID
		want  string
	}{
		{"Nothing", func(history) {}, nil, ""},
		{"ACutBeforeManyRetries", func(h history) {
			h.change(crash(2))
			h.asked(1)
			h.retries(100)
		}, nil, "Nemesis, Request, Reply (and 99 times before)"},
		{"EachChangeWhereThereIsRoom", func(h history) {
			for i := range 6 {
				h.change(crash(i))
			}
			h.asked(1)
			h.retries(1)
		}, nil, "Nemesis, Nemesis, Nemesis, Nemesis, Nemesis, Request, Reply"},
		{"ManyRequestsLeaveRoomForChanges", func(h history) {
			h.change(crash(2))
			h.asked(100)
		}, nil, "Nemesis, Request (and 99 times before)"},
		{"FewRequestsEach", func(h history) {
			h.asked(3)
			h.change(crash(2))
		}, nil, "Request, Request, Request, Nemesis"},
		{"OfOtherNodesChangesAndLeaders", func(h history) {
			h.change(crash(2))
			h.add(trace.Kind(raft.Timeout), 0, nil)
			h.add(trace.Kind(raft.BecomeLeader), 0, nil)
			h.retries(1)
			h.add(trace.Kind(raft.Restart), 3, nil)
		}, []raft.NodeID{3}, "Nemesis, BecomeLeader, Restart"},
		{"RoutineWhereThereIsNothingElse", func(h history) {
			for range 9 {
				h.add(trace.Kind(raft.AppendEntries), 0, nil)
			}
		}, nil, "AppendEntries (and 8 times before)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := history{trace.NewRing(1000)}
			c.fill(h)
			assert.Equal(t, strings.Join(told(trace.Trail(h.Ring, 7, c.nodes, nil)), ", "), c.want)
		})
	}
}

// A trail has the changes that the ring has dropped, and each change once.
func TestTrailTellsOlderChanges(t *testing.T) {
	h := history{trace.NewRing(10)}
	var older []trace.Record
	for _, kind := range []fault.Kind{fault.Crash, fault.Restart} {
		h.change(fault.Change{Kind: kind, Node: 1})
		older = append(older, *h.At(h.Last()))
		if kind == fault.Crash {
			h.retries(9)
		}
	}
	got := trace.Trail(h.Ring, 8, nil, older)
	assert.Equal(t, got[0].Sentence(), "node 1 was crashed")
	assert.Equal(t, strings.Join(told(got), ", "), "Nemesis, Reply (and 3 times before), Nemesis")
}
