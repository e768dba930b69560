package room

import (
	"fmt"
	"time"
)

// canLook says that the system shows its connections.
const canLook = true

const (
	// settle is how long a connection must have been there to count: one that the
	// grader opens at this moment is known to be its own then.
	settle = 20 * time.Millisecond
	pause  = 2 * time.Millisecond
)

// look looks at the connections that there are, or were a minute ago, to the nodes' own
// ports. Those that the grader opened are in order, and so are those of a node to
// itself. A connection shows its process only as long as it lasts: while it is open who
// connected, the look goes on for some time. If that does not tell, it was a peer, and
// the look concludes so if it is to.
func (h *watch) look(patience time.Duration, conclude bool) {
	if h.takesDatagrams() {
		return
	}
	began := time.Now()
	seen := make(map[pair]time.Time)
	for {
		open, looked := -1, time.Now()
		for p, s := range h.strange() {
			if _, ok := seen[p]; !ok {
				seen[p] = time.Now()
			}
			to := h.real[p.server].node
			switch from, known := h.owner(s); {
			case known && from == to:
				h.selfish(to)
			case known && from >= 0:
				h.found(h.passedBy(from, p.server))
				return
			case !known && time.Since(seen[p]) > settle && !h.isSelfish(to):
				open = int(p.server)
			case !known && !h.isSelfish(to):
				open = max(open, 0)
			}
		}
		if open < 0 {
			return
		}
		if time.Since(began) > patience && (open > 0 || !conclude) {
			if conclude {
				h.found(h.passedBy(-1, uint16(open)))
			}
			return
		}
		time.Sleep(max(pause, 3*time.Since(looked))) // a long table takes long to read
	}
}

// takesDatagrams notes a node that can be reached over UDP at its own port. The system does
// not show who sends it something.
func (h *watch) takesDatagrams() bool {
	all, err := datagramSockets()
	if err != nil || len(h.web.ports) < 2 {
		return false
	}
	for _, s := range all {
		t, ok := h.real[s.local]
		if !ok {
			continue
		}
		if node, _ := h.owner(s); node == t.node {
			h.found(fmt.Sprintf("node %d takes datagrams (UDP) at its port %d. The links do not carry them, "+
				"so messages may have passed by. Let nodes talk over TCP", node, s.local))
			return true
		}
	}
	return false
}

// before returns connections that were there before the nodes had their ports.
func (h *watch) before() map[pair]bool {
	old := make(map[pair]bool)
	for p := range h.strange() {
		old[p] = true
	}
	return old
}

// strange returns connections to nodes' own ports that the grader did not open: the
// client's end of each, or the server's where only that is left.
func (h *watch) strange() map[pair]socket {
	all, err := connections()
	if err != nil {
		return nil
	}
	found := make(map[pair]socket)
	for _, s := range all {
		if s.state == listening || s.state == synSent || s.state == synRecv {
			continue
		}
		client := pair{s.local, s.remote}
		if _, ok := h.real[s.remote]; ok && !h.isOwn(client) {
			found[client] = s // instead of the server's end
		}
		server := pair{s.remote, s.local}
		if _, ok := h.real[s.local]; ok && !h.isOwn(server) {
			if _, seen := found[server]; !seen {
				s.inode = 0 // it is the server's
				found[server] = s
			}
		}
	}
	return found
}

// owner returns the node whose process has a socket, or -1 if another process has it,
// such as the grader or a user's browser. A closed one shows no process.
func (h *watch) owner(s socket) (node int, known bool) {
	if s.inode == 0 {
		return -1, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	node, known = h.owners[s.inode]
	if known {
		return node, true
	}
	node = -1
	for i, p := range h.nodes {
		if holds(p.Tree(), []uint64{s.inode}) {
			node = i
			break
		}
	}
	h.owners[s.inode] = node
	return node, true
}
