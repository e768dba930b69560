package wire

import (
	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/raft"
)

// AppendEntries appends entries as a JSON list, in the format of a request. prev is the
// index before the first one.
func AppendEntries(b []byte, prev raft.Index, entries []raft.Entry) []byte {
	return append(appendList(append(b, '['), prev, entries), ']')
}

// DecodeEntries reads what AppendEntries wrote. It does not check terms, because a node with
// a bug may have any.
func DecodeEntries(data []byte, prev raft.Index) ([]raft.Entry, error) {
	var list []wireEntry
	o := readjson.Options{Name: "the entries", IgnoreUnknown: true}
	if err := readjson.Decode(data, &list, o); err != nil {
		return nil, err
	}
	problems := &readjson.Error{Name: o.Name}
	entries := readEntries(list, prev, "", problems)
	return entries, problems.OrNil()
}
