package room

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A relay carries connections between nodes without any fault, and notes them.
type relay struct {
	t     *testing.T
	rooms *Rooms

	mu   sync.Mutex
	seen []string
}

func (l *relay) connected(from, to int, internal bool, c net.Conn) {
	l.mu.Lock()
	l.seen = append(l.seen, fmt.Sprintf("%d->%d internal=%v", from, to, internal))
	l.mu.Unlock()
	go func() {
		defer c.Close()
		d, err := l.rooms.Dial(context.Background(), to, internal)
		if err != nil {
			return
		}
		defer d.Close()
		go func() { _, _ = io.Copy(d, c); _ = d.(*net.TCPConn).CloseWrite() }()
		_, _ = io.Copy(c, d)
	}()
}

func (l *relay) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.seen, ", ")
}

// open makes rooms whose connections are relayed, and closes them at the end.
func open(t *testing.T, o Options) *relay {
	t.Helper()
	if err := Usable(o.Mode); err != nil {
		t.Skip(err)
	}
	l := &relay{t: t}
	o.Connected = l.connected
	var err error
	l.rooms, err = New(t.Context(), o)
	assert.NilError(t, err)
	t.Cleanup(func() { assert.NilError(t, l.rooms.Close()) })
	return l
}

// asker is a node that answers GET /ask/HOST/PORT with what it gets from there.
const asker = `
import sys, urllib.request
from http.server import *
class H(BaseHTTPRequestHandler):
    def do_GET(self):
        text = sys.argv[1]
        if self.path.startswith('/ask/'):
            host, port = self.path.split('/')[2:4]
            try:
                text += ' ' + urllib.request.urlopen('http://%s:%s/' % (host, port), timeout=5).read().decode()
            except Exception as e:
                text += ' ' + str(e)
        self.send_response(200); self.end_headers(); self.wfile.write(text.encode())
    def log_message(self, *a): pass
ThreadingHTTPServer((sys.argv[3], int(sys.argv[2])), H).serve_forever()
`

// startAsker starts node i as an asker that listens on a host.
func (l *relay) startAsker(i int, host string) *Process {
	l.t.Helper()
	p, err := l.rooms.Start(i, Command{
		Args: []string{"/usr/bin/python3", "-c", asker, fmt.Sprint("node", i), fmt.Sprint(l.rooms.Addresses(i)[i].Port), host},
		Dir:  l.t.TempDir(),
		Env:  os.Environ(),
	})
	assert.NilError(l.t, err)
	l.waitFor(i)
	return p
}

// waitFor waits until node i listens.
func (l *relay) waitFor(i int) {
	l.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		c, err := l.rooms.Dial(l.t.Context(), i, false)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("node %d: %v", i, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// get asks node i itself.
func (l *relay) get(i int, path string) string {
	l.t.Helper()
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return l.rooms.Dial(ctx, i, false) },
	}}
	answer, err := client.Get("http://node" + path)
	assert.NilError(l.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	assert.NilError(l.t, err)
	return string(text)
}

func eachMode(t *testing.T, test func(t *testing.T, m Mode)) {
	for _, m := range Modes() {
		t.Run(m.String(), func(t *testing.T) { test(t, m) })
	}
}

func TestConnectionsBetweenNodesAreGivenToTheGrader(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 3, Mode: m})
		for i := range 3 {
			l.startAsker(i, "127.0.0.1")
		}
		for i := range 3 {
			for j := range 3 {
				got := l.get(i, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(i)[j].Port))
				assert.Equal(t, got, fmt.Sprintf("node%d node%d", i, j))
			}
		}
		assert.Equal(t, l.all(), "0->1 internal=false, 0->2 internal=false, 1->0 internal=false, "+
			"1->2 internal=false, 2->0 internal=false, 2->1 internal=false")
		assert.Equal(t, l.rooms.Bypassed(), "")
	})
}
