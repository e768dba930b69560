// Package examples is the suite in Go.
package examples

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rrmq.example/emulator/emulator"
)

func TestElection(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Within(time.Second).Wait("leader=unique")
	since := c.Seq()
	c.Advance(3 * time.Second)
	if n := len(c.Events(since, "Timeout")); n > 0 {
		t.Errorf("%d timeouts: heartbeats keep the followers from standing for election", n)
	}
}

func TestFailover(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	old := c.Leader()
	wantStatus(t, http.StatusCreated, old, "dog")
	c.Crash(old.ID)
	c.Wait("event=BecomeLeader")
	wantStatus(t, http.StatusCreated, c.Leader(), "cat")
	c.Restart(old.ID)
	c.Within(time.Second).Wait(fmt.Sprintf("role=%d:Follower", old.ID), "topics=all:dog, cat")
}

func TestOldLeader(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	old := c.Leader()
	c.Isolate(old.ID)
	if status, err := putTopic(old, "lost", 200*time.Millisecond); err == nil {
		t.Fatalf("status %d: without a majority nothing is committed", status)
	}
	c.Wait("event=BecomeLeader")
	wantStatus(t, http.StatusCreated, c.Leader(), "cat")
	c.Heal()
	c.Within(time.Second).Wait(fmt.Sprintf("role=%d:Follower", old.ID), "topics=all:cat", "logs_equal=all")
}

// putTopic asks a node through its own port, as its clients do.
func putTopic(n *emulator.Node, topic string, timeout time.Duration) (status int, err error) {
	body := strings.NewReader(fmt.Sprintf(`{"topic": %q}`, topic))
	request, err := http.NewRequest(http.MethodPut, n.URL+"/topic", body)
	if err != nil {
		return 0, err
	}
	client := http.Client{Timeout: timeout}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func wantStatus(t *testing.T, want int, n *emulator.Node, topic string) {
	t.Helper()
	if got, err := putTopic(n, topic, 10*time.Second); err != nil || got != want {
		t.Fatalf("put topic %s at node %d: status %d, error %v; want %d", topic, n.ID, got, err, want)
	}
}
