package history

import (
	"errors"
	"slices"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

const (
	// Kept is the greatest number of requests that a Recorder holds, besides those that
	// wait for an answer.
	Kept = 1 << 16
	// portion is the number of requests in a period.
	portion = Kept / 4
	// maxStrays is the number of older requests without an answer, and of inherited
	// entries, that a Recorder remembers also.
	maxStrays = 1 << 12
	// maxFaults is the number of faults that a Recorder remembers.
	maxFaults = 1 << 10
)

// A Recorder sees the requests of a world's clients and the nodes' answers. It is a
// world.Monitor and has the world's owner.
//
// A Recorder needs no search while all answers are right. When the first node applies an
// entry, the Recorder applies it to a queue of its own. An answer must agree with that
// queue, and the request must be called before the entry was applied and answered after it.
// Then the moments at which entries were first applied are an order that explains all
// answers. In this way a Recorder accounts for a million requests and holds 65,536. Only
// when an answer disagrees with the log must Check judge the requests around it.
type Recorder struct {
	config   world.Config
	begun    []segment // of config
	replica  replica
	proposed proposals
	outside  []outsider // commands of messages from outside the cluster

	first   *period // the first period that the log does not explain, once it is complete
	earlier *period
	now     *period
	strays  []request // called before earlier; they may still be carried out
	lost    bool      // some strays were forgotten
	doubt   bool      // a request had no answer
	waiting int       // requests that wait for an answer

	faults    []Fault
	forgotten int64            // the At of the newest fault that is no longer held
	counts    [Unknown + 1]int // number of requests by outcome
}

// An outsider is a command that reached a node from outside the cluster.
type outsider struct {
	at      uint64
	command *machine.Command
}

// NewRecorder returns a Recorder, which starts over with each world that it sees.
func NewRecorder() *Recorder { return &Recorder{now: &period{}} }

// LogChanged implements world.Monitor.
func (*Recorder) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (r *Recorder) Record(w *world.World, e *trace.Record) {
	switch e.Kind {
	case trace.Request:
		r.called(e)
	case trace.Kind(raft.ClientRequest):
		q := e.Detail.(*trace.Call)
		if known := r.find(q.Seq); known != nil {
			known.index = e.Index
		}
		r.proposed.add(r.replica.applied, proposal{e.Index, e.State.Term, q.Seq, q.Command})
	case trace.Apply:
		if e.Index > r.replica.applied {
			r.apply(w, e)
		}
	case trace.Response:
		r.returned(e)
	case trace.Nemesis:
		r.nemesis(e)
	case trace.RPC:
		for k := range e.Message.Entries {
			if c, ok := e.Message.Entries[k].Command.(*machine.Command); ok && len(r.outside) < maxStrays {
				r.outside = append(r.outside, outsider{e.Seq, c})
			}
		}
	case trace.Init:
		r.init(w, e)
	}
}

// init handles the start of a node. The queue begins with the entries that any node has
// committed.
func (r *Recorder) init(w *world.World, e *trace.Record) {
	if e.Seq == 1 {
		*r = Recorder{config: w.Config(), now: &period{}}
		r.begun = segments(&r.config)
	}
	c := e.Detail.(*trace.Start)
	for r.replica.applied < min(e.State.CommitIndex, raft.Index(len(c.Log))) {
		command, _ := c.Log[r.replica.applied].Command.(*machine.Command)
		r.replica.applied++
		r.replica.apply(command)
	}
	r.now.start = r.replica.mark()
}

// called handles a client's request that reached a node.
func (r *Recorder) called(e *trace.Record) {
	if len(r.now.requests) >= portion {
		r.turn()
	}
	c := e.Detail.(*trace.Call)
	r.now.requests = append(r.now.requests, request{command: c.Command, id: c.ID, node: c.Node, call: e.Seq, at: e.Time})
	r.waiting++
}

// apply handles a node that applies entries, which others may have applied before.
func (r *Recorder) apply(w *world.World, e *trace.Record) {
	log := w.Log(e.Node)
	for i := r.replica.applied + 1; i <= e.Index; i++ {
		if i < log.FirstIndex() || i > log.LastIndex() {
			r.trouble("a node applied an entry that its log lacks")
			return
		}
		entry := log.Entry(i)
		command, _ := entry.Command.(*machine.Command)
		result, topics := r.replica.apply(command)
		call, ours := r.proposed.take(i, entry.Term, command)
		r.replica.applied = i
		if !ours {
			if !r.isInherited(i, entry.Term, command) {
				r.trouble("a node applied an entry that no client had asked for")
			}
			continue
		}
		q := r.find(call)
		switch {
		case q == nil || q.applied != 0:
			r.trouble("a request was carried out twice")
			continue
		case !q.open() && q.outcome == Refused:
			r.trouble("a refused request was carried out")
		}
		q.applied, q.index = e.Seq, i
		q.ok, q.message, q.topics = result.OK, result.Text, topics
	}
}

// returned handles an answer to a client.
func (r *Recorder) returned(e *trace.Record) {
	c := e.Detail.(*trace.Call)
	q := r.find(c.Seq)
	if q == nil || !q.open() {
		return
	}
	r.waiting--
	q.ret, q.until = e.Seq, e.Time
	q.outcome = outcomeOf(&c.Reply, q.index)
	if q.gone && q.outcome == Done {
		q.outcome = Unknown // the answer reached nobody
	}
	r.counts[q.outcome]++
	switch q.outcome {
	case Done:
		agrees := q.agrees(&c.Reply, r.replica.topics)
		if !agrees || q.topics > 0 || c.Reply.Result.List != nil {
			answer := c.Reply
			q.answer = &answer
		}
		if !agrees {
			r.trouble("an answer disagreed with the log")
		}
	case Unknown:
		r.doubt = true
	case Refused:
		if q.applied != 0 {
			r.trouble("a refused request was carried out")
		}
	}
}

// HungUp implements world.ClientMonitor. A later answer of the node reaches nobody,
// so the history does not hold the answer, whatever it is.
func (r *Recorder) HungUp(call uint64) {
	if q := r.find(call); q != nil && q.open() {
		q.gone = true
	}
}

// outcomeOf returns the outcome of a request with this reply. A request that never became
// an entry was refused, even if the client only sees its connection break.
func outcomeOf(reply *machine.Reply, index raft.Index) Outcome {
	switch {
	case reply.Err == nil:
		return Done
	case index == 0 && reply.Index == 0, errors.Is(reply.Err, machine.ErrNotLeader), errors.Is(reply.Err, machine.ErrBusy):
		return Refused
	}
	return Unknown
}

// Troubled reports whether the order of the log does not explain all answers, so that Check
// must search.
func (r *Recorder) Troubled() bool {
	return r.first != nil || r.now.trouble != "" || r.earlier != nil && r.earlier.trouble != ""
}

// trouble records that the order of the log does not explain all answers.
func (r *Recorder) trouble(why string) {
	if r.now.trouble == "" {
		r.now.trouble = why
	}
	if r.earlier != nil && r.earlier.trouble == "" && len(r.now.requests) < portion/2 {
		r.earlier.trouble = why // the cause may lie there
	}
}

// isInherited reports whether an entry was in a log, or on its way to one, when the world
// began, or came from outside.
func (r *Recorder) isInherited(i raft.Index, t raft.Term, c *machine.Command) bool {
	for _, o := range r.outside {
		if o.command == c {
			return true
		}
	}
	return slices.ContainsFunc(r.begun, func(s segment) bool { return s.has(i, t, c) })
}
