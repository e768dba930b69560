package peers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

const granted = `{"term": 1, "voteGranted": true}`

// A mailbox has the answers that came back.
type mailbox struct {
	mu  sync.Mutex // guards all
	all []raft.Message
}

func (m *mailbox) receive(answer raft.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, answer)
}

func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.all)
}

// waitFor waits for a condition.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if holds() {
			return poll.Success()
		}
		return poll.Continue("still not: %s", what)
	}, poll.WithDelay(time.Millisecond), poll.WithTimeout(20*time.Second))
}

// between makes node 0 with peers at these URLs.
func between(t *testing.T, timeout time.Duration, urls ...string) (*Peers, *mailbox) {
	t.Helper()
	box := &mailbox{}
	p := New(Options{ID: 0, URLs: append([]string{"http://127.0.0.1:1"}, urls...), Receive: box.receive, Timeout: timeout})
	t.Cleanup(p.Close)
	return p, box
}

func server(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func vote(term raft.Term) raft.Message {
	return raft.Message{Type: raft.RequestVoteRequest, To: 1, Term: term}
}

func TestSendDeliversTheRequestAndTheAnswer(t *testing.T) {
	asked := make(chan string, 1)
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type") + " " + r.Header.Get("Idempotency-Key") + string(body)
		io.WriteString(w, granted)
	})
	p, box := between(t, 0, url)
	p.Send(vote(7))
	waitFor(t, "answered", func() bool { return box.count() == 1 })
	assert.Equal(t, <-asked, "POST /rpc/0 application/json "+string(wire.Encode(vote(7))))
	assert.DeepEqual(t, box.all, []raft.Message{{Type: raft.RequestVoteResponse, From: 1, Term: 1, VoteGranted: true}})
}

// The answers are given in the test's own words, so that none is a Raft node's.
func TestWrongAnswersAreIgnored(t *testing.T) {
	endless := strings.Repeat(" ", 1<<20)
	answers := map[string]http.HandlerFunc{
		"HTML":     func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<!doctype html><html></html>") },
		"null":     func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "null") },
		"nothing":  func(http.ResponseWriter, *http.Request) {},
		"status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); io.WriteString(w, granted) },
		"too long": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, endless+granted) },
		"half": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, granted[:10])
		},
		"cut off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			url := server(t, func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) == 1 {
					answer(w, r)
					return
				}
				io.WriteString(w, granted)
			})
			p, box := between(t, 0, url)
			p.Send(vote(1))
			waitFor(t, "asked once", func() bool { return asked.Load() >= 1 })
			waitFor(t, "answered", func() bool { p.Send(vote(2)); return box.count() > 0 })
			p.Close()
			assert.Assert(t, box.count() <= int(asked.Load())-1 || name == "cut off", "the wrong answer counted")
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var strays atomic.Int32
	elsewhere := server(t, func(w http.ResponseWriter, _ *http.Request) {
		strays.Add(1)
		io.WriteString(w, granted)
	})
	asked := make(chan bool, 1)
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		asked <- true
	})
	p, box := between(t, 0, url)
	p.Send(vote(1))
	<-asked
	waitFor(t, "free again", func() bool { return p.underWay(1) == 0 })
	assert.Equal(t, strays.Load(), int32(0))
	assert.Equal(t, box.count(), 0)
}

// underWay returns the number of requests that a peer has to answer.
func (p *Peers) underWay(id int) int {
	p.peers[id].mu.Lock()
	defer p.peers[id].mu.Unlock()
	return p.peers[id].underWay
}

// silent accepts connections and never answers, like a stopped process. It counts the
// requests.
func silent(t *testing.T) (url string, asked *atomic.Int32, last *atomic.Value) {
	t.Helper()
	asked, last = &atomic.Int32{}, &atomic.Value{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			go func() {
				request, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				body, _ := io.ReadAll(request.Body)
				last.Store(string(body))
				asked.Add(1)
			}()
		}
	}()
	return "http://" + l.Addr().String(), asked, last
}

