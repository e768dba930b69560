package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	tests "rrmq.example/emulator/tests/budget"
)

// A user does random things to a cluster.
type user struct {
	*testing.T
	host   *Host
	random *rand.Rand
}

func (u *user) node() raft.NodeID {
	var nodes int
	u.host.Observe(func(o View) { nodes = o.Nodes() })
	return raft.NodeID(u.random.IntN(nodes))
}

// act does one thing, which the cluster may refuse.
func (u *user) act() {
	switch u.random.IntN(8) {
	case 0:
		kinds := []fault.Kind{fault.Crash, fault.Restart, fault.Pause, fault.Resume, fault.Isolate, fault.HealNode, fault.Heal, fault.Skew}
		c := fault.Change{Kind: kinds[u.random.IntN(len(kinds))], Node: u.node(), Skew: 0.5 + u.random.Float64()}
		c.Wipe = c.Kind == fault.Crash && u.random.IntN(3) == 0
		_, _ = u.host.Change(func(View) (fault.Change, error) { return c, nil })
	case 1:
		rules := []fault.Rule{
			{Name: "lossy", Drop: true, Probability: 0.2},
			{Name: "slow", DelayMin: time.Millisecond, DelayMax: 9 * time.Millisecond},
			{Name: "twice", Duplicate: 1, Probability: 0.5},
			{Name: "swap", Reorder: true, Probability: 0.5},
			{Name: "disk", SlowDiskMin: time.Millisecond, SlowDiskMax: 20 * time.Millisecond},
			{Name: "held", Hold: true, Count: 3},
		}
		rule := rules[u.random.IntN(len(rules))]
		_, _ = u.host.Change(func(View) (fault.Change, error) { return fault.Change{Kind: fault.SetRule, Rule: &rule}, nil })
	case 2:
		m := raft.Message{Type: raft.RequestVoteRequest, From: 0, To: 1, Term: raft.Term(u.random.IntN(5))}
		u.host.submit(task{do: func(w *world.World) { w.RPC(m, func(raft.Message, error) {}) }})
	case 3:
		if u.host.Clock().Mode == Virtual {
			_, err := u.host.Advance(u.Context(), time.Duration(u.random.IntN(400))*time.Millisecond)
			assert.NilError(u, err)
			return
		}
		if u.random.IntN(4) == 0 {
			u.host.Pause()
		}
		_, err := u.host.Run(float64(10 * u.random.IntN(10)))
		assert.NilError(u, err)
	default:
		var leader raft.NodeID
		u.host.Observe(func(o View) { leader = o.Leader() })
		if leader == raft.None {
			leader = u.node()
		}
		op, args := queue.Type.Ops[u.random.IntN(4)], []string{fmt.Sprint(u.random.IntN(3)), fmt.Sprint(u.random.Uint64())}
		u.host.submit(task{node: leader, command: op.New(args[:len(op.Args)]...), slot: &replySlot{put: func(machine.Reply) {}}})
	}
}

// A model is what the trace says of the nodes' states.
type model struct {
	records []trace.Record
	lines   []byte
}

// Record implements world.Monitor.
func (m *model) Record(_ *world.World, r *trace.Record) {
	m.records = append(m.records, *r)
	m.lines = append(r.AppendJSON(m.lines), '\n')
}

// LogChanged implements world.Monitor.
func (*model) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// at returns the nodes' states after a record.
func (m *model) at(seq uint64) map[raft.NodeID]raft.State {
	states := map[raft.NodeID]raft.State{}
	for i := range m.records[:seq] {
		if r := &m.records[i]; r.Node != raft.None {
			states[r.Node] = r.State
		}
	}
	return states
}

