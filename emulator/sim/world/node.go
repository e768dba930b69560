package world

import (
	"time"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A node is a core with its surroundings: stable storage, a timer, a state machine, and
// clients that wait.
type node struct {
	id      raft.NodeID
	core    *raft.Node
	bug     *bugs.Bug
	service service
	machine machine.Machine
	given   Given // to machine
	initSeq uint64

	up, paused bool
	life       uint32  // events of an earlier life are void
	held       []event // events that arrived during a pause

	// Stable storage is hard and the core's log without the changes of writes. So a log is
	// never copied: a crash undoes the unfinished writes.
	hard   raft.HardState
	writes []write
	// lastWrittenAt is the end of the last of writes.
	lastWrittenAt time.Duration

	timer           raft.Timer
	timerAt         time.Duration // the time at which it runs out
	timerTicket     uint64        // its place among the events of that time
	timerQueued     time.Duration // the time of its event: timerAt or earlier
	timerGeneration uint32
	timerCause      uint64 // the record that set it
	random          random
	skew            float64

	// waiting has the requests with entries in the leader's log, by index, from head on.
	waiting     []waiting
	waitingHead int
	unanswered  int // requests that have reached the node, including the waiting ones
}

// A write is an unfinished write to stable storage, with the messages that wait for it.
type write struct {
	hard        raft.HardState
	last        raft.Index
	truncatedTo raft.Index
	removed     []raft.Entry
	entries     [][]raft.Entry // behind truncatedTo; only for an Outside
	messages    []letter
}

// A waiting request gets its answer when index is applied.
type waiting struct {
	index   raft.Index
	request *request
}

// initNode sets a node to its first state.
func (w *World) initNode(id raft.NodeID, c *NodeConfig) {
	n := &w.nodes[id]
	*n = node{
		id:      id,
		machine: w.config.Machine.New(),
		up:      !c.Down,
		paused:  c.Paused && !c.Down,
		hard:    raft.HardState{Term: c.Term, VotedFor: c.VotedFor},
		random:  newRandom(w.config.Seed, timerStream+uint64(id)),
		skew:    c.Skew,
	}
	if n.skew == 0 {
		n.skew = 1
	}
	if s := w.config.Streams; s != nil && s.Seed == w.config.Seed && s.Timers != nil {
		n.random.goOn(s.Timers[id])
	}
	rc := raft.Config{
		ID: id, Nodes: len(w.nodes), HardState: n.hard, Log: raft.LogOf(c.Log),
		Role: c.Role, CommitIndex: c.CommitIndex, NextIndex: c.NextIndex, MatchIndex: c.MatchIndex,
	}
	rc.Resume = c.resume()
	n.bug = c.bug()
	n.service = serviceOf(n.bug)
	rc.Bug = n.bug.Core()
	if n.up {
		n.core = raft.New(rc)
		n.hard = n.core.ToStore()
		for i := raft.Index(1); i <= c.CommitIndex; i++ {
			n.give(i, command(rc.Log.Entry(i)))
		}
	} else {
		n.core = raft.NewRestarted(rc)
	}
	n.resumeWrites(c)
	r := w.record(trace.Init, id, 0)
	r.Detail = w.startOf(id, c)
	r.Extra = w.timerOf(c)
	n.initSeq = r.Seq
	w.recorded(r)
}

// startOf returns the trace's description of a node's start.
func (w *World) startOf(id raft.NodeID, c *NodeConfig) *trace.Start {
	s := &trace.Start{
		Up: !c.Down, Log: c.Log, NextIndex: c.NextIndex, MatchIndex: c.MatchIndex, Bug: c.Bug, Stored: c.Stored,
	}
	if c.Role == raft.Candidate && c.Resume != nil {
		s.Votes, s.Counted = c.Resume.Granted, true
	}
	for i := range c.Writes {
		w := &c.Writes[i]
		s.Writes = append(s.Writes, trace.Write{Hard: w.Hard, Kept: w.Kept, Removed: w.Removed})
	}
	if w.tellsAll {
		w.addPlace(s, id)
	}
	return s
}

// command returns an entry's command, or nil, which does nothing, for one of another
// machine.
func command(e raft.Entry) *machine.Command {
	c, _ := e.Command.(*machine.Command)
	return c
}

// step passes w.in to the node's core and does what the core asks for. cause is the record
// that led to the step, and in is the received message, if there is one. If that came from
// outside, rpc gets the answer.
func (w *World) step(n *node, cause uint64, in *raft.Message, rpc *rpcCall) {
	n.core.Step(&w.in, &w.effects)
	e := &w.effects
	if len(w.monitors) > 0 && n.logChanged(e) {
		for _, m := range w.monitors {
			m.LogChanged(w, n.id, e.TruncatedTo)
		}
	}
	cause = w.recordActions(n, cause, in)

	stored := false
	if e.Persist {
		if w.writesTakeTime(n) {
			w.startWrite(n)
		} else {
			w.storeOutside(n, e.HardState, e.TruncatedTo, w.entriesBehind(n, e.TruncatedTo))
			stored = true
		}
	}
	for k := range e.Messages {
		l := &w.outgoing
		*l = letter{message: e.Messages[k], cause: w.sentBy[k]}
		if rpc != nil && l.message.Type.IsResponse() {
			l.rpc = rpc // the answer to a message from outside
		}
		w.sendStored(n, l)
	}
	w.setTimer(n, e.Timer, cause)
	if n.waitingRequests() > 0 && !n.core.TakesRequests() && n.service.refusesWaiting() {
		w.refuseWaiting(n, cause, machine.ErrLeadershipLost)
	}
	if e.ApplyTo >= e.ApplyFrom {
		w.apply(n, e.ApplyFrom, e.ApplyTo, cause)
	}
	if stored {
		w.in = raft.Input{Kind: raft.Stored, StoredTerm: n.hard.Term, StoredIndex: n.core.Log().LastIndex()}
		w.step(n, cause, nil, nil)
	}
}

// logChanged reports whether a step shortened or extended the log.
func (n *node) logChanged(e *raft.Effects) bool {
	return len(e.Removed) > 0 || n.core.Log().LastIndex() > e.TruncatedTo
}

// recordActions records the core's actions and stores in w.sentBy the record that sent each
// message. It returns the cause of what follows. The cause of each action is the previous
// action that changed the node, or the input.
func (w *World) recordActions(n *node, cause uint64, in *raft.Message) uint64 {
	e := &w.effects
	w.sentBy = w.sentBy[:0]
	prev := cause
	for k := range e.Actions {
		a := &e.Actions[k]
		r := w.trace.Next(trace.Kind(a.Kind))
		r.Time, r.Step = w.now, w.steps
		r.Node, r.Index, r.State = n.id, a.Index, a.State
		r.Cause = prev
		r.Detail = nil
		seq := r.Seq
		switch a.Kind {
		case raft.RequestVote, raft.AppendEntries:
			r.Message = e.Messages[a.Sends]
			w.sentBy = append(w.sentBy, seq)
		case raft.HandleRequestVoteRequest, raft.HandleAppendEntriesRequest,
			raft.HandleRequestVoteResponse, raft.HandleAppendEntriesResponse, raft.DropStaleResponse:
			r.Message = *in
			prev = seq
		case raft.UpdateTerm: // the message also causes the handler that follows
			r.Message = *in
		case raft.ClientRequest:
			q := w.batch[k]
			r.Cause, r.Detail = q.Seq, &q.Call
			prev = seq
		default:
			prev = seq
		}
		if w.tellsAll {
			w.addExtra(n, r)
		}
		w.recorded(r)
		if a.Kind == raft.ClientRequest {
			w.taken(n, w.batch[k], a.Index, seq)
		}
		if a.Sends >= 0 && e.Messages[a.Sends].Type.IsResponse() {
			r := w.record(trace.Reply, n.id, seq)
			r.Message = e.Messages[a.Sends]
			w.sentBy = append(w.sentBy, r.Seq)
			w.recorded(r)
		}
	}
	return prev
}

// startWrite begins a write that takes time.
func (w *World) startWrite(n *node) {
	e := &w.effects
	at := w.writtenAt(n)
	n.lastWrittenAt = at
	n.writes = append(n.writes, write{
		hard: e.HardState, last: n.core.Log().LastIndex(),
		truncatedTo: e.TruncatedTo, removed: e.Removed, entries: w.entriesBehind(n, e.TruncatedTo),
	})
	w.queue.push(w.now, at, storedEvent, n.id, n.life)
}

// finishWrite ends the node's oldest write, and sends the messages that waited for it.
func (w *World) finishWrite(n *node) {
	done := n.writes[0]
	n.writes[0] = write{} // releases its entries
	n.writes = n.writes[1:]
	w.storeOutside(n, done.hard, done.truncatedTo, done.entries)
	r := w.record(trace.Persist, n.id, 0)
	r.Index = done.last
	r.Detail = done.hard
	if w.tellsAll && n.core.CountsOwnVote(done.hard.Term) {
		r.Extra = trace.Counted()
	}
	seq := r.Seq
	w.recorded(r)
	for k := range done.messages {
		w.dispatch(&done.messages[k])
	}
	w.in = raft.Input{Kind: raft.Stored, StoredTerm: done.hard.Term, StoredIndex: done.last}
	w.step(n, seq, nil, nil)
}

// undoWrites undoes the unfinished writes of the log, the newest first, and returns the
// messages that waited for them.
func (n *node) undoWrites() []letter {
	var unsent []letter
	for i := range n.writes {
		unsent = append(unsent, n.writes[i].messages...)
	}
	for i := len(n.writes) - 1; i >= 0; i-- {
		n.core.Log().Truncate(n.writes[i].truncatedTo)
		n.core.Log().Append(n.writes[i].removed...)
	}
	n.writes = nil
	return unsent
}

// sendStored sends a message after all earlier writes (D §3.8).
func (w *World) sendStored(n *node, l *letter) {
	if k := len(n.writes); k > 0 && n.service.waitsForStorage() {
		n.writes[k-1].messages = append(n.writes[k-1].messages, *l)
		return
	}
	w.dispatch(l)
}

// dispatch hands a message to the network, or the answer to a message from outside to that
// message's sender.
func (w *World) dispatch(l *letter) {
	if l.rpc != nil {
		l.rpc.answer(l.message, nil)
		return
	}
	if w.outside != nil {
		w.outside.Send(l.message)
		return
	}
	w.send(l)
}

// deliver hands a message to its receiver, if it can arrive there.
func (w *World) deliver(n *node, ref uint32) {
	w.incoming = w.mail.take(ref)
	l := &w.incoming
	switch {
	case !n.up, l.rpc != nil && l.rpc.life != n.life:
		w.drop(l, trace.Crashed)
		return
	case l.rpc == nil && w.net.isCut(l.message.From, l.message.To):
		w.drop(l, trace.Partitioned)
		return
	}
	w.in = raft.Input{Kind: raft.Receive, Message: &l.message}
	rpc := l.rpc
	w.step(n, l.cause, &l.message, rpc)
}

// holdBack keeps an event until a paused node goes on. Messages beyond MaxWaiting are lost,
// as when the buffers of a stopped process are full.
func (w *World) holdBack(n *node, e event) {
	if e.kind == deliverEvent && len(n.held) >= MaxWaiting {
		l := w.mail.take(e.ref)
		w.drop(&l, trace.Overflow)
		return
	}
	n.held = append(n.held, e)
}

// propose hands the core the request, and the ones to the same node that are due directly
// after it, as one batch.
func (w *World) propose(n *node, ref uint32) {
	w.batch = w.batch[:0]
	for {
		if q := w.requests.take(ref); q.life == n.life {
			w.batch = append(w.batch, q)
		} else {
			w.answer(q, q.Seq, machine.Reply{Leader: raft.None, Err: machine.ErrNodeDown})
		}
		e := w.queue.peek()
		if len(w.batch) == MaxBatch || e == nil || e.kind != requestEvent || e.node != n.id || e.at > w.now {
			break
		}
		ref = e.ref
		w.queue.pop()
		w.steps++
	}
	if len(w.batch) == 0 {
		return
	}
	if refusal := n.refusal(); refusal != nil {
		for _, q := range w.batch {
			w.answer(q, q.Seq, machine.Reply{Leader: n.leader(), Err: refusal})
		}
		clear(w.batch)
		return
	}
	if w.answerWithoutLog(n); len(w.batch) == 0 {
		return
	}
	w.commands = w.commands[:0]
	for _, q := range w.batch {
		w.commands = append(w.commands, q.Command)
	}
	w.in = raft.Input{Kind: raft.Propose, Commands: w.commands}
	w.step(n, w.batch[0].Seq, nil, nil)
	clear(w.batch)
	clear(w.commands)
}

// refusal returns the reason why the node cannot take a client's request, or nil.
func (n *node) refusal() error {
	switch {
	case !n.up:
		return machine.ErrNodeDown
	case !n.core.TakesRequests():
		return machine.ErrNotLeader
	}
	return nil
}

func (n *node) leader() raft.NodeID {
	if !n.up {
		return raft.None
	}
	return n.core.State().Leader
}

// apply applies committed entries in order, and answers the clients that wait for them.
func (w *World) apply(n *node, from, to raft.Index, cause uint64) {
	r := w.record(trace.Apply, n.id, cause)
	r.Index = to
	if again := w.again(n, from, to); again != nil {
		r.Detail = again
	}
	seq := r.Seq
	w.recorded(r)
	s, log := n.core.State(), n.core.Log()
	for i := from; i <= to; {
		entries := log.Slice(i, to)
		for k := range entries {
			c := command(entries[k])
			result := n.give(i, c)
			for n.waitingHead < len(n.waiting) && n.waiting[n.waitingHead].index <= i {
				w.answerNext(n, &s, seq, i, c, result)
			}
			i++
		}
	}
	if n.waitingHead == len(n.waiting) {
		n.waiting, n.waitingHead = n.waiting[:0], 0
	} else if n.waitingHead >= MaxBatch {
		k := copy(n.waiting, n.waiting[n.waitingHead:])
		clear(n.waiting[k:])
		n.waiting, n.waitingHead = n.waiting[:k], 0
	}
}

func (n *node) waitingRequests() int { return len(n.waiting) - n.waitingHead }

// refuseWaiting answers all clients that wait at the node with an error.
func (w *World) refuseWaiting(n *node, cause uint64, err error) {
	refused := n.waiting[n.waitingHead:]
	n.waiting, n.waitingHead = nil, 0
	for _, q := range refused {
		w.answer(q.request, cause, machine.Reply{Index: q.index, Leader: n.leader(), Err: err})
	}
}

// answer ends a client's request.
func (w *World) answer(q *request, cause uint64, reply machine.Reply) {
	w.nodes[q.Node].unanswered--
	reply.RequestID = q.ID
	q.Reply = reply
	r := w.record(trace.Response, q.Node, cause)
	r.Index = reply.Index
	r.Detail = &q.Call
	if q.unlogged && w.tellsAll {
		r.Extra = trace.Unlogged()
	}
	w.recorded(r)
	q.finish(reply)
}

// finish answers the client, once. The trace keeps the request, but not the client's
// callback.
func (q *request) finish(reply machine.Reply) {
	if done := q.done; done != nil {
		q.done = nil
		done(reply)
	}
}

// setTimer sets or stops the node's timer as the core says.
func (w *World) setTimer(n *node, t raft.Timer, cause uint64) {
	var length time.Duration
	switch t {
	case raft.KeepTimer:
		return
	case raft.ElectionTimer:
		length = n.random.between(w.config.ElectionMin, w.config.ElectionMax)
	case raft.HeartbeatTimer:
		length = w.config.Heartbeat
	}
	n.timer = t
	n.timerAt = w.now + scale(length, n.skew)
	n.timerCause = cause
	w.queueTimer(n)
	w.timerSet(n, cause)
}

// start takes a node's first step, at the beginning of the world or of a life.
func (w *World) start(n *node, cause uint64) {
	w.in = raft.Input{Kind: raft.Start}
	w.step(n, cause, nil, nil)
}

// queueTimer makes sure that an event is due when the timer runs out, or earlier. An early
// event is moved by next to the place of timerTicket. So a timer that is set again and
// again, like a follower's, costs no event each time.
func (w *World) queueTimer(n *node) {
	n.timerTicket = w.queue.ticket()
	if n.timerQueued > w.now && n.timerQueued <= n.timerAt {
		return
	}
	n.timerGeneration++
	n.timerQueued = n.timerAt
	w.queue.insert(event{at: n.timerAt, seq: n.timerTicket, ref: n.timerGeneration, node: n.id, kind: timerEvent})
}

func (n *node) stopTimer() {
	n.timer = raft.KeepTimer
	n.timerAt, n.timerQueued = 0, 0
	n.timerGeneration++
}

// fire handles a timer that ran out.
func (w *World) fire(n *node) {
	kind := raft.ElectionTimeout
	if n.timer == raft.HeartbeatTimer {
		kind = raft.HeartbeatTimeout
	}
	n.timerQueued = 0
	w.in = raft.Input{Kind: kind}
	w.step(n, n.timerCause, nil, nil)
}

// scale multiplies a duration.
func scale(d time.Duration, factor float64) time.Duration {
	if factor == 1 {
		return d
	}
	return time.Duration(float64(d) * factor)
}
