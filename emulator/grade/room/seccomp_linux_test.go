package room

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"gotest.tools/v3/assert"
)

// act is what the environment asks for, if it does.
func act() {
	switch role, rest, _ := strings.Cut(os.Getenv(becomes), " "); role {
	case "docker":
		becomeContained(rest)
	case "calls":
		callMany(rest)
	case "measure":
		measure(rest)
	case "answer":
		f := strings.Fields(rest)
		answer(f[0], f[1], f[2:])
	}
}

// callMany connects to an address many times at once, as programs in Go do: without
// waiting in connect. It prints how often it was answered.
func callMany(address string) {
	var all sync.WaitGroup
	var mu sync.Mutex
	answered := make(map[string]int)
	for range 20 {
		all.Go(func() {
			for range 50 {
				got := "answered"
				c, err := net.DialTimeout("tcp", address, 20*time.Second)
				if err == nil {
					fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
					_, err = bufio.NewReader(c).ReadString('\n')
					c.Close()
				}
				if err != nil {
					got = err.Error()
				}
				mu.Lock()
				answered[got]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	fmt.Println(answered)
	os.Exit(0)
}

func TestAProgramInGoIsConnectedManyTimesAtOnce(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		l.startNode(1, "127.0.0.1")
		self, err := os.Executable()
		assert.NilError(t, err)
		for _, host := range []string{"127.0.0.1", "localhost"} {
			p, err := l.rooms.Start(0, Command{
				Args: []string{self}, Dir: t.TempDir(),
				Env: append(os.Environ(), fmt.Sprintf("%s=calls %s:%d", becomes, host, l.rooms.Addresses(0)[1].Port)),
			})
			assert.NilError(t, err)
			<-p.Done()
			assert.DeepEqual(t, p.Tail(), []string{"map[answered:1000]"})
			assert.Equal(t, strings.Count(l.carried(), "0->1"), 1000)
			assert.Equal(t, len(l.refused()), 0, "%v", l.refused())
		}
	})
}

func TestOtherClientsAreConnected(t *testing.T) {
	clients := map[string]string{
		"curl": `import subprocess; print(subprocess.run(['curl', '-s', 'http://localhost:%d/'], capture_output=True, text=True).stdout)`,
		"asyncio": `
import asyncio
async def one():
    r, w = await asyncio.open_connection('127.0.0.1', %d)
    w.write(b'GET / HTTP/1.0\r\n\r\n'); text = (await r.read()).decode(); w.close()
    return text.split()[-1]
async def all(): return await asyncio.gather(*[one() for i in range(50)])
print(set(asyncio.run(all())).pop())`,
		"non-blocking": `
import socket, select
s = socket.socket(); s.setblocking(False)
s.connect_ex(('127.0.0.1', %d))
select.select([], [s], [], 10)
s.setblocking(True)
s.sendall(b'GET / HTTP/1.0\r\n\r\n'); text = b''
while True:
    part = s.recv(1000)
    if not part: break
    text += part
print(text.decode().split()[-1])`,
		"with a time limit": `
import urllib.request
print(urllib.request.urlopen('http://127.0.0.1:%d/', timeout=2).read().decode())`,
		"processes": `
import multiprocessing, urllib.request
def get(q): q.put(urllib.request.urlopen('http://127.0.0.1:%d/').read().decode())
c = multiprocessing.get_context('fork'); q = c.Queue()
p = c.Process(target=get, args=(q,)); p.start(); print(q.get()); p.join()`,
	}
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		l.startAsker(0, "127.0.0.1")
		l.startNode(1, "127.0.0.1")
		for name, code := range clients {
			got := l.run(0, code, l.rooms.Addresses(0)[1].Port)
			assert.Equal(t, got, "node1", name)
			assert.Assert(t, strings.Contains(l.carried(), "0->1"), name)
			assert.Equal(t, len(l.refused()), 0, "%s %v", name, l.refused())
		}
	})
}

