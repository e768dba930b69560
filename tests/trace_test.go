package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// In virtual time the same fixture, seed and inputs give the same trace, byte
// for byte, in another process.
func TestVirtualTimeRepeatsTheTrace(t *testing.T) {
	t.Parallel()
	base := fmt.Sprint(freePorts(t, 5)) // the nodes' addresses are in the trace
	var traces [][]byte
	for _, seed := range []string{"42", "42", "43"} {
		file := filepath.Join(t.TempDir(), "trace.jsonl")
		p := startFixture(t, "lossy_network", "-clock", "virtual", "-seed", seed, "-base-port", base, "-trace", file)
		p.play()
		p.stop(syscall.SIGTERM)
		trace, err := os.ReadFile(file)
		assert.NilError(t, err)
		traces = append(traces, trace)
		o := run(t, "replay", file)
		o.must(t, 0, `repeated alike`)
	}
	lines := bytes.Count(traces[0], []byte("\n"))
	assert.Assert(t, lines > 1000, "only %d lines", lines)
	assert.Assert(t, bytes.Equal(traces[0], traces[1]), "%s", firstDifference(traces[0], traces[1]))
	assert.Assert(t, !bytes.Equal(traces[0], traces[2]), "another seed changes nothing")
}

// play gives a cluster in virtual time one input after the other.
func (p *program) play() {
	p.t.Helper()
	p.admin.wait("leader=unique")
	put := p.arrive(p.admin.anyLeader(), "PUT", "/topic", topicBody("dog"))
	p.admin.wait("applied=1") // nothing else moves the clock
	assert.Check(p.t, is(put.answer(), 201, success))
	p.admin.setFault("slow", `{"match": {"from": [2]}, "delay_ms": [1, 40]}`)
	p.admin.clock("advance", `{"ms": 250.5}`)
	p.admin.do(1, "crash")
	p.admin.clock("advance", `{"ms": 1000}`)
	p.admin.do(1, "restart")
	p.admin.do(0, "pause")
	p.admin.clock("step", `{"events": 100}`)
	p.admin.clock("run", "")
	p.admin.partition(`{"groups": [[0, 1], [2, 3, 4]]}`)
	p.admin.clock("advance", `{"ms": 1500}`)
	p.admin.do(0, "resume")
	p.admin.setFault("mixed", `{"duplicate": 1, "reorder": true, "probability": 0.5, "count": 20}`)
	p.admin.clock("advance", `{"ms": 300}`)
	p.admin.heal()
	p.admin.wait("leader=unique", "term=all:1")
	put = p.arrive(p.admin.anyLeader(), "PUT", "/message", messageBody("dog", "wuff \u2028 🐕 \"'\\"))
	p.admin.clock("advance", `{"ms": 1000}`)
	put.answer()
	p.nodes[3].rpc(4, voteRequest(1000, 4, 9, 999))
	p.admin.clock("advance", `{"ms": 2000}`)
}

// Every fixture's run is repeated by replay, all of them out of one file.
func TestReplayRepeatsEveryFixture(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	p := startFixture(t, "fresh_1", "-clock", "virtual", "-trace", file)
	var list struct{ Fixtures []struct{ Name string } }
	p.admin.ok("GET", "/v1/fixtures", "", &list)
	for _, info := range list.Fixtures {
		p.load(info.Name)
		p.admin.clock("advance", `{"ms": 400}`)
		if leader := p.admin.anyLeader(); leader >= 0 {
			p.arrive(leader, "PUT", "/topic", topicBody("dog"))
		}
		p.admin.change("POST", "/v1/nodes/0/crash", `{"wipe": true}`)
		p.admin.clock("advance", `{"ms": 400}`)
		p.admin.heal()
		p.admin.clock("advance", `{"ms": 400}`)
	}
	p.stop(syscall.SIGTERM)
	o := run(t, "replay", file)
	o.must(t, 0, `repeated alike`)
	assert.Equal(t, strings.Count(o.stdout, "repeated alike"), len(list.Fixtures)+1)
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d\n  first:  %s\n  second: %s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines and %d", len(x), len(y))
}

