package target

import (
	"context"
	"net"
	"strconv"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/wire"
)

// orderTime bounds the time for which a request waits until the one before it was written.
const orderTime = 20 * time.Millisecond

// Request implements scenario.Target.
func (t *cluster) Request(ctx context.Context, calls []scenario.Call) error {
	for i := range calls {
		wrote := make(chan struct{})
		once := sync.OnceFunc(func() { close(wrote) })
		t.begun.Go(func() {
			defer once()
			t.call(&calls[i], once)
		})
		if err := wait(ctx, wrote, orderTime); err != nil {
			return err
		}
	}
	return nil
}

// wait waits for something, for a limited time. The error is the context's.
func wait(ctx context.Context, done <-chan struct{}, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// call sends one request, and gives its answer to the scenario.
func (t *cluster) call(c *scenario.Call, wrote func()) {
	ctx, cancel := context.WithTimeout(t.ctx, c.Timeout)
	defer cancel()
	place := t.begin(c)
	method, path, body := wire.Request(c.Command)
	r := t.exchange(ctx, int(c.To), method, path, body, wrote)
	t.mu.Lock()
	defer t.mu.Unlock()
	call := &t.record.Calls[place]
	t.clients[call.Client] = false
	if t.ctx.Err() != nil {
		return // the scenario ended before
	}
	call.End = t.since()
	switch {
	case r.status != 0:
		readAnswer(call, &r)
	case r.reached:
		call.Outcome, call.Said = history.Unknown, r.problem
	default:
		call.Outcome, call.Said = history.Refused, r.problem
	}
	c.Answered(answerOf(call))
	t.lookNow()
}

// begin records a request.
func (t *cluster) begin(c *scenario.Call) (place int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	client := 0
	for client < len(t.clients) && t.clients[client] {
		client++
	}
	if client == len(t.clients) {
		t.clients = append(t.clients, false)
	}
	t.clients[client] = true
	t.record.Calls = append(t.record.Calls, judge.Call{
		Name: c.Name, Client: client, Node: int(c.To), Command: *c.Command,
		Begin: t.since(), End: -1, Outcome: history.Unknown,
	})
	return len(t.record.Calls) - 1
}

// answerOf returns the answer as conditions see it. The success in the body counts.
func answerOf(c *judge.Call) condition.Answer {
	switch {
	case c.Result.OK:
		return condition.Answer{
			Status:  condition.AnswerOK,
			Message: c.Result.Text, HasMessage: givesText(c),
			Topics: c.Result.List, HasTopics: givesList(c),
		}
	case c.Outcome == history.Refused:
		return condition.Answer{Status: condition.AnswerLost, Unsent: true}
	case c.Declined:
		return condition.Answer{Status: condition.AnswerRefused, Unsure: c.Status >= 500}
	}
	return condition.Answer{Status: condition.AnswerLost}
}

func givesText(c *judge.Call) bool { return c.Command.Op.Gives == machine.Text }
func givesList(c *judge.Call) bool { return c.Command.Op.Gives == machine.List }

// where is the base of a node's URLs.
func (t *cluster) where(i int) string {
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(t.rooms.Addresses(i)[i].Port))
}
