package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Abandon ends a world from outside, as if the machine had failed. Each client that waits
// gets the answer that the node is down, which the trace does not show. Afterwards the
// world may only be read.
func (w *World) Abandon() {
	gone := machine.Reply{Leader: raft.None, Err: machine.ErrNodeDown}
	for i := range w.nodes {
		n := &w.nodes[i]
		for _, q := range n.waiting[n.waitingHead:] {
			q.request.finish(gone)
		}
		n.waiting, n.waitingHead = nil, 0
		for k := range n.writes {
			for i := range n.writes[k].messages {
				n.writes[k].messages[i].abandon()
			}
		}
		n.writes, n.held = nil, nil
	}
	for _, q := range w.requests.items {
		if q != nil {
			q.finish(gone)
		}
	}
	for i := range w.mail.items {
		w.mail.items[i].abandon()
	}
	w.requests, w.mail, w.queue = slab[*request]{}, slab[letter]{}, eventQueue{}
}

// abandon answers a message from outside, if its sender waits: there will be no other
// answer.
func (l *letter) abandon() {
	if l.rpc != nil {
		l.rpc.answer(raft.Message{}, machine.ErrNodeDown)
	}
}
