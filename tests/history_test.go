package tests

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A deed is a request that was answered with success.
type deed struct {
	index   uint64 // of its entry, as the answer says
	command string // as the admin API writes it
}

// A history holds the answers that clients got.
type history struct {
	mu    sync.Mutex // guards deeds
	deeds []deed
}

func (h *history) add(a answer, format string, args ...any) {
	index, _ := strconv.ParseUint(a.header.Get("X-Raft-Index"), 10, 64)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deeds = append(h.deeds, deed{index, fmt.Sprintf(format, args...)})
}

// write puts messages, each with a new text, at whichever node leads, until stop is
// closed. It does not repeat a request without an answer.
func (h *history) write(p *program, client int, stop <-chan struct{}) {
	at := client
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		n := p.nodes[at%len(p.nodes)]
		message := fmt.Sprintf("%d of client %d", i, client)
		a, err := n.try(50*time.Millisecond, "PUT", "/message", messageBody("log", message))
		if err != nil || a.status != 201 {
			at = next(at, a)
			continue
		}
		h.add(a, "put_message log %q", message)
		if i%4 == 3 {
			if a, err := n.try(50*time.Millisecond, "GET", "/message/log", ""); err == nil && a.status == 200 {
				h.add(a, "get_message log")
			}
		}
	}
}

// next is where to try after a failure: at the leader that the answer names, or
// one node further.
func next(at int, a answer) int {
	if leader, err := strconv.Atoi(a.header.Get("X-Raft-Leader")); err == nil {
		return leader
	}
	return at + 1
}

// While nodes crash, stand still and are cut off, clients write. In the end all
// logs are equal, what was acknowledged stands where the answer said, and no
// request is there twice; the queues are what the log gives.
func TestHistoryOfARunIsLinearizable(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	assert.Assert(t, is(p.nodes[p.settled()].putTopic("log"), 201, success))
	var h history
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for i := range 3 {
		clients.Go(func() { h.write(p, i, stop) })
	}
	p.admin.setFault("loss", `{"drop": true, "probability": 0.05}`)
	p.admin.setFault("mixed", `{"delay_ms": [0, 5], "duplicate": true, "probability": 0.2}`)
	for _, verb := range []string{"crash", "pause", "partition"} {
		leader := p.admin.leader()
		term := p.admin.node(leader).Term
		p.admin.do(leader, verb)
		var others string
		for _, n := range p.others(leader) {
			others += fmt.Sprintf(",%d", n.id)
		}
		committed := p.admin.node(leader).CommitIndex
		p.admin.wait(fmt.Sprintf("term=%s:%d", others[1:], term+1), fmt.Sprintf("committed=%s:%d", others[1:], committed+50))
		p.admin.do(leader, "heal")
	}
	p.admin.heal()
	close(stop)
	clients.Wait()

	leader := p.nodes[p.settled()]
	last := leader.putTopic("the end")
	assert.Assert(t, is(last, 201, success))
	p.admin.wait("applied="+last.header.Get("X-Raft-Index"), "logs_equal=all", "queues_equal=all")
	var v view
	p.admin.ok("GET", fmt.Sprintf("/v1/nodes/%d?log=1000000", leader.id), "", &v)
	assert.Assert(t, len(h.deeds) >= 50, "only %d requests were acknowledged", len(h.deeds))
	t.Logf("%d requests acknowledged, %d in the log", len(h.deeds), len(v.Log))
	for _, d := range h.deeds {
		assert.Assert(t, d.index >= 1 && d.index <= uint64(len(v.Log)), "%+v", d)
		assert.Assert(t, v.Log[d.index-1].Command == d.command, "index %d was acknowledged for %s", d.index, d.command)
	}
	var queued []string
	seen := map[string]bool{}
	for _, e := range v.Log {
		if e.Command == "get_message log" {
			queued = queued[min(1, len(queued)):]
			continue
		}
		assert.Assert(t, !seen[e.Command], "twice in the log: %s", e.Command)
		seen[e.Command] = true
		if topic, message, ok := e.message(); ok && topic == "log" {
			queued = append(queued, message)
		}
	}
	for _, n := range p.nodes {
		q := n.queue()
		assert.Assert(t, slices.Equal(q.Topics[0].Messages, queued), "node %d", n.id)
	}
}
