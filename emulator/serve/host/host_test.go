package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// start hosts a fixture until the test ends.
func start(tb testing.TB, name string, o Options) *Host {
	tb.Helper()
	f, err := fixture.Named(name)
	assert.NilError(tb, err)
	h, err := Start(f, o)
	assert.NilError(tb, err)
	tb.Cleanup(func() { assert.Check(tb, h.Close()) })
	return h
}

// change does something that must work.
func change(tb testing.TB, h *Host, c fault.Change) {
	tb.Helper()
	_, err := h.Change(func(View) (fault.Change, error) { return c, nil })
	assert.NilError(tb, err)
}

// fresh is a client that does not keep connections.
func fresh(tb testing.TB) *http.Client {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tb.Cleanup(c.CloseIdleConnections)
	return c
}

func get(tb testing.TB, c *http.Client, url string) (string, error) {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, nil)
	assert.NilError(tb, err)
	response, err := c.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return strings.TrimSpace(string(body)), err
}

// Of several changes, all are made or none.
func TestChangeAllIsAllOrNothing(t *testing.T) {
	h := start(t, "fresh_3", Options{Clock: Virtual})
	crashes := func(ids ...raft.NodeID) error {
		_, err := h.ChangeAll(func(View) ([]fault.Change, error) {
			var list []fault.Change
			for _, id := range ids {
				list = append(list, fault.Change{Kind: fault.Crash, Node: id})
			}
			return list, nil
		})
		return err
	}
	up := func() (up []bool) {
		h.Observe(func(o View) {
			for id := range raft.NodeID(o.Nodes()) {
				_, isUp, _ := o.State(id)
				up = append(up, isUp)
			}
		})
		return up
	}
	assert.ErrorIs(t, crashes(0, 3), world.ErrNoNode)
	assert.DeepEqual(t, up(), []bool{true, true, true})
	assert.NilError(t, crashes(0, 2))
	assert.DeepEqual(t, up(), []bool{false, true, false})
}

func TestCrashRefusesAndKeepsThePort(t *testing.T) {
	h := start(t, "fresh_3", Options{})
	client, url := fresh(t), h.URLs()[1]
	_, err := get(t, client, url+"/status")
	assert.NilError(t, err)

	for range 3 {
		change(t, h, fault.Change{Kind: fault.Crash, Node: 1})
		_, err = get(t, client, url+"/status")
		assert.ErrorContains(t, err, "connection refused")
		_, err = net.Listen("tcp", strings.TrimPrefix(url, "http://"))
		assert.ErrorContains(t, err, "address already in use")
		change(t, h, fault.Change{Kind: fault.Restart, Node: 1})
		_, err = get(t, client, url+"/status")
		assert.NilError(t, err)
	}
}

func TestCrashCutsOffWhoWaits(t *testing.T) {
	h := start(t, "fresh_3", Options{})
	leader := leaderURL(t, h)
	put(t, leader+"/topic", `{"topic": "t"}`)
	var id raft.NodeID
	h.Observe(func(o View) { id = o.Leader() })
	change(t, h, fault.Change{Kind: fault.Isolate, Node: id})

	failed := make(chan error, 1)
	go func() {
		_, err := get(t, fresh(t), leader+"/message/t")
		failed <- err
	}()
	// The request has been proposed once the leader's log is longer.
	assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool {
		s, _, _ := o.State(id)
		return s.LastIndex == 2
	}))
	change(t, h, fault.Change{Kind: fault.Crash, Node: id})
	assert.ErrorContains(t, <-failed, "EOF")
}

func TestPauseHangsAndResumeAnswers(t *testing.T) {
	h := start(t, "fresh_1", Options{})
	url := leaderURL(t, h)
	put(t, url+"/topic", `{"topic": "t"}`)
	change(t, h, fault.Change{Kind: fault.Pause, Node: 0})

	impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(impatient, http.MethodGet, url+"/status", nil)
	assert.NilError(t, err)
	_, err = fresh(t).Do(request)
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	var wg sync.WaitGroup
	for _, path := range []string{"/topic", "/status", "/", "/force-view-state-machine"} {
		wg.Go(func() {
			body, err := get(t, fresh(t), url+path)
			assert.Check(t, err)
			assert.Check(t, body != "")
		})
	}
	// The command, at least, waits in the world.
	assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool {
		last := o.Trace().Last()
		return o.Trace().At(last).Kind == trace.Request
	}))
	change(t, h, fault.Change{Kind: fault.Resume, Node: 0})
	wg.Wait()
}

