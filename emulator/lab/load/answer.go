package load

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
)

// An answer is the result of one attempt.
type answer struct {
	outcome history.Outcome
	result  machine.Result
	// kind says in a few words why the outcome is not Done, for the counts of errors; "" if it is.
	kind string
	// elsewhere: another node may accept what this one has refused.
	elsewhere bool
	// vague: {"success": false} without a reason, by a node that may have lost its
	// leadership with the request in its log.
	vague bool
	// leader and leaderURL name the leader; "" when the answer does not.
	leader, leaderURL string
	id                string
	index             uint64 // of the entry; 0 when none is named
}

// judge says what an answer to a command means. It relies on a status code alone
// only where implementations agree: they disagree on most codes, but none sends
// 421 for anything else.
func judge(c *machine.Command, response *http.Response, body []byte) answer {
	h := response.Header
	a := answer{
		leader: h.Get(mqapi.HeaderLeader), leaderURL: h.Get(mqapi.HeaderLeaderURL), id: h.Get(mqapi.HeaderRequestID),
	}
	a.index, _ = strconv.ParseUint(h.Get(mqapi.HeaderIndex), 10, 64) // not a number: no index
	var said struct {
		Success *bool
		Message *string
		Topics  []string
	}
	err := json.Unmarshal(body, &said)
	switch {
	case err != nil || said.Success == nil:
		a.outcome, a.kind = history.Unknown, "an answer that is not the API's"
	case *said.Success && (c.Op.Gives == machine.Text && said.Message == nil || c.Op.Gives == machine.List && said.Topics == nil):
		a.outcome, a.kind = history.Unknown, "a success without what was asked for"
	case *said.Success:
		a.result = machine.Result{OK: true, List: said.Topics}
		if said.Message != nil {
			a.result.Text = *said.Message
		}
	case response.StatusCode == http.StatusMisdirectedRequest:
		a.outcome, a.kind, a.elsewhere = history.Refused, "not the leader", true
	case response.StatusCode == http.StatusServiceUnavailable && h.Get("Retry-After") != "":
		a.outcome, a.kind, a.elsewhere = history.Refused, "too many requests wait", true
	case response.StatusCode == http.StatusServiceUnavailable:
		a.outcome, a.kind = history.Unknown, "leadership lost"
	case a.index > 0:
		// The entry was applied: the topic exists already, or there was no message.
	default:
		a.outcome, a.kind, a.vague = history.Failed, "failed without a reason", true
	}
	return a
}

// noAnswer says what a failed exchange means.
func noAnswer(err error) answer {
	a := answer{outcome: history.Unknown}
	if errors.Is(err, errNotSent) {
		a.outcome, a.elsewhere = history.Refused, true
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		a.kind = "interrupted"
	case errors.Is(err, syscall.ECONNREFUSED):
		a.kind = "connection refused"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		a.kind = "timeout"
	case errors.Is(err, errTooLong):
		a.kind = "an answer that is too long"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		a.kind = "connection broken"
	case errors.Is(err, errNotSent):
		a.kind = "no connection"
	default:
		a.kind = "an answer that is not HTTP"
	}
	return a
}
