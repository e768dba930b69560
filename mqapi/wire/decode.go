package wire

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/raft"
)

// Decode reads a request as Encode writes it; To is left 0. It ignores keys
// beyond those of the format, and a command's result. A request must also pass
// [Check], and its entries must follow prevLogIndex one by one. An error names
// every problem with its JSON Pointer.
func Decode(data []byte) (raft.Message, error) { return decode(data, Check) }

// DecodeAny is Decode for a request of a program that may have bugs: terms may have any order.
func DecodeAny(data []byte) (raft.Message, error) {
	return decode(data, func(m raft.Message) error { return checkTexts(m.Entries) })
}

func decode(data []byte, check func(raft.Message) error) (raft.Message, error) {
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
		err = check(m)
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
	m.Entries = readEntries(d.Entries, m.PrevLogIndex, o.Base+"/entries", problems)
	return m, problems.OrNil()
}

// readEntries reads the entries that follow an index. base is the place of their list.
func readEntries(list []wireEntry, prev raft.Index, base string, problems *readjson.Error) []raft.Entry {
	var entries []raft.Entry
	for i, e := range list {
		at := fmt.Sprintf("%s/%d", base, i)
		if want := uint64(prev) + uint64(i) + 1; e.Index != want {
			problems.Add(at+"/index", fmt.Sprintf("is %d, want %d, because prevLogIndex is %d", e.Index, want, prev))
		}
		command := e.Command.read(at+"/command", problems)
		entries = append(entries, raft.Entry{Term: raft.Term(e.Term), Command: command})
	}
	return entries
}

// read returns the command. If it has no arguments, it needs no body.
func (c *wireCommand) read(at string, problems *readjson.Error) *machine.Command {
	op := Op(string(c.Endpoint), string(c.Method))
	switch {
	case op == nil:
		problems.Add(at+"/method", fmt.Sprintf("is %q, which endpoint %q does not have", c.Method, c.Endpoint))
		return nil
	case len(op.Args) == 0:
		return op.New()
	case c.Body == nil:
		problems.Add(at+"/body", "is missing, want an object")
		return nil
	}
	cmd := op.New()
	for i, a := range op.Args {
		if text := c.Body.arg(a.Key); text != nil {
			cmd.Args[i] = *text
		} else {
			problems.Add(at+"/body/"+a.Key, "is missing, want a string")
		}
	}
	return cmd
}

// arg returns the argument of a key; nil when it is missing.
func (b *wireBody) arg(key string) *string {
	switch key {
	case "topic":
		return b.Topic
	case "message":
		return b.Message
	}
	return nil
}
