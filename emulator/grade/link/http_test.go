package link

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
)

// holdAll holds every message.
var holdAll = fault.Rule{Name: "hold", Hold: true}

// slow is a rule that makes a Net read requests as a whole, and changes nothing.
var slow = fault.Rule{Name: "slow", Duplicate: 1, Probability: 1e-300, DelayMin: 1, DelayMax: 1}

// forEachReading runs a test without rules, and with one for which requests are read as a whole.
func forEachReading(t *testing.T, h http.HandlerFunc, test func(t *testing.T, r *rig)) {
	for _, whole := range []bool{false, true} {
		t.Run(fmt.Sprintf("Whole=%v", whole), func(t *testing.T) {
			r := newHTTPRig(t, Options{Match: match}, h)
			if whole {
				r.rule(slow)
			}
			test(t, r)
		})
	}
}

// answered waits until answers are counted: the client has them a moment earlier.
func (r *rig) answered(count uint64) {
	r.t.Helper()
	until(r.t, "they are counted", func() bool { return r.count(1, 0).Answers == count })
}

func echo(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	w.Header().Set("Method", q.Method)
	w.Write(body)
}

func TestBodiesPassUnchanged(t *testing.T) {
	forEachReading(t, echo, func(t *testing.T, r *rig) {
		h := client(true)
		defer h.CloseIdleConnections()
		count := uint64(0)
		for _, size := range []int{0, 1, 100, chunk - 1, chunk, 5 * chunk, MaxInspected, MaxInspected + 1, 3 * MaxInspected} {
			for _, chunked := range []bool{false, true} {
				body := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
				var in io.Reader = bytes.NewReader(body)
				if chunked {
					in = io.MultiReader(in)
				}
				res, err := h.Post(r.url(0, 1, "/rpc/0"), "text/plain", in)
				assert.NilError(t, err)
				got, err := io.ReadAll(res.Body)
				assert.NilError(t, err)
				assert.Assert(t, bytes.Equal(got, body), "%d bytes", size)
				res.Body.Close()
				count++
			}
		}
		assert.Equal(t, r.count(0, 1).Requests, count)
		r.answered(count)
		assert.Equal(t, r.count(0, 1).Connections, uint64(1))
		assert.Equal(t, r.count(0, 1).Other, uint64(0))
	})
}

func TestAnswersWithoutBodiesKeepTheConnection(t *testing.T) {
	h := func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/204":
			w.WriteHeader(204)
		case "/304":
			w.WriteHeader(304)
		default:
			w.Header().Set("Content-Length", "10")
			if q.Method != "HEAD" {
				io.WriteString(w, "0123456789")
			}
		}
	}
	forEachReading(t, h, func(t *testing.T, r *rig) {
		c := client(true)
		defer c.CloseIdleConnections()
		for range 3 {
			for _, path := range []string{"/204", "/304", "/head", "/get"} {
				method := "GET"
				if path == "/head" {
					method = "HEAD"
				}
				q, _ := http.NewRequest(method, r.url(0, 1, path), nil)
				res, err := c.Do(q)
				assert.NilError(t, err)
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		}
		r.answered(12)
		assert.Equal(t, r.count(0, 1).Connections, uint64(1))
	})
}

