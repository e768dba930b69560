package tests

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A rule that drops entries on their way to one follower leaves it behind while
// the majority goes on; its counters tell how often it did. Without the rule the
// follower catches up.
func TestFaultDrop(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.setFault("deaf", `{"match": {"to": [2], "type": "append_entries", "entries": true}, "drop": true}`)
	for i := range 3 {
		assert.Assert(t, is(p.nodes[0].putTopic(fmt.Sprint(i)), 201, success))
	}
	p.admin.wait("applied=0,1:3")
	f := p.admin.fault("deaf")
	assert.Check(t, f.Matched >= 1 && f.Acted == f.Matched && f.Held == 0, "%+v", f)
	assert.Check(t, len(p.admin.node(2).Log) == 0)
	assert.Check(t, p.nodes[0].status() == status{"Leader", 1}, "heartbeats still reach all")

	p.admin.ok("DELETE", "/v1/faults/deaf", "", nil)
	p.admin.wait("logs_equal=all", "applied=3", "leader=0")
	assert.Check(t, p.admin.ask("GET", "/v1/faults/deaf", "").status == 404)
}

// A rule can let messages pass first, and be spent after some.
func TestFaultSkipAndCount(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 2)
	since := p.admin.seq()
	p.admin.setFault("two", `{"match": {"from": [0], "kind": "request"}, "drop": true, "skip": 3, "count": 2}`)
	p.passes(since, 7)
	f := p.admin.fault("two")
	assert.Check(t, f.Acted == 2 && f.Matched >= 7, "%+v", f)

	// Of the leader's requests since, the fourth and the fifth were lost.
	requests, dropped := 0, []int(nil)
	for _, e := range p.admin.events(since) {
		switch {
		case e.of("AppendEntries", 0):
			requests++
		case e.of("DropMessage", 1):
			dropped = append(dropped, requests)
		}
	}
	assert.DeepEqual(t, dropped, []int{4, 5})
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
}

// A rule ends at its time, and what it held goes on.
func TestFaultUntil(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3, "-clock", "virtual")
	p.admin.setFault("kept", `{"match": {"to": [0]}, "hold": true, "until_ms": 1000}`)
	put := p.arrive(0, "PUT", "/topic", topicBody("dog"))
	p.admin.clock("advance", `{"ms": 999}`)
	put.unanswered()
	assert.Check(t, p.admin.fault("kept").Held > 0)
	p.admin.clock("advance", `{"ms": 1}`)
	assert.Check(t, is(put.answer(), 201, success))
	assert.Check(t, p.admin.ask("GET", "/v1/faults/kept", "").status == 404)
	ended := 0
	for _, e := range p.admin.events(0) {
		if e.of("RuleEnded", -1) {
			ended++
			assert.Equal(t, e.TimeNS, int64(time.Second))
		}
	}
	assert.Equal(t, ended, 1)
}

// A rule that holds messages keeps a request without an answer until it is lifted.
func TestFaultHold(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.setFault("kept", `{"match": {"to": [0], "type": "append_entries", "kind": "response"}, "hold": true}`)
	since := p.admin.seq()
	put := p.arrive(0, "PUT", "/topic", topicBody("dog"))
	p.passes(since, 3)
	put.unanswered()
	assert.Check(t, p.admin.node(0).CommitIndex == 0)
	assert.Check(t, len(p.admin.node(1).Log) == 1, "the follower has got the entry, only its answer is held")
	f := p.admin.fault("kept")
	assert.Check(t, f.Held >= 2 && f.Acted >= f.Held, "%+v", f)

	p.admin.ok("DELETE", "/v1/faults/kept", "", nil)
	assert.Check(t, is(put.answer(), 201, success))
	p.admin.wait("applied=1", "leader=0")
	assert.Check(t, count(p.admin.events(since), "ReleaseMessage", 0) >= 2)
}

// passes waits until node 0 has sent its heartbeats a number of times after since.
func (p *program) passes(since uint64, times int) {
	p.t.Helper()
	for range times {
		p.admin.waitEvent(since, "AppendEntries:0")
		since = p.admin.seq()
	}
}

// A throttled link carries its messages one after the other; without the rule all
// that wait go on.
func TestFaultThrottle(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3, "-clock", "virtual")
	p.admin.setFault("narrow", `{"match": {"from": [0], "to": [2]}, "throttle": 2}`)
	since := p.admin.seq()
	p.admin.clock("advance", `{"ms": 2100}`)
	var passed []int64
	for _, e := range p.admin.events(since) {
		if e.of("ReleaseMessage", 2) {
			passed = append(passed, e.TimeNS)
		}
	}
	assert.Equal(t, len(passed), 4, "two a second")
	for i := range 3 {
		assert.Equal(t, passed[i+1]-passed[i], int64(500*time.Millisecond))
	}
	assert.Check(t, p.admin.fault("narrow").Held > 10)
	p.admin.ok("DELETE", "/v1/faults/narrow", "", nil)
	p.admin.clock("advance", `{"ms": 1}`)
	assert.Check(t, count(p.admin.events(since), "ReleaseMessage", 2) > 14)
}

