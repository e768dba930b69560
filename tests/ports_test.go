package tests

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// basePorts hands out ports in a row, below those that the system gives out
// for port 0, so that parallel tests do not take each other's.
var basePorts = struct {
	mu   sync.Mutex // guards next
	next int
}{next: 12_000 + rand.IntN(16_000)}

// freePorts finds n free ports in a row and gives the first.
func freePorts(t testing.TB, n int) int {
	t.Helper()
	basePorts.mu.Lock()
	defer basePorts.mu.Unlock()
	for range 1000 {
		base := basePorts.next
		if basePorts.next += n; basePorts.next > 30_000 {
			basePorts.next = 12_000
		}
		if arefree(base, n) {
			return base
		}
	}
	t.Fatalf("no %d free ports in a row", n)
	return 0
}

func arefree(base, n int) bool {
	for port := base; port < base+n; port++ {
		l, err := net.Listen("tcp", local(port))
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// occupy listens on a port until the test ends.
func occupy(t testing.TB, port int) {
	t.Helper()
	l, err := net.Listen("tcp", local(port))
	assert.NilError(t, err)
	t.Cleanup(func() { l.Close() })
}

// A port that somebody else has is an environment's fault, named with the port;
// then none of the others is taken.
func TestBusyPortExitsWith4(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 5)
	busy := local(base + 3)
	occupy(t, base+3)
	adminPort := freePorts(t, 1)
	busyAdmin := local(adminPort)
	occupy(t, adminPort)
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"Node":  {[]string{"-base-port", fmt.Sprint(base), "-admin", "127.0.0.1:0"}, []string{"node 3", busy, "address already in use"}},
		"Admin": {[]string{"-base-port", "0", "-admin", busyAdmin}, []string{"admin", busyAdmin, "address already in use"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, c.args...)
			o.must(t, 4, "", c.says...)
			for _, port := range []int{base, base + 1, base + 2, base + 4} {
				assert.Check(t, arefree(port, 1), "port %d is still taken", port)
			}
		})
	}
}

// The nodes listen on the base port and those behind it.
func TestBasePort(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 4)
	p := start(t, "-nodes", "4", "-base-port", fmt.Sprint(base))
	for i, n := range p.nodes {
		assert.Check(t, n.base == "http://"+local(base+i))
		assert.Check(t, n.status().Role != "")
	}
	assert.Equal(t, len(p.nodes), 4)
}

// A signal during client load ends the program at once, with exit code 0, and frees its
// ports.
func TestSignalUnderLoadStopsCleanly(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := startSeeded(t, 5)
			var clients sync.WaitGroup
			stop := make(chan struct{})
			for i := range 8 {
				clients.Go(func() { p.nodes[0].load(i, stop) })
			}
			// One that waits for an answer that can't come.
			p.admin.wait("applied=10")
			p.admin.partition(`{"isolate": [0]}`)
			topics := p.arrive(0, "GET", "/topic", "")
			p.admin.partition(`{"groups": [[0, 1, 2], [3, 4]]}`)
			p.admin.do(4, "pause")
			paused := p.nodes[4].begin("GET", "/status", "")
			waits := p.admin.begin("GET", "/v1/wait?leader=4&timeout_ms=60000", "")

			began := time.Now()
			p.stop(signal)
			t.Logf("stopped within %v", time.Since(began))
			close(stop)
			clients.Wait()
			for _, request := range []*pending{topics, paused, waits} {
				_, _ = request.outcome() // whatever it is: it has ended
			}
			for _, url := range append(p.ready.Nodes, p.ready.Admin) {
				l, err := net.Listen("tcp", (&node{caller: caller{base: url}}).address())
				assert.NilError(t, err, "still taken")
				l.Close()
			}
		})
	}
}

// load puts and takes messages of a topic of its own until stop is closed or
// the node is gone.
func (n *node) load(client int, stop <-chan struct{}) {
	topic := fmt.Sprint("load-", client)
	_, err := n.try(patience, "PUT", "/topic", topicBody(topic))
	for i := 0; err == nil; i++ {
		select {
		case <-stop:
			return
		default:
		}
		if i%3 == 2 {
			_, err = n.try(patience, "GET", messagePath(topic), "")
		} else {
			_, err = n.try(patience, "PUT", "/message", messageBody(topic, fmt.Sprint(i)))
		}
	}
}
