package history

import (
	"encoding/json"

	"rrmq.example/emulator/emulator/sim/machine"
)

// A CallView is a Call in JSON.
type CallView struct {
	Client  int      `json:"client" doc:"a number that no other request has at the time; -1 for an entry that was in a log at the start"`
	Node    int      `json:"node" doc:"the node that was asked"`
	Op      OpName   `json:"op"`
	Topic   string   `json:"topic,omitempty"`
	Message string   `json:"message,omitempty" doc:"the message to put"`
	Call    int64    `json:"call" doc:"the seq of its Request record"`
	Return  *int64   `json:"return" doc:"the seq of its Response record; null while there is no answer"`
	Outcome string   `json:"outcome" enum:"done|refused|failed|unknown"`
	OK      *bool    `json:"ok" doc:"whether it had an effect or a result; null unless it is done"`
	Popped  *string  `json:"popped,omitempty" doc:"the message that was taken"`
	Shown   *string  `json:"shown,omitempty" doc:"the message that was shown and stays in the queue"`
	Topics  []string `json:"topics,omitempty" doc:"the answer to get_topics"`
	Index   uint64   `json:"index,omitempty" doc:"of its entry in the log"`
	ID      string   `json:"request_id,omitempty"`
}

// View returns the JSON form of a Call.
func (o *Call) View() CallView {
	v := CallView{
		Client: o.Client, Node: o.Node, Op: OpName(o.Command.Op.String()), Topic: o.Command.Args[0], Message: o.Command.Args[1],
		Call: o.Call, Outcome: o.Outcome.String(), Index: o.Index, ID: o.ID,
	}
	if o.Client == NoClient {
		v.Call = max(0, o.Call)
	}
	if o.Return != 0 {
		v.Return = &o.Return
	}
	if o.Outcome == Done {
		v.OK, v.Topics = &o.Result.OK, o.Result.List
		switch op := o.Command.Op; {
		case op == nil || !o.Result.OK || op.Gives != machine.Text:
		case op.Access == machine.Takes:
			v.Popped = &o.Result.Text
		default:
			v.Shown = &o.Result.Text
		}
	}
	return v
}

// MarshalJSON implements [json.Marshaler].
func (o Call) MarshalJSON() ([]byte, error) { return json.Marshal(o.View()) }