func TestForeignAddressesAreRefusedAndReported(t *testing.T) {
	l := open(t, Options{Nodes: 2, Mode: Seccomp})
	l.startAsker(0, "127.0.0.1")
	foreign, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer foreign.Close()
	secret := filepath.Join(t.TempDir(), "other")
	foreignUnix, err := net.Listen("unix", secret)
	assert.NilError(t, err)
	defer foreignUnix.Close()

	for code, want := range map[string]string{
		fmt.Sprintf(`socket.create_connection(('127.0.0.1', %d))`, foreign.Addr().(*net.TCPAddr).Port): "ConnectionRefusedError",
		`socket.create_connection(('192.0.2.1', 80))`:                                                  "Network is unreachable",
		fmt.Sprintf(`socket.socket(socket.AF_UNIX).connect(%q)`, secret):                               "ConnectionRefusedError",
		`socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))`:              "ConnectionRefusedError",
		`socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', 9))`:    "ConnectionRefusedError",
		`socket.socket().sendto(b'x', 0x20000000, ('127.0.0.1', 9))`:                                   "Operation not supported",
		`socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)`:                                            "Socket type not supported",
		`socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)`:                                       "Protocol not supported",
		`socket.socket(socket.AF_PACKET, socket.SOCK_RAW)`:                                             "Address family not supported",
		`os.kill(-1, 0)`: "Operation not permitted",
	} {
		got := l.run(0, "import os, socket\n%s\nprint('done')", code)
		assert.Assert(t, strings.Contains(got, want), "%s: %s", code, got)
	}
	strays := l.refused()
	slices.Sort(strays)
	assert.DeepEqual(t, strays, []string{
		fmt.Sprint("0 ", foreign.Addr()), "0 192.0.2.1:80", "0 udp 127.0.0.1:9", "0 unix " + secret,
	})
	assert.Equal(t, l.carried(), "")
}

// Tests skip a mode that cannot be used. So the mode must not be unusable because it works wrong.
func TestAModeIsUnusableOnlyIfTheKernelRefusesIt(t *testing.T) {
	for _, m := range Modes() {
		if err := Usable(m); err != nil {
			assert.ErrorContains(t, err, "refused here")
		}
	}
}

// Each node has its own way to a peer: one that another node's leads along is foreign.
func TestANodeIsLedToItsOwnDoorsOnly(t *testing.T) {
	l := open(t, Options{Nodes: 3, Mode: Seccomp})
	for i := range 3 {
		l.startAsker(i, "127.0.0.1")
	}
	ports := l.rooms.backend.(*filters).web.ports
	call := func(port int) string {
		return l.run(0, "import socket\ntry: socket.create_connection(('127.0.0.1', %d)); print('done')\nexcept OSError as e: print(e.strerror)", port)
	}
	assert.Equal(t, call(ports[0][1].Port), "done") // it keeps what it was led to before
	eventually(t, "it is carried", func() bool { return l.carried() == "0->1" })
	for _, foreign := range []int{ports[1][0].Port, ports[2][0].Port, ports[1][2].Port, ports[2][1].Port} {
		assert.Equal(t, call(foreign), "Connection refused")
	}
	assert.Equal(t, len(l.refused()), 4, "%v", l.refused())
	assert.Equal(t, l.carried(), "")
}

