package room

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
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

	mu     sync.Mutex
	seen   []string
	strays []string
}

func (l *relay) connected(from, to int, internal bool, c net.Conn) {
	l.mu.Lock()
	text := fmt.Sprintf("%d->%d", from, to)
	if internal {
		text += " internal"
	}
	l.seen = append(l.seen, text)
	l.mu.Unlock()
	go func() {
		defer c.Close()
		d, err := l.rooms.Dial(context.Background(), to, internal)
		if err != nil {
			return
		}
		defer d.Close()
		go func() {
			_, _ = io.Copy(d, c)
			_ = d.(interface{ CloseWrite() error }).CloseWrite()
		}()
		_, _ = io.Copy(c, d)
	}()
}

func (l *relay) stray(from int, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.strays = append(l.strays, fmt.Sprint(from, " ", address))
}

// carried returns the connections so far, and forgets them.
func (l *relay) carried() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.Join(l.seen, ", ")
	l.seen = nil
	return text
}

// refused returns the strays so far.
func (l *relay) refused() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.strays)
}

// open makes rooms whose connections are relayed, and closes them at the end.
func open(t *testing.T, o Options) *relay {
	t.Helper()
	if err := Usable(o.Mode); err != nil {
		t.Skip(err)
	}
	l := &relay{t: t}
	o.Connected, o.Stray = l.connected, l.stray
	var err error
	l.rooms, err = New(t.Context(), o)
	assert.NilError(t, err)
	t.Cleanup(func() { assert.NilError(t, l.rooms.Close()) })
	return l
}

const python = "/usr/bin/python3"

// asker is a node that answers GET /ask/HOST/PORT with what it gets from there, and
// GET /run with what the Python in the body prints.
const asker = `
import sys, io, contextlib, socket, urllib.request, urllib.parse, traceback
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
        self.answer(text)
    def do_POST(self):
        code = self.rfile.read(int(self.headers['content-length'])).decode()
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try: exec(code, {})
            except BaseException: traceback.print_exc(file=out)
        self.answer(out.getvalue().strip())
    def answer(self, text):
        self.send_response(200); self.end_headers(); self.wfile.write(text.encode())
    def log_message(self, *a): pass
class S(ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ':' in sys.argv[2] else socket.AF_INET
    request_queue_size = 128
for port in sys.argv[4:]:
    import threading
    threading.Thread(target=S((sys.argv[2], int(port)), H).serve_forever, daemon=True).start()
S((sys.argv[2], int(sys.argv[3])), H).serve_forever()
`

// becomes is a variable of the environment that makes the tests' binary a node.
const becomes = "ROOM_TEST"

// answer is an asker in Go, which starts sooner: a node that listens at a host.
func answer(name, host string, ports []string) {
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := name
		if target, ok := strings.CutPrefix(r.URL.Path, "/ask/"); ok {
			host, port, _ := strings.Cut(target, "/")
			got, err := client.Get("http://" + host + ":" + port)
			if err != nil {
				text += " " + err.Error()
			} else {
				body, _ := io.ReadAll(got.Body)
				got.Body.Close()
				text += " " + string(body)
			}
		}
		fmt.Fprint(w, text)
	})
	ended := make(chan error)
	for _, port := range slices.Backward(ports) { // the first one, which others wait for, is the last
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		go func() { ended <- http.Serve(l, handler) }()
	}
	fmt.Println(<-ended)
	os.Exit(1)
}

// startNode starts node i as an asker in Go.
func (l *relay) startNode(i int, host string) *Process {
	l.t.Helper()
	self, err := os.Executable()
	assert.NilError(l.t, err)
	a := l.rooms.Addresses(i)[i]
	what := fmt.Sprintf("%s=answer node%d %s %d", becomes, i, host, a.Port)
	if a.Internal != 0 {
		what += fmt.Sprint(" ", a.Internal)
	}
	p, err := l.rooms.Start(i, Command{Args: []string{self}, Dir: l.t.TempDir(), Env: append(os.Environ(), what)})
	assert.NilError(l.t, err)
	l.waitFor(i, p)
	return p
}

