package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
)

// loaded is what emulator load -json reports.
type loaded struct {
	Requests struct{ Done, Refused, Failed, Unknown int }
	Nodes    []struct {
		Attempts struct{ Done, Refused int }
	}
	Drain *struct{ Empty bool }
	Check checked
}

// slow is for standard error of what tells how far it is when it takes long.
const slow = ""

// underLoad lets emulator load send a number of requests, and returns its result.
func (p *program) underLoad(requests int, flags ...string) *launched {
	p.t.Helper()
	return launch(p.t, append([]string{"load", "-url", p.ready.Admin, "-clients", "4", "-topics", "2",
		"-requests", fmt.Sprint(requests), "-json"}, flags...)...)
}

func (o outcome) loaded(t testing.TB) (l loaded) {
	t.Helper()
	assert.NilError(t, json.Unmarshal([]byte(o.stdout), &l), "%+v", o)
	return l
}

// stall lets a number of messages with entries pass, and holds all further ones, so
// later requests are not committed and the next change happens during the load. It
// replaces an earlier stall.
func (p *program) stall(name string, after int) {
	p.t.Helper()
	p.admin.setFault(name, fmt.Sprintf(`{"match": {"type": "append_entries", "kind": "request", "entries": true}, "skip": %d, "hold": true}`, after))
}

func (p *program) stalled(name string) {
	p.t.Helper()
	eventually(p.t, patience, func() string {
		if p.admin.fault(name).Held == 0 {
			return "nothing is held"
		}
		return ""
	})
}

func (p *program) lift(name string) {
	p.t.Helper()
	p.admin.change("DELETE", "/v1/faults/"+name, "")
}

// troubled is a cluster under load whose first leader crashes, and whose second is
// cut off, both while requests wait. It gives the file with the trace of it all.
func troubled(t *testing.T, flags ...string) (trace string, o outcome, first int) {
	t.Helper()
	trace = filepath.Join(t.TempDir(), "trace.jsonl")
	p := startFixture(t, "fresh_5", append(flags, "-trace", trace)...)
	first = p.settled()
	p.stall("crash", 100)
	l := p.underLoad(600, "-picture", trace+".html")
	p.stalled("crash")
	p.stall("cut", 100)
	since := p.admin.do(first, "crash")
	p.lift("crash")
	p.admin.waitEvent(since, "BecomeLeader")
	p.admin.do(first, "restart")
	p.stalled("cut")
	p.admin.wait("leader=unique")
	since = p.admin.partition(`{"isolate": "leader"}`)
	p.lift("cut")
	p.admin.waitEvent(since, "BecomeLeader")
	p.admin.heal()
	o = l.outcome()
	p.stop(syscall.SIGTERM)
	return trace, o, first
}

// Healthy nodes lose nothing under load though their leaders fail. The
// recorded run replays, and verify accepts it.
func TestLoadWithTrouble(t *testing.T) {
	t.Parallel()
	trace, o, first := troubled(t)
	o.must(t, 0, "put_message", slow)
	l := o.loaded(t)
	assert.DeepEqual(t, l.Check.states(), []string{"held", "held", "held", "held", "held"})
	assert.Assert(t, l.Drain != nil && l.Drain.Empty)
	r := l.Requests
	assert.Check(t, r.Done+r.Refused+r.Failed+r.Unknown == 600 && r.Done > 400 && r.Unknown > 0, "%+v", r)
	elsewhere := 0
	for i, n := range l.Nodes {
		if i != first {
			elsewhere += n.Attempts.Done
		}
	}
	assert.Check(t, l.Nodes[first].Attempts.Done > 0 && elsewhere > 0, "%+v", l.Nodes)
	_, err := os.Stat(trace + ".html")
	assert.Check(t, os.IsNotExist(err), "there is nothing to show, and a picture: %v", err)

	run(t, "replay", trace).must(t, 0, `^\S+: fresh_5: \d+ records of .*, repeated alike\n`)
	run(t, "verify", trace).must(t, 0, `^\S+: fresh_5: accepted; [0-9,]+ records of 5 servers`)
}

// Nodes that answer too early fail the checks, and there is a picture of it. The
// same goes wrong again when the trace is repeated, and its judge has the rule.
func TestLoadFindsABug(t *testing.T) {
	t.Parallel()
	trace, o, _ := troubled(t, "-bug", "answer_before_commit")
	o.must(t, 1, "put_message", slow)
	l := o.loaded(t)
	assert.Check(t, len(l.Check.violated()) > 0, "%+v", l.Check)
	page, err := os.ReadFile(trace + ".html")
	assert.NilError(t, err)
	assert.Check(t, strings.Contains(string(page), "<html"))

	run(t, "replay", trace).must(t, 0, `(?s)repeated alike\n.*\n  stored_before_acknowledged was violated at #`)
	run(t, "verify", trace).must(t, 1, `(?s)^\S+: fresh_5: ILLEGAL at line \d+.*\n  breaks +Response: a request succeeds when its entry is applied`)
}

func TestLoadWithoutAClusterFails(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 3)
	nodes := fmt.Sprintf("%s,%s", local(base), local(base+1))
	o := run(t, "load", "-targets", nodes, "-duration", "1s", "-patience", "100ms", "-timeout", "100ms")
	o.must(t, 4, "", "no node can be reached", "connection refused")
	run(t, "load", "-admin", "http://"+local(base+2), "-duration", "1s").must(t, 4, "", local(base+2))
}

// An interrupt ends the load at once, and the report covers the time until then.
func TestLoadInterrupted(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_3")
	p.settled()
	l := launch(t, "load", "-url", p.ready.Admin, "-clients", "4", "-duration", "10m")
	p.admin.wait("applied=50")
	l.interrupt()
	o := l.outcome()
	o.must(t, 2, `(?m)^ +\d+ .* put_message$`, "emulator load: interrupted")
	assert.Check(t, strings.Contains(o.stdout, "4 clients"), o.stdout)
}