func TestSilentPeerHasFewRequestsUnderWayAndHoldsUpNoOther(t *testing.T) {
	stopped, asked, _ := silent(t)
	healthy := server(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, granted) })
	p, box := between(t, time.Hour, stopped, healthy)
	for term := range raft.Term(1000) {
		p.Send(vote(term))
	}
	to2 := vote(1)
	to2.To = 2
	p.Send(to2)
	waitFor(t, "answered by the other", func() bool { return box.count() == 1 })
	waitFor(t, "asked", func() bool { return asked.Load() == maxUnderWay })
	assert.Equal(t, p.underWay(1), maxUnderWay)
	p.Close()
	assert.Equal(t, asked.Load(), int32(maxUnderWay))
}

func TestNewestMessageWaitsForASilentPeer(t *testing.T) {
	stopped, asked, last := silent(t)
	p, _ := between(t, 100*time.Millisecond, stopped)
	for term := range raft.Term(maxUnderWay + 100) {
		p.Send(vote(term))
	}
	waitFor(t, "asked once more after the time limit", func() bool { return asked.Load() == maxUnderWay+1 })
	assert.Equal(t, last.Load(), string(wire.Encode(vote(maxUnderWay+99))))
	waitFor(t, "free again", func() bool { return p.underWay(1) == 0 })
}

// A peer that starts again on its port is reached at once, although its old connection is
// dead.
func TestRestartedPeerIsReached(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, granted) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	first := &http.Server{Handler: handler}
	go func() { _ = first.Serve(l) }()
	p, box := between(t, 0, "http://"+l.Addr().String())
	p.Send(vote(1))
	waitFor(t, "answered", func() bool { return box.count() == 1 })
	assert.NilError(t, first.Close())
	p.Send(vote(2)) // to no one
	waitFor(t, "given up", func() bool { return p.underWay(1) == 0 })
	again, err := net.Listen("tcp", l.Addr().String())
	assert.NilError(t, err)
	second := &http.Server{Handler: handler}
	go func() { _ = second.Serve(again) }()
	t.Cleanup(func() { second.Close() })
	p.Send(vote(3))
	waitFor(t, "answered again", func() bool { return box.count() == 2 })
}

func TestConnectionsAreKept(t *testing.T) {
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, granted) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	p, box := between(t, 0, s.URL)
	for i := range 50 {
		p.Send(vote(raft.Term(i)))
		waitFor(t, "answered", func() bool { return box.count() == i+1 && p.underWay(1) == 0 })
	}
	assert.Assert(t, connections.Load() <= 2, "%d connections", connections.Load())
}

func TestLongMessageIsSentWithFewerEntries(t *testing.T) {
	m := raft.Message{Type: raft.AppendEntriesRequest, To: 1, Term: 1}
	for i := range 20 {
		m.Entries = append(m.Entries, raft.Entry{Term: 1, Command: queue.PutMessage.New("dog", fmt.Sprint(i)+strings.Repeat("x", 1<<20-100))})
	}
	sent, body := encode(&m)
	assert.Assert(t, len(body) <= MaxBody)
	assert.Equal(t, len(sent.Entries), 2)
	assert.Equal(t, len(m.Entries), 20)
	one := m
	one.Entries = []raft.Entry{{Term: 1, Command: queue.PutMessage.New("dog", strings.Repeat("x", MaxBody))}}
	sent, _ = encode(&one)
	assert.Equal(t, len(sent.Entries), 1)
}

func TestCloseEndsAllRequests(t *testing.T) {
	stopped, asked, _ := silent(t)
	p, box := between(t, time.Hour, stopped)
	p.Send(vote(1))
	waitFor(t, "asked", func() bool { return asked.Load() == 1 })
	p.Close()
	p.Send(vote(2))
	assert.Equal(t, p.underWay(1), 0)
	assert.Equal(t, box.count(), 0)
}