func TestPausedNodeThatCrashes(t *testing.T) {
	h := start(t, "fresh_1", Options{})
	url := h.URLs()[0]
	change(t, h, fault.Change{Kind: fault.Pause, Node: 0})
	failed := make(chan error, 1)
	go func() {
		_, err := get(t, fresh(t), url+"/status")
		failed <- err
	}()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		var waits bool
		h.own(func(*world.World) { waits = h.awake[0] != nil })
		if waits {
			return poll.Success()
		}
		return poll.Continue("nobody waits for the node yet")
	})
	change(t, h, fault.Change{Kind: fault.Crash, Node: 0})
	assert.Assert(t, <-failed != nil)
}

func TestLoad(t *testing.T) {
	h := start(t, "fresh_3", Options{})
	before := h.URLs()
	for _, name := range []string{"fresh_5", "figure_8_b", "fresh_1", "fresh_13", "fresh_3"} {
		f, err := fixture.Named(name)
		assert.NilError(t, err)
		assert.NilError(t, h.Load(f))
		assert.Equal(t, h.Fixture().Name, name)
		for i, url := range h.URLs() {
			_, err := get(t, fresh(t), url+"/status")
			if i < len(f.Nodes) && !f.Nodes[i].Down {
				assert.NilError(t, err)
			} else {
				assert.ErrorContains(t, err, "connection refused")
			}
		}
	}
	assert.DeepEqual(t, h.URLs()[:3], before)
	put(t, leaderURL(t, h)+"/topic", `{"topic": "t"}`)
}

func TestLoadThatFails(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer taken.Close()
	free := netip.MustParseAddrPort("127.0.0.1:0")
	h := start(t, "fresh_1", Options{Addrs: []netip.AddrPort{free, netip.MustParseAddrPort(taken.Addr().String())}})
	f, err := fixture.Named("fresh_3")
	assert.NilError(t, err)
	assert.ErrorContains(t, h.Load(f), "node 1 cannot have its port: "+taken.Addr().String())
	assert.Equal(t, h.Fixture().Name, "fresh_1")
	put(t, leaderURL(t, h)+"/topic", `{"topic": "t"}`)
}

// Prepare leaves the original fixture unchanged.
func TestPreparedFixtureReplacesEachLoaded(t *testing.T) {
	h := start(t, "fresh_3", Options{Prepare: func(f *fixture.Fixture) *fixture.Fixture {
		g := *f
		g.Seed += 100
		return &g
	}})
	assert.Equal(t, h.Fixture().Seed, uint64(101))
	f, err := fixture.Named("fresh_5")
	assert.NilError(t, err)
	assert.NilError(t, h.Load(f))
	assert.Equal(t, h.Fixture().Seed, f.Seed+100)
	assert.Equal(t, len(h.Fixture().Nodes), 5)
}

func TestVirtualTime(t *testing.T) {
	h := start(t, "fresh_3", Options{Clock: Virtual})
	assert.Equal(t, h.Clock().Now, time.Duration(0))

	c, err := h.Advance(t.Context(), 100*time.Millisecond)
	assert.NilError(t, err)
	assert.Equal(t, c.Now, 100*time.Millisecond)

	t.Run("Wait moves the clock", func(t *testing.T) {
		url := leaderURL(t, h)
		assert.Assert(t, h.Clock().Now < 300*time.Millisecond)
		put(t, url+"/topic", `{"topic": "t"}`) // needs no time
		begin := h.Clock().Now
		never := func(View) bool { return false }
		assert.Assert(t, !h.Wait(t.Context(), time.Second, never))
		assert.Equal(t, h.Clock().Now, begin+time.Second)
	})
	t.Run("Step", func(t *testing.T) {
		before := h.Clock()
		after, err := h.Step(t.Context(), 1)
		assert.NilError(t, err)
		assert.Equal(t, after.Steps, before.Steps+1)
		assert.Equal(t, after.Now, before.NextAt)
		assert.Assert(t, after.Paused)
	})
	t.Run("Pause keeps everything back", func(t *testing.T) {
		answered := make(chan error, 1)
		go func() {
			_, err := get(t, fresh(t), leaderURL(t, h)+"/topic")
			answered <- err
		}()
		assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool {
			return o.Trace().At(o.Trace().Last()).Kind == trace.Request
		}))
		_, err := h.Run(-1)
		assert.NilError(t, err)
		assert.NilError(t, <-answered)
	})
	t.Run("Run at a speed", func(t *testing.T) {
		_, err := h.Run(MaxSpeed)
		assert.NilError(t, err)
		begin := h.Clock().Now
		assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool { return o.Now() > begin+time.Second }))
		_, err = h.Advance(t.Context(), time.Second)
		assert.ErrorIs(t, err, ErrClock)
		h.Pause()
		_, err = h.Advance(t.Context(), time.Second)
		assert.NilError(t, err)
	})
	t.Run("bad values", func(t *testing.T) {
		_, err := h.Step(t.Context(), 0)
		assert.ErrorIs(t, err, ErrClock)
		_, err = h.Step(t.Context(), MaxSteps+1)
		assert.ErrorIs(t, err, ErrClock)
		_, err = h.Advance(t.Context(), -1)
		assert.ErrorIs(t, err, ErrClock)
		_, err = h.Run(MaxSpeed + 1)
		assert.ErrorIs(t, err, ErrClock)
	})
}

