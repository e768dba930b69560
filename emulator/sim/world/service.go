package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// service has the rules by which a node serves its clients and its core, beside the core's
// own. diligent keeps them all; a planted bug breaks one. The core decides which nodes take
// requests (raft.Node.TakesRequests).
type service interface {
	usesLog(c *machine.Command) bool
	answersOnAppend() bool
	refusesWaiting() bool
	appliesAgain(leads bool, c *machine.Command) bool
	waitsForStorage() bool
}

// diligent keeps all promises of package mqapi.
type diligent struct{}

// usesLog reports whether a command goes through the log. Every command does, also one that
// reads, so that an answer reflects every earlier answer (§8; D §6.4).
func (diligent) usesLog(*machine.Command) bool { return true }

// answersOnAppend reports whether a client gets its answer when its command is in the
// leader's log. It must wait until the command is applied (§5.3).
func (diligent) answersOnAppend() bool { return false }

// refusesWaiting reports whether a leader that loses its leadership refuses the waiting
// requests. It must, because it cannot know whether they will be applied (§8).
func (diligent) refusesWaiting() bool { return true }

// appliesAgain reports whether to apply an entry a second time. Each entry is applied once
// (§5.3; Figure 3, State Machine Safety).
func (diligent) appliesAgain(bool, *machine.Command) bool { return false }

// waitsForStorage reports whether a message waits until everything that it claims is
// stored. It must (D §3.8).
func (diligent) waitsForStorage() bool { return true }

// answerWithoutLog answers the requests of the batch that do not use the log.
func (w *World) answerWithoutLog(n *node) {
	rest := w.batch[:0]
	for _, q := range w.batch {
		if n.service.usesLog(q.Command) {
			rest = append(rest, q)
			continue
		}
		result := n.machine.Foresee(q.Command)
		if q.Command.Op.Access == machine.Takes {
			n.give(0, q.Command)
			q.unlogged = true
		}
		w.answer(q, q.Seq, machine.Reply{Result: result, Leader: n.leader()})
	}
	clear(w.batch[len(rest):])
	w.batch = rest
}

// taken handles a request that became the entry at index i. Its client waits until that is
// applied.
func (w *World) taken(n *node, q *request, i raft.Index, cause uint64) {
	if n.service.answersOnAppend() {
		w.answer(q, cause, machine.Reply{Result: n.machine.Foresee(q.Command), Index: i, Leader: n.leader()})
		return
	}
	n.waiting = append(n.waiting, waiting{i, q})
}

// answerNext answers the oldest waiting request, now that a node in state s has applied the
// command of entry i. A request that waits for an earlier entry, which only a bug can
// cause, has missed it.
func (w *World) answerNext(n *node, s *raft.State, cause uint64, i raft.Index, c *machine.Command, result machine.Result) {
	next := n.waiting[n.waitingHead]
	n.waiting[n.waitingHead].request = nil
	n.waitingHead++
	if next.index < i {
		w.answer(next.request, cause, machine.Reply{Index: next.index, Leader: s.Leader, Err: machine.ErrLeadershipLost})
		return
	}
	if n.service.appliesAgain(s.Role == raft.Leader, c) {
		r := w.record(trace.Apply, n.id, cause)
		r.Index = i
		w.recorded(r)
		n.give(i, c)
	}
	w.answer(next.request, cause, machine.Reply{Result: result, Index: i, Leader: s.Leader})
}
