package target

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// shown is the number of bytes of a body that a message shows.
const shown = 160

// statusText names a status of HTTP.
func statusText(status int) string {
	if name := http.StatusText(status); name != "" {
		return strconv.Itoa(status) + " " + name
	}
	return strconv.Itoa(status)
}

// brief shows a body.
func brief(body []byte) string {
	line := strings.Join(strings.Fields(text.Printable(string(body[:min(len(body), 4*shown)]))), " ")
	if line == "" {
		return "an empty body"
	}
	return text.Short(line, shown)
}

// parseStatus reads the body of a status: role and term, as the course's suites do. There may
// be other keys.
func parseStatus(body []byte) judge.Poll {
	wrong := func(what string) judge.Poll {
		return judge.Poll{Wrong: brief(body) + ": " + what}
	}
	keys, ok := object(body)
	if !ok {
		return wrong("it is no JSON object")
	}
	var role string
	if json.Unmarshal(keys["role"], &role) != nil {
		return wrong("role is no text")
	}
	var p judge.Poll
	switch role {
	case raft.Leader.String():
		p.Role = raft.Leader
	case raft.Follower.String():
		p.Role = raft.Follower
	case raft.Candidate.String():
		p.Role = raft.Candidate
	default:
		return wrong("role is not Leader, Follower or Candidate")
	}
	term, err := strconv.ParseUint(string(keys["term"]), 10, 63)
	if err != nil {
		return wrong("term is no whole number")
	}
	p.Term = raft.Term(term)
	return p
}

// object reads a JSON object, which null is not.
func object(body []byte) (keys map[string]json.RawMessage, ok bool) {
	return keys, json.Unmarshal(body, &keys) == nil && keys != nil
}

// readAnswer reads an answer about topics and messages into a call.
func readAnswer(c *judge.Call, r *reply) {
	c.Status = r.status
	c.Said = brief(r.body)
	c.Outcome = history.Unknown
	if r.problem != "" {
		c.Said = r.problem
		if len(r.body) > maxBody {
			c.Wrong = r.problem
		}
		return
	}
	keys, ok := object(r.body)
	if !ok {
		c.Wrong = judge.NoObject + ": " + c.Said
		return
	}
	var success bool
	if err := json.Unmarshal(keys["success"], &success); err != nil || string(keys["success"]) == "null" {
		c.Wrong = c.Said + `: "success" is neither true nor false`
		c.Certain = keys["success"] != nil
		return
	}
	if !success {
		c.Outcome, c.Declined = history.Failed, true
		c.Wrong = further(keys, "success")
	} else {
		c.Wrong = readResult(&c.Result, c.Command.Op, keys)
		c.Certain = c.Wrong != ""
		c.Outcome = history.Done
		if !c.Result.OK {
			c.Outcome = history.Unknown // what it took or showed cannot be read
		}
	}
	if c.Wrong != "" {
		c.Wrong = c.Said + ": " + c.Wrong
	}
	if r.status >= http.StatusInternalServerError {
		c.Outcome, c.Certain = history.Unknown, false
	}
}

// readResult reads the result of a command that succeeded. It returns what is wrong with it.
func readResult(r *machine.Result, op *machine.Operation, keys map[string]json.RawMessage) string {
	switch op.Gives {
	case machine.Text:
		var message *string
		if json.Unmarshal(keys[op.Key], &message) != nil || message == nil {
			return fmt.Sprintf("%q is no text", op.Key)
		}
		r.Text = *message
	case machine.List:
		var list []*string
		if json.Unmarshal(keys[op.Key], &list) != nil || list == nil || slices.Contains(list, nil) {
			return fmt.Sprintf("%q is no list of texts", op.Key)
		}
		r.List = make([]string, len(list))
		for i := range list {
			r.List[i] = *list[i]
		}
	}
	r.OK = true
	if op.Gives == machine.Nothing {
		return further(keys, "success")
	}
	return further(keys, "success", op.Key)
}

// further names the keys that are not expected.
func further(keys map[string]json.RawMessage, expected ...string) string {
	var more []string
	for k := range keys {
		if !slices.Contains(expected, k) {
			more = append(more, strconv.Quote(text.Short(k, shown)))
		}
	}
	if len(more) == 0 {
		return ""
	}
	slices.Sort(more)
	if len(more) == 1 {
		return "the key " + more[0] + " does not belong there"
	}
	return "the keys " + strings.Join(more, ", ") + " do not belong there"
}