func TestRealTimeRunsBehindTheWall(t *testing.T) {
	h := start(t, "fresh_1", Options{})
	first := h.Clock()
	assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool { return o.Steps() > first.Steps }))
	paused := h.Pause()
	assert.Equal(t, h.Clock().Now, paused.Now)
	_, err := h.Run(-1)
	assert.NilError(t, err)
	assert.Assert(t, h.Clock().Now >= paused.Now)
}

func TestWaitEnds(t *testing.T) {
	never := func(View) bool { return false }
	t.Run("with its context", func(t *testing.T) {
		h := start(t, "fresh_1", Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.Assert(t, !h.Wait(ctx, time.Hour, never))
		h.own(func(*world.World) { assert.Check(t, len(h.watchers) == 0) })
	})
	t.Run("with the host", func(t *testing.T) {
		h := start(t, "fresh_1", Options{})
		done := make(chan bool, 1)
		go func() { done <- h.Wait(context.Background(), time.Hour, never) }()
		poll.WaitOn(t, func(poll.LogT) poll.Result {
			var n int
			h.own(func(*world.World) { n = len(h.watchers) })
			if n == 1 {
				return poll.Success()
			}
			return poll.Continue("nobody watches yet")
		})
		assert.NilError(t, h.Close())
		assert.Assert(t, !<-done)
	})
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	var ports []string
	for range 3 {
		var trace bytes.Buffer
		f, err := fixture.Named("fresh_5")
		assert.NilError(t, err)
		h, err := Start(f, Options{Trace: &trace})
		assert.NilError(t, err)
		put(t, leaderURL(t, h)+"/topic", `{"topic": "t"}`)
		for _, url := range h.URLs() {
			ports = append(ports, strings.TrimPrefix(url, "http://"))
		}
		assert.NilError(t, h.Close())
		assert.NilError(t, h.Close())
		assert.Assert(t, bytes.HasSuffix(trace.Bytes(), []byte("}\n")))
		assert.ErrorIs(t, h.Load(f), ErrClosed)
		_, err = h.Change(func(View) (fault.Change, error) { return fault.Change{Kind: fault.Heal}, nil })
		assert.ErrorIs(t, err, ErrClosed)
	}
	http.DefaultClient.CloseIdleConnections()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine(); n > before+1 { // one asks
			stacks := make([]byte, 1<<16)
			stacks = stacks[:runtime.Stack(stacks, true)]
			return poll.Continue("%d goroutines, %d before\n%s", n, before, stacks)
		}
		return poll.Success()
	})
	for _, p := range ports {
		l, err := net.Listen("tcp", p)
		assert.NilError(t, err)
		l.Close()
	}
}

func TestTraceThatCannotBeWritten(t *testing.T) {
	f, err := fixture.Named("fresh_1")
	assert.NilError(t, err)
	full := errors.New("no space left")
	h, err := Start(f, Options{Trace: writerFunc(func([]byte) (int, error) { return 0, full })})
	assert.NilError(t, err)
	put(t, leaderURL(t, h)+"/topic", `{"topic": "t"}`) // goes on all the same
	err = h.Close()
	assert.ErrorIs(t, err, full)
	assert.ErrorContains(t, err, "the trace is not complete")
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestManyClients has clients, nemesis and observers at once; the race detector
// and the answers show any conflict.
func TestManyClients(t *testing.T) {
	h := start(t, "fresh_5", Options{})
	url := leaderURL(t, h)
	put(t, url+"/topic", `{"topic": "t"}`)
	const clients, each = 16, 50
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				put(t, url+"/message", `{"topic": "t", "message": "m"}`)
			}
		})
	}
	wg.Go(func() {
		follower := raft.NodeID(0)
		h.Observe(func(o View) {
			if o.Leader() == 0 {
				follower = 1
			}
		})
		for range 20 {
			change(t, h, fault.Change{Kind: fault.Crash, Node: follower})
			change(t, h, fault.Change{Kind: fault.Restart, Node: follower})
		}
	})
	wg.Wait()
	h.Observe(func(o View) {
		queue := o.Queue(o.Leader())
		assert.Equal(t, len(queue.Items[0].Values), clients*each)
	})
}