// A run in real time, with faults and under load, can be replayed: the same
// records in the same order.
func TestReplayRepeatsARunInRealTime(t *testing.T) {
	t.Parallel()
	file := record(t)
	o := run(t, "replay", file)
	o.must(t, 0, `repeated alike`)
	assert.Check(t, strings.Contains(o.stdout, "fresh_5: ") && strings.Contains(o.stdout, "seeded"), "both clusters are in the trace:\n%s", o.stdout)
	t.Log(o.stdout)

	trace, err := os.ReadFile(file)
	assert.NilError(t, err)
	lines := strings.SplitAfter(string(trace), "\n")

	t.Run("Tampered", func(t *testing.T) {
		// A state that was not so; an input that was not made; a line that is gone.
		at := find(lines, `"event":"Apply"`)
		changed := strings.Replace(lines[at], `"last_applied":`, `"last_applied":9`, 1)
		tampered := writeFile(t, "trace", join(lines[:at], changed, lines[at+1:]))
		run(t, "replay", tampered).must(t, 1, "", fmt.Sprintf("line %d", at+1), "recorded: ", "repeated: ")

		at = find(lines, `"op":"pause"`)
		changed = strings.Replace(lines[at], `"op":"pause"`, `"op":"crash"`, 1)
		tampered = writeFile(t, "trace", join(lines[:at], changed, lines[at+1:]))
		o := run(t, "replay", tampered)
		assert.Check(t, o.code == 1, "exit code %d\n%s", o.code, o.stderr)
		assert.Check(t, strings.Contains(o.stderr, "line "), o.stderr)

		tampered = writeFile(t, "trace", join(lines[:100], "", lines[101:]))
		run(t, "replay", tampered).must(t, 1, "", "line 101")
	})
	t.Run("CutOff", func(t *testing.T) {
		whole := strings.Join(lines[:200], "")
		run(t, "replay", writeFile(t, "trace", whole+lines[200][:20])).must(t, 2, `its last line is not whole`)
	})
	t.Run("Garbage", func(t *testing.T) {
		for name, content := range map[string]string{
			"empty":    "",
			"text":     "hello\nworld\n",
			"json":     "{}\n",
			"headless": join(lines[1:50], "", nil),
			"inside":   join(lines[:50], "garbage\n", lines[50:60]),
			"format":   strings.Replace(lines[0], `"format":3`, `"format":99`, 1),
		} {
			o := run(t, "replay", writeFile(t, name, content))
			assert.Check(t, o.code == 3, "%s: exit code %d\n%s%s", name, o.code, o.stdout, o.stderr)
			assert.Check(t, strings.Contains(o.stderr, name), o.stderr)
		}
		run(t, "replay", filepath.Join(t.TempDir(), "missing")).must(t, 3, "", "missing")
	})
}

// record runs a cluster in real time under load, breaks it in several ways,
// loads another, and gives the file with its trace.
func record(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	p := startFixture(t, "fresh_5", "-trace", file, "-seed", "99")
	leader := p.settled()
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		clients.Go(func() { p.storm(i, stop) })
	}
	p.admin.wait("applied=50")
	p.admin.setFault("loss", `{"drop": true, "probability": 0.1}`)
	p.admin.setFault("slow", `{"match": {"type": "append_entries"}, "delay_ms": [0, 3]}`)
	p.admin.do(leader, "crash")
	next := p.admin.leader()
	p.admin.do(next, "pause")
	p.admin.do(leader, "restart")
	p.admin.wait(fmt.Sprintf("term=%d:%d", leader, p.admin.node(next).Term+1))
	p.admin.do(next, "resume")
	p.admin.heal()
	p.admin.partition(fmt.Sprintf(`{"isolate": [%d]}`, p.admin.leader()))
	p.admin.wait("leader=unique")
	p.admin.heal()
	p.settled()
	close(stop)
	clients.Wait()
	p.nodes[2].rpc(0, voteRequest(1, 0, 0, 0))
	p.admin.ok("PUT", "/v1/fixture", seeded(3), nil)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.stop(syscall.SIGTERM)
	return file
}

// storm sends requests to every node in turn, and minds no failure.
func (p *program) storm(client int, stop <-chan struct{}) {
	topic := fmt.Sprint("storm-", client)
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		n := p.nodes[(client+i)%len(p.nodes)]
		switch i % 4 {
		case 0:
			_, _ = n.try(50*time.Millisecond, "PUT", "/topic", topicBody(topic))
		case 3:
			_, _ = n.try(50*time.Millisecond, "GET", messagePath(topic), "")
		default:
			_, _ = n.try(50*time.Millisecond, "PUT", "/message", messageBody(topic, fmt.Sprint(i)))
		}
	}
}

// find gives the place of the first line with a text.
func find(lines []string, text string) int {
	for i, line := range lines {
		if strings.Contains(line, text) {
			return i
		}
	}
	panic("no line with " + text)
}

func join(before []string, line string, after []string) string {
	return strings.Join(before, "") + line + strings.Join(after, "")
}
