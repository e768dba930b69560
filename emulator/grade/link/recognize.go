package link

import (
	"bytes"
	"encoding/json"
	"strings"

	"rrmq.example/emulator/emulator/grade/link/frame"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
)

// asksBody reports whether the body of a request with this path says what it is.
func (n *Net) asksBody(path string) bool {
	for _, m := range []*course.Message{&n.o.Match.RequestVote, &n.o.Match.AppendEntries} {
		if (m.Field != "" || m.Entries != "") && m.MatchPath(path) {
			return true
		}
	}
	return false
}

// classify sets a request's type. body is all of it if the request is whole.
func (n *Net) classify(m *message, body []byte, chunked bool) {
	votes, appends := &n.o.Match.RequestVote, &n.o.Match.AppendEntries
	isVotes, isAppends := votes.MatchPath(m.path), appends.MatchPath(m.path)
	if !isVotes && !isAppends {
		return
	}
	if !m.whole {
		body = nil
	} else if chunked {
		body = frame.Dechunk(body)
	}
	switch {
	case isVotes && hasField(body, votes):
		m.typ = fault.RequestVoteType
	case isAppends && hasField(body, appends):
		m.typ = fault.AppendEntriesType
		m.entries = entriesIn(body, appends.Entries)
	}
}

// hasField reports whether the body has the field with the value of a message, or needs none.
func hasField(body []byte, m *course.Message) bool {
	if m.Field == "" {
		return true
	}
	value := field(body, m.Field)
	if len(value) == 0 {
		return false
	}
	if value[0] != '"' {
		return string(value) == m.Value
	}
	var text string
	return json.Unmarshal(value, &text) == nil && text == m.Value
}

// entriesIn says whether the body's field has entries.
func entriesIn(body []byte, name string) fault.MatchEntries {
	if name == "" || body == nil {
		return fault.AnyEntries
	}
	switch value := field(body, name); {
	case len(value) == 0, string(value) == "null", string(value) == "false", string(value) == `""`, isEmpty(value):
		return fault.WithoutEntries
	}
	return fault.WithEntries
}

// isEmpty reports whether a value is a list or an object with nothing in it.
func isEmpty(value []byte) bool {
	isNested := value[0] == '[' || value[0] == '{'
	return isNested && len(bytes.TrimSpace(value[1:len(value)-1])) == 0
}

// field returns the value of a field of nested objects, whose names have dots between them.
func field(body []byte, name string) []byte {
	for rest := name; rest != ""; {
		var key string
		key, rest, _ = strings.Cut(rest, ".")
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil {
			return nil
		}
		body = object[key]
	}
	return bytes.TrimSpace(body)
}
