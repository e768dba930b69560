package host

import (
	"context"
	"sync"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// A nodeAPI is what the HTTP API asks of its node.
type nodeAPI struct {
	loop *loop
	urls *urls
	id   raft.NodeID
}

// A replySlot is where a reply is put. It is used again, unless the client
// went away: then a reply may still come.
type replySlot struct {
	reply chan machine.Reply
	put   func(machine.Reply)

	// The rest belongs to the world's owner.

	world   *world.World // that has the request
	request uint64       // its record
}

var replySlots = sync.Pool{New: func() any {
	s := &replySlot{reply: make(chan machine.Reply, 1)}
	s.put = func(r machine.Reply) { s.reply <- r }
	return s
}}

// Do implements mqapi.Node.
func (n *nodeAPI) Do(ctx context.Context, command *machine.Command) machine.Reply {
	s := replySlots.Get().(*replySlot)
	n.loop.submit(task{node: n.id, command: command, slot: s})
	select {
	case r := <-s.reply: // mostly it is there already
		replySlots.Put(s)
		return r
	default:
	}
	select {
	case r := <-s.reply:
		replySlots.Put(s)
		return r
	case <-ctx.Done():
		n.loop.own(func(w *world.World) {
			if s.world == w { // and not replaced meanwhile
				w.HangUp(s.request)
			}
		})
		return machine.Reply{Leader: raft.None, Err: ctx.Err()}
	}
}

// Status implements mqapi.Node.
func (n *nodeAPI) Status(ctx context.Context) (mqapi.Status, error) {
	var status mqapi.Status
	err := n.look(ctx, func(w *world.World) {
		s, _, _ := w.State(n.id)
		status = mqapi.Status{Role: s.Role.String(), Term: uint64(s.Term)}
	})
	return status, err
}

// View implements mqapi.Node.
func (n *nodeAPI) View(ctx context.Context) (machine.View, error) {
	var frozen machine.Frozen
	var applied raft.Index
	err := n.look(ctx, func(w *world.World) {
		s, _, _ := w.State(n.id)
		frozen, applied = w.Machine(n.id).Freeze(), s.LastApplied
	})
	if err != nil {
		return machine.View{}, err
	}
	return frozen.View(applied), nil // others may use the world meanwhile
}

// look lets f see the world while the node is up and not paused: a node that
// is paused shows itself once it is resumed.
func (n *nodeAPI) look(ctx context.Context, f func(*world.World)) error {
	for {
		var err error
		var awake chan struct{}
		n.loop.own(func(w *world.World) {
			if n.loop.ended || int(n.id) >= w.Nodes() {
				err = machine.ErrNodeDown
				return
			}
			switch _, up, paused := w.State(n.id); {
			case !up:
				err = machine.ErrNodeDown
			case paused:
				if n.loop.awake[n.id] == nil {
					n.loop.awake[n.id] = make(chan struct{})
				}
				awake = n.loop.awake[n.id]
			default:
				f(w)
			}
		})
		if awake == nil {
			return err
		}
		select {
		case <-awake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// RPC implements mqapi.Node.
func (n *nodeAPI) RPC(ctx context.Context, m raft.Message) (raft.Message, error) {
	type answer struct {
		message raft.Message
		err     error
	}
	answers := make(chan answer, 1)
	done := func(m raft.Message, err error) { answers <- answer{m, err} }
	n.loop.submit(task{do: func(w *world.World) {
		if n.loop.ended || int(m.To) >= w.Nodes() || int(m.From) >= w.Nodes() {
			done(raft.Message{}, machine.ErrNodeDown)
			return
		}
		w.RPC(m, done)
	}})
	select {
	case a := <-answers:
		return a.message, a.err
	case <-ctx.Done():
		return raft.Message{}, ctx.Err()
	}
}

// Nodes implements mqapi.Node.
func (n *nodeAPI) Nodes() int {
	var nodes int
	n.loop.own(func(w *world.World) { nodes = w.Nodes() })
	return nodes
}

// ID implements mqapi.Node.
func (n *nodeAPI) ID() raft.NodeID { return n.id }

// URL implements mqapi.Node.
func (n *nodeAPI) URL(id raft.NodeID) string { return n.urls.of(id) }