// A moment of the past has the states that the trace shows, whatever happened, and so does a
// fork at its beginning. The cluster goes on as if nobody had looked.
func TestForkBeginsInTheStateThatTheTraceShows(t *testing.T) {
	for seed := range tests.Pick[uint64](6, 60) {
		mode := []ClockMode{Virtual, Real}[seed%2]
		t.Run(fmt.Sprintf("Seed%d%v", seed, mode), func(t *testing.T) {
			m := &model{}
			f := fixture.Fresh(2 + int(seed)%4)
			h, err := Start(f, Options{Clock: mode, Monitors: []world.Monitor{m}})
			assert.NilError(t, err)
			defer h.Close()
			u := &user{T: t, host: h, random: rand.New(rand.NewPCG(seed, 5))}
			turns := 400 << (2 * (seed % 3))
			for range turns {
				u.act()
			}
			for range 12 {
				var first, last uint64
				h.Observe(func(o View) { first, last = o.Trace().First(), o.Trace().Last() })
				first = max(first, last-min(last, MinPast/2)) // in real time the cluster goes on meanwhile
				seq := first + u.random.Uint64N(last-first+1)
				moment, err := h.At(t.Context(), "", seq)
				assert.NilError(t, err)
				assert.Assert(t, moment.Seq >= seq)
				var want map[raft.NodeID]raft.State
				h.Observe(func(View) { want = m.at(moment.Seq) })
				moment.View(func(o View) {
					for id, s := range want {
						got, _, _ := o.State(id)
						assert.DeepEqual(t, got, s)
					}
				})
				fork, err := h.Fork(t.Context(), h.RunID(), seq)
				assert.NilError(t, err)
				assert.Equal(t, fork.Seq, moment.Seq)
				assert.NilError(t, fork.Host.Fixture().Validate())
				sameNodes(t, fork.Host, moment)
				for range 5 {
					u.act()
				}
				own := &user{T: t, host: fork.Host, random: u.random}
				for range 30 {
					own.act()
				}
				_, err = fork.Host.Advance(t.Context(), time.Second)
				assert.NilError(t, err)
				assert.NilError(t, h.DeleteFork(fork.ID))
			}
		})
	}
}

// sameNodes compares what a fork begins with.
func sameNodes(t *testing.T, fork *Host, m *Moment) {
	t.Helper()
	type state struct {
		Nodes []world.NodeView
		Cuts  []fault.Link
	}
	see := func(o View) (s state) {
		for id := range raft.NodeID(o.Nodes()) {
			s.Nodes = append(s.Nodes, o.View(id, 1<<30))
		}
		s.Cuts = o.Cuts()
		return s
	}
	var got, want state
	m.View(func(o View) { want = see(o) })
	fork.Observe(func(o View) { got = see(o) })
	for i := range want.Nodes {
		if n := &want.Nodes[i]; n.Timer != raft.KeepTimer {
			n.TimerAt = max(n.TimerAt-m.Time, 0)
		}
	}
	assert.DeepEqual(t, got, want)
}

// In virtual time the same inputs give the same trace, byte for byte, whether or not there
// are forks that go other ways.
func TestForksLeaveTheClusterAlone(t *testing.T) {
	play := func(forks bool) []byte {
		m := &model{}
		h, err := Start(fixture.Fresh(5), Options{Clock: Virtual, Monitors: []world.Monitor{m}})
		assert.NilError(t, err)
		defer h.Close()
		u := &user{T: t, host: h, random: rand.New(rand.NewPCG(3, 5))}
		other := rand.New(rand.NewPCG(4, 5))
		for i := range 1500 {
			u.act()
			if forks && i%200 == 100 {
				fork, err := h.Fork(t.Context(), "", other.Uint64N(m.records[len(m.records)-1].Seq)+1)
				assert.NilError(t, err)
				own := &user{T: t, host: fork.Host, random: other}
				for range 100 {
					own.act()
				}
			}
		}
		return m.lines
	}
	alone, watched := play(false), play(true)
	assert.Assert(t, len(alone) > 1e6)
	assert.Assert(t, bytes.Equal(alone, watched))
}

// The past reaches back over MinPast records at least, and says so when it does not.
func TestPastReachesBack(t *testing.T) {
	h := start(t, "fresh_5", Options{Clock: Virtual})
	var last uint64
	for last < 3*traceSize {
		_, err := h.Advance(t.Context(), time.Minute)
		assert.NilError(t, err)
		h.Observe(func(o View) { last = o.Trace().Last() })
		if last > MinPast {
			m, err := h.At(t.Context(), "", last-MinPast)
			assert.NilError(t, err)
			assert.Assert(t, m.Seq >= last-MinPast && m.Seq < last-MinPast+100)
		}
	}
	_, err := h.At(t.Context(), "", last-traceSize-1)
	assert.ErrorIs(t, err, ErrGone)
	_, err = h.At(t.Context(), "", 1)
	assert.ErrorIs(t, err, ErrGone)
	assert.ErrorContains(t, err, fmt.Sprint("the newest ", traceSize))
	_, err = h.At(t.Context(), "", last+1)
	assert.ErrorIs(t, err, ErrFuture)
	_, err = h.At(t.Context(), "another", last)
	assert.ErrorIs(t, err, ErrReplaced)
	h.Observe(func(View) { assert.Assert(t, len(h.past.states) <= traceSize/keepEvery+1) })
}

