package load

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// An open loop sends what is due, and counts what it could not send.
func TestOpenLoop(t *testing.T) {
	f := newFake(t)
	o := testOptions()
	o.Rate, o.Requests, o.Duration = 2000, 0, 300*time.Millisecond
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Equal(t, r.Scheduled, 600)
	assert.Equal(t, r.Requests.All()+r.NotSent, 600)
}

// Latency is counted from when a request was due, not from when it could be sent.
func TestCoordinatedOmission(t *testing.T) {
	const stall = 100 * time.Millisecond
	f := newFake(t)
	n := 0
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if n++; n == 10 {
			timer := time.NewTimer(stall) // the lock is held: everybody waits
			<-timer.C
		}
		return false
	}
	o := testOptions()
	o.Clients, o.Rate, o.Requests = 1, 1000, 200
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	// About a hundred requests were due during the stall, and half of them waited
	// for at least half of it.
	late := 0
	for _, op := range r.Operations {
		late += op.Requests.All()
		if op.Op == "put_message" {
			assert.Assert(t, op.P90 > 30, "%v ms", op.P90)
		}
	}
	assert.Equal(t, late, 200)
}

// Messages of an earlier run with the same prefix would look invented.
func TestTopicsOfAnEarlierRunAreRefused(t *testing.T) {
	f := newFake(t)
	f.queue.Apply(queue.PutTopic.New("somebody's"))
	_, err := Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.NilError(t, err)
	_, err = Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.ErrorIs(t, err, ErrTopics)
}

// A run with more requests than it may keep checks the order of the first ones, and
// still accounts for all messages.
func TestOrderOfFirstRequestsOnly(t *testing.T) {
	f := newFake(t)
	o := testOptions()
	o.Keep = 150
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Check.Requests >= 150 && r.Check.Requests < 150+o.Clients, r.Check.Requests)
	assert.DeepEqual(t, states(r), map[string]string{})
	assert.Assert(t, strings.Contains(r.Check.How, ", the first of "), r.Check.How)

	puts := 0
	f = newFake(t)
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if c.Op != queue.PutMessage {
			return false
		}
		if puts++; puts != 150 { // beyond what is kept
			return false
		}
		f.answer(w, c, machine.Result{OK: true})
		return true
	}
	r, err = Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.DeepEqual(t, states(r), map[string]string{history.Lost: "violated"})
}
