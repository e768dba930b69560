package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// fakeRooms hold nodes that are handlers in this process. A handler is a program as a student
// may write it; all nodes share it.
type fakeRooms struct {
	program func(node int) http.Handler
	ports   []net.Listener
	mu      sync.Mutex
	last    []*fakeProcess
	silent  bool   // nodes do not listen
	exits   string // nodes end at once, so
	// again, if not nil, is called when a node is started for a second time, and returns when
	// it listens.
	again func(node int) <-chan struct{}
}

func newFakeRooms(nodes int) (*fakeRooms, error) {
	r := &fakeRooms{last: make([]*fakeProcess, nodes)}
	for range nodes {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		r.ports = append(r.ports, l)
	}
	return r, nil
}

func (r *fakeRooms) Addresses(int) []room.Address {
	var all []room.Address
	for _, l := range r.ports {
		all = append(all, room.Address{Port: l.Addr().(*net.TCPAddr).Port})
	}
	return all
}

func (r *fakeRooms) Shut(int, bool) {}

func (r *fakeRooms) ShutLink(int, int, bool) {}

func (r *fakeRooms) Bypassed() string { return "" }

func (r *fakeRooms) OwnAddress() string { return "" }

func (r *fakeRooms) Dial(ctx context.Context, i int, _ bool) (net.Conn, error) {
	r.mu.Lock()
	p := r.last[i]
	r.mu.Unlock()
	if p == nil || p.Exit() != "" || r.silent || !p.listens() {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	select {
	case p.connections <- there:
		return here, nil
	case <-p.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *fakeRooms) Start(i int, c room.Command) (process, error) {
	p := &fakeProcess{connections: make(chan net.Conn, 100), done: make(chan struct{}), gate: make(chan struct{})}
	close(p.gate)
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.mu.Lock()
		gate := p.gate
		p.mu.Unlock()
		select {
		case <-gate:
		case <-p.done:
			return
		}
		r.program(i).ServeHTTP(w, q)
	})}
	if r.exits != "" {
		p.end(r.exits)
	}
	go func() { _ = p.server.Serve(p) }()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last[i] != nil && r.again != nil {
		p.listening = r.again(i)
	}
	r.last[i] = p
	return p, nil
}

func (r *fakeRooms) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.last {
		if p != nil {
			p.end("killed by the grader")
		}
	}
	for _, l := range r.ports {
		l.Close()
	}
	return nil
}

// A fakeProcess serves connections until it ends. It is also its server's listener.
type fakeProcess struct {
	server      *http.Server
	connections chan net.Conn
	done        chan struct{}
	mu          sync.Mutex
	gate        chan struct{} // open while it is not paused
	exit        string
	listening   <-chan struct{} // closed when it listens; nil: from the beginning
}

func (p *fakeProcess) listens() bool {
	if p.listening == nil {
		return true
	}
	select {
	case <-p.listening:
		return true
	default:
		return false
	}
}

func (p *fakeProcess) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *fakeProcess) Addr() net.Addr        { return &net.TCPAddr{} }
func (p *fakeProcess) Done() <-chan struct{} { return p.done }
func (p *fakeProcess) Tail() []string        { return []string{"the last line"} }

func (p *fakeProcess) Close() error { return nil }

func (p *fakeProcess) Exit() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit
}

func (p *fakeProcess) Kill() error {
	p.end("killed by the grader")
	return nil
}

func (p *fakeProcess) end(exit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.exit == "" {
		p.exit = exit
		close(p.done)
		go p.server.Close()
	}
}

func (p *fakeProcess) Pause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = make(chan struct{})
	return nil
}

func (p *fakeProcess) Resume() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.gate)
	return nil
}

// A queue is a correct program without replication.
type queue struct {
	mu     sync.Mutex
	topics []string
	lists  map[string][]string
}

func (q *queue) listOf(topic string) []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lists[topic]
}

