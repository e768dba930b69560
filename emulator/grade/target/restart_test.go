package target

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/script/course"
)

// back starts a node again while one client puts messages and another one is refused.
const back = `
[[step]]
request = { name = "topic", op = "put_topic", topic = "t", to = 0, timeout_ms = 2000 }
[[step]]
once = "answer=topic:ok"
within_ms = 3000
crash = 1
[[step]]
request = { name = "load", op = "put_message", topic = "t", message = "m{i}", to = 0, times = 25, every_ms = 20, timeout_ms = 2000 }
[[step]]
request = { name = "vain", op = "put_message", topic = "none", message = "m", to = 0, timeout_ms = 2000, retry_ms = 12000 }
[[step]]
name = "back"
restart = 1
[[step]]
name = "next"
request = { name = "next", op = "get_message", topic = "t", to = 1, timeout_ms = 2000 }
[[expect]]
from = "next"
that = 'answer=next:"m1"'
within_ms = 5000
`

func TestClientsGoOnWhileANodeStartsAgain(t *testing.T) {
	q := &queue{}
	h := q.handler()
	listens := make(chan struct{})
	var puts, refused, early atomic.Int64
	var starting atomic.Bool
	program := func(node int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && r.URL.Path == "/message/t" && starting.Load() {
				early.Add(1)
			}
			before := len(q.listOf("t"))
			h.ServeHTTP(w, r)
			if !starting.Load() || r.Method != http.MethodPut || r.URL.Path != "/message" {
				return
			}
			if len(q.listOf("t")) > before {
				puts.Add(1)
			} else {
				refused.Add(1)
			}
			// The node listens as soon as both clients have gone on for a while.
			if puts.Load() >= 5 && refused.Load() >= 3 && starting.CompareAndSwap(true, false) {
				close(listens)
			}
		})
	}
	v := playOn(t, steps(t, 3, back), program, func(r *fakeRooms, o *Options) {
		o.Course.Start.Ready = 15 * time.Second
		r.again = func(int) <-chan struct{} { starting.Store(true); return listens }
	})
	assert.Equal(t, v.Foreign.Kind, course.Passed, "%s\n%s", v.Problem, strings.Join(v.Foreign.Story, "\n"))
	assert.Assert(t, puts.Load() >= 5 && refused.Load() >= 3)
	assert.Equal(t, early.Load(), int64(0), "the next step did not wait for the node")
}

func TestANodeThatDoesNotStartAgainEndsTheScenario(t *testing.T) {
	q := &queue{}
	h := q.handler()
	v := playOn(t, steps(t, 3, back), func(int) http.Handler { return h }, func(r *fakeRooms, o *Options) {
		o.Course.Start.Ready = 300 * time.Millisecond
		r.again = func(int) <-chan struct{} { return make(chan struct{}) }
	})
	assert.Equal(t, v.Foreign.Kind, course.NotStarted, v.Problem)
	assert.Assert(t, strings.Contains(v.Problem, "node 1 answered no HTTP request"), v.Problem)
}

func TestTimeLimitEndsAScenarioWhoseNodeStartsStill(t *testing.T) {
	q := &queue{}
	h := q.handler()
	began := time.Now()
	v := playOn(t, steps(t, 3, "[scenario]\ntime_limit_ms = 1500\n"+strings.NewReplacer("within_ms = 5000", "within_ms = 1000", "within_ms = 3000", "within_ms = 1000").Replace(back)), func(int) http.Handler { return h }, func(r *fakeRooms, o *Options) {
		o.Course.Start.Ready = 20 * time.Second
		r.again = func(int) <-chan struct{} { return make(chan struct{}) }
	})
	assert.Assert(t, strings.Contains(v.Problem, "stopped at the time limit"), v.Problem)
	assert.Equal(t, v.Foreign.Kind, course.NotAvailable)
	assert.Assert(t, time.Since(began) < 19*time.Second)
}

// The next step must not act on what was seen before the node answered.
func TestStepAfterARestartSeesTheClusterAnew(t *testing.T) {
	q := &queue{}
	h := q.handler()
	listens := make(chan struct{})
	var changed atomic.Bool
	asked := make(chan int, 10)
	program := func(node int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			role, term := "Follower", 1
			if changed.Load() {
				term = 2
			}
			if changed.Load() == (node == 1) && node < 2 {
				role = "Leader"
			}
			switch {
			case r.URL.Path == "/status":
				fmt.Fprintf(w, `{"role": %q, "term": %d}`, role, term)
				return
			case r.Method == http.MethodPut:
				asked <- node
			}
			h.ServeHTTP(w, r)
		})
	}
	v := playOn(t, steps(t, 3, `
[[step]]
once = "leader=0"
within_ms = 9000
crash = 1
[[step]]
restart = 1
[[step]]
request = { name = "topic", op = "put_topic", topic = "t", to = "leader", timeout_ms = 4000 }
[[expect]]
that = "answer=topic:ok"
within_ms = 9000
`), program, func(r *fakeRooms, o *Options) {
		o.Course.Start.Ready = 15 * time.Second
		r.again = func(int) <-chan struct{} {
			time.AfterFunc(300*time.Millisecond, func() { changed.Store(true); close(listens) })
			return listens
		}
	})
	assert.Equal(t, v.Foreign.Kind, course.Passed, "%s\n%s", v.Problem, strings.Join(v.Foreign.Story, "\n"))
	assert.Equal(t, <-asked, 1)
}

// Until a node answers, it may or may not be there.
func TestRestartsEndWhenTheirNodesAnswer(t *testing.T) {
	x := &cluster{zero: time.Now().Add(-time.Minute), starting: []int{1}}
	x.record.Changes = []judge.Change{{End: 1}, {End: 2}}
	x.startedAll()
	assert.Equal(t, x.record.Changes[0].End, time.Duration(1))
	assert.Assert(t, x.record.Changes[1].End >= time.Minute)
	assert.Assert(t, !view{x, 0}.Starting())
}

func TestRestartsEndWithTheScenario(t *testing.T) {
	x := newCluster(steps(t, 1, "[[expect]]\nthat = \"up=0\"\n"), Options{Course: course.Default()})
	x.zero, x.starting = time.Now().Add(-time.Minute), []int{0}
	x.record.Changes = []judge.Change{{End: 2}}
	x.rest()
	assert.Assert(t, x.record.Changes[0].End >= x.record.End)
}
