package load

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/queue"
)

var pop = queue.PopMessage.With("dog/ä b")

// deadAddress is the URL of a port on which nobody listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	return "http://" + l.Addr().String()
}

// The outcome of a request depends on the status, headers and body of the answer.
func TestAnswers(t *testing.T) {
	put := queue.PutMessage.With("dog", "1-1")
	list := queue.GetTopics.With()
	index := http.Header{mqapi.HeaderIndex: {"7"}}
	for name, c := range map[string]struct {
		command machine.Command
		status  int
		header  http.Header
		body    string
		outcome history.Outcome
		result  machine.Result
	}{
		"PutDone":        {put, 201, index, `{"success": true}`, history.Done, machine.Result{OK: true}},
		"PopDone":        {pop, 200, nil, `{"success": true, "message": ""}`, history.Done, machine.Result{OK: true}},
		"ListDone":       {list, 200, nil, `{"success": true, "topics": []}`, history.Done, machine.Result{OK: true, List: []string{}}},
		"PopNoMessage":   {pop, 200, nil, `{"success": true}`, history.Unknown, machine.Result{}},
		"ListNoTopics":   {list, 200, nil, `{"success": true}`, history.Unknown, machine.Result{}},
		"Nothing":        {pop, 404, index, `{"success": false}`, history.Done, machine.Result{}},
		"NotLeader":      {put, 421, nil, `{"success": false}`, history.Refused, machine.Result{}},
		"Busy":           {put, 503, http.Header{"Retry-After": {"1"}}, `{"success": false}`, history.Refused, machine.Result{}},
		"LeadershipLost": {put, 503, nil, `{"success": false}`, history.Unknown, machine.Result{}},
		"Vague":          {put, 404, nil, `{"success": false}`, history.Failed, machine.Result{}},
		"NoJSON":         {put, 500, nil, `oops`, history.Unknown, machine.Result{}},
		"OtherJSON":      {put, 200, nil, `{"ok": true}`, history.Unknown, machine.Result{}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for k, v := range c.header {
					w.Header()[k] = v
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			}))
			defer server.Close()
			a := newTestClient(t, Options{Timeout: deadline}, server.URL, deadAddress(t))
			a.cluster.leader.Store(1) // not the one that answers
			got := a.attempt(t.Context(), 0, &c.command)
			assert.Equal(t, got.outcome, c.outcome)
			assert.DeepEqual(t, got.result, c.result)
			assert.Equal(t, got.kind == "", c.outcome == history.Done)
		})
	}
}

// A failure without a reason means that there was nothing if the node led all the
// time; it is unknown if the node only seemed to lead.
func TestVagueFailure(t *testing.T) {
	f := newFake(t)
	f.silent = true
	c := newTestClient(t, testOptions(), f.URL)
	ask := func() history.Outcome {
		op := c.do(t.Context(), pop, time.Now())
		assert.Assert(t, !op.Result.OK)
		return op.Outcome
	}
	assert.Equal(t, ask(), history.Unknown) // it may have led only for a moment
	assert.Equal(t, ask(), history.Done)
	f.mu.Lock()
	f.status = `{"role": "Leader", "term": 4}`
	f.mu.Unlock()
	assert.Equal(t, ask(), history.Unknown)
	assert.Equal(t, ask(), history.Done)
	f.mu.Lock()
	f.status = `{"role": "Follower", "term": 5}`
	f.mu.Unlock()
	assert.Equal(t, ask(), history.Unknown)
	other := newTestClient(t, testOptions(), deadAddress(t), f.URL)
	got := other.attempt(t.Context(), 1, &pop) // no client took it for the leader
	assert.Equal(t, got.outcome, history.Failed)
}

// A refused request goes to the leader that the answer names, or to the next node.
func TestFollowsTheLeader(t *testing.T) {
	leader, dead := newFake(t), deadAddress(t)
	follower := newFake(t)
	named := ""
	follower.intercept = func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
		if named != "" {
			w.Header().Set(mqapi.HeaderLeaderURL, named+"/")
		}
		w.WriteHeader(421)
		io.WriteString(w, `{"success": false}`)
		return true
	}
	create := func(topic string, urls ...string) (history.Call, *client) {
		c := newTestClient(t, testOptions(), urls...)
		op := c.do(t.Context(), queue.PutTopic.With(topic), time.Now())
		assert.Equal(t, op.Outcome, history.Done)
		assert.Assert(t, op.Result.OK)
		assert.Equal(t, c.cluster.likelyLeader(), op.Node)
		assert.Equal(t, len(c.run.ops), 1)
		return op, c
	}
	op, c := create("round", follower.URL, dead, leader.URL)
	assert.Equal(t, op.Node, 2)
	assert.DeepEqual(t, kinds(c.run.tally), []string{"connection refused", "not the leader"})
	named = leader.URL
	op, c = create("named", follower.URL, dead, leader.URL)
	assert.Equal(t, op.Node, 2)
	assert.DeepEqual(t, kinds(c.run.tally), []string{"not the leader"})
}

// A request that may have been carried out is sent once, even on a connection kept
// from an earlier request.
func TestBrokenConnectionIsNotRetried(t *testing.T) {
	f := newFake(t)
	breaks := false
	f.intercept = func(*fake, http.ResponseWriter, *machine.Command) bool {
		if breaks {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	c := newTestClient(t, testOptions(), f.URL, newFake(t).URL)
	list := queue.GetTopics.With()
	assert.Equal(t, c.do(t.Context(), list, time.Now()).Outcome, history.Done)
	f.mu.Lock()
	breaks = true
	f.mu.Unlock()
	assert.Equal(t, c.do(t.Context(), pop, time.Now()).Outcome, history.Unknown)
	assert.Equal(t, f.times("GET /message/"+pop.Args[0]), 1)
	assert.Equal(t, c.cluster.likelyLeader(), 1) // it is no longer asked first
}

// A kept connection that the node has closed costs no request.
func TestClosedConnectionIsSeen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it can't be seen there")
	}
	f := newFake(t)
	c := newTestClient(t, testOptions(), f.URL)
	list := queue.GetTopics.With()
	for range 20 {
		assert.Equal(t, c.do(t.Context(), list, time.Now()).Outcome, history.Done)
		f.CloseClientConnections()
	}
}

// A node that accepts connections and never answers costs a request only its timeout.
func TestTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	o := testOptions()
	o.Timeout = 20 * time.Millisecond
	c := newTestClient(t, o, "http://"+l.Addr().String())
	op := c.do(t.Context(), pop, time.Now())
	assert.Equal(t, op.Outcome, history.Unknown)
	assert.DeepEqual(t, kinds(c.run.tally), []string{"timeout"})
	assert.Equal(t, op.Return, int64(0))
	assert.Equal(t, op.Client, 7)
	op = c.do(t.Context(), pop, time.Now())
	assert.Equal(t, op.Client, 7+o.Clients) // the first one may still be going on
}

// A request to a port on which nobody listens is certainly refused.
func TestRefused(t *testing.T) {
	o := testOptions()
	o.Timeout = 20 * time.Millisecond
	c := newTestClient(t, o, deadAddress(t), deadAddress(t))
	op := c.do(t.Context(), pop, time.Now())
	assert.Equal(t, op.Outcome, history.Refused)
	assert.DeepEqual(t, kinds(c.run.tally), []string{"connection refused"})
}