// That a node listens at a port over TCP opens nothing over UDP.
func TestDatagramsToForeignersAreRefusedInAllWays(t *testing.T) {
	l := open(t, Options{Nodes: 2, Mode: Seccomp})
	l.startAsker(0, "127.0.0.1")
	// The node listens for connections at the port where somebody else takes datagrams.
	free, err := reserve()
	assert.NilError(t, err)
	defer func() { assert.NilError(t, free.release()) }()
	port := free.port
	foreign, err := net.ListenPacket("udp4", fmt.Sprint("127.0.0.1:", port))
	assert.NilError(t, err)
	defer foreign.Close()
	assert.Equal(t, l.run(0, `
import socket, ctypes, os, struct
t = socket.socket(); t.bind(('127.0.0.1', %[1]d)); t.listen()
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 0))
try: u.sendto(b'x', ('127.0.0.1', %[1]d)); print('sent')
except OSError as e: print(e.strerror)
libc = ctypes.CDLL(None, use_errno=True)
def to(port): return ctypes.create_string_buffer(struct.pack('=HH4s8x', socket.AF_INET, socket.htons(port), b'\x7f\0\0\1'), 16)
own, other = to(u.getsockname()[1]), to(%[1]d)
data = ctypes.create_string_buffer(b'x', 1)
vec = ctypes.create_string_buffer(struct.pack('=QQ', ctypes.addressof(data), 1), 16)
def header(name): return struct.pack('=QIIQQQQIIII', ctypes.addressof(name) if name else 0, 16 if name else 0, 0, ctypes.addressof(vec), 1, 0, 0, 0, 0, 0, 0)
for headers in (header(other), header(None) + header(other)):
    b = ctypes.create_string_buffer(headers, len(headers))
    n = libc.syscall(%[2]d, u.fileno(), b, len(headers) // 64, 0)
    print(n, os.strerror(ctypes.get_errno()) if n < 0 else '')`, port, unix.SYS_SENDMMSG),
		"Connection refused\n-1 Connection refused\n-1 Connection refused")
	assert.NilError(t, foreign.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
	_, _, err = foreign.ReadFrom(make([]byte, 10))
	assert.ErrorContains(t, err, "timeout")
	assert.DeepEqual(t, l.refused(), []string{fmt.Sprint("0 udp 127.0.0.1:", port)})
}

func TestUDPReachesNoPeer(t *testing.T) {
	const receive = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', %d)); s.settimeout(%s)
try: print('got', s.recv(10))
except Exception as e: print(e)`
	l := open(t, Options{Nodes: 2, Mode: Seccomp})
	l.startAsker(0, "127.0.0.1")
	l.startAsker(1, "127.0.0.1")
	free, err := reserve()
	assert.NilError(t, err)
	assert.NilError(t, free.release())
	done := make(chan string)
	go func() { done <- l.run(1, receive, free.port, "0.3") }()
	for range 20 {
		got := l.run(0, `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', %d))
try: s.send(b'x'); s.send(b'y'); print('sent')
except Exception as e: print(e)`, free.port)
		assert.Assert(t, got == "sent" || strings.Contains(got, "refused"), got)
	}
	assert.Equal(t, <-done, "timed out")
}

func TestANodeMayTalkToItselfInOtherWays(t *testing.T) {
	ways := map[string]string{
		"a further port": `
import socket, threading
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
c = socket.create_connection(s.getsockname()); print('done')`,
		"a manager": `
import multiprocessing
m = multiprocessing.get_context('fork').Manager(); d = m.dict(); d['a'] = 1; print('done'); m.shutdown()`,
		"an abstract socket": `
import socket
s = socket.socket(socket.AF_UNIX); s.bind('\0node test'); s.listen()
socket.socket(socket.AF_UNIX).connect('\0node test'); print('done')`,
		"a socket in its folder": `
import socket
s = socket.socket(socket.AF_UNIX); s.bind('here'); s.listen()
socket.socket(socket.AF_UNIX).connect('here'); print('done')`,
		"its own address": `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('8.8.8.8', 80)); s.getsockname(); print('done')`,
		"names": `
import socket
socket.getaddrinfo('localhost', 80); socket.getfqdn(); print('done')`,
	}
	for _, m := range []Mode{Namespace, Seccomp} {
		t.Run(m.String(), func(t *testing.T) {
			l := open(t, Options{Nodes: 2, Mode: m})
			l.startAsker(0, "127.0.0.1")
			for name, code := range ways {
				assert.Equal(t, l.run(0, "%s", code), "done", name)
			}
			assert.Equal(t, len(l.refused()), 0, "%v", l.refused())
		})
	}
}

func TestAPausedNodeIsConnectedWhenItResumes(t *testing.T) {
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		p := l.startNode(0, "127.0.0.1")
		l.startNode(1, "127.0.0.1")
		path := fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(0)[1].Port)
		answers := make(chan string)
		go func() {
			for range 20 {
				answers <- l.get(0, path)
			}
			close(answers)
		}()
		for answer := range answers {
			assert.Equal(t, answer, "node0 node1")
			assert.NilError(t, p.Pause())
			assert.NilError(t, p.Resume())
		}
	})
}

func TestMessagesPastTheProxiesAreNoticed(t *testing.T) {
	l := open(t, Options{Nodes: 3, Mode: Proxy})
	for i := range 3 {
		l.startNode(i, "127.0.0.1")
	}
	assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", l.rooms.Addresses(0)[1].Port)), "node0 node1")
	assert.Equal(t, l.rooms.Bypassed(), "")
	past := l.rooms.Addresses(1)[1].Port
	assert.Equal(t, l.get(0, fmt.Sprint("/ask/127.0.0.1/", past)), "node0 node1")
	why := l.rooms.Bypassed()
	assert.Assert(t, strings.Contains(why, fmt.Sprintf("connected to node 1 at port %d", past)), why)
	assert.Assert(t, strings.Contains(why, "Connect only to the addresses in the node's own config.json"), why)
}

func TestANodeThatTakesDatagramsMayBeReachedPastTheProxies(t *testing.T) {
	for nodes, want := range map[int]string{1: "", 2: "node 0 takes datagrams (UDP) at its port %d."} {
		l := open(t, Options{Nodes: nodes, Mode: Proxy})
		l.startAsker(0, "127.0.0.1")
		assert.Equal(t, l.rooms.Bypassed(), "")
		port := l.rooms.Addresses(0)[0].Port
		l.run(0, "import socket, builtins\nbuiltins.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); builtins.s.bind(('', %d))", port)
		if want != "" {
			want = fmt.Sprintf(want, port)
		}
		why := l.rooms.Bypassed()
		assert.Equal(t, why[:min(len(why), len(want))], want)
		assert.Equal(t, why == "", want == "", why)
	}
}

func TestALookIsNeededOnlyIfANodeWasNotPausedAllTheTime(t *testing.T) {
	l := open(t, Options{Nodes: 2, Mode: Proxy})
	h := l.rooms.backend.(*proxies).watch
	first := l.startNode(0, "127.0.0.1")
	assert.NilError(t, first.Pause())
	assert.Assert(t, !h.rest().all, "a user may have started node 1")
	second := l.startNode(1, "127.0.0.1")
	assert.Assert(t, !h.rest().all)
	assert.NilError(t, second.Pause())
	rests := h.rest()
	assert.Assert(t, rests.all)
	assert.Equal(t, h.rest(), rests)
	assert.NilError(t, first.Resume())
	assert.Assert(t, !h.rest().all)
	assert.NilError(t, first.Pause())
	assert.Assert(t, h.rest().all && h.rest() != rests)
	rests = h.rest()
	assert.NilError(t, first.Kill())
	l.startNode(0, "127.0.0.1")
	assert.NilError(t, l.rooms.processes[0].Kill())
	assert.Assert(t, h.rest().all && h.rest() != rests)
}

func TestALongConnectionPastTheProxiesIsTracedToItsNode(t *testing.T) {
	l := open(t, Options{Nodes: 3, Mode: Proxy})
	for i := range 3 {
		l.startAsker(i, "127.0.0.1")
	}
	// A node that connects to itself is in order.
	l.run(2, "import socket, builtins\nbuiltins.kept = socket.create_connection(('127.0.0.1', %d))", l.rooms.Addresses(2)[2].Port)
	assert.Equal(t, l.rooms.Bypassed(), "")
	past := l.rooms.Addresses(1)[1].Port
	l.run(2, "import socket, builtins\nbuiltins.other = socket.create_connection(('127.0.0.1', %d))", past)
	assert.Assert(t, strings.HasPrefix(l.rooms.Bypassed(), fmt.Sprintf("node 2 connected to node 1 at port %d instead of port %d,",
		past, l.rooms.Addresses(2)[1].Port)), l.rooms.Bypassed())
}

func TestAnOwnPortInAMessageIsNoticed(t *testing.T) {
	for text, want := range map[string]bool{
		"http://127.0.0.1:12345/x": true, "12345": true, `"port":12345}`: true,
		"112345": false, "123456": false, "1234": false, "": false, "0x12345 12345": true,
	} {
		assert.Equal(t, hasNumber([]byte(text), "12345"), want, text)
	}
}

func TestNodesOfRootRunAsAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	eachMode(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		for i := range 2 {
			parent, err := os.MkdirTemp("", "room")
			assert.NilError(t, err)
			t.Cleanup(func() { assert.NilError(t, os.RemoveAll(parent)) })
			assert.NilError(t, os.Chmod(parent, 0o755))
			dir := filepath.Join(parent, "node")
			assert.NilError(t, os.Mkdir(dir, 0o700))
			assert.NilError(t, os.WriteFile(filepath.Join(dir, "state"), nil, 0o600))
			a := l.rooms.Addresses(i)[i]
			c := Command{Args: []string{python, "-c", asker, fmt.Sprint("node", i), "127.0.0.1", fmt.Sprint(a.Port)}, Dir: dir, Env: os.Environ()}
			owned, err := Own(dir, c)
			assert.NilError(t, err)
			assert.Assert(t, owned)
			p, err := l.rooms.Start(i, c)
			assert.NilError(t, err)
			l.waitFor(i, p)
		}
		for range 20 {
			assert.Equal(t, l.get(0, fmt.Sprint("/ask/localhost/", l.rooms.Addresses(0)[1].Port)), "node0 node1")
		}
		assert.Equal(t, l.run(0, "import os\nprint(os.getuid(), os.getgid(), os.getgroups(), os.environ['HOME'] == os.getcwd())"), "65534 65534 [] True")
		l.run(0, "open('state', 'w').write('x')")
		got := l.run(0, "import os\nos.kill(%d, 0)", os.Getpid())
		assert.Assert(t, strings.Contains(got, "not permitted") || strings.Contains(got, "No such process"), got)
		assert.Equal(t, l.run(0, "print(open('/dev/stdout', 'w').write('ok'))"), "2")
		assert.Equal(t, len(l.refused()), 0, "%v", l.refused())
	})
}

func TestAFolderStaysRootsIfNobodyElseCouldRunTheProgram(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	home, err := os.MkdirTemp("", "home") // only root may enter it
	assert.NilError(t, err)
	defer os.RemoveAll(home)
	program := filepath.Join(home, "program")
	assert.NilError(t, os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755))
	within := filepath.Join(home, "within")
	assert.NilError(t, os.Mkdir(within, 0o755))
	outside, err := os.MkdirTemp("", "outside")
	assert.NilError(t, err)
	defer os.RemoveAll(outside)
	for dir, program := range map[string]string{outside: program, within: "/bin/sh"} {
		owned, err := Own(dir, Command{Args: []string{program}})
		assert.NilError(t, err)
		assert.Assert(t, !owned)
	}
	owned, err := Own(outside, Command{Args: []string{"/bin/sh"}})
	assert.NilError(t, err)
	assert.Assert(t, owned)
	_, err = Own(outside, Command{Args: []string{"no-such-program-anywhere"}})
	assert.ErrorContains(t, err, "not found")
}
