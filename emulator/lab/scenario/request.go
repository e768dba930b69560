package scenario

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/machine"
)

// A sending is the rest of a request with every_ms, or the next attempt of a client that
// asks again.
type sending struct {
	request *play.Request
	at      time.Duration // of the next request
	number  int           // of the next request, from 1 on
	attempt *attempt      // nil: the first of a client
}

// An attempt is one of the requests of a client that asks again when it is refused.
type attempt struct {
	place int           // of its answer
	until time.Duration // no other attempt begins later
	last  condition.Answer
}

// number is the placeholder of a request's number in its texts.
const number = "{i}"

func (r *runner) planRequest(a play.Request) (*task, string) {
	a.Times = max(a.Times, 1)
	if a.Timeout <= 0 {
		a.Timeout = play.DefaultRequestTimeout
	}
	if _, wrong := r.who(a.To); wrong != "" && a.Retry <= 0 {
		return nil, wrong
	}
	if a.Every <= 0 {
		t := &task{}
		for i := range a.Times {
			t.calls = r.call(t.calls, &a, i+1)
		}
		return t, ""
	}
	if a.Times > 1 {
		r.sendLater(&sending{request: &a, at: r.now + a.Every, number: 2})
	}
	return &task{calls: r.call(nil, &a, 1)}, ""
}

// sendLater inserts a sending by time.
func (r *runner) sendLater(s *sending) {
	place := len(r.sendings)
	for place > 0 && r.sendings[place-1].at > s.at {
		place--
	}
	r.sendings = slices.Insert(r.sendings, place, s)
}

// send returns the requests that are due.
func (r *runner) send() []Call {
	var calls []Call
	for len(r.sendings) > 0 && r.sendings[0].at <= r.now {
		s := r.sendings[0]
		r.sendings = slices.Delete(r.sendings, 0, 1)
		if s.attempt != nil {
			calls = r.try(calls, s.request, s.number, s.attempt)
			continue
		}
		calls = r.call(calls, s.request, s.number)
		if s.number++; s.number <= s.request.Times {
			s.at += s.request.Every
			r.sendLater(s)
		}
	}
	return calls
}

// call adds the request of a number to calls. It goes to the node that the name means now.
// If there is no such node, the client has lost the request.
func (r *runner) call(calls []Call, a *play.Request, n int) []Call {
	list := r.answers[a.Name]
	place := len(list)
	if place == 0 {
		r.sent[a.Name] = r.now
	}
	r.answers[a.Name] = append(list, condition.Answer{})
	r.answered++
	if a.Retry > 0 {
		r.clients++
		r.patient[a.Name] = true
	}
	return r.try(calls, a, n, &attempt{place: place, until: r.now + a.Retry, last: condition.Answer{Status: condition.AnswerLost}})
}

// try adds a client's next attempt to calls.
func (r *runner) try(calls []Call, a *play.Request, n int, t *attempt) []Call {
	to, wrong := r.who(a.To)
	if wrong != "" {
		r.settle(a, n, t, t.last, a.Retry > 0)
		return calls
	}
	command := &machine.Command{Op: a.Command.Op, Args: [2]string{numbered(a.Command.Args[0], n), numbered(a.Command.Args[1], n)}}
	return append(calls, Call{
		Name: a.Name, To: to, Command: command, Timeout: a.Timeout,
		Answered: func(answer condition.Answer) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.settle(a, n, t, answer, a.Retry > 0 && answer.Repeatable())
		},
	})
}

// settle ends an attempt. The client asks again if that makes sense, as far as its time allows,
// and has its answer if not.
func (r *runner) settle(a *play.Request, n int, t *attempt, answer condition.Answer, again bool) {
	if again {
		t.last = answer
		r.again = append(r.again, &sending{request: a, number: n, attempt: t})
		return
	}
	r.answers[a.Name][t.place] = answer
	r.answered++
	if a.Retry > 0 {
		r.clients--
	}
}

// askAgain gives the clients that ask again their time. It reports whether there are any.
func (r *runner) askAgain() bool {
	list := r.again
	r.again = nil
	for _, s := range list {
		if s.at = r.now + play.RetryEvery; s.at <= s.attempt.until {
			r.sendLater(s)
		} else {
			r.settle(s.request, s.number, s.attempt, s.attempt.last, false)
		}
	}
	return len(list) > 0
}

func numbered(text string, n int) string {
	if !strings.Contains(text, number) {
		return text
	}
	return strings.ReplaceAll(text, number, strconv.Itoa(n))
}