// The writes of a node with a slow disk take their time, and the judge follows.
func TestFaultSlowDisk(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	p := startSeeded(t, 3, "-clock", "virtual", "-trace", file)
	p.admin.setFault("disk", `{"match": {"node": [1, 2]}, "slow_disk_ms": 40}`)
	since := p.admin.seq()
	put := p.arrive(0, "PUT", "/topic", topicBody("dog"))
	p.admin.clock("advance", `{"ms": 39}`)
	put.unanswered()
	p.admin.clock("advance", `{"ms": 1}`)
	assert.Check(t, is(put.answer(), 201, success))
	assert.Equal(t, count(p.admin.events(since), "Persist", 1), 1)
	assert.Equal(t, p.admin.fault("disk").Acted, uint64(2))
	p.admin.ok("POST", "/v1/heal", "", nil)
	p.admin.clock("advance", `{"ms": 100}`)
	p.stop(syscall.SIGTERM)
	run(t, "verify", file).must(t, 0, `accepted`)
	run(t, "replay", file).must(t, 0, `repeated alike`)
}

// Duplicated messages change nothing: each entry is there once.
func TestFaultDuplicate(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	since := p.admin.seq()
	p.admin.setFault("twice", `{"duplicate": 2}`)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	for i := range 5 {
		assert.Assert(t, is(p.nodes[0].putMessage("dog", fmt.Sprint(i)), 201, success))
	}
	p.admin.wait("applied=6", "logs_equal=all")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(`dog: ["0" "1" "2" "3" "4"]`, 6))
	}
	f := p.admin.fault("twice")
	assert.Check(t, f.Acted >= 12 && f.Acted == f.Matched, "%+v", f)
	assert.Check(t, count(p.admin.events(since), "DuplicateMessage", -1) >= 24)
}

// A delay is there in the world's time, on each message.
func TestFaultDelay(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.setFault("slow", `{"match": {"from": [0]}, "delay_ms": [30, 40]}`)
	since := p.admin.seq()
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("applied=1", "leader=0")
	sent := map[uint64]int64{} // time by message
	delayed := 0
	for _, e := range p.admin.events(since) {
		switch {
		case e.of("AppendEntries", 0):
			sent[e.Message.ID] = e.TimeNS
		case e.of("HandleAppendEntriesRequest", -1) && sent[e.Message.ID] > 0:
			took := time.Duration(e.TimeNS - sent[e.Message.ID])
			assert.Check(t, 30*time.Millisecond <= took && took <= 40*time.Millisecond, "%v: %s", took, quote(e))
			delayed++
		}
	}
	assert.Check(t, delayed > 0)
}

// Reordered messages arrive behind the next ones, and nothing breaks by it.
func TestFaultReorder(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.setFault("mixed", `{"reorder": true, "probability": 0.5}`)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	for i := range 10 {
		assert.Assert(t, is(p.nodes[0].putMessage("dog", fmt.Sprint(i)), 201, success))
	}
	f := p.admin.fault("mixed")
	assert.Check(t, f.Acted > 0 && f.Acted < f.Matched, "%+v", f)
	p.admin.ok("DELETE", "/v1/faults/mixed", "", nil)
	p.admin.wait("applied=11", "logs_equal=all")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(`dog: ["0" "1" "2" "3" "4" "5" "6" "7" "8" "9"]`, 11))
	}
}

// A fault that contradicts itself, does nothing, or names a node that is not
// there is refused and changes nothing; so are partitions of that kind.
func TestFaultsRefused(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3, "-clock", "virtual")
	before := p.admin.seq()
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"Contradiction":  {"PUT", "/v1/faults/a", `{"drop": true, "delay_ms": 5}`, 422, "contradicts drop"},
		"DoesNothing":    {"PUT", "/v1/faults/a", `{"match": {"to": [1]}}`, 422, "does nothing"},
		"UnknownKey":     {"PUT", "/v1/faults/a", `{"dorp": true}`, 422, "dorp"},
		"UnknownNode":    {"PUT", "/v1/faults/a", `{"drop": true, "match": {"to": [3]}}`, 422, "3"},
		"NoJSON":         {"PUT", "/v1/faults/a", `drop`, 400, ""},
		"NoSuchFault":    {"DELETE", "/v1/faults/a", ``, 404, "a"},
		"NodeTwice":      {"POST", "/v1/partition", `{"groups": [[0, 1], [1, 2]]}`, 422, "1"},
		"PartitionEmpty": {"POST", "/v1/partition", `{}`, 422, "cuts nothing"},
		"NoSuchNode":     {"POST", "/v1/nodes/3/crash", ``, 404, "3"},
		"NodeIsNoNumber": {"POST", "/v1/nodes/first/crash", ``, 404, "first"},
		"NoSuchVerb":     {"POST", "/v1/nodes/0/explode", ``, 404, "explode"},
		"WrongMethod":    {"DELETE", "/v1/cluster", ``, 405, ""},
		"TimeoutOfLead":  {"POST", "/v1/nodes/0/timeout", ``, 409, "leads"},
		"WaitUnknown":    {"GET", "/v1/wait?leeder=unique", ``, 400, "leader"},
		"WaitNothing":    {"GET", "/v1/wait", ``, 400, ""},
		"FixtureUnknown": {"PUT", "/v1/fixture", `{"name": "fresh_55"}`, 404, "fresh_5"},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.admin.ask(c.method, c.path, c.body)
			assert.Check(t, a.status == c.status, "want %d, got %v", c.status, a)
			assert.Check(t, a.header.Get("Content-Type") == "application/problem+json", "%v", a.header)
			assert.Assert(t, strings.Contains(a.body, c.says), "want %q in %v", c.says, a)
		})
	}
	assert.Equal(t, p.admin.seq(), before, "something has changed")
}
