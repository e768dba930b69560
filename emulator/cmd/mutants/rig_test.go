package mutants

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// TestMain lets the test binary act as the command.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "suite" {
		os.Exit(suite(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// suite is the command. It returns its exit status.
func suite(args []string) int {
	switch args[0] {
	case "follow":
		return followOrders(args[1])
	case "good":
		return checkElection()
	case "say":
		fmt.Println(strings.Join(args[1:], " "))
		return 0
	case "leave", "detach":
		// A child with the same output follows the first controller and is left
		// behind; the command itself follows the second.
		cmd := exec.Command(os.Args[0], "suite", "follow", args[1])
		cmd.Stdout = os.Stdout
		if args[0] == "detach" {
			detach(cmd)
		}
		if err := cmd.Start(); err != nil {
			return 3
		}
		return followOrders(args[2])
	}
	return 3
}

// detach puts a process outside of its parent's group.
var detach func(*exec.Cmd)

// followOrders reports the environment to a controller and does what that orders.
func followOrders(controller string) int {
	c, err := net.Dial("tcp", controller)
	if err != nil {
		return 3
	}
	defer c.Close()
	config, err := os.ReadFile(os.Getenv("EMULATOR_CONFIG"))
	if err != nil {
		return 3
	}
	said := []string{fmt.Sprintf("CONFIG=%s", bytes.TrimSpace(config))}
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "EMULATOR") {
			said = append(said, v)
		}
	}
	fmt.Fprintln(c, strings.Join(said, "\t"))
	order, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return 3
	}
	fmt.Println("my order:", order)
	switch strings.TrimSpace(order) {
	case "pass":
		return 0
	case "fail":
		return 7
	case "hang":
	case "tidy up":
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		fmt.Fprintln(c, "waiting")
		<-asked
		fmt.Println("it is tidy now")
		return 0
	case "hang on": // despite SIGTERM
		signal.Ignore(syscall.SIGTERM)
	case "break":
		p, err := os.FindProcess(os.Getpid())
		if err != nil || p.Kill() != nil {
			return 3
		}
	}
	fmt.Fprintln(c, "waiting")
	_, _ = io.Copy(io.Discard, c) // until the controller ends
	return 3
}

// checkElection is a suite with one case: a node that lacks a committed entry must
// not become leader (§5.4.1).
func checkElection() int {
	const start = `
format = 1
[cluster]
nodes = 3
[[node]]
id = 0
up = false
term = 1
log_terms = "1*1"
[[node]]
id = 1
term = 1
log_terms = "1*1"
`
	admin := os.Getenv("EMULATOR_ADMIN")
	for _, ask := range []struct{ method, path, body string }{
		{"PUT", "/v1/fixture", start},
		{"POST", "/v1/nodes/2/timeout", ""},
		{"GET", "/v1/wait?leader=unique", ""},
	} {
		request, err := http.NewRequest(ask.method, admin+ask.path, strings.NewReader(ask.body))
		if err != nil {
			return 3
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 3
		}
		said, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			fmt.Println(ask.path, answer.StatusCode, string(said))
			return 3
		}
		if bytes.Contains(said, []byte(`"leader":2,`)) {
			fmt.Println("node 2 leads, and lacks what was committed")
			return 1
		}
	}
	return 0
}

// A controller gives orders to commands as they connect.
type controller struct {
	t        *testing.T
	listener net.Listener
	served   sync.WaitGroup
	// order returns the order for the nth command, from 0 on; each command has its own goroutine.
	order func(n int) string

	mu    sync.Mutex // guards the rest
	saw   []map[string]string
	conns []*connection
}

// A connection is one to a command that follows orders.
type connection struct {
	conn net.Conn
	said *bufio.Reader
}

func newController(t *testing.T, order func(n int) string) *controller {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	m := &controller{t: t, listener: l, order: order}
	m.served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			m.served.Go(func() { m.serve(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		m.mu.Lock()
		for _, s := range m.conns {
			s.conn.Close()
		}
		m.mu.Unlock()
		m.served.Wait()
	})
	return m
}

// inOrder gives each command the next of the orders.
func inOrder(orders ...string) func(int) string {
	return func(n int) string { return orders[min(n, len(orders)-1)] }
}

func (m *controller) serve(conn net.Conn) {
	s := &connection{conn, bufio.NewReader(conn)}
	line, _ := s.said.ReadString('\n') // an empty line has no variables
	saw := map[string]string{}
	for v := range strings.SplitSeq(strings.TrimSpace(line), "\t") {
		name, value, _ := strings.Cut(v, "=")
		saw[name] = value
	}
	m.mu.Lock()
	n := len(m.saw)
	m.saw = append(m.saw, saw)
	m.conns = append(m.conns, s)
	m.mu.Unlock()
	fmt.Fprintln(conn, m.order(n))
}

// command is the command line of a command that follows orders.
func (m *controller) command() []string {
	return []string{os.Args[0], "suite", "follow", m.listener.Addr().String()}
}

// mustEnd waits until the process of command n has ended.
func (m *controller) mustEnd(n int) {
	m.t.Helper()
	m.mu.Lock()
	conns := m.conns
	m.mu.Unlock()
	assert.Assert(m.t, n < len(conns), "there were %d commands", len(conns))
	s := conns[n]
	assert.NilError(m.t, s.conn.SetReadDeadline(time.Now().Add(patience)))
	_, err := io.Copy(io.Discard, s.said)
	netErr, ok := err.(net.Error)
	assert.Assert(m.t, !ok || !netErr.Timeout(), "command %d still runs", n)
}

// An outcome is what a run of emulator mutants printed and returned.
type outcome struct {
	t              *testing.T
	code           int
	stdout, stderr string
}

func runMutants(t *testing.T, args ...string) *outcome { return runMutantsIn(t.Context(), t, args...) }

func runMutantsIn(ctx context.Context, t *testing.T, args ...string) *outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, Command(), args, nil, &stdout, &stderr)
	return &outcome{t, code, stdout.String(), stderr.String()}
}

// against runs emulator mutants with flags and a command that follows orders.
func (m *controller) against(flags ...string) *outcome {
	m.t.Helper()
	return runMutants(m.t, slices.Concat(flags, []string{"--"}, m.command())...)
}

// must checks the exit code, and that standard output has these texts in this order.
func (e *outcome) must(code int, stdout ...string) {
	e.t.Helper()
	assert.Check(e.t, e.code == code, "exit code %d, want %d; stdout:\n%s\nstderr:\n%s", e.code, code, e.stdout, e.stderr)
	rest := e.stdout
	for _, s := range stdout {
		at := strings.Index(rest, s)
		assert.Assert(e.t, at >= 0, "standard output does not say %q, or not in its place:\n%s", s, e.stdout)
		rest = rest[at+len(s):]
	}
}

// fails checks the exit code of a run that printed only these errors.
func (e *outcome) fails(code int, stderr ...string) {
	e.t.Helper()
	e.must(code)
	assert.Check(e.t, e.stdout == "", e.stdout)
	for _, s := range stderr {
		assert.Check(e.t, strings.Contains(e.stderr, s), "standard error does not say %q:\n%s", s, e.stderr)
	}
}