func (q *queue) handler() http.Handler {
	q.lists = map[string][]string{}
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
	result := func(w http.ResponseWriter, ok bool) { say(w, map[string]bool{"success": ok}) }
	read := func(r *http.Request) (body struct{ Topic, Message string }) {
		_ = json.NewDecoder(r.Body).Decode(&body)
		return body
	}
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"role": "Leader", "term": 1, "more": "keys"})
	})
	mux.HandleFunc("PUT /topic", func(w http.ResponseWriter, r *http.Request) {
		q.mu.Lock()
		defer q.mu.Unlock()
		topic := read(r).Topic
		_, exists := q.lists[topic]
		if !exists {
			q.lists[topic] = nil
			q.topics = append(q.topics, topic)
		}
		result(w, !exists)
	})
	mux.HandleFunc("GET /topic", func(w http.ResponseWriter, _ *http.Request) {
		q.mu.Lock()
		defer q.mu.Unlock()
		say(w, map[string]any{"success": true, "topics": append([]string{}, q.topics...)})
	})
	mux.HandleFunc("PUT /message", func(w http.ResponseWriter, r *http.Request) {
		q.mu.Lock()
		defer q.mu.Unlock()
		body := read(r)
		list, exists := q.lists[body.Topic]
		if exists {
			q.lists[body.Topic] = append(list, body.Message)
		}
		result(w, exists)
	})
	mux.HandleFunc("GET /message/{topic}", func(w http.ResponseWriter, r *http.Request) {
		q.mu.Lock()
		defer q.mu.Unlock()
		topic := r.PathValue("topic")
		list := q.lists[topic]
		if len(list) == 0 {
			result(w, false)
			return
		}
		q.lists[topic] = list[1:]
		say(w, map[string]any{"success": true, "message": list[0]})
	})
	return mux
}

// instead answers some requests in another way.
func instead(h http.Handler, route string, answer http.HandlerFunc) func(int) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc(route, answer)
	return func(int) http.Handler { return mux }
}

// body answers with a body.
func body(status int, said string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, said)
	}
}

// steps reads a scenario for a number of nodes.
func steps(t *testing.T, nodes int, text string) *fixture.Fixture {
	t.Helper()
	f, err := fixture.Parse("test.toml", fmt.Appendf(nil, "format = 1\nname = \"test\"\n[cluster]\nnodes = %d\n%s", nodes, text))
	assert.NilError(t, err)
	return f
}

// calm is a machine that does nothing else.
func calm() (float64, bool) { return 0, true }