// startAsker starts node i as an asker that listens at a host.
func (l *relay) startAsker(i int, host string) *Process {
	l.t.Helper()
	a := l.rooms.Addresses(i)[i]
	args := []string{python, "-c", asker, fmt.Sprint("node", i), host, fmt.Sprint(a.Port)}
	if a.Internal != 0 {
		args = append(args, fmt.Sprint(a.Internal))
	}
	p, err := l.rooms.Start(i, Command{Args: args, Dir: l.t.TempDir(), Env: os.Environ()})
	assert.NilError(l.t, err)
	l.waitFor(i, p)
	return p
}

// waitFor waits until node i listens.
func (l *relay) waitFor(i int, p *Process) {
	l.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		c, err := l.rooms.Dial(l.t.Context(), i, false)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) || p.Exit() != "" {
			l.t.Fatalf("node %d: %v, %s %v", i, err, p.Exit(), p.Tail())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// ask sends a request to node i itself.
func (l *relay) ask(i int, internal bool, method, path, body string) string {
	l.t.Helper()
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return l.rooms.Dial(ctx, i, internal) },
	}}
	r, err := http.NewRequestWithContext(l.t.Context(), method, "http://node"+path, strings.NewReader(body))
	assert.NilError(l.t, err)
	answer, err := client.Do(r)
	assert.NilError(l.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	assert.NilError(l.t, err)
	return string(text)
}

func (l *relay) get(i int, path string) string { return l.ask(i, false, "GET", path, "") }

// run has node i run Python.
func (l *relay) run(i int, format string, args ...any) string {
	l.t.Helper()
	return l.ask(i, false, "POST", "/run", fmt.Sprintf(format, args...))
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
			l.startNode(i, "127.0.0.1")
		}
		for i := range 3 {
			for j := range 3 {
				if i == j {
					continue
				}
				got := l.get(i, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(i)[j].Port))
				assert.Equal(t, got, fmt.Sprintf("node%d node%d", i, j))
				assert.Equal(t, l.carried(), fmt.Sprintf("%d->%d", i, j))
			}
		}
		assert.Equal(t, l.rooms.Bypassed(), "")
		assert.Equal(t, len(l.refused()), 0)
	})
}

func TestANodeThatIsShutRefusesItsPeersUntilItIsOpen(t *testing.T) {
	eachDoor(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 3, Mode: m, Internal: true})
		l.rooms.Shut(1, true)
		for i := range 3 {
			l.startNode(i, "127.0.0.1")
		}
		a := l.rooms.Addresses(0)
		assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[1].Internal)), "node0 node1") // it may listen there first
		assert.Equal(t, l.carried(), "0->1 internal")
		for range 3 {
			l.isRefused(0, a[1].Port)
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[2].Port)), "node0 node2")
			assert.Equal(t, l.carried(), "0->2")
			l.rooms.Shut(1, false)
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[1].Port)), "node0 node1")
			assert.Equal(t, l.carried(), "0->1")
			l.rooms.Shut(1, true)
			l.isRefused(0, a[1].Internal)
		}
		assert.Equal(t, len(l.refused()), 0, l.refused())
	})
}

func TestALinkThatIsShutRefusesAtAllPortsOfOneNode(t *testing.T) {
	eachDoor(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 3, Mode: m, Internal: true})
		for i := range 3 {
			l.startNode(i, "127.0.0.1")
		}
		for range 3 {
			l.rooms.ShutLink(0, 1, true)
			a := l.rooms.Addresses(0)
			l.isRefused(0, a[1].Port)
			l.isRefused(0, a[1].Internal)
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[2].Port)), "node0 node2")
			assert.Equal(t, l.get(1, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(1)[0].Port)), "node1 node0")
			l.rooms.Shut(1, false) // of the node, not of the link
			l.isRefused(0, a[1].Port)
			l.rooms.ShutLink(0, 1, false)
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[1].Port)), "node0 node1")
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", a[1].Internal)), "node0 node1")
		}
		assert.NilError(t, l.rooms.Failed())
	})
}

// eachDoor runs a test in each mode whose doors can be shut here.
func eachDoor(t *testing.T, test func(*testing.T, Mode)) {
	eachMode(t, func(t *testing.T, m Mode) {
		if runtime.GOOS != "linux" {
			t.Skip("doors are shut on Linux")
		}
		test(t, m)
	})
}

