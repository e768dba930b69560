//go:build unix

package tests

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	assert.NilError(p.t, p.cmd.Process.Signal(s))
}

func TestNodeEndsOfASignalAtOnce(t *testing.T) {
	t.Parallel()
	for _, s := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		_, all := startNodes(t, 3)
		leader, _ := leads(t, 0, all...)
		for _, p := range without(all, leader) {
			p.signal(syscall.SIGSTOP)
		}
		// A client that waits, and peers that hang, hold nothing up.
		hangs := make(chan struct{})
		go func() {
			defer close(hangs)
			_, _ = leader.node.try(patience, "PUT", "/topic", topicBody("dog"))
		}()
		leader.end(s)
		wait(t, hangs, "the end of the client's connection")
	}
}

// A leader that stands still is replaced, and follows when it goes on; nothing that was
// promised is lost.
func TestStoppedLeaderIsReplacedAndFollows(t *testing.T) {
	t.Parallel()
	_, all := startNodes(t, 3)
	old, term := leads(t, 0, all...)
	assert.Assert(t, is(old.node.putTopic("dog"), 201, success))
	puts(t, "one", all...)
	old.signal(syscall.SIGSTOP)
	rest := without(all, old)
	leads(t, term, rest...)
	puts(t, "two", rest...)
	old.signal(syscall.SIGCONT)
	eventually(t, patience, func() string {
		if got := old.node.queue().String(); got != `dog: ["one" "two"]` {
			return "the node that stood still holds " + got
		}
		return ""
	})
}

// A follower that stands still holds up neither clients nor other nodes, and does not depose
// the leader when it goes on.
func TestStoppedFollowerHoldsUpNothing(t *testing.T) {
	t.Parallel()
	_, all := startNodes(t, 3, "-election-min", "2s", "-election-max", "3s") // no machine is that busy
	leader, _ := leads(t, 0, all...)
	assert.Assert(t, is(leader.node.putTopic("dog"), 201, success))
	stopped := without(all, leader)[0]
	stopped.signal(syscall.SIGSTOP)
	const puts = 200
	for i := range puts {
		a, err := leader.node.try(5*time.Second, "PUT", "/message", messageBody("dog", fmt.Sprint(i)))
		assert.Assert(t, err == nil && a.status == 201, "%v %v", a, err)
	}
	before := leader.node.status()
	stopped.signal(syscall.SIGCONT)
	eventually(t, patience, func() string {
		if q := stopped.node.queue(); q.LastApplied != puts+1 {
			return fmt.Sprint("the follower has applied up to ", q.LastApplied)
		}
		return ""
	})
	assert.Equal(t, leader.node.status(), before)
}
