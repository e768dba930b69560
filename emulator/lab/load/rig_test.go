package load

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/queue"
)

const deadline = 20 * time.Second

// A fake is a node with a correct queue, unless a test intercepts its answers.
type fake struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex // guards the rest
	queue  *queue.Queue
	index  uint64
	seen   map[string]int // requests by method and path
	status string         // the answer of /status
	// intercept may answer a command instead of the queue; it holds the lock.
	intercept func(f *fake, w http.ResponseWriter, c *machine.Command) bool
	// silent: no status code and no header says why a request failed.
	silent bool
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, queue: queue.New(), seen: map[string]int{}, status: `{"role": "Leader", "term": 3}`}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var put struct{ Topic, Message string }
	_ = json.Unmarshal(body, &put)
	c := queue.PutTopic.New(put.Topic, put.Message)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[r.Method+" "+r.URL.Path]++
	switch {
	case r.URL.Path == "/status":
		io.WriteString(w, f.status)
		return
	case r.URL.Path == "/topic" && r.Method == "GET":
		c.Op = queue.GetTopics
	case r.URL.Path == "/topic":
		c.Op = queue.PutTopic
	case r.URL.Path == "/message":
		c.Op = queue.PutMessage
	default:
		c.Op, c.Args[0] = queue.PopMessage, strings.TrimPrefix(r.URL.Path, "/message/")
	}
	if f.intercept != nil && f.intercept(f, w, c) {
		return
	}
	f.answer(w, c, f.queue.Apply(c))
}

// answer answers a command as the emulator's nodes do, or without a reason.
func (f *fake) answer(w http.ResponseWriter, c *machine.Command, result machine.Result) {
	f.index++
	if !f.silent {
		w.Header().Set(mqapi.HeaderIndex, strconv.FormatUint(f.index, 10))
		if !result.OK {
			w.WriteHeader(http.StatusNotFound)
		}
	}
	answer := map[string]any{"success": result.OK}
	if result.OK && c.Op == queue.PopMessage {
		answer["message"] = result.Text
	}
	if result.OK && c.Op == queue.GetTopics {
		answer["topics"] = result.List
	}
	json.NewEncoder(w).Encode(answer)
}

// times counts how often a request came.
func (f *fake) times(request string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[request]
}

// targetOf names nodes by their URLs.
func targetOf(t *testing.T, urls ...string) *Target {
	t.Helper()
	target, err := ParseNodes(strings.Join(urls, ","))
	assert.NilError(t, err)
	return target
}

// testOptions returns the options of a short run.
func testOptions() Options {
	return Options{
		Clients: 4, Workload: "mixed", Topics: 2, Prefix: "t-", Seed: 1, Requests: 400,
		Timeout: 5 * time.Second, Fill: -1, Patience: 5 * time.Second, CheckTimeout: 10 * time.Second,
		Keep: 100_000,
	}
}

// newTestClient returns a client outside a run, for tests of single commands.
func newTestClient(t *testing.T, o Options, urls ...string) *client {
	t.Helper()
	target := targetOf(t, urls...)
	r := &run{options: o, cluster: newCluster(target), zero: time.Now(), recorder: newRecorder("", 1000, nil), tally: newTally(len(urls))}
	c := newClient(r, 7)
	t.Cleanup(c.close)
	return c
}

// noLeak fails the test if goroutines that it has started are still running.
func noLeak(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		poll.WaitOn(t, func(poll.LogT) poll.Result {
			if n := runtime.NumGoroutine() - 1; n > before { // the poll has one itself
				return poll.Continue("%d goroutines, %d before", n, before)
			}
			return poll.Success()
		}, poll.WithTimeout(deadline))
	})
}

// kinds returns the sorted errors that a tally has counted.
func kinds(t *tally) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := []string{}
	for kind := range t.errors {
		list = append(list, kind)
	}
	slices.Sort(list)
	return list
}
