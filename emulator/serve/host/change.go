package host

import (
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Change does to the world what decide says, which sees the world as it is at that moment.
// decide may be asked again before anything is done. Change returns the sequence number of
// the change's first record, or of the newest record if there was nothing to change. On an
// error nothing has changed.
func (h *Host) Change(decide func(View) (fault.Change, error)) (uint64, error) {
	return h.ChangeAll(func(o View) ([]fault.Change, error) {
		c, err := decide(o)
		return []fault.Change{c}, err
	})
}

// ChangeAll is Change for several changes, made one after the other at one moment: all of
// them, or none if the world as it is refuses one. None may need what an earlier one does.
//
// The ports of nodes that start listen before anything changes: a change fails while
// nothing is done yet.
func (h *Host) ChangeAll(decide func(View) ([]fault.Change, error)) (uint64, error) {
	h.changes.Lock()
	defer h.changes.Unlock()
	if h.closed {
		return 0, ErrClosed
	}
	defer h.settle()
	for {
		var seq uint64
		var starting []raft.NodeID // nodes whose ports do not listen yet
		var err error
		h.own(func(w *world.World) { seq, starting, err = h.changeNow(w, decide) })
		if err != nil || starting == nil {
			return seq, err
		}
		if err := h.listen(starting); err != nil {
			return 0, err
		}
	}
}

// changeNow makes changes, as the owner, unless the ports of nodes have to listen before.
func (h *Host) changeNow(w *world.World, decide func(View) ([]fault.Change, error)) (seq uint64, starting []raft.NodeID, err error) {
	list, err := decide(h.view)
	if err != nil {
		return 0, nil, err
	}
	for i := range list {
		if err := w.Check(&list[i]); err != nil {
			return 0, nil, err
		}
		for _, id := range startedBy(w, &list[i]) {
			if !h.options.Portless && !h.servers[id].listens() {
				starting = append(starting, id)
			}
		}
	}
	if starting != nil {
		return 0, starting, nil
	}
	before := w.Trace().Last()
	for i := range list {
		if _, err = w.Change(list[i]); err != nil {
			break
		}
	}
	h.wake()
	return min(before+1, w.Trace().Last()), nil, err
}

// startedBy lists the nodes that a change starts.
func startedBy(w *world.World, c *fault.Change) []raft.NodeID {
	first, last := c.Node, c.Node
	switch c.Kind {
	case fault.Restart, fault.HealNode:
	case fault.Heal:
		first, last = 0, raft.NodeID(w.Nodes()-1)
	default:
		return nil
	}
	var list []raft.NodeID
	for id := first; id <= last; id++ {
		if _, up, _ := w.State(id); !up {
			list = append(list, id)
		}
	}
	return list
}
