package load

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// Nodes that answer failures only with {"success": false} can pass all checks.
func TestNodesThatGiveNoReasons(t *testing.T) {
	f := newFake(t)
	f.silent = true
	r, err := Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.NilError(t, err)
	assert.DeepEqual(t, states(r), map[string]string{})
	assert.Assert(t, r.Drain.Empty)
}

func TestNoNodeListens(t *testing.T) {
	o := testOptions()
	o.Timeout, o.Patience = time.Second, 30*time.Millisecond
	_, err := Run(t.Context(), targetOf(t, deadAddress(t), deadAddress(t)), o)
	assert.ErrorIs(t, err, ErrUnreachable)
	assert.ErrorContains(t, err, "no node can be reached: connection refused (")
}

func TestNoNodeAnswers(t *testing.T) {
	noLeak(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	o := testOptions()
	o.Timeout, o.Patience = 10*time.Millisecond, 30*time.Millisecond
	_, err = Run(t.Context(), targetOf(t, l.Addr().String()), o)
	assert.ErrorIs(t, err, ErrNoLeader)
	assert.ErrorContains(t, err, "timeout")
}

// Nodes that stop answering leave each client's request unknown, and the run still
// ends.
func TestNodesHang(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) }) // before the server is closed
	puts := 0
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if c.Op != queue.PutMessage && c.Op != queue.PopMessage {
			return false
		}
		if puts++; puts > 50 {
			f.mu.Unlock()
			<-release
			f.mu.Lock()
		}
		return false
	}
	o := testOptions()
	o.Requests, o.Timeout, o.Patience = 100, 20*time.Millisecond, 50*time.Millisecond
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Requests.Unknown > 0)
	assert.Equal(t, r.Requests.All(), 100)
	assert.Assert(t, !r.Drain.Empty)
	for _, v := range r.Check.Verdicts {
		assert.Assert(t, v.State != history.Violated, v.Name)
	}
}

// If no message comes out again, the check for lost messages stays open.
func TestMessagesThatNeverComeOut(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) }) // before the server is closed
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if c.Op == queue.PopMessage {
			f.mu.Unlock()
			<-release
			f.mu.Lock()
		}
		return false
	}
	o := testOptions()
	o.Workload, o.Requests, o.Timeout, o.Patience = "put", 100, 20*time.Millisecond, 50*time.Millisecond
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Messages.Missing > 0 && !r.Drain.Empty)
	assert.Equal(t, r.Check.Verdict(history.Lost).State, history.Open)
}

// An interrupted run reports at once what it knows.
func TestInterruptedLoad(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	ctx, interrupt := context.WithCancel(t.Context())
	n := 0
	f.intercept = func(*fake, http.ResponseWriter, *machine.Command) bool {
		if n++; n == 100 {
			interrupt()
		}
		return false
	}
	o := testOptions()
	o.Requests, o.Duration = 0, time.Hour
	r, err := Run(ctx, targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Interrupted)
	assert.Assert(t, r.Requests.Done >= 80)
	assert.Assert(t, r.Drain == nil)
	var table strings.Builder
	r.WriteText(&table)
	assert.Assert(t, strings.Contains(table.String(), "put_message"))
}

// An interrupted run does not wait for nodes that hang.
func TestInterruptedWhileNodesHang(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	ctx, interrupt := context.WithCancel(t.Context())
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if c.Op != queue.PutMessage {
			return false
		}
		interrupt()
		f.mu.Unlock()
		<-release
		f.mu.Lock()
		return false
	}
	o := testOptions()
	o.Workload, o.Timeout = "put", time.Hour
	r, err := Run(ctx, targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Interrupted)
	assert.Equal(t, r.Requests.Done, 0)
}

// The drain ends even if a node invents messages without end.
func TestDrainOfInventedMessagesEnds(t *testing.T) {
	f := newFake(t)
	f.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if c.Op != queue.PopMessage {
			return false
		}
		f.answer(w, c, machine.Result{OK: true, Text: "again and again"})
		return true
	}
	o := testOptions()
	o.Workload = "put"
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, !r.Drain.Empty)
	assert.Assert(t, r.Drain.Messages > 400 && r.Drain.Messages < 500, r.Drain.Messages)
	assert.Equal(t, states(r)[history.Invented], "violated")
}
