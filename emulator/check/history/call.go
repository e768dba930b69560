package history

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/sim/machine"
)

// A Call is one request of a client.
type Call struct {
	// Client is the client that asked. As far as the history knows, a client makes one
	// request at a time.
	Client int
	// Node is the node that received the request.
	Node int
	// Command is the operation requested.
	Command machine.Command
	// Call and Return are the times of the request and its answer. The scale is any that
	// grows, and is the same for all requests of a history. Return is meaningless when the
	// Outcome is Unknown.
	Call, Return int64
	Outcome      Outcome
	// Result is the answer, when the Outcome is Done.
	Result machine.Result
	// Index is the index of the request's entry in the log, as the answer named it; 0 when
	// unknown. It only makes checking faster: a node that names wrong indices changes no
	// verdict.
	Index uint64
	// ID names the request in the recording; "" when it has no name there.
	ID string
}

// NoClient is the Client of a request that no known client made: an entry that was in a log
// when the history began, and may be carried out later.
const NoClient = -1

// String describes the request and its answer, with their times.
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

// An Outcome says how far a request is known to have been carried out.
type Outcome uint8

// The outcomes.
const (
	// Done: the request was carried out once, between Call and Return, with the Result,
	// which its client got. A Result that is not OK says that there was no message to pop,
	// no such topic, or that the topic existed already.
	//
	// A recorded request is Done if the node gave the answer to a client that, as far as
	// it knew, was still there. Whether the client lived to read it, nobody at the node can
	// know. The node has promised the answer all the same, so the history holds it.
	Done Outcome = iota
	// Refused: the request was not carried out and never will be (not the leader, bad
	// input).
	Refused
	// Failed: the answer reported no success and gave no reason. The request was either
	// Refused, or Done with a Result that is not OK.
	Failed
	// Unknown: the request may have been carried out, may be later, or never is. There was
	// no answer, the client hung up before it came, the connection broke, or the leader
	// lost its leadership.
	Unknown
)

// String returns the outcome as reports write it.
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
