package target

import (
	"context"
	"net/http"
	"time"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/raft"
)

const (
	// pollEvery is the least time between two polls of a node.
	pollEvery = 100 * time.Millisecond
	// pollTime is the time after which a poll gives up.
	pollTime = 3 * time.Second
	// maxHalves is the number of polls in a row that a node may break off in the middle of the
	// answer. A node that ends does so once.
	maxHalves = 5
)

// poll asks a node for its role and term, as long as the cluster runs. It asks again only when
// the last poll has ended, and leaves alone a node that is down or paused.
func (t *cluster) poll(n *node) {
	for t.ctx.Err() == nil {
		t.mu.Lock()
		runs, wait := n.runs(), pollEvery-time.Since(n.lastPoll)
		t.mu.Unlock()
		switch {
		case !runs:
			select {
			case <-t.ctx.Done():
			case <-n.kick:
			}
		case wait > 0:
			timer := time.NewTimer(wait)
			select {
			case <-t.ctx.Done():
			case <-timer.C:
			}
			timer.Stop()
		default:
			t.pollOnce(n)
		}
	}
}

// pollOnce asks a node once.
func (t *cluster) pollOnce(n *node) {
	ctx, cancel := context.WithTimeout(t.ctx, pollTime)
	defer cancel()
	t.mu.Lock()
	n.lastPoll = time.Now()
	began, process := t.since(), n.process
	t.mu.Unlock()
	r := t.exchange(ctx, n.index, http.MethodGet, "/status", nil, nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil || n.process != process {
		return
	}
	n.tried = began
	p, ok := n.readStatus(&r)
	if !ok {
		return
	}
	if p.Wrong != "" && len(t.nodes) == 1 && !judge.ExpectsRoles(t.fixture.Scenario) {
		p = judge.Poll{Role: raft.Leader} // who else
	}
	if n.wrongs = (n.wrongs + 1) * btoi(p.Wrong != ""); n.wrongs == 1 {
		return // it may be on the way from one state to another
	}
	p.Begin, p.End = began, t.since()
	t.record.Polls[n.index] = append(t.record.Polls[n.index], p)
	if p.Wrong != "" {
		t.failLocked(errOver)
		return
	}
	n.known, n.role, n.term = true, p.Role, p.Term
	t.lookNow()
}

// readStatus reads an answer to GET /status. It is not ok if it says nothing about the node:
// a node may be unable to answer for a while.
func (n *node) readStatus(r *reply) (judge.Poll, bool) {
	n.halves = n.halves*btoi(r.half) + btoi(r.half)
	switch {
	case r.status >= 200 && r.status < 300 && r.problem == "":
		return parseStatus(r.body), true
	case len(r.body) > maxBody, n.halves >= maxHalves:
		return judge.Poll{Wrong: r.problem}, true
	case r.status >= 300 && r.status < 500 && r.status != http.StatusRequestTimeout && r.status != http.StatusTooManyRequests:
		return judge.Poll{Wrong: "status " + statusText(r.status)}, true
	}
	return judge.Poll{}, false
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
