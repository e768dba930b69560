package peers

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"rrmq.example/emulator/raft"
)

const (
	// maxUnderWay is the number of requests that one peer has to answer at a time.
	maxUnderWay = 4
	// MaxBody is the longest request that is sent, in bytes; a single entry may make it
	// longer. A node has to take at least twice this length.
	MaxBody = 4 << 20
	// maxAnswer is the longest answer that is read, in bytes.
	maxAnswer = 64 << 10
	// defaultTimeout is enough for a program that takes its time, and short enough that
	// requests to a stopped one end.
	defaultTimeout = time.Second
)

// Options say who is there.
type Options struct {
	// ID is the sender.
	ID raft.NodeID
	// URLs are the base URLs of all nodes, by id.
	URLs []string
	// Receive gets the peers' answers. It must return soon.
	Receive func(raft.Message)
	// Timeout limits a request; 0: a second.
	Timeout time.Duration
}

// Peers are the other nodes of a cluster.
type Peers struct {
	peers   []peer // by id
	client  http.Client
	receive func(raft.Message)
	timeout time.Duration
	ctx     context.Context
	cancel  context.CancelFunc
	sending sync.WaitGroup
}

// New returns the peers of a node. They are asked nothing before the first Send.
func New(o Options) *Peers {
	p := &Peers{receive: o.Receive, timeout: o.Timeout, peers: make([]peer, len(o.URLs))}
	if p.timeout == 0 {
		p.timeout = defaultTimeout
	}
	for i := range p.peers {
		p.peers[i].url = o.URLs[i] + "/rpc/" + strconv.Itoa(int(o.ID))
	}
	p.client = http.Client{
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: p.timeout}).DialContext,
			MaxIdleConns:           0,
			MaxIdleConnsPerHost:    maxUnderWay,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxAnswer,
			DisableCompression:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// Send sends a message to the node m.To.
func (p *Peers) Send(m raft.Message) {
	to := &p.peers[m.To]
	to.mu.Lock()
	defer to.mu.Unlock()
	switch {
	case to.closed:
	case to.underWay < maxUnderWay:
		to.underWay++
		p.sending.Go(func() { p.work(to, m) })
	default:
		to.waiting = &m
	}
}

// Close ends all requests.
func (p *Peers) Close() {
	for i := range p.peers {
		to := &p.peers[i]
		to.mu.Lock()
		to.closed, to.waiting = true, nil
		to.mu.Unlock()
	}
	p.cancel()
	p.sending.Wait()
	p.client.CloseIdleConnections()
}
