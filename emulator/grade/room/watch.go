package room

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/grade/room/process"
)

// A watch looks for messages that passed by the proxies.
type watch struct {
	web  *web
	real map[uint16]target
	done chan struct{} // closed at the end
	gone sync.WaitGroup

	mu     sync.Mutex
	old    map[pair]bool            // connections from before the nodes had their ports
	dialed map[uint16]bool          // local ports of the grader's own connections
	nodes  map[int]*process.Process // the last process of each
	starts int
	owners map[uint64]int // by inode: the node that has a socket, or -1
	selves map[int]bool   // nodes that were seen to connect to themselves
	why    string         // the first reason that was found
	own    string         // how a node sends its own address
}

// A pair names a connection by its ports: who connected, and to what.
type pair struct{ client, server uint16 }

// lookEvery is the time between two looks. Linux shows a connection for 60 s after its
// end.
const lookEvery = 5 * time.Second

func newWatch(w *web, real []Address) *watch {
	h := &watch{
		web: w, real: make(map[uint16]target), done: make(chan struct{}),
		dialed: make(map[uint16]bool), nodes: make(map[int]*process.Process), selves: make(map[int]bool), owners: make(map[uint64]int),
	}
	for i, a := range real {
		h.real[uint16(a.Port)] = target{node: i}
		if a.Internal != 0 {
			h.real[uint16(a.Internal)] = target{node: i, internal: true}
		}
	}
	if !canLook {
		return h
	}
	h.gone.Go(func() {
		old := h.before() // reading a large table takes as long as starting a node
		h.mu.Lock()
		h.old = old
		h.mu.Unlock()
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		var last rest
		for {
			select {
			case <-h.done:
				return
			case <-ticker.C:
				now := h.rest()
				if h.reason() == "" && !(now.all && now == last) {
					h.look(time.Second, false)
				}
				last = now
			}
		}
	})
	return h
}

func (h *watch) close() {
	close(h.done)
	h.gone.Wait()
}

// dial connects to a node. It remembers that it was the grader before it connects: a connection
// that is given up meanwhile may be made all the same.
func (h *watch) dial(ctx context.Context, port int) (net.Conn, error) {
	return dialPort(ctx, port, func(from int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.dialed[uint16(from)] = true
	})
}

// isOwn reports whether a connection is the grader's own, or older than the nodes.
func (h *watch) isOwn(p pair) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dialed[p.client] || h.old[p]
}

// bypassed says why messages may have passed by.
func (h *watch) bypassed() string {
	if why := h.reason(); why != "" || !canLook {
		return why
	}
	h.look(200*time.Millisecond, true)
	return h.reason()
}

// reason returns what was found so far.
func (h *watch) reason() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.why
}

// started notes the processes of a node.
func (h *watch) started(i int, p *process.Process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nodes[i] = p
	h.starts++
}

// A rest says whether all nodes rest. If two rests are equal, nothing happened between them.
type rest struct {
	all             bool
	starts, resumed int
}

func (h *watch) rest() rest {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := rest{all: len(h.nodes) == len(h.web.ports), starts: h.starts} // a user may have started the others
	for _, p := range h.nodes {
		rests, resumed := p.Rests()
		r.all = r.all && rests
		r.resumed += resumed
	}
	return r
}

// selfish notes that a node connects to itself.
func (h *watch) selfish(i int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.selves[i] = true
}

func (h *watch) isSelfish(i int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.selves[i]
}

// tells notes that a node sends its own address. Where the system does not show its
// connections, messages may have passed by then.
func (h *watch) tells(how string) {
	if !canLook {
		h.found(how)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.own == "" {
		h.own = how
	}
}

// ownAddress says which node sends its own address; "" if none does.
func (h *watch) ownAddress() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.own
}

func (h *watch) found(why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why == "" {
		h.why = why
	}
}

// advice ends what a student reads.
const advice = "Connect only to the addresses in the node's own config.json: do not answer to an address that a peer sent, " +
	"and do not read another node's file"

// passedBy says that a node was connected to at its own port. From is -1 if it is not
// known who did.
func (h *watch) passedBy(from int, port uint16) string {
	to := h.real[port]
	if from < 0 {
		return fmt.Sprintf("a node connected to node %d at port %d, which only node %d's own config.json names, so messages passed by the links. %s",
			to.node, port, to.node, advice)
	}
	return fmt.Sprintf("node %d connected to node %d at port %d instead of port %d, which its config.json names for node %d, "+
		"so messages passed by the links. %s", from, to.node, port, h.web.ports[from][to.node].port(to.internal), to.node, advice)
}