// playOn runs a scenario on a program in this process.
func playOn(t *testing.T, f *fixture.Fixture, program func(int) http.Handler, change ...func(*fakeRooms, *Options)) scenario.Verdict {
	t.Helper()
	c := course.Default()
	c.Start.Ready = time.Second
	rs, err := newFakeRooms(len(f.Nodes))
	assert.NilError(t, err)
	rs.program = program
	o := Options{
		Course: c, Dir: t.TempDir(), Mode: room.Proxy, Attach: -1,
		open: func(context.Context, room.Options) (rooms, error) { return rs, nil }, crowd: calm, patient: true,
	}
	for _, f := range change {
		f(rs, &o)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	v, err := Run(ctx, f, o)
	assert.NilError(t, err)
	assert.NilError(t, ctx.Err())
	return v
}

// one puts a message into a topic and takes it.
const one = `
[[step]]
request = { name = "topic", op = "put_topic", topic = "t", to = 0, timeout_ms = 2500 }
[[step]]
once = "answer=topic:ok"
within_ms = 3000
request = { name = "put", op = "put_message", topic = "t", message = "m", to = 0, timeout_ms = 2500 }
[[step]]
name = "pop"
once = "answers=put:none:=0"
within_ms = 3000
request = { name = "pop", op = "get_message", topic = "t", to = 0, timeout_ms = 2500 }
[[expect]]
from = "pop"
that = 'answer=pop:"m"'
within_ms = 3000
because = "it was put"
`

func TestAnswersOfASingleNode(t *testing.T) {
	tests := map[string]struct {
		route  string
		answer http.HandlerFunc
		want   course.Kind
		told   string
	}{
		"Correct":     {"/nowhere", body(200, ""), course.Passed, ""},
		"NoStatus":    {"GET /status", body(404, "<html>"), course.Passed, ""},
		"FurtherKey":  {"GET /message/t", body(200, `{"success": true, "message": "m", "from": 0}`), course.Wrong, `the key "from" does not belong there`},
		"Number":      {"GET /message/t", body(200, `{"success": true, "message": 5}`), course.Wrong, `"message" is no text`},
		"NoMessage":   {"GET /message/t", body(200, `{"success": true}`), course.Wrong, `"message" is no text`},
		"Words":       {"GET /message/t", body(200, `{"success": "true", "message": "m"}`), course.Wrong, `"success" is neither true nor false`},
		"Null":        {"GET /message/t", body(200, `null`), course.Wrong, `no JSON object: null`},
		"Page":        {"GET /message/t", body(404, `<html>not found</html>`), course.Wrong, `no JSON object: <html>not found</html>`},
		"Empty":       {"GET /message/t", body(200, ``), course.Wrong, `no JSON object: an empty body`},
		"ServerError": {"GET /message/t", body(500, `<html>`), course.NotAvailable, "status 500 Internal Server Error with <html> instead"},
		"Redirect": {"GET /message/t", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, course.Wrong, "no JSON object"},
		"TooMuch":      {"GET /message/t", body(200, strings.Repeat("x", maxBody+2)), course.Wrong, "more than"},
		"OtherMessage": {"GET /message/t", body(200, `{"success": true, "message": "n"}`), course.Wrong, `no client had put it`},
		"Refusal":      {"GET /message/t", body(200, `{"success": false}`), course.Wrong, `"m" was acknowledged`},
		"Late": {"GET /message/t", func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, course.NotAvailable, "no answer in time"},
		"Half": {"GET /message/t", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"success": tr`)
		}, course.NotAvailable, "half an answer"},
		"Unprepared": {"PUT /topic", body(500, "sorry"), course.Unprepared, "status 500 Internal Server Error with sorry instead"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := &queue{}
			v := playOn(t, steps(t, 1, one), instead(q.handler(), test.route, test.answer))
			story := strings.Join(v.Foreign.Story, "\n")
			assert.Equal(t, v.Foreign.Kind, test.want, "%s\n%s", story, v.Problem)
			assert.Assert(t, strings.Contains(story, test.told), "%s", story)
		})
	}
}

func TestWrongStatusesEndTheScenario(t *testing.T) {
	looks := `
[[step]]
once = "leader=unique"
within_ms = 20000
[[expect]]
that = "leader=0"
within_ms = 20000
`
	for said, told := range map[string]string{
		`{"role": "leader", "term": 1}`:    "role is not Leader",
		`{"role": "Leader", "term": "1"}`:  "term is no whole number",
		`{"role": "Leader", "term": 1.5}`:  "term is no whole number",
		`{"role": "Leader", "term": -1}`:   "term is no whole number",
		`{"role": "Leader", "term": true}`: "term is no whole number",
		`{"Role": "Leader", "term": 1}`:    "role is no text",
		`{"role": 1, "term": 1}`:           "role is no text",
		`["Leader", 1]`:                    "no JSON object",
		`Leader`:                           "no JSON object",
		`{"role": "Leader"}`:               "term is no whole number",
	} {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			v := playOn(t, steps(t, 1, looks), instead(http.NotFoundHandler(), "GET /status", body(200, said)))
			assert.Equal(t, v.Foreign.Kind, course.Wrong)
			assert.Assert(t, strings.Contains(strings.Join(v.Foreign.Story, "\n"), told), "%s", v.Foreign.Story)
			assert.Assert(t, time.Since(began) < 10*time.Second)
		})
	}
}

func TestNodesThatDoNotStart(t *testing.T) {
	t.Run("Silent", func(t *testing.T) {
		v := playOn(t, steps(t, 3, one), nil, func(r *fakeRooms, _ *Options) { r.silent = true })
		assert.Equal(t, v.Foreign.Kind, course.NotStarted)
		assert.Assert(t, strings.Contains(v.Problem, "within 1.0 s"), v.Problem)
		assert.Assert(t, v.Foreign.Missed)
	})
	t.Run("Ended", func(t *testing.T) {
		v := playOn(t, steps(t, 3, one), nil, func(r *fakeRooms, _ *Options) { r.exits = "exit status 1" })
		assert.Equal(t, v.Foreign.Kind, course.NotStarted)
		assert.Assert(t, strings.Contains(v.Problem, "ended before it answered any request: exit status 1"), v.Problem)
		assert.DeepEqual(t, v.Foreign.Output[0], "node 0 | the last line")
	})
}

func TestANodeThatEndsByItselfHasCrashed(t *testing.T) {
	q := &queue{}
	var rs *fakeRooms
	program := instead(q.handler(), "PUT /message", func(http.ResponseWriter, *http.Request) {
		rs.last[0].end("exit status 3")
		panic(http.ErrAbortHandler)
	})
	v := playOn(t, steps(t, 1, one), program, func(r *fakeRooms, _ *Options) { rs = r })
	assert.Equal(t, v.Foreign.Kind, course.Crashed)
	assert.Equal(t, v.Status, scenario.Failed)
	assert.Assert(t, strings.Contains(v.Problem, "node 0 ended by itself: exit status 3"), v.Problem)
}

// busiest counts requests for /status, and how many are asked at once.
type busiest struct{ now, most, all atomic.Int64 }

func (b *busiest) hang(_ http.ResponseWriter, r *http.Request) {
	b.all.Add(1)
	b.most.Store(max(b.most.Load(), b.now.Add(1)))
	<-r.Context().Done()
	b.now.Add(-1)
}

func TestAHangingStatusIsPolledOneByOne(t *testing.T) {
	b := &busiest{}
	v := playOn(t, steps(t, 1, `
[[expect]]
that = "leader=0"
within_ms = 1000
`), instead(http.NotFoundHandler(), "GET /status", b.hang))
	assert.Equal(t, v.Foreign.Kind, course.NotAvailable)
	assert.Equal(t, b.most.Load(), int64(1))
}

func TestPollsAreAtMostTenASecond(t *testing.T) {
	q := &queue{}
	h := q.handler()
	var polls atomic.Int64
	v := playOn(t, steps(t, 1, `
[scenario]
run_ms = 1500
[[expect]]
that = "leader=0"
`), instead(h, "GET /status", func(w http.ResponseWriter, r *http.Request) {
		polls.Add(1)
		h.ServeHTTP(w, r)
	}))
	assert.Equal(t, v.Foreign.Kind, course.Passed)
	n := polls.Load()
	assert.Assert(t, n >= 5 && n <= 17, "%d polls", n)
}

func TestSignalsAndWhatCannotBeDone(t *testing.T) {
	q := &queue{}
	h := q.handler()
	program := func(int) http.Handler { return h }
	t.Run("Pause", func(t *testing.T) {
		v := playOn(t, steps(t, 1, `
[[step]]
pause = 0
[[step]]
request = { name = "put", op = "put_topic", topic = "p", to = 0, timeout_ms = 300 }
[[step]]
name = "resumed"
once = "answer=put:lost"
within_ms = 2000
resume = 0
[[expect]]
from = "resumed"
that = ["leader=0", "up=0"]
within_ms = 1000
`), program)
		assert.Equal(t, v.Foreign.Kind, course.Passed, "%s", strings.Join(v.Foreign.Story, "\n"))
	})
	t.Run("Restart", func(t *testing.T) {
		v := playOn(t, steps(t, 1, `
[[step]]
crash = 0
[[step]]
request = { name = "put", op = "put_topic", topic = "p", to = 0, timeout_ms = 300 }
[[step]]
name = "back"
once = "answer=put:lost"
within_ms = 2000
restart = 0
[[expect]]
from = "back"
that = "leader=0"
within_ms = 1000
`), program)
		assert.Equal(t, v.Foreign.Kind, course.Passed, "%s", strings.Join(v.Foreign.Story, "\n"))
	})
	for name, step := range map[string]string{
		"Skew": `skew = { node = 0, factor = 2 }`, "Wipe": `crash = 0
wipe = true`, "Timeout": `timeout = 0`,
	} {
		t.Run(name, func(t *testing.T) {
			f, err := fixture.Parse("test.toml", []byte("format = 1\nname = \"test\"\n[cluster]\nnodes = 1\n[[step]]\n"+step+"\n[[expect]]\nthat = \"up=0\"\n"))
			if err != nil {
				t.Skip(err)
			}
			v := playOn(t, f, program)
			assert.Equal(t, v.Foreign.Kind, course.NotObservable)
			assert.Assert(t, v.Foreign.Excluded)
		})
	}
	t.Run("Log", func(t *testing.T) {
		v := playOn(t, steps(t, 1, "[[expect]]\nthat = \"log=0:empty\"\n"), program)
		assert.Equal(t, v.Foreign.Kind, course.NotObservable)
	})
}

func TestAnInterruptedRunIsUndecidedAndEndsAtOnce(t *testing.T) {
	rs, err := newFakeRooms(1)
	assert.NilError(t, err)
	q := &queue{}
	h := q.handler()
	rs.program = func(int) http.Handler { return h }
	ctx, cancel := context.WithCancel(t.Context())
	o := Options{
		Course: course.Default(), Dir: t.TempDir(), Mode: room.Proxy, Attach: -1,
		Progress: func(string) { time.AfterFunc(200*time.Millisecond, cancel) },
		open:     func(context.Context, room.Options) (rooms, error) { return rs, nil }, crowd: calm, patient: true,
	}
	v, err := Run(ctx, steps(t, 1, "[scenario]\nrun_ms = 20000\n[[expect]]\nthat = \"leader=0\"\n"), o)
	assert.NilError(t, err)
	assert.Equal(t, v.Foreign.Kind, course.Undecided)
	assert.Assert(t, v.Interrupted && v.Foreign.Excluded)
}