// isRefused checks that a node is refused at a port.
func (l *relay) isRefused(node, port int) {
	l.t.Helper()
	got := l.get(node, fmt.Sprint("/ask/127.0.0.1/", port))
	assert.Assert(l.t, strings.Contains(got, "connection refused"), got)
}

func TestDatagramsToPeersAreTold(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		for _, send := range []string{"s.sendto(b'x', ('127.0.0.1', %d))", "s.connect(('127.0.0.1', %d)); s.send(b'x')"} {
			told := make(chan string, 100)
			l := open(t, Options{Nodes: 3, Mode: m, Datagrams: func(from, to int) { told <- fmt.Sprint(from, "->", to) }})
			l.startAsker(0, "127.0.0.1")
			l.run(0, "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ntry: %s\nexcept OSError as e: print(e)",
				fmt.Sprintf(send, l.rooms.Addresses(0)[2].Port))
			select {
			case got := <-told:
				assert.Equal(t, got, "0->2")
			case <-time.After(10 * time.Second):
				t.Fatal("no datagram was reported")
			}
		}
	})
}

// Programs whose nodes talk over UDP as well bind the port of the same number.
func TestANodeMayTakeDatagramsAtItsOwnPorts(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m, Internal: true, Datagrams: func(from, to int) { t.Errorf("%d->%d", from, to) }})
		l.startAsker(0, "127.0.0.1")
		own := l.rooms.Addresses(0)[0]
		for _, port := range []int{own.Port, own.Internal} {
			for _, host := range []string{"127.0.0.1", "0.0.0.0"} {
				assert.Equal(t, l.run(0, `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.bind((%q, %d))
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.sendto(b'one', ('127.0.0.1', %d)); print(s.recv(9))
c.connect(('127.0.0.1', %d)); c.send(b'two'); print(s.recv(9))`, host, port, port, port), "b'one'\nb'two'", "%s:%d", host, port)
			}
		}
		assert.Equal(t, len(l.refused()), 0, l.refused())
	})
}

func TestANodeReachesItself(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		l.startNode(0, "127.0.0.1")
		for _, host := range []string{"127.0.0.1", "localhost"} {
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/", host, "/", l.rooms.Addresses(0)[0].Port)), "node0 node0")
		}
		assert.Equal(t, l.carried(), "")
	})
}

func TestNodesMayListenAndCallAtAnyLoopback(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		for _, bound := range []string{"127.0.0.1", "0.0.0.0", "localhost", "::", "::1"} {
			t.Run(bound, func(t *testing.T) {
				if strings.Contains(bound, ":") && !hasIPv6() {
					t.Skip("no IPv6 here")
				}
				l := open(t, Options{Nodes: 2, Mode: m})
				l.startNode(0, "127.0.0.1")
				l.startNode(1, bound)
				for _, called := range []string{"127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"} {
					if strings.Contains(called, ":") && !hasIPv6() {
						continue
					}
					got := l.get(0, fmt.Sprint("/ask/", called, "/", l.rooms.Addresses(0)[1].Port))
					assert.Equal(t, got, "node0 node1", "called at %s", called)
					assert.Equal(t, l.carried(), "0->1")
				}
				assert.Equal(t, len(l.refused()), 0, l.refused())
			})
		}
	})
}

func TestInternalPortsAreConnectedApart(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m, Internal: true})
		l.startNode(0, "127.0.0.1")
		l.startNode(1, "127.0.0.1")
		got := l.get(0, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(0)[1].Internal))
		assert.Equal(t, got, "node0 node1")
		assert.Equal(t, l.carried(), "0->1 internal")
		assert.Equal(t, l.ask(1, true, "GET", "/", ""), "node1")
	})
}

func TestANodeThatIsDownRefusesAndCanStartAgain(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		_, err := l.rooms.Dial(t.Context(), 1, false)
		assert.ErrorContains(t, err, "refused")
		l.startNode(0, "127.0.0.1")
		for range 3 {
			p := l.startNode(1, "127.0.0.1")
			_, err := l.rooms.Start(1, Command{Args: []string{"true"}})
			assert.ErrorContains(t, err, "runs already")
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/localhost/", l.rooms.Addresses(0)[1].Port)), "node0 node1")
			assert.NilError(t, p.Kill())
			_, err = l.rooms.Dial(t.Context(), 1, false)
			assert.ErrorContains(t, err, "refused")
		}
	})
}

