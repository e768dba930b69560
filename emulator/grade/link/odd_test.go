package link

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// newScriptRig starts nodes that read a text of a certain length, send an answer, and close
// the connection. It returns what they read.
func newScriptRig(t *testing.T, size int, answer string) (*rig, <-chan string) {
	got := make(chan string, 1)
	return newRig(t, Options{Nodes: 2, Match: match, Seen: func(Passage) {}}, func(_ int, c net.Conn) {
		go func() {
			defer c.Close()
			b := make([]byte, size)
			n, _ := io.ReadFull(c, b)
			got <- string(b[:n])
			_, _ = io.WriteString(c, answer)
			_ = c.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		}()
	}), got
}

// Conversations of two programs pass unchanged and end, whether the links
// understand it or not.
func TestOddConversationsPassUnchanged(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: n\r\n\r\n"
	for name, c := range map[string]struct{ asked, answered string }{
		"OldVersion":            {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\nServer: x\r\n\r\nuntil the end"},
		"OldVersionKeptAlive":   {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.0 200 OK\r\n\r\nend"},
		"NoVersion":             {"GET /\r\n", "just text"},
		"BareLines":             {"POST /rpc/0 HTTP/1.1\nContent-Length: 2\n\n{}", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"},
		"ExpectIsRefused":       {"PUT /rpc/0 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n" + get, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		"ManyInterimAnswers":    {get, strings.Repeat("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", 3000) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		"UpgradeWithDataBehind": {"GET / HTTP/1.1\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nnot HTTP at all", "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n\x00\x01HTTP/1.1"},
		"Tunnel":                {"CONNECT n:1 HTTP/1.1\r\n\r\n\x16\x03\x01", "HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01HTTP/1.1 200"},
		"MoreThanMayBeAhead":    {strings.Repeat(get, 3*maxAsked), strings.Repeat("HTTP/1.1 204 No\r\n\r\n", 3*maxAsked)},
		"HeadsAndGets":          {strings.Repeat("HEAD / HTTP/1.1\r\n\r\n"+get, 40), strings.Repeat("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/", 40)},
		"AnswersToNobody":       {"", strings.Repeat("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 50)},
		"LongHead":              {"GET / HTTP/1.1\r\nA: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("y", 1<<20) + "\r\n\r\n"},
		"LongTarget":            {"GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\n\r\n", "HTTP/1.1 414 Long\r\n\r\n"},
		"LongestHead":           {"GET / HTTP/1.1\r\nA: " + strings.Repeat("x", 1<<16-23) + "\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		"ChunksWithTrailers":    {"POST /rpc/0 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n" + get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 204 No\r\n\r\n"},
		"EndlessChunkSize":      {"POST /rpc/0 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("0", 1<<16), "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"},
		"ChunksThatLie":         {"POST /rpc/0 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc"},
		"HalfABody":             {"POST /rpc/0 HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"},
		"HalfAHead":             {"POST /rpc/0 HTTP/1.1\r\nConte", "HTTP/1.1 200 OK\r\nCont"},
		"TwoLengths":            {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	} {
		for _, whole := range []bool{false, true} {
			for _, half := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/Whole=%v/HalfClosed=%v", name, whole, half), func(t *testing.T) {
					t.Parallel()
					r, got := newScriptRig(t, len(c.asked), c.answered)
					if whole {
						r.rule(slow)
					}
					conn := r.dial(0, 1)
					go func() {
						_, _ = io.WriteString(conn, c.asked)
						if half {
							_ = conn.(*net.TCPConn).CloseWrite()
						}
					}()
					conn.SetReadDeadline(time.Now().Add(30 * time.Second))
					all, err := io.ReadAll(conn)
					assert.NilError(t, err)
					assert.Assert(t, string(all) == c.answered, "%.80q", all)
					asked := <-got
					assert.Assert(t, asked == c.asked, "%.80q", asked)
					conn.Close()
					until(t, "the connection ends", func() bool { return len(r.all()) == 0 })
					assert.Equal(t, r.count(0, 1).Reset, uint64(0))
				})
			}
		}
	}
}

// A client that sends its request and closes that direction gets its answer, also through a
// cut.
func TestHalfClosedClientsGetTheirAnswer(t *testing.T) {
	for _, cut := range []bool{false, true} {
		r := newHTTPRig(t, Options{Match: match}, echo)
		if cut {
			r.cut(between(0, 1), between(1, 0))
		}
		c := r.dial(0, 1)
		send(t, c, "POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
		assert.NilError(t, c.(*net.TCPConn).CloseWrite())
		if cut {
			nothing(t, c)
			r.heal()
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		assert.NilError(t, err)
		body, err := io.ReadAll(res.Body)
		assert.NilError(t, err)
		assert.Equal(t, string(body), "hello")
	}
}

// Ten thousand connections that a cut holds are all delivered at the heal, each once, and
// none stays.
func TestTenThousandHeldConnectionsAreDelivered(t *testing.T) {
	count := 10_000
	if testing.Short() {
		count = 2_000
	}
	f := traffics[0]
	var mu sync.Mutex
	got := map[string]int{}
	n := New(Options{Nodes: 2, Match: match, Dial: func(context.Context, int, bool) (net.Conn, error) {
		target, node := net.Pipe()
		go func() {
			defer target.Close()
			line, _ := bufio.NewReader(target).ReadString('\n')
			mu.Lock()
			got[strings.Fields(line)[1]]++
			mu.Unlock()
			_, _ = io.WriteString(target, f.answer("x"))
		}()
		return node, nil
	}})
	defer n.Close()
	r := &rig{t: t, Net: n}
	r.cut(between(0, 1))
	var all sync.WaitGroup
	for i := range count {
		client, door := net.Pipe()
		n.Carry(0, 1, false, door)
		all.Go(func() {
			defer client.Close()
			_ = client.SetDeadline(time.Now().Add(time.Minute))
			_, _ = io.WriteString(client, f.ask(fmt.Sprint(i)))
			answer := make([]byte, len(f.answer("x")))
			if n, err := io.ReadFull(client, answer); err != nil || string(answer) != f.answer("x") {
				t.Errorf("%d got %q: %v", i, answer[:n], err)
			}
		})
	}
	until(t, "all are held", func() bool { return r.count(0, 1).Waiting == count })
	r.heal()
	all.Wait()
	until(t, "none stays", func() bool { return len(n.all()) == 0 })
	assert.Equal(t, len(got), count)
	for name, times := range got {
		assert.Equal(t, times, 1, name)
	}
}

// An interim answer does not end the wait for the final one, so that the answer to HEAD is
// known to have no body.
func TestInterimAnswersAreNotCounted(t *testing.T) {
	asked := "HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"
	answered := "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	r, _ := newScriptRig(t, len(asked), answered)
	c := r.dial(0, 1)
	send(t, c, asked)
	expect(t, c, answered)
	r.answered(2)
	assert.Equal(t, r.count(0, 1).Other, uint64(0))
}

// The links keep a bounded part of a message that is not whole. Longer ones are other traffic.
func TestLongMessagesAreOtherTraffic(t *testing.T) {
	const get = "GET / HTTP/1.1\r\n\r\n"
	for name, asked := range map[string]string{
		"Head":    "GET / HTTP/1.1\r\nA: " + strings.Repeat("x", 2<<16) + "\r\n\r\n",
		"Line":    "GET /" + strings.Repeat("x", 2<<14),
		"Waiting": strings.Repeat(get, maxAsked+1),
	} {
		r, got := newScriptRig(t, len(asked), "HTTP/1.1 204 No\r\n\r\n")
		send(t, r.dial(0, 1), asked)
		assert.Assert(t, <-got == asked)
		until(t, name, func() bool { return r.count(0, 1).Other == 1 })
	}
}