// A repetition that differs is an error and never a wrong state.
func TestForkRefusesARepetitionThatDiffers(t *testing.T) {
	h := start(t, "fresh_3", Options{Clock: Virtual})
	_, err := h.Advance(t.Context(), 10*time.Second)
	assert.NilError(t, err)
	_, err = h.At(t.Context(), "", 100)
	assert.NilError(t, err)
	h.Observe(func(o View) { o.Trace().At(60).State.Term++ })
	_, err = h.At(t.Context(), "", 100)
	assert.ErrorIs(t, err, errDiffers)
	_, err = h.At(t.Context(), "", 50)
	assert.NilError(t, err)
}

func TestForksAreBounded(t *testing.T) {
	before := runtime.NumGoroutine()
	h := start(t, "fresh_3", Options{})
	for i := range MaxForks {
		f, err := h.Fork(t.Context(), "", Present)
		assert.NilError(t, err)
		assert.Equal(t, f.ID, i+1)
	}
	_, err := h.Fork(t.Context(), "", Present)
	assert.ErrorIs(t, err, ErrForks)
	assert.NilError(t, h.DeleteFork(3))
	assert.ErrorIs(t, h.DeleteFork(3), ErrNoFork)
	f, err := h.Fork(t.Context(), "", Present)
	assert.NilError(t, err)
	assert.Equal(t, f.ID, MaxForks+1)
	f, err = h.FindFork(MaxForks + 1)
	assert.NilError(t, err)
	assert.NilError(t, h.Close())
	assert.Assert(t, f.Host.isEnded())
	_, err = h.Fork(t.Context(), "", Present)
	assert.ErrorIs(t, err, ErrClosed)
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine() - 1; n > before {
			return poll.Continue("%d goroutines, %d before", n, before)
		}
		return poll.Success()
	}, poll.WithTimeout(20*time.Second))
}

// A deleted fork's memory is free.
func TestDeletedForkIsCollected(t *testing.T) {
	h := start(t, "fresh_3", Options{Clock: Virtual})
	collected := make(chan struct{})
	func() {
		f, err := h.Fork(t.Context(), "", Present)
		assert.NilError(t, err)
		runtime.AddCleanup(f.Host, func(c chan struct{}) { close(c) }, collected)
		assert.NilError(t, h.DeleteFork(f.ID))
	}()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		runtime.GC()
		select {
		case <-collected:
			return poll.Success()
		default:
			return poll.Continue("the fork is still there")
		}
	}, poll.WithTimeout(20*time.Second))
}

// A node without a port answers as a client of a port would see it.
func TestInside(t *testing.T) {
	h, err := Start(fixture.Fresh(3), Options{Clock: Virtual, Portless: true})
	assert.NilError(t, err)
	defer h.Close()
	_, err = h.Advance(t.Context(), 5*time.Second)
	assert.NilError(t, err)
	var leader raft.NodeID
	h.Observe(func(o View) { leader = o.Leader() })
	ask := func(id raft.NodeID, method, path, body string) (string, error) {
		q, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(body))
		assert.NilError(t, err)
		a, err := h.Inside(id).RoundTrip(q)
		if err != nil {
			return "", err
		}
		defer a.Body.Close()
		data, err := io.ReadAll(a.Body)
		assert.NilError(t, err)
		return fmt.Sprint(a.StatusCode, " ", strings.TrimSpace(string(data))), nil
	}
	got, err := ask(leader, "PUT", "/topic", `{"topic": "dog"}`)
	assert.NilError(t, err)
	assert.Equal(t, got, `201 {"success": true}`)
	got, err = ask(leader, "GET", "/topic", "")
	assert.NilError(t, err)
	assert.Equal(t, got, `200 {"success": true, "topics": ["dog"]}`)
	change(t, h, fault.Change{Kind: fault.Isolate, Node: leader})
	answered := make(chan error, 1)
	go func() {
		_, err := ask(leader, "PUT", "/topic", `{"topic": "cat"}`)
		answered <- err
	}()
	assert.Assert(t, h.Watch(t.Context(), func(o View) bool {
		return o.Trace().Count(trace.Request) == 3
	}))
	change(t, h, fault.Change{Kind: fault.Crash, Node: leader})
	assert.Assert(t, errors.Is(<-answered, errBrokenOff))
	_, err = ask(leader, "GET", "/status", "")
	assert.ErrorContains(t, err, "connection refused")
	change(t, h, fault.Change{Kind: fault.Restart, Node: leader})
	got, err = ask(leader, "GET", "/status", "")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(got, "Follower"), got)
}
