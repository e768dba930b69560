package wire

import (
	"fmt"
	"math"

	"rrmq.example/emulator/mqapi/internal/jsonbody"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// Decode reads a request as Encode writes it; To is left 0. It ignores keys
// beyond those of the format, a command's result among them. A request must
// also pass [Check], and its entries must follow prevLogIndex one by one. An
// error says where in the JSON it is, what is wrong and what would be right.
func Decode(data []byte) (raft.Message, error) {
	var m raft.Message
	o := jsonbody.Parse(data)
	switch class := o.Text("class"); class {
	case classVote:
		m = readVote(o.Object("dict"))
	case classAppend:
		m = readAppend(o.Object("dict"))
	default:
		o.Fail("class: unknown class %.40q, want %s or %s", class, classVote, classAppend)
	}
	if *o.Err != nil {
		return raft.Message{}, *o.Err
	}
	if err := Check(m); err != nil {
		return raft.Message{}, err
	}
	return m, nil
}

func readVote(o jsonbody.Object) raft.Message {
	return raft.Message{
		Type:         raft.RequestVoteRequest,
		Term:         readTerm(o, "term"),
		From:         readNode(o, "candidateId"),
		LastLogIndex: readIndex(o, "lastLogIndex"),
		LastLogTerm:  readTerm(o, "lastLogTerm"),
	}
}

func readAppend(o jsonbody.Object) raft.Message {
	m := raft.Message{
		Type:         raft.AppendEntriesRequest,
		Term:         readTerm(o, "term"),
		From:         readNode(o, "leaderId"),
		PrevLogIndex: readIndex(o, "prevLogIndex"),
		PrevLogTerm:  readTerm(o, "prevLogTerm"),
		LeaderCommit: readIndex(o, "leaderCommit"),
	}
	index := m.PrevLogIndex
	for _, e := range o.Objects("entries") {
		entry := raft.Entry{Term: readTerm(e, "term"), Command: readCommand(e.Object("command"))}
		index++
		if got := readIndex(e, "index"); got != index {
			e.Fail("%sindex: must be %d, as it follows prevLogIndex %d, not %d", e.Path, index, m.PrevLogIndex, got)
		}
		if *e.Err != nil {
			break
		}
		m.Entries = append(m.Entries, entry)
	}
	return m
}

func readTerm(o jsonbody.Object, key string) raft.Term {
	return raft.Term(o.Number(key, maxNumber))
}

func readIndex(o jsonbody.Object, key string) raft.Index {
	return raft.Index(o.Number(key, maxNumber))
}

func readNode(o jsonbody.Object, key string) raft.NodeID {
	return raft.NodeID(o.Number(key, math.MaxInt32))
}

// readCommand reads a command. To get the topics, the body may also be null or
// left out.
func readCommand(o jsonbody.Object) *queue.Command {
	cmd := &queue.Command{}
	endpoint, method := o.Text("endpoint"), o.Text("method")
	switch endpoint + " " + method {
	case "topic GET":
		cmd.Op = queue.GetTopics
		if raw, present := o.Members["body"]; !present || jsonbody.Kind(raw) == "null" {
			return cmd
		}
	case "topic PUT":
		cmd.Op = queue.PutTopic
	case "message PUT":
		cmd.Op = queue.PutMessage
	case "message GET":
		cmd.Op = queue.PopMessage
	default:
		o.Fail("%sendpoint and %[1]smethod: unknown command %s, want topic or message with PUT or GET",
			o.Path, fmt.Sprintf("%.20q %.20q", endpoint, method))
	}
	body := o.Object("body")
	if cmd.Op != queue.GetTopics {
		cmd.Topic = body.Text("topic")
	}
	if cmd.Op == queue.PutMessage {
		cmd.Message = body.Text("message")
	}
	return cmd
}
