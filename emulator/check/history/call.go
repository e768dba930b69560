package history

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/sim/machine"
)

// A Call is one request of a client.
type Call struct {
	// Client is who asked: a client has one request at a time, as far as is known.
	Client int
	// Node is the node that was asked.
	Node int
	// Command is what was asked for.
	Command machine.Command
	// Call and Return are when: on any scale that grows, the same for all requests
	// of a history. Return means nothing when the Outcome is Unknown.
	Call, Return int64
	Outcome      Outcome
	// Result is what was answered, when the Outcome is Done.
	Result machine.Result
	// Index is the place of the request's entry in the log, as the answer named it;
	// 0 when it is not known. It is a hint that makes checking quick, and no more: a
	// node that names wrong places changes no verdict.
	Index uint64
	// ID names the request in whatever recorded it; "" when nothing does.
	ID string
}

// NoClient is the Client of a request that no client is known to have made: an entry
// that was in a log when the history began, and may be carried out later.
const NoClient = -1

// String says what was asked and answered, and when.
func (o *Call) String() string {
	asked := briefCommand(o.Command)
	text := fmt.Sprintf("#%d %s", o.Call, asked)
	if o.Client == NoClient {
		return asked + ", which was in a log at the start"
	}
	if o.Outcome == Unknown {
		return text + ", not answered"
	}
	text += fmt.Sprintf(" to node %d, at #%d ", o.Node, o.Return)
	switch r := &o.Result; {
	case o.Outcome != Done:
		return text + o.Outcome.String()
	case !r.OK:
		return text + "no success"
	case o.Command.Op.Gives == machine.Text:
		return text + strconv.Quote(Brief(r.Text))
	case o.Command.Op.Gives == machine.List:
		return text + BriefList(r.List)
	}
	return text + "done"
}

// An Outcome says what is known of a request.
type Outcome uint8

// The outcomes.
const (
	// Done: it was carried out once, between Call and Return, with the Result: a
	// Result that is not OK says that there was nothing to pop, no such topic, or
	// one already.
	Done Outcome = iota
	// Refused: it was not carried out and never will be (not the leader, bad input).
	Refused
	// Failed: it was answered without success and without a reason: either it was
	// Refused, or Done with a Result that is not OK.
	Failed
	// Unknown: it may have been carried out, may be later, or never: no answer, a
	// broken connection, a leader that lost its lead.
	Unknown
)

// String gives the outcome as reports write it.
func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case Refused:
		return "refused"
	case Failed:
		return "failed"
	}
	return "unknown"
}