func TestAddressesAreTheSameForAllUnlessProxies(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 3, Mode: m, Internal: true})
		known := make(map[int]bool)
		for i := range 3 {
			assert.Equal(t, len(l.rooms.Addresses(i)), 3)
			if m != Proxy {
				assert.DeepEqual(t, l.rooms.Addresses(i), l.rooms.Addresses(0))
			}
			for _, a := range l.rooms.Addresses(i) {
				assert.Assert(t, a.Port > 0 && a.Internal > 0)
				known[a.Port], known[a.Internal] = true, true
			}
		}
		want := 6
		if m == Proxy {
			want = 18
		}
		assert.Equal(t, len(known), want)
	})
}

func TestClustersAtOnceDoNotShareAPort(t *testing.T) {
	var mu sync.Mutex
	ports := make(map[int]bool)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			r, err := New(t.Context(), Options{Nodes: 5, Mode: Proxy})
			assert.Check(t, err)
			t.Cleanup(func() { assert.Check(t, r.Close()) })
			mu.Lock()
			defer mu.Unlock()
			for i := range 5 {
				for _, a := range r.Addresses(i) {
					assert.Check(t, !ports[a.Port], "port %d twice", a.Port)
					ports[a.Port] = true
				}
			}
		})
	}
	all.Wait()
}

func TestCloseEndsAllAndGivesPortsBack(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		var before []string
		for round := range 3 {
			if round == 1 { // the first one opened what stays, such as the runtime's poller
				before = descriptors(t)
			}
			l := open(t, Options{Nodes: 3, Mode: m, Internal: true})
			var all []*Process
			for i := range 3 {
				all = append(all, l.startNode(i, "127.0.0.1"))
			}
			l.get(0, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(0)[1].Port))
			assert.NilError(t, l.rooms.Close())
			for _, p := range all {
				assert.Equal(t, p.Exit(), "killed by the grader")
			}
			if m != Namespace {
				c, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", l.rooms.Addresses(0)[0].Port))
				assert.NilError(t, err)
				c.Close()
			}
			_, err := l.rooms.Start(0, Command{Args: []string{"true"}})
			assert.ErrorContains(t, err, "closed")
		}
		var after []string
		defer func() {
			if t.Failed() {
				t.Logf("open before: %q\nopen after: %q", before, after)
			}
		}()
		eventually(t, "no descriptor is left", func() bool {
			runtime.GC() // gives back the pipes through which the runtime copied between connections
			after = descriptors(t)
			return len(after) <= len(before)
		})
	})
}

// descriptors returns what files are open, or nothing where that cannot be seen.
func descriptors(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		file, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil { // the folder itself is closed by now
			all = append(all, file)
		}
	}
	return all
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

func TestOptionsThatCannotBeAreErrors(t *testing.T) {
	_, err := New(t.Context(), Options{})
	assert.ErrorContains(t, err, "0 nodes")
	_, err = New(t.Context(), Options{Nodes: 1, Mode: 9})
	assert.ErrorContains(t, err, "no such mode")
	_, err = ParseMode("bridge")
	assert.ErrorContains(t, err, `unknown mode "bridge"`)
	for _, m := range Modes() {
		got, err := ParseMode(m.String())
		assert.NilError(t, err)
		assert.Equal(t, got, m)
	}
	l := open(t, Options{Nodes: 1, Mode: Proxy})
	_, err = l.rooms.Start(1, Command{Args: []string{"true"}})
	assert.ErrorContains(t, err, "no node 1")
	_, err = l.rooms.Dial(t.Context(), 1, false)
	assert.ErrorContains(t, err, "no node 1")
	_, err = l.rooms.Dial(t.Context(), 0, true)
	assert.ErrorContains(t, err, "no internal port")
	_, err = l.rooms.Start(0, Command{Args: []string{"no-such-program-anywhere"}})
	assert.ErrorContains(t, err, "node 0: ")
}
