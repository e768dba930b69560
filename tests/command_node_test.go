package tests

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A process is one run of emulator node.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	stderr text
	exited chan struct{} // closed when it has ended
	node   *node
}

// startNode starts node i of a config.json and waits for its ready line. The process ends
// with the test.
func startNode(t testing.TB, file string, i int, flags ...string) *process {
	t.Helper()
	p := &process{t: t, exited: make(chan struct{})}
	p.cmd = command(t, append(append([]string{"node"}, flags...), file, fmt.Sprint(i))...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	assert.NilError(t, err)
	assert.NilError(t, p.cmd.Start())
	t.Cleanup(p.kill)
	lines := bufio.NewReader(stdout)
	line, _ := lines.ReadString('\n')
	go func() {
		defer close(p.exited)
		_, _ = io.Copy(io.Discard, lines)
		_ = p.cmd.Wait()
	}()
	var ready struct {
		Event string
		Node  int
		Nodes []string
	}
	assert.NilError(t, json.Unmarshal([]byte(line), &ready), "%q; standard error:\n%s", line, &p.stderr)
	assert.Check(t, ready.Event == "ready" && ready.Node == i)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	p.node = &node{caller: caller{t: t, client: client, base: ready.Nodes[i]}, id: i}
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// end sends a signal and waits for the end, which must be a good one.
func (p *process) end(s os.Signal) {
	p.t.Helper()
	assert.NilError(p.t, p.cmd.Process.Signal(s))
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("the node still runs %v after %v", patience, s)
	}
	assert.Equal(p.t, p.cmd.ProcessState.ExitCode(), 0, "standard error:\n%s", &p.stderr)
}

// writeConfig writes a config.json with n nodes on free ports.
func writeConfig(t testing.TB, n int) string {
	t.Helper()
	base := freePorts(t, n)
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"ip": "127.0.0.1", "port": %d}`, base+i))
	}
	return writeFile(t, "config.json", fmt.Sprintf(`{"addresses": [%s]}`, strings.Join(list, ", ")))
}

// quick are timers for tests that wait for elections.
var quick = []string{"-election-min", "150ms", "-election-max", "300ms", "-heartbeat", "30ms"}

// startNodes starts all nodes of a new cluster. Flags come behind those of quick, and count.
func startNodes(t testing.TB, n int, flags ...string) (file string, all []*process) {
	t.Helper()
	file = writeConfig(t, n)
	for i := range n {
		all = append(all, startNode(t, file, i, append(quick[:len(quick):len(quick)], flags...)...))
	}
	return file, all
}

// tryStatus asks a node that may be down or stand still.
func (p *process) tryStatus() (s status, ok bool) {
	a, err := p.node.try(time.Second, "GET", "/status", "")
	return s, err == nil && json.Unmarshal([]byte(a.body), &s) == nil
}

// leads waits until one of the nodes leads in a term above the given one.
func leads(t testing.TB, above uint64, all ...*process) (leader *process, term uint64) {
	t.Helper()
	eventually(t, patience, func() string {
		for _, p := range all {
			if s, ok := p.tryStatus(); ok && s.Role == "Leader" && s.Term > above {
				leader, term = p, s.Term
				return ""
			}
		}
		return "no node leads"
	})
	return leader, term
}

// without lists the other processes.
func without(all []*process, p *process) (rest []*process) {
	for _, q := range all {
		if q != p {
			rest = append(rest, q)
		}
	}
	return rest
}

// puts puts a message until a node takes it: a leader may have been deposed meanwhile.
func puts(t testing.TB, message string, all ...*process) {
	t.Helper()
	eventually(t, patience, func() string {
		leader, _ := leads(t, 0, all...)
		a, err := leader.node.try(2*time.Second, "PUT", "/message", messageBody("dog", message))
		if err != nil || a.status != 201 {
			return fmt.Sprint(a, err)
		}
		return ""
	})
}

func TestNodesAreACluster(t *testing.T) {
	t.Parallel()
	file, all := startNodes(t, 5)
	old, term := leads(t, 0, all...)
	assert.Assert(t, is(old.node.putTopic("dog"), 201, success))
	puts(t, "one", all...)
	old.kill()
	rest := without(all, old)
	leads(t, term, rest...)
	puts(t, "two", rest...)
	again := startNode(t, file, old.node.id, quick...)
	eventually(t, patience, func() string {
		if got := again.node.queue().String(); got != `dog: ["one" "two"]` {
			return "the node that came back holds " + got
		}
		return ""
	})
	for _, p := range append(rest, again) {
		p.end(syscall.SIGTERM)
	}
}

func TestNodeWithDataComesBackWithItsLog(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	file, all := startNodes(t, 3, "-data", data)
	leader, term := leads(t, 0, all...)
	assert.Assert(t, is(leader.node.putTopic("dog"), 201, success))
	puts(t, "one", all...)
	for _, p := range all {
		p.kill()
	}
	for i := range all {
		all[i] = startNode(t, file, i, append(quick, "-data", data)...)
	}
	leads(t, term, all...)
	puts(t, "two", all...)
	leader, _ = leads(t, 0, all...)
	assert.Assert(t, is(leader.node.pop("dog"), 200, has("one")))
}

// A bug of the core and one of the service, in one process each, show to clients.
func TestNodeHasABug(t *testing.T) {
	t.Parallel()
	_, all := startNodes(t, 3, "-bug", "follower_takes_writes@0", "-bug", "answer_before_commit@1,2")
	leads(t, 0, all...)
	alone := all[1]
	for _, p := range without(all, alone) {
		p.kill()
	}
	if s, _ := alone.tryStatus(); s.Role == "Leader" {
		assert.Assert(t, is(alone.node.putTopic("dog"), 201, success), "it answers without a majority")
	}
	file := writeConfig(t, 3)
	follower := startNode(t, file, 0, "-bug", "follower_takes_writes")
	follower.node.timesOut(200*time.Millisecond, "PUT", "/topic", topicBody("dog")) // taken, and never committed
	healthy := startNode(t, file, 1)
	assert.Assert(t, is(healthy.node.putTopic("dog"), 421, failure))
}

func TestGarbageAtRPCChangesNothing(t *testing.T) {
	t.Parallel()
	p := startNode(t, writeConfig(t, 3), 0, "-election-min", "1h", "-election-max", "1h")
	before := p.node.status()
	for path, bodies := range map[string][]string{
		"/rpc/1": {
			``, `null`, `[]`, `{}`, `<html>`, `{"class": "VoteRequestMessage"}`, `{"class": "VoteRequestMessage", "dict": null}`,
			`{"class": "VoteRequestMessage", "dict": {"term": -5, "candidateId": 1, "lastLogIndex": 0, "lastLogTerm": 0}}`,
			`{"class": "VoteRequestMessage", "dict": {"term": 1e300, "candidateId": 1, "lastLogIndex": 0, "lastLogTerm": 0}}`,
			`{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 2, "lastLogIndex": 0, "lastLogTerm": 0}}`,
			`{"class": "AppendEntriesMessage", "dict": {"term": 5, "leaderId": 1, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [7], "leaderCommit": 0}}`,
			`{"class": "AppendEntriesMessage", "dict": {"term": 5, "leaderId": 1, "prevLogIndex": 9007199254740993, "prevLogTerm": 5, "entries": [], "leaderCommit": 0}}`,
		},
		"/rpc/0": {`{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 0, "lastLogIndex": 0, "lastLogTerm": 0}}`},
		"/rpc/9": {`{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 9, "lastLogIndex": 0, "lastLogTerm": 0}}`},
	} {
		for _, body := range bodies {
			a := p.node.ask("POST", path, body)
			assert.Check(t, a.status >= 400 && a.status < 500, "%s %s: %v", path, body, a)
		}
	}
	assert.Equal(t, p.node.status(), before)
	a := p.node.ask("POST", "/rpc/1", `{"class": "VoteRequestMessage", "dict": {"term": 5, "candidateId": 1, "lastLogIndex": 0, "lastLogTerm": 0}}`)
	assert.Assert(t, is(a, 200, `{"term": 5, "voteGranted": true}`))
}

func TestNodeRefusesBadInput(t *testing.T) {
	t.Parallel()
	good := writeConfig(t, 2)
	notADir := writeFile(t, "file", "")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"NoOperands":     {nil, 3, "CONFIG INDEX"},
		"NoIndex":        {[]string{good}, 3, "CONFIG INDEX"},
		"Further":        {[]string{good, "0", "1"}, 3, "too many"},
		"IndexTooHigh":   {[]string{good, "2"}, 3, `INDEX is "2", want a place in the list of ` + good + ": 0 to 1"},
		"IndexNoNumber":  {[]string{good, "one"}, 3, `INDEX is "one"`},
		"IndexNegative":  {[]string{"--", good, "-1"}, 3, `INDEX is "-1"`},
		"NoFile":         {[]string{"missing.json", "0"}, 3, "missing.json"},
		"Directory":      {[]string{t.TempDir(), "0"}, 3, "directory"},
		"NoJSON":         {[]string{writeFile(t, "c.json", "hello"), "0"}, 3, "c.json"},
		"NoAddresses":    {[]string{writeFile(t, "c.json", "{}"), "0"}, 3, "addresses"},
		"Remote":         {[]string{writeFile(t, "c.json", `{"addresses": [{"ip": "192.0.2.1", "port": 1}]}`), "0"}, 3, "-allow-remote"},
		"NoInternalPort": {[]string{"-internal", good, "0"}, 3, "none for node 0, 1"},
		"Bug":            {[]string{"-bug", "vote_twize", good, "0"}, 3, `did you mean "vote_twice"`},
		"BugOfNobody":    {[]string{"-bug", "vote_twice@7", good, "0"}, 3, "the cluster has nodes 0 to 1"},
		"Timers":         {[]string{"-election-max", "100ms", good, "0"}, 3, "want at least -election-min"},
		"Heartbeat":      {[]string{"-heartbeat", "1s", good, "0"}, 3, "followers would not wait"},
		"NoTime":         {[]string{"-heartbeat", "soon", good, "0"}, 3, "want a time such as"},
		"Data":           {[]string{"-data", notADir, good, "0"}, 3, "-data"},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, append([]string{"node"}, c.args...)...)
			assert.Equal(t, o.code, c.code, o.stderr)
			assert.Assert(t, strings.Contains(o.stderr, c.says), o.stderr)
			assert.Equal(t, o.stdout, "")
		})
	}
	startNode(t, good, 0)
	o := run(t, "node", good, "0")
	assert.Equal(t, o.code, 4, o.stderr)
	assert.Assert(t, strings.Contains(o.stderr, "Does the node run already?"), o.stderr)
}

// The suite that drives nodes as the course's suites do, and mixed clusters.
func TestCourseSuite(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel()
	python := "/usr/bin/python3" // Debian's Python has Debian's pytest
	if err := exec.Command(python, "-c", "import pytest, requests").Run(); err != nil {
		assert.Equal(t, os.Getenv("CI"), "", "CI installs pytest and requests")
		t.Skip("there is no pytest, or no requests")
	}
	suite := exec.Command(python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", filepath.Join(t.TempDir(), "nodes"), "course")
	suite.Env = append(os.Environ(), "PATH="+filepath.Dir(binary(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
	if os.Getenv("EMULATOR_LONG_TESTS") == "" {
		suite.Env = append(suite.Env, "COURSE_FAST=1")
	}
	out, err := suite.CombinedOutput()
	var exit *exec.ExitError
	assert.Assert(t, err == nil || errors.As(err, &exit), "%v", err)
	assert.Assert(t, err == nil, "%s", out)
	assert.Assert(t, strings.Contains(string(out), "43 passed"), "%s", out)
}
