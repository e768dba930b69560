package wire

import (
	"fmt"

	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// Decode reads a request as Encode writes it; To is left 0. It ignores keys
// beyond those of the format, and a command's result. A request must also pass
// [Check], and its entries must follow prevLogIndex one by one. An error names
// every problem with its JSON Pointer.
func Decode(data []byte) (raft.Message, error) {
	o := readjson.Options{Name: "the body", IgnoreUnknown: true}
	var r request
	if err := readjson.Decode(data, &r, o); err != nil {
		return raft.Message{}, err
	}
	o.Base = "/dict"
	read := decodeVote
	if r.Class == classAppend {
		read = decodeAppend
	}
	m, err := read(r.Dict, o)
	if err == nil {
		err = Check(m)
	}
	if err != nil {
		return raft.Message{}, err
	}
	return m, nil
}

func decodeVote(data []byte, o readjson.Options) (raft.Message, error) {
	var d voteDict
	err := readjson.Decode(data, &d, o)
	return raft.Message{
		Type: raft.RequestVoteRequest, From: raft.NodeID(d.CandidateID), Term: raft.Term(d.Term),
		LastLogIndex: raft.Index(d.LastLogIndex), LastLogTerm: raft.Term(d.LastLogTerm),
	}, err
}

func decodeAppend(data []byte, o readjson.Options) (raft.Message, error) {
	var d appendDict
	if err := readjson.Decode(data, &d, o); err != nil {
		return raft.Message{}, err
	}
	m := raft.Message{
		Type: raft.AppendEntriesRequest, From: raft.NodeID(d.LeaderID), Term: raft.Term(d.Term),
		PrevLogIndex: raft.Index(d.PrevLogIndex), PrevLogTerm: raft.Term(d.PrevLogTerm),
		LeaderCommit: raft.Index(d.LeaderCommit),
	}
	problems := &readjson.Error{Name: o.Name}
	for i, e := range d.Entries {
		at := fmt.Sprintf("%s/entries/%d", o.Base, i)
		if want := d.PrevLogIndex + uint64(i) + 1; e.Index != want {
			problems.Add(at+"/index", fmt.Sprintf("is %d, want %d, because prevLogIndex is %d", e.Index, want, d.PrevLogIndex))
		}
		command := e.Command.read(at+"/command", problems)
		m.Entries = append(m.Entries, raft.Entry{Term: raft.Term(e.Term), Command: command})
	}
	return m, problems.OrNil()
}

// ops are the operations by endpoint and method.
var ops = map[[2]string]queue.Op{
	{"topic", "PUT"}:   queue.PutTopic,
	{"topic", "GET"}:   queue.GetTopics,
	{"message", "PUT"}: queue.PutMessage,
	{"message", "GET"}: queue.PopMessage,
}

// read returns the command. To get the topics it needs no body.
func (c *wireCommand) read(at string, problems *readjson.Error) *queue.Command {
	cmd := &queue.Command{Op: ops[[2]string{c.Endpoint, c.Method}]}
	if cmd.Op == queue.GetTopics {
		return cmd
	}
	if c.Body == nil {
		problems.Add(at+"/body", "is missing, want an object")
		return cmd
	}
	take := func(key string, from, into *string) {
		if from == nil {
			problems.Add(at+"/body/"+key, "is missing, want a string")
			return
		}
		*into = *from
	}
	take("topic", c.Body.Topic, &cmd.Topic)
	if cmd.Op == queue.PutMessage {
		take("message", c.Body.Message, &cmd.Message)
	}
	return cmd
}
