package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// service are the rules of how a node serves its clients and its core, beside
// those of the core: diligent, but for the ones that a planted bug breaks. Who
// takes requests at all is the core's to say (raft.Node.TakesRequests).
type service interface {
	usesLog(c *machine.Command) bool
	answersOnAppend() bool
	refusesWaiting() bool
	appliesAgain(leads bool, c *machine.Command) bool
	waitsForStorage() bool
}

// diligent is the service that keeps what the package mqapi promises.
type diligent struct{}

// usesLog: every command goes through the log, those that read too. So an answer
// tells of all that was answered before (§8; D §6.4).
func (diligent) usesLog(*machine.Command) bool { return true }

// answersOnAppend: a client is answered when its command has been applied, and
// not as soon as it is in the leader's log (§5.3).
func (diligent) answersOnAppend() bool { return false }

// refusesWaiting: who loses the leadership cannot promise any more what becomes
// of the requests that wait, and says so (§8).
func (diligent) refusesWaiting() bool { return true }

// appliesAgain: each entry is applied once (§5.3; Figure 3, State Machine Safety).
func (diligent) appliesAgain(bool, *machine.Command) bool { return false }

// waitsForStorage: a message is sent when all is stored that it speaks of (D §3.8).
func (diligent) waitsForStorage() bool { return true }

// answerWithoutLog answers those of the batch that do not use the log.
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
		}
		w.answer(q, q.Seq, machine.Reply{Result: result, Leader: n.leader()})
	}
	clear(w.batch[len(rest):])
	w.batch = rest
}

// taken: a request has become the entry at index i. Its client waits until that
// is applied.
func (w *World) taken(n *node, q *request, i raft.Index, cause uint64) {
	if n.service.answersOnAppend() {
		w.answer(q, cause, machine.Reply{Result: n.machine.Foresee(q.Command), Index: i, Leader: n.leader()})
		return
	}
	n.waiting = append(n.waiting, waiting{i, q})
}

// answerNext answers the request that has waited longest, now that the command of
// entry i has been applied to a node in state s. What waits for an entry before
// that, which only a bug can bring about, has missed it.
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