// A client that waits for "100 Continue" gets it, whatever the rules would like to read.
func TestExpectContinuePasses(t *testing.T) {
	forEachReading(t, echo, func(t *testing.T, r *rig) {
		c := r.dial(0, 1)
		send(t, c, "PUT / HTTP/1.1\r\nHost: n\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
		expect(t, c, "HTTP/1.1 100 Continue\r\n\r\n")
		send(t, c, "hello")
		all, err := io.ReadAll(c)
		assert.NilError(t, err)
		assert.Assert(t, strings.HasSuffix(string(all), "hello"), "%q", all)
		r.answered(1)
	})
}

func TestUpgradedConnectionsAreRaw(t *testing.T) {
	h := func(w http.ResponseWriter, q *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		line, _ := rw.ReadString('\n')
		io.WriteString(c, "HTTP/1.1 is not what "+line)
	}
	forEachReading(t, h, func(t *testing.T, r *rig) {
		c := r.dial(0, 1)
		send(t, c, "GET / HTTP/1.1\r\nHost: n\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		in := bufio.NewReader(c)
		res, err := http.ReadResponse(in, nil)
		assert.NilError(t, err)
		assert.Equal(t, res.StatusCode, 101)
		send(t, c, "GET is said\n")
		line, err := in.ReadString('\n')
		assert.NilError(t, err)
		assert.Equal(t, line, "HTTP/1.1 is not what GET is said\n")
	})
}

func TestPipelinedRequestsAreCountedEach(t *testing.T) {
	forEachReading(t, echo, func(t *testing.T, r *rig) {
		c := r.dial(0, 1)
		one := "PUT /rpc/0 HTTP/1.1\r\nHost: n\r\nContent-Length: 3\r\n\r\nabc"
		send(t, c, strings.Repeat(one, 300)+"HEAD / HTTP/1.1\r\nHost: n\r\n\r\n"+one)
		in := bufio.NewReader(c)
		for i := range 302 {
			method := "PUT"
			if i == 300 {
				method = "HEAD"
			}
			res, err := http.ReadResponse(in, &http.Request{Method: method})
			assert.NilError(t, err)
			io.Copy(io.Discard, res.Body)
		}
		assert.Equal(t, r.count(0, 1).Requests, uint64(302))
		r.answered(302)
	})
}

// A request whose rest comes late, or never, passes as far as it came.
func TestHalfARequestPasses(t *testing.T) {
	for _, half := range []string{"GE", "PUT / HTTP/1.1\r\nHo", "PUT /rpc/0 HTTP/1.1\r\nHost: n\r\nContent-Length: 9\r\n\r\nabc"} {
		got := make(chan string, 100)
		r := newRig(t, Options{Match: match, Seen: func(Passage) {}}, func(_ int, c net.Conn) {
			go func() {
				defer c.Close()
				b := make([]byte, 1000)
				for {
					n, err := c.Read(b)
					got <- string(b[:n])
					if err != nil {
						return
					}
				}
			}()
		})
		r.rule(slow)
		c := r.dial(0, 1)
		send(t, c, half)
		all := ""
		for all != half {
			select {
			case part := <-got:
				all += part
			case <-time.After(5 * time.Second):
				t.Fatalf("got %q of %q", all, half)
			}
		}
		c.Close()
		until(t, "the connection ends", func() bool { return len(r.all()) == 0 })
	}
}

// Bytes that begin like HTTP and go on otherwise pass as they are.
func TestBrokenHTTPPassesUnchanged(t *testing.T) {
	for _, text := range []string{
		"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\nabc",
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnot a size",
		"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET / HTTP/1.1\r\n" + strings.Repeat("a: b\r\n", 20000),
		"HTTP/1.1 200 OK\r\n\r\n", "\x00\x01\x02", strings.Repeat("A", 1<<17), "\r\n\r\n",
	} {
		for _, whole := range []bool{false, true} {
			r := newRig(t, Options{Match: match, Nodes: 2}, func(_ int, c net.Conn) { // answers with the same
				go func() {
					defer c.Close()
					io.Copy(c, c)
				}()
			})
			if whole {
				r.rule(slow)
			}
			c := r.dial(0, 1)
			go func() {
				io.WriteString(c, text)
				c.(*net.TCPConn).CloseWrite()
			}()
			all, err := io.ReadAll(c)
			assert.NilError(t, err)
			assert.Assert(t, string(all) == text, "%.60q", text)
		}
	}
}

func TestRecognizerReadsBodies(t *testing.T) {
	n := New(Options{Nodes: 2, Match: match})
	defer n.Close()
	for _, c := range []struct {
		path, body string
		chunked    bool
		typ        fault.MatchType
		entries    fault.MatchEntries
	}{
		{"/rpc/1", vote, false, fault.RequestVoteType, 0},
		{"/rpc/1", beat, false, fault.AppendEntriesType, fault.WithoutEntries},
		{"/rpc/1", entries, false, fault.AppendEntriesType, fault.WithEntries},
		{"/rpc/1", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(vote), vote), true, fault.RequestVoteType, 0},
		{"/rpc/1", `{"class": "AppendEntriesMessage"}`, false, fault.AppendEntriesType, fault.WithoutEntries},
		{"/rpc/1", `{"class": "AppendEntriesMessage", "dict": {"entries": null}}`, false, fault.AppendEntriesType, fault.WithoutEntries},
		{"/rpc/1/2", vote, false, 0, 0},
		{"/rpc/", vote, false, 0, 0},
		{"/rpc/1", `{"class": 7}`, false, 0, 0},
		{"/rpc/1", `["class"]`, false, 0, 0},
		{"/rpc/1", `{"class": `, false, 0, 0},
		{"/rpc/1", "", false, 0, 0},
	} {
		m := &message{whole: true, path: c.path}
		n.classify(m, []byte(c.body), c.chunked)
		assert.Equal(t, m.typ, c.typ, c.body)
		assert.Equal(t, m.entries, c.entries, c.body)
	}
}

// Nothing is known about the entries of a request that is not whole.
func TestHalfABodyHasNoType(t *testing.T) {
	byPath := Recognizer{AppendEntries: match.AppendEntries}
	byPath.AppendEntries.Field, byPath.AppendEntries.Value = "", ""
	n := New(Options{Nodes: 2, Match: byPath})
	defer n.Close()
	for whole, want := range map[bool]fault.MatchEntries{true: fault.WithEntries, false: fault.AnyEntries} {
		m := &message{whole: whole, path: "/rpc/1"}
		n.classify(m, []byte(entries), false)
		assert.Equal(t, m.typ, fault.AppendEntriesType)
		assert.Equal(t, m.entries, want)
	}
}
