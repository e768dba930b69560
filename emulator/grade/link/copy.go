package link

import (
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// maxCopies is the number of copies that can be under way together. Further ones are not
	// sent.
	maxCopies = 256
	// copyLimit is the longest time for which a copy waits for its answer.
	copyLimit = 10 * time.Second
)

// sendCopies sends a request again, on connections of their own.
func (c *conn) sendCopies(request []byte, f *fate) {
	request = slices.Clone(request)
	n := c.net
	n.fates.Lock()
	count := min(len(f.copies), maxCopies-n.copies)
	n.copies += count
	n.fates.Unlock()
	f.copies = f.copies[:count]
	for _, delay := range f.copies {
		c.out.count.copied.Add(1)
		again := newConn(n, c.from, c.to, c.internal, newGhost(request, delay, n.copyEnded))
		again.ghost = true
		again.lost.Store(true)
		n.start(again)
	}
}

func (n *Net) copyEnded() {
	n.fates.Lock()
	defer n.fates.Unlock()
	n.copies--
}

// A ghost is the client of a copy: it sends the request after a time, and drops the answer.
type ghost struct {
	net.Conn // nil: a pump calls no other methods
	rest     []byte
	start    <-chan time.Time
	limit    <-chan time.Time
	closed   chan struct{}
	close    func()
}

func newGhost(request []byte, delay time.Duration, ended func()) *ghost {
	g := &ghost{rest: request, start: time.After(delay), limit: time.After(delay + copyLimit), closed: make(chan struct{})}
	g.close = sync.OnceFunc(func() {
		close(g.closed)
		ended()
	})
	return g
}

// Read returns the request, and then an error when the answer has come, or does not come in
// time.
func (g *ghost) Read(b []byte) (int, error) {
	wait := g.limit
	if g.start != nil {
		wait = g.start
	}
	if g.start == nil && len(g.rest) > 0 {
		n := copy(b, g.rest)
		g.rest = g.rest[n:]
		return n, nil
	}
	select {
	case <-wait:
	case <-g.closed:
		return 0, net.ErrClosed
	}
	if g.start == nil {
		return 0, os.ErrDeadlineExceeded
	}
	g.start = nil
	return g.Read(b)
}

func (g *ghost) Write(b []byte) (int, error) { return len(b), nil }

func (g *ghost) Close() error {
	g.close()
	return nil
}

func (g *ghost) SetReadDeadline(time.Time) error  { return nil } // it never lets half a request wait
func (g *ghost) SetWriteDeadline(time.Time) error { return nil }
