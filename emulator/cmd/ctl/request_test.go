package ctl_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/ctl"
)

// put, get and topics ask the leader as its clients do.
func TestRequestsReachTheLeader(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	assert.Assert(t, cmp.Contains(s.ok("put", "dog"), "done, entry 1; seq "))
	s.ok("put", "dog", "wuff")
	s.ok("put", "dog", "two\nlines \x1b[31m")
	s.ok("put", "große Hunde, 犬")
	assert.Equal(t, s.ok("topics"), "dog\ngroße Hunde, 犬\n")
	assert.Equal(t, s.ok("get", "dog"), "wuff\n")
	assert.Equal(t, s.ok("get", "dog"), `"two\nlines \x1b[31m"`+"\n")
	s.run("get", "dog").fails(cli.Failed, "answered 404: no such topic, or it is empty")
	s.run("put", "dog").fails(cli.Failed, "answered 409: the topic exists")
	assert.Assert(t, cmp.Contains(s.ok("topics", "-json"), `"answer":"ok","status":200,"body":{"success":true,"topics":["dog",`))
	history := s.ok("history")
	assert.Assert(t, cmp.Contains(history, "wuff"), history)
}

// With -node only that node is asked, and its refusal is shown.
func TestRequestsReachAChosenNode(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	leader := s.c.Leader().ID
	other, third := (leader+1)%3, (leader+2)%3
	s.run("put", "dog", "-node", id(other)).fails(cli.Failed, "node "+id(other)+" answered 421: not the leader; it takes node "+id(leader)+" for the leader")
	s.ok("crash", id(other))
	s.run("topics", "-node", id(other)).fails(cli.Undecided, "node "+id(other)+": the node refuses connections, as one that is down does")
	s.ok("isolate", id(leader))
	s.run("put", "dog", "-timeout", "200ms").fails(cli.Undecided, "no answer came in time; the request may be carried out all the same")
	s.ok("crash", id(third))
	s.ok("crash", id(leader))
	s.run("topics").fails(cli.Usage, "there is no leader among the nodes that are up")
	s.run("put").fails(cli.Usage, "TOPIC")
}

// A leader that has been replaced names the next one, which is asked then.
func TestRequestsFollowTheLeader(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	follower := (s.c.Leader().ID + 1) % 3
	r := s.run("put", "dog", "-node", id(follower))
	assert.Equal(t, r.code, cli.Failed)
	a := s.ask("POST", "/v1/nodes/"+id(follower)+"/request", `{"op": "put_topic", "topic": "dog", "follow": true}`)
	assert.Assert(t, cmp.Contains(a, `"node":`+id(s.c.Leader().ID)+`,"answer":"ok"`))
}

// -since last counts events from the newest change, and the refusal of a wait says when its
// event was.
func TestWaitSinceTheLastChange(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	old := s.c.Leader().ID
	s.ok("isolate", "leader")
	s.ok("wait", "leader=majority") // time passes: the event is over when somebody waits for it
	r := s.run("wait", "event=BecomeLeader", "-timeout", "50ms")
	r.fails(cli.Failed, "no BecomeLeader", "; the newest before is record ", "; -since ", " counts it, -since last counts events from the newest change")
	s.run("wait", "event=BecomeLeader:"+id(old), "-since", "last", "-timeout", "50ms").fails(cli.Failed, "the newest before is record ")
	assert.Assert(t, cmp.Contains(s.ok("wait", "event=BecomeLeader", "-since", "last"), "event=BecomeLeader: record "))
	s.run("wait", "event=Restart", "-since", "last", "-timeout", "0").fails(cli.Failed, "no Restart")
	s.run("wait", "event=Restart", "-since", "lst").fails(cli.Usage, `-since is "lst", want a whole number from 0 on, or last`)
	events := s.ok("events", "-since", "last")
	assert.Assert(t, !strings.Contains(events, "Nemesis") && strings.Contains(events, "BecomeLeader"), events)
	s.ok("fixture", "load", "fresh_3") // without a change since the start, all events count
	assert.Equal(t, strings.Count(s.ok("events", "-since", "last"), "Init"), 3)
}

func id(n int) string { return strconv.Itoa(n) }

// ask sends a request to the API itself, and returns the answer's body.
func (s *shell) ask(method, path, body string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	assert.NilError(s.t, err)
	response, err := http.DefaultClient.Do(request)
	assert.NilError(s.t, err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	assert.NilError(s.t, err)
	return string(data)
}

func TestNodesWithoutIDsShowsAll(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	assert.Equal(t, s.ok("nodes"), s.ok("nodes", "0", "1", "2"))
	assert.Assert(t, cmp.Contains(s.ok("nodes", "-json"), `"nodes":[{"id":0,`))
}

func TestEventsShowsTheNewest(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	assert.Equal(t, strings.Count(s.ok("events", "-n", "4"), "\n"), 4)
	s.ok("wait", "applied=0", "-timeout", "1s")
	assert.Equal(t, strings.Count(s.ok("events", "-event", "BecomeLeader,Init", "-n", "2"), "\n"), 2)
	assert.Equal(t, strings.Count(s.ok("events", "-event", "Init", "-n", "9"), "\n"), 3)
	s.run("events", "-n", "4", "-since", "1").fails(cli.Usage, "give one")
	s.run("events", "-n", "0").fails(cli.Usage, "-n")
}

// status -watch shows the cluster once, again after a change, and ends with the context.
func TestStatusWatchShowsChanges(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	ctx, cancel := context.WithCancel(t.Context())
	var out screen
	var stderr bytes.Buffer
	code := make(chan int)
	go func() {
		code <- cli.Run(ctx, ctl.Command(), []string{"-url", s.url, "status", "-watch"}, nil, &out, &stderr)
	}()
	out.shows(t, "leader   none")
	s.ok("crash", "2")
	out.shows(t, "down")
	assert.Equal(t, strings.Count(out.String(), "leader   none"), 2, out.String())
	s.ok("fault", "set", "lossy", "drop", "type=request_vote")
	s.ok("clock", "advance", "1000") // the fault loses messages, and its counts are shown at the next change
	s.ok("pause", "0")
	out.shows(t, "paused")
	shown := out.String()
	counts := regexp.MustCompile(`lossy: .*matched [1-9]`)
	assert.Assert(t, counts.MatchString(shown), shown)
	cancel()
	assert.Equal(t, <-code, 0, stderr.String())
}
