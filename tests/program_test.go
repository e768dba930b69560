package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A program is the emulator, running.
type program struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdout text
	stderr text
	exited chan struct{} // closed when the process has ended

	ready  ready
	client *http.Client
	admin  *admin
	nodes  []*node
}

// ready is the line by which the program says where everything is.
type ready struct {
	Event   string
	Admin   string
	Nodes   []string
	Seed    uint64
	Fixture string
}

// start starts the program on free ports, unless the flags name some, and
// returns once it is ready. When the test ends, so does the program: it must
// exit with 0 and have written nothing to standard error.
func start(t testing.TB, flags ...string) *program {
	t.Helper()
	if !slices.Contains(flags, "-base-port") && !slices.Contains(flags, "-config") {
		flags = append(flags, "-base-port", "0")
	}
	if !slices.Contains(flags, "-admin") {
		flags = append(flags, "-admin", "127.0.0.1:0")
	}
	p := &program{t: t, exited: make(chan struct{})}
	p.cmd = command(t, flags...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	assert.NilError(t, err)
	assert.NilError(t, p.cmd.Start())
	t.Cleanup(p.end)

	lines := bufio.NewReader(stdout)
	first := make(chan string, 1)
	go func() {
		defer close(p.exited)
		line, _ := lines.ReadString('\n')
		first <- line
		_, _ = io.Copy(&p.stdout, lines) // ends when the program does
		_ = p.cmd.Wait()                 // stop looks at the exit code
	}()
	select {
	case line := <-first:
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		assert.NilError(t, decoder.Decode(&p.ready), "the ready line is %q; standard error:\n%s", line, &p.stderr)
	case <-time.After(patience):
		t.Fatalf("no ready line within %v; standard error:\n%s", patience, &p.stderr)
	}
	assert.Equal(t, p.ready.Event, "ready")
	p.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true}}
	p.admin = &admin{caller{t: t, client: p.client, base: p.ready.Admin}}
	p.setNodes(p.ready.Nodes)
	return p
}

// command is the program with its arguments.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.SysProcAttr = procAttr()
	// A program with the race detector would sleep for a second when it ends.
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	return cmd
}

// startFixture starts the program on an embedded fixture.
func startFixture(t testing.TB, name string, flags ...string) *program {
	t.Helper()
	p := start(t, append([]string{"-fixture", name}, flags...)...)
	assert.Equal(t, p.ready.Fixture, name)
	return p
}

func (p *program) setNodes(urls []string) {
	p.nodes = nil
	for i, url := range urls {
		p.nodes = append(p.nodes, &node{caller: caller{t: p.t, client: p.client, base: url}, id: i})
	}
}

// stop ends the program as a user does, with a signal, and checks that it goes
// quietly.
func (p *program) stop(with os.Signal) {
	p.t.Helper()
	assert.NilError(p.t, p.cmd.Process.Signal(with))
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.kill()
		p.t.Fatalf("still running %v after %v; standard error:\n%s", patience, with, &p.stderr)
	}
	p.client.CloseIdleConnections()
	assert.Check(p.t, p.cmd.ProcessState.ExitCode() == 0, "%v; standard error:\n%s", p.cmd.ProcessState, &p.stderr)
	assert.Check(p.t, p.complaints() == "", "standard error:\n%s", &p.stderr)
	assert.Check(p.t, p.stdout.String() == "", "standard output after the ready line:\n%s", &p.stdout)
}

// complaints returns the lines of standard error, except those expected of nodes with
// planted bugs, and the note that a scenario's steps are not played.
func (p *program) complaints() string {
	var lines []string
	for l := range strings.Lines(p.stderr.String()) {
		if strings.Contains(l, "are not played: -play plays them here") {
			continue
		}
		if !strings.Contains(l, "an invariant was violated") || !strings.Contains(l, "have the planted bug") && !strings.Contains(l, "has the planted bug") {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "")
}

// end is what happens when the test ends.
func (p *program) end() {
	if p.hasExited() {
		return
	}
	if p.admin == nil { // it never was ready
		p.kill()
		return
	}
	if p.t.Failed() {
		p.t.Logf("the cluster at the end:\n%s", p.admin.dump())
		if s := p.stderr.String(); s != "" {
			p.t.Logf("standard error:\n%s", s)
		}
	}
	p.stop(syscall.SIGTERM)
}

func (p *program) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// kill ends the program the hard way; how it exits no longer counts.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// An outcome is what is left of a run that ends by itself.
type outcome struct {
	code           int
	stdout, stderr string
}

// run runs the program to its end.
func run(t testing.TB, args ...string) outcome {
	t.Helper()
	var stdout, stderr text
	cmd := command(t, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	assert.NilError(t, cmd.Start())
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("%v: %v\nstandard output:\n%s\nstandard error:\n%s", args, cmd.ProcessState, &stdout, &stderr)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// A text takes what somebody writes while others read it.
type text struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (t *text) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(b)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
