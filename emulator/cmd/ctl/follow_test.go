package ctl_test

import (
	"context"
	"net/http/httptest"
	"net/http/httputil"
	neturl "net/url"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/ctl"
	"rrmq.example/emulator/emulator/sim/trace"
)

// A screen is where a command writes while a test reads.
type screen struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// shows waits until the screen shows a text.
func (s *screen) shows(t *testing.T, text string) {
	t.Helper()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if !strings.Contains(s.String(), text) {
			return poll.Continue("%q is not in:\n%s", text, s)
		}
		return poll.Success()
	}, poll.WithTimeout(deadline))
}

// A gate stands between ctl and an emulator, and can be shut.
type gate struct {
	*httptest.Server
	mu     sync.Mutex // guards target
	target *neturl.URL
}

func newGate(t *testing.T, c *emulator.Cluster) *gate {
	g := &gate{}
	g.lead(t, c)
	g.Server = httptest.NewServer(&httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			g.mu.Lock()
			defer g.mu.Unlock()
			r.SetURL(g.target)
		},
	})
	t.Cleanup(g.Close)
	return g
}

// lead has the gate lead to this cluster from now on.
func (g *gate) lead(t *testing.T, c *emulator.Cluster) {
	u, err := neturl.Parse(c.AdminURL)
	assert.NilError(t, err)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.target = u
}

// A following is "events -follow" while it runs.
type following struct {
	t        *testing.T
	out, err screen
	stop     context.CancelFunc
	code     chan int
}

func follow(t *testing.T, url string, flags ...string) *following {
	ctx, cancel := context.WithCancel(context.Background())
	f := &following{t: t, stop: cancel, code: make(chan int, 1)}
	t.Cleanup(cancel)
	go func() {
		f.code <- cli.Run(ctx, ctl.Command(), append([]string{"-url", url, "events", "-follow"}, flags...), nil, &f.out, &f.err)
	}()
	return f
}

// end interrupts it: that is how it ends well.
func (f *following) end() {
	f.t.Helper()
	f.stop()
	assert.Equal(f.t, <-f.code, 0)
}

// Events come as they happen, those that are asked for, until an interrupt.
func TestFollowPrintsChosenEvents(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	f := follow(t, c.AdminURL, "-since", "0", "-event", "Init,Nemesis")
	f.out.shows(t, "node 2  Init: began as a follower")
	c.Crash(1)
	f.out.shows(t, "node 1  Nemesis: was crashed\n")
	c.Load("fresh_1")
	f.err.shows(t, "another cluster runs from here on\n")
	f.out.shows(t, "node 0  Init: began as a follower")
	f.end()
	assert.Equal(t, strings.Count(f.out.String(), "\n"), 5)
}

// A connection that is lost is taken up again, with nothing missed and nothing
// shown twice.
func TestFollowAgain(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	g := newGate(t, c)
	f := follow(t, g.URL, "-since", "0", "-json")
	for id := range 3 {
		c.Crash(id)
		f.out.shows(t, `"op":"crash","node":`+string(rune('0'+id)))
		g.CloseClientConnections()
		c.Restart(id)
	}
	c.Skew(4, 3)
	f.out.shows(t, `"skew":3`)
	f.end()
	lines := strings.Split(strings.TrimSpace(f.out.String()), "\n")
	assert.Equal(t, uint64(len(lines)), c.Seq())
	for i, line := range lines {
		e, err := trace.Decode([]byte(line), nil)
		assert.NilError(t, err)
		assert.Equal(t, e.Seq, uint64(i+1))
	}
	assert.Assert(t, cmp.Contains(f.err.String(), "the connection is lost"))
}

// When another emulator has taken the place of the one that was followed, its
// trace is followed from the beginning, even if it has the same seed.
func TestFollowAnother(t *testing.T) {
	t.Parallel()
	first := emulator.Start(t, "fresh_3", emulator.Virtual())
	second := emulator.Start(t, "fresh_5", emulator.Virtual())
	first.Wait("leader=unique")
	second.Wait("leader=unique")
	g := newGate(t, first)
	f := follow(t, g.URL, "-since", "-1", "-event", "Init,Nemesis")
	first.Crash(2)
	f.out.shows(t, "node 2  Nemesis: was crashed")
	g.lead(t, second)
	g.CloseClientConnections()
	f.out.shows(t, "node 4  Init")
	second.Crash(4)
	f.out.shows(t, "node 4  Nemesis: was crashed")
	f.end()
	assert.Equal(t, strings.Count(f.out.String(), "\n"), 7)
	assert.Assert(t, cmp.Contains(f.err.String(), "another cluster runs from here on\n"))
}

// A wait for what happens in one run ends undecided when another takes its place.
func TestWaitEndsWhenTheClusterIsReplaced(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_1")
	s := &shell{t, c, c.AdminURL}
	ended := make(chan *result)
	go func() { ended <- s.run("wait", "term=1000", "-timeout", "1m") }()
	for {
		c.Load("fresh_1")
		select {
		case r := <-ended:
			r.fails(2, "the cluster was replaced: run ")
			return
		default:
		}
	}
}
