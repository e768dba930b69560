package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Abandon ends a world from outside, as if the machine had gone: whoever waits
// for an answer is told that the node is down, and the trace does not say so.
// Nothing may be done with the world afterwards but look at it.
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

// abandon tells whoever waits for the answer that there will be none.
func (l *letter) abandon() {
	if l.rpc != nil {
		l.rpc.answer(raft.Message{}, machine.ErrNodeDown)
	}
}
