package link

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A Recognizer says which requests are a RequestVote and which an AppendEntries. Its zero
// value recognizes none.
type Recognizer = course.Messages

// Options say what a Net connects. Nodes and Dial are required.
type Options struct {
	Nodes int
	// Dial connects to a node itself. It must return when its context ends.
	Dial  func(ctx context.Context, to int, internal bool) (net.Conn, error)
	Match Recognizer
	// Seed is that of the draws of delays and probabilities.
	Seed uint64
	// Seen is called for each message that a link saw, when its fate is known. Several
	// goroutines call it. It must return at once.
	Seen func(Passage)
	// Clock is the time of the run, by which rules end; nil: the time since New.
	Clock func() time.Duration
	// Lost is the longest time for which a connection hangs that has lost a message; 0: one second.
	Lost time.Duration
}

// MaxInspected is the number of bytes up to which a request is read as a whole, to find its
// type or to copy it.
const MaxInspected = 1 << 20

// A Style is what a cut link does with bytes.
type Style uint8

// The styles of a cut.
const (
	// Hold keeps what is on its way, in order, and delivers it at the heal. New connections
	// are accepted and held.
	Hold Style = iota
	// Reset resets connections at once, new ones also.
	Reset
	// Refuse resets new connections at once, and holds those that exist.
	Refuse
)

// A Net has the links between the nodes of a cluster.
type Net struct {
	o      Options
	ways   []*way // by from*Nodes+to
	style  atomic.Uint32
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup // all goroutines

	changing sync.Mutex // held by each change, before all other locks

	mu     sync.Mutex
	closed bool
	conns  map[*conn]struct{}
	down   []bool
	life   []int // times that a node went down

	fates  sync.Mutex // guards the rules and what they keep
	rules  []*rule
	needs  atomic.Uint32 // what the rules need; 0 without rules
	copies int           // under way
}

// New returns a Net in which all nodes are up and all links are whole.
func New(o Options) *Net {
	if o.Clock == nil {
		start := time.Now()
		o.Clock = func() time.Duration { return time.Since(start) }
	}
	if o.Lost == 0 {
		o.Lost = time.Second
	}
	n := &Net{o: o, conns: map[*conn]struct{}{}, down: make([]bool, o.Nodes), life: make([]int, o.Nodes)}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	for from := range o.Nodes {
		for to := range o.Nodes {
			random := rand.New(rand.NewPCG(o.Seed, uint64(from*o.Nodes+to)))
			n.ways = append(n.ways, &way{from: from, to: to, net: n, random: random})
		}
	}
	return n
}

func (n *Net) way(from, to int) *way { return n.ways[from*n.o.Nodes+to] }

func (n *Net) styleNow() Style { return Style(n.style.Load()) }

// begin counts a goroutine that the caller starts; false: the Net is closed.
func (n *Net) begin() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	n.wg.Add(1)
	return true
}

// Carry carries a connection that node from has opened to node to, on its internal port or
// on its other one. It owns the connection and returns at once.
func (n *Net) Carry(from, to int, internal bool, c net.Conn) {
	if from < 0 || to < 0 || from >= n.o.Nodes || to >= n.o.Nodes {
		abort(c)
		return
	}
	opened := newConn(n, from, to, internal, c)
	opened.refused = opened.out.isCut() && n.styleNow() == Refuse
	n.start(opened)
	opened.out.count.connections.Add(1)
}

// start carries a connection.
func (n *Net) start(c *conn) {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		c.cancel()
		c.client.abort()
		return
	}
	n.conns[c] = struct{}{}
	n.wg.Add(1)
	n.mu.Unlock()
	go c.run()
}

// all lists the connections.
func (n *Net) all() []*conn {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]*conn, 0, len(n.conns))
	for c := range n.conns {
		list = append(list, c)
	}
	return list
}

// isDown reports whether a node is down, and how often it went down.
func (n *Net) isDown(node int) (down bool, life int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.down[node], n.life[node]
}

// Close resets all connections. When it returns, all goroutines of the Net have ended.
func (n *Net) Close() error {
	n.changing.Lock()
	defer n.changing.Unlock()
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.cancel()
	for _, c := range n.all() {
		c.client.abort()
		c.target.abort()
	}
	n.fates.Lock()
	for _, r := range n.rules {
		r.stopTimer()
	}
	n.fates.Unlock()
	n.wg.Wait()
	return nil
}

// Cuts lists the links that are cut, in order.
func (n *Net) Cuts() []fault.Link {
	var list []fault.Link
	for _, w := range n.ways {
		if w.isCut() {
			list = append(list, w.link())
		}
	}
	return list
}
