package link

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
)

// Any bytes pass unchanged both ways, with rules and without.
func FuzzBytesPassUnchanged(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n"), 3)
	f.Add([]byte("PUT /rpc/0 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), []byte("HTTP/1.1 101 Up\r\n\r\nx"), 1)
	f.Add([]byte("POST /rpc/0 HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}POST"), []byte("HTTP/1.1 100 Go\r\n\r\nHTTP/1.0 204 No\r\n\r\nHTTP"), 1000)
	f.Add([]byte("HEAD / HTTP/1.1\r\n\r\nGET"), []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n"), 7)
	f.Add([]byte("\x16\x03\x01"), []byte(""), 2)
	f.Fuzz(func(t *testing.T, requests, answers []byte, step int) {
		for _, rule := range []*fault.Rule{nil, &slow, {Name: "d", DelayMax: 1}} {
			passBoth(t, requests, answers, step, rule)
		}
	})
}

func passBoth(t *testing.T, requests, answers []byte, step int, rule *fault.Rule) {
	client, door := net.Pipe()
	target, node := net.Pipe()
	n := New(Options{
		Nodes: 2, Match: match, Seen: func(Passage) {},
		Dial: func(context.Context, int, bool) (net.Conn, error) { return node, nil },
	})
	defer n.Close()
	if rule != nil {
		assert.NilError(t, n.Change(&fault.Change{Kind: fault.SetRule, Rule: rule}))
	}
	n.Carry(0, 1, false, door)
	there, back := make(chan []byte), make(chan []byte)
	take := func(c net.Conn, count int, out chan []byte) {
		b := make([]byte, count)
		n, _ := io.ReadFull(c, b)
		out <- b[:n]
	}
	go take(target, len(requests), there)
	go take(client, len(answers), back)
	for _, c := range []net.Conn{client, target} {
		c.SetDeadline(time.Now().Add(5 * time.Second))
	}
	give := func(c net.Conn, b []byte) {
		for len(b) > 0 {
			k, err := c.Write(b[:min(len(b), max(1, step))])
			if err != nil {
				return
			}
			b = b[k:]
		}
	}
	go give(client, requests)
	go give(target, answers)
	assert.Assert(t, bytes.Equal(<-there, requests), "%q", requests)
	assert.Assert(t, bytes.Equal(<-back, answers), "%q", answers)
	client.Close()
	target.Close()
}
