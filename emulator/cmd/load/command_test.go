package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/queue"
)

// runLoad runs the subcommand.
func runLoad(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(t.Context(), Command(), args, nil, &out, &errs)
	return code, out.String(), errs.String()
}

// A node is a correct queue that leads, unless it invents messages.
type node struct {
	*httptest.Server
	invents atomic.Bool

	mu    sync.Mutex // guards the rest
	queue *queue.Queue
	index uint64
}

func newNode(t *testing.T) *node {
	t.Helper()
	n := &node{queue: queue.New()}
	n.Server = httptest.NewServer(n)
	t.Cleanup(n.Close)
	return n
}

func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/status" {
		io.WriteString(w, `{"role": "Leader", "term": 3}`)
		return
	}
	var put struct{ Topic, Message string }
	_ = json.NewDecoder(r.Body).Decode(&put) // a GET has no body
	c := queue.PutTopic.New(put.Topic, put.Message)
	switch resource, topic, _ := strings.Cut(r.URL.Path[1:], "/"); {
	case resource == "topic" && r.Method == http.MethodGet:
		c.Op = queue.GetTopics
	case resource == "topic":
		c.Op = queue.PutTopic
	case r.Method == http.MethodGet:
		c.Op, c.Args[0] = queue.PopMessage, topic
	default:
		c.Op = queue.PutMessage
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	result := n.queue.Apply(c)
	if n.invents.Load() && c.Op == queue.PopMessage {
		result = machine.Result{OK: true, Text: "a ghost"}
	}
	n.index++
	w.Header().Set(mqapi.HeaderIndex, strconv.FormatUint(n.index, 10))
	if !result.OK {
		w.WriteHeader(http.StatusNotFound)
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

// deadAddress is one on which nobody listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestLoadReportsARun(t *testing.T) {
	f := newNode(t)
	dir := t.TempDir()
	code, out, errs := runLoad(t, "-targets", f.URL, "-requests", "200", "-json", "-history", dir+"/ops.jsonl", "-picture", dir+"/p.html")
	assert.Equal(t, code, cli.OK, errs+out)
	assert.Equal(t, errs, "")
	var report struct {
		Requests load.Counts
		Check    struct {
			Verdicts []struct{ Name, State string }
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, report.Requests.Done, 200)
	assert.Equal(t, len(report.Check.Verdicts), 5)

	_, err := os.Stat(dir + "/p.html")
	assert.ErrorIs(t, err, os.ErrNotExist) // there is nothing to show
	f.invents.Store(true)
	code, out, _ = runLoad(t, "-targets", f.URL, "-requests", "50", "-picture", dir+"/p.html")
	assert.Equal(t, code, cli.Failed)
	assert.Assert(t, strings.Contains(out, `"a ghost" was taken`), out)
	_, err = os.Stat(dir + "/p.html")
	assert.NilError(t, err)

	f = newNode(t)
	code, out, _ = runLoad(t, "-targets", f.URL, "-requests", "200")
	assert.Equal(t, code, cli.OK)
	for _, want := range []string{"200 requests in", "put_message", "p99.9", "linearizable", "Drained", f.URL} {
		assert.Assert(t, strings.Contains(out, want), "%q is not in\n%s", want, out)
	}
	code, _, errs = runLoad(t, "-targets", deadAddress(t), "-timeout", "10ms", "-patience", "10ms")
	assert.Equal(t, code, cli.Environment)
	assert.Assert(t, strings.Contains(errs, "no node can be reached"), errs)
	code, _, errs = runLoad(t, "-url", f.URL)
	assert.Equal(t, code, cli.Environment)
	assert.Assert(t, strings.Contains(errs, "is not an emulator's"), errs)
}

func TestLoadRefusesBadUsage(t *testing.T) {
	code, out, _ := runLoad(t, "-h")
	assert.Equal(t, code, cli.OK)
	_, docs := load.Workloads()
	for _, doc := range docs {
		assert.Assert(t, strings.Contains(out, doc))
	}
	for _, c := range []struct{ args, want string }{
		{"x", `it takes no operands, "x" is one`},
		{"-workload puts", `-workload "puts": want mixed, put, pop, topics, one-topic or hot`},
		{"-clients 0", "-clients 0: want 1 to 10000"},
		{"-topics 0", "-topics 0: want 1 to 10000"},
		{"-requests 0", "-requests 0: want 1 or more"},
		{"-duration 0s", "-duration 0s: want more than 0, or -requests"},
		{"-rate 0", "-rate 0: want 0.001"},
		{"-rate NaN", "-rate NaN: want 0.001"},
		{"-timeout 0s", "-timeout 0s: want more than 0"},
		{"-targets a -config b", "give one"},
		{"-targets ftp://a", `"ftp://a" is no node's URL`},
		{"-targets localhost:99999", `"localhost:99999" is no node's URL`},
		{"-targets=", `-targets "": want the nodes' URLs`},
		{"-config=", `-config "": want a course's config.json`},
		{"-fill 1000001", "-fill 1000001: want 0 to 1000000"},
		{"-targets a,http://A/", "is named twice"},
		{"-config /nonexistent/config.json", "no such file"},
	} {
		code, _, errs := runLoad(t, strings.Fields(c.args)...)
		assert.Equal(t, code, cli.Usage, "%s: %s", c.args, errs)
		assert.Assert(t, strings.Contains(errs, c.want), "%s: %s", c.args, errs)
	}
}

// The exit code says how a run came out. A violation stays one, whatever came after it.
func TestExitCodeOfALoad(t *testing.T) {
	report := func(s history.State) *load.Report {
		return &load.Report{Check: &history.Report{Verdicts: []history.Verdict{{State: s}}}}
	}
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	for name, c := range map[string]struct {
		ctx    context.Context
		report *load.Report
		err    error
		code   int
	}{
		"held":                     {t.Context(), report(history.Held), nil, cli.OK},
		"violated":                 {t.Context(), report(history.Violated), nil, cli.Failed},
		"violated and interrupted": {interrupted, report(history.Violated), nil, cli.Failed},
		"open":                     {t.Context(), report(history.Open), nil, cli.Undecided},
		"interrupted":              {interrupted, report(history.Held), nil, cli.Undecided},
		"not checked":              {interrupted, &load.Report{}, nil, cli.Undecided},
		"no leader":                {t.Context(), nil, load.ErrNoLeader, cli.Undecided},
		"unreachable":              {t.Context(), nil, load.ErrUnreachable, cli.Environment},
		"topics":                   {t.Context(), nil, load.ErrTopics, cli.Usage},
		"target":                   {t.Context(), nil, load.ErrTarget, cli.Usage},
		"no file":                  {t.Context(), nil, os.ErrNotExist, cli.Usage},
		"full disk":                {t.Context(), report(history.Held), errors.New("no space left"), cli.Environment},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, exitCode(c.ctx, c.report, c.err), c.code) })
	}
}
