package admin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// hosted hosts a new cluster of three in virtual time.
func hosted(t *testing.T) *host.Host {
	h, err := host.Start(fixture.Fresh(3), host.Options{Clock: host.Virtual})
	assert.NilError(t, err)
	t.Cleanup(func() { assert.NilError(t, h.Close()) })
	return h
}

// However streams begin, and whatever is kept of what others have read, each gets what
// encoding the trace for it alone would give.
func TestFeedGivesEachStreamItsRecords(t *testing.T) {
	filters := []*filter{
		{node: raft.None},
		{node: 1},
		{node: raft.None, kinds: []trace.Kind{trace.Kind(raft.BecomeLeader), trace.Init}},
		{node: raft.None, kinds: []trace.Kind{trace.RPC}}, // there is none
	}
	for _, kept := range []int{keptBytes, 3 * chunkBytes, 0} {
		t.Run(fmt.Sprint(kept), func(t *testing.T) {
			h, draw := hosted(t), rand.New(rand.NewPCG(1, 2))
			f := newFeed(h)
			f.kept = kept
			assert.NilError(t, f.join())
			defer f.leave()
			type stream struct {
				by          *filter
				since, next uint64
				got         []byte
			}
			var streams []*stream
			for range 400 {
				var last uint64
				_, err := h.Advance(t.Context(), time.Duration(draw.IntN(40))*time.Millisecond)
				assert.NilError(t, err)
				f.start(func(o host.View) { last = o.Trace().Last() })
				if len(streams) < 60 {
					since := draw.Uint64N(last + 1)
					streams = append(streams, &stream{by: filters[draw.IntN(len(filters))], since: since, next: since})
				}
				s := streams[draw.IntN(len(streams))]
				for range draw.IntN(4) {
					if s.next < last {
						p := f.part(f.newest().run, s.next, s.by, s.by.key())
						assert.Assert(t, p.next > s.next && p.next <= last && p.missed == 0)
						s.next, s.got = p.next, append(s.got, p.data...)
					}
				}
				assert.Assert(t, f.bytes <= max(kept, 2*chunkBytes), "%d bytes are kept", f.bytes)
			}
			for i, s := range streams {
				var want []byte
				h.Observe(func(o host.View) {
					for _, r := range take(nil, o.Trace(), s.since, 1<<20, *s.by).records {
						if r.Seq <= s.next {
							want = fmt.Appendf(want, "id: %s:%d\ndata: %s\n\n", o.RunID(), r.Seq, r.AppendJSON(nil))
						}
					}
				})
				assert.Equal(t, string(s.got), string(want), "stream %d from %d to %d", i, s.since, s.next)
			}
		})
	}
}

// Streams share the bytes of a record, and the kinds of a filter have no order.
func TestFeedEncodesARecordOnce(t *testing.T) {
	h := hosted(t)
	f := newFeed(h)
	assert.NilError(t, f.join())
	defer f.leave()
	_, err := h.Advance(t.Context(), 10*time.Second)
	assert.NilError(t, err)
	f.start(nil)
	run := f.newest().run
	one := &filter{node: raft.None, kinds: []trace.Kind{trace.Init, trace.Kind(raft.BecomeLeader)}}
	other := &filter{node: raft.None, kinds: []trace.Kind{trace.Kind(raft.BecomeLeader), trace.Init, trace.Init}}
	a := f.part(run, 0, one, one.key())
	b := f.part(run, 0, other, other.key())
	assert.Assert(t, len(a.data) > 0 && &a.data[0] == &b.data[0])
	assert.Equal(t, len(f.lanes), 1)
	all := &filter{node: raft.None}
	for next, last := uint64(0), f.newest().last; next < last; {
		p := f.part(run, next, all, all.key())
		assert.Assert(t, len(p.data) < 2*chunkBytes, "a part of %d bytes", len(p.data))
		next = p.next
	}
}

// A feed of a cluster that is replaced gives nothing of either to a stream of the old one.
func TestFeedKnowsTheRun(t *testing.T) {
	h := hosted(t)
	f := newFeed(h)
	assert.NilError(t, f.join())
	defer f.leave()
	all := &filter{node: raft.None}
	before := f.newest()
	assert.Assert(t, len(f.part(before.run, 0, all, all.key()).data) > 0)
	assert.NilError(t, h.Load(fixture.Fresh(5)))
	assert.DeepEqual(t, f.part(before.run, before.last, all, all.key()).next, before.last)
	n := f.newest()
	assert.Assert(t, n.run != before.run)
	assert.Assert(t, len(f.part(n.run, 0, all, all.key()).data) > 0)
}

// A feed without streams keeps nothing.
func TestFeedEndsWithItsLastStream(t *testing.T) {
	h := hosted(t)
	f := newFeed(h)
	for range 3 {
		assert.NilError(t, f.join())
		assert.NilError(t, f.join())
		f.leave()
		n, all := f.newest(), &filter{node: raft.None}
		assert.Assert(t, f.part(n.run, 0, all, all.key()).next > 0)
		_, err := h.Change(func(host.View) (fault.Change, error) { return fault.Change{Kind: fault.Timeout, Node: 0}, nil })
		if err == nil {
			<-n.more // the watch sees it
		}
		f.leave()
		assert.Assert(t, f.stop == nil && f.bytes == 0 && len(f.lanes) == 0)
	}
}

// One stream too many is refused, until another one has ended.
func TestTooManyStreamsAreRefused(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	a := newHandler(g.host, Options{})
	a.feed.most = 2
	g.server.Config.Handler = a
	first := g.stream("")
	first.want("run", "", "")
	g.stream("").want("run", "", "")
	refused := g.send("GET", "/v1/events", "", "Accept", streamType)
	assert.Equal(t, refused.header.Get("Retry-After"), "1")
	g.refused(503, "busy", "2 streams of events are open, and there may be 2; try again when a stream has ended",
		"GET", "/v1/events", "", "Accept", streamType)
	g.ok("GET", "/v1/events", "")
	first.cancel()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		a.feed.mu.Lock()
		defer a.feed.mu.Unlock()
		if a.feed.streams < 2 {
			return poll.Success()
		}
		return poll.Continue("the stream has not ended yet")
	}, poll.WithTimeout(deadline))
	g.stream("").want("run", "", "")
}

// A filter's key tells filters apart.
func TestFilterKeys(t *testing.T) {
	keys := []string{}
	for _, f := range []*filter{
		{node: raft.None}, {node: 0}, {node: 1}, {node: raft.None, kinds: []trace.Kind{trace.Init}},
		{node: 0, kinds: []trace.Kind{trace.Init}}, {node: 0, kinds: []trace.Kind{trace.Init, trace.RPC}},
	} {
		assert.Assert(t, !slices.Contains(keys, f.key()))
		keys = append(keys, f.key())
	}
}
