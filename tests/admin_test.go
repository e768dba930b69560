package tests

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// An admin is the admin API.
type admin struct{ caller }

// A view is what the admin API shows of a node.
type view struct {
	ID          int
	URL         string
	Up          bool
	Paused      bool
	Role        string
	Term        uint64
	VotedFor    *int `json:"voted_for"`
	Log         []entry
	CommitIndex uint64 `json:"commit_index"`
	LastApplied uint64 `json:"last_applied"`
}

// An entry is one of a node's log.
type entry struct {
	Index   uint64
	Term    uint64
	Command string
	Op      string
	Topic   string
	Message string
}

// message is what the entry puts into a topic, if it does.
func (e entry) message() (topic, message string, ok bool) {
	return e.Topic, e.Message, e.Op == "put_message"
}

func (v view) leads() bool { return v.Up && v.Role == "Leader" }

// terms writes the log as its terms.
func (v view) terms() string {
	terms := make([]string, len(v.Log))
	for i, e := range v.Log {
		terms[i] = fmt.Sprint(e.Term)
	}
	return strings.Join(terms, " ")
}

// votedFor is -1 when the node has not voted.
func (v view) votedFor() int {
	if v.VotedFor == nil {
		return -1
	}
	return *v.VotedFor
}

func (a *admin) node(id int) view {
	a.t.Helper()
	var v view
	a.ok("GET", fmt.Sprintf("/v1/nodes/%d", id), "", &v)
	return v
}

func (a *admin) nodes() []view {
	a.t.Helper()
	var list struct{ Nodes []view }
	a.ok("GET", "/v1/nodes", "", &list)
	return list.Nodes
}

// do is one of the verbs of a node: crash, restart, pause, resume, timeout,
// partition or heal.
func (a *admin) do(id int, verb string) uint64 {
	a.t.Helper()
	return a.change("POST", fmt.Sprintf("/v1/nodes/%d/%s", id, verb), "")
}

// change changes something and gives the sequence number of its record in the
// trace: all that it led to comes after that.
func (a *admin) change(method, path, body string) uint64 {
	a.t.Helper()
	var answer struct{ Seq uint64 }
	a.ok(method, path, body, &answer)
	return answer.Seq
}

func (a *admin) partition(body string) uint64 {
	a.t.Helper()
	return a.change("POST", "/v1/partition", body)
}

func (a *admin) heal() uint64 {
	a.t.Helper()
	return a.change("POST", "/v1/heal", "")
}

func (a *admin) setFault(name, body string) {
	a.t.Helper()
	a.change("PUT", "/v1/faults/"+name, body)
}

// clock does something to the clock: pause, run, step or advance.
func (a *admin) clock(verb, body string) clock {
	a.t.Helper()
	var c clock
	a.ok("POST", "/v1/clock/"+verb, body, &c)
	return c
}

// A clock is the state of the world's time.
type clock struct {
	Mode   string
	Paused bool
	TimeMS float64 `json:"time_ms"`
}

// A fault is a message rule in force.
type fault struct {
	Name                 string
	Matched, Acted, Held uint64
}

func (a *admin) fault(name string) fault {
	a.t.Helper()
	var f fault
	a.ok("GET", "/v1/faults/"+name, "", &f)
	return f
}

// wait waits until the conditions hold together, such as leader=unique.
func (a *admin) wait(conditions ...string) {
	a.t.Helper()
	query := url.Values{"timeout_ms": {fmt.Sprint(patience.Milliseconds())}}
	for _, c := range conditions {
		key, value, _ := strings.Cut(c, "=")
		query.Add(key, value)
	}
	answer, err := a.try(patience+5*time.Second, "GET", "/v1/wait?"+query.Encode(), "")
	assert.NilError(a.t, err)
	assert.Assert(a.t, answer.status == 200, "waiting for %v: %v", conditions, answer)
}

// waitEvent waits for an event after a place in the trace.
func (a *admin) waitEvent(since uint64, event string) {
	a.t.Helper()
	a.wait("event="+event, fmt.Sprintf("since=%d", since))
}

// leader waits until there is one leader and gives its id.
func (a *admin) leader() int {
	a.t.Helper()
	a.wait("leader=unique")
	return a.anyLeader()
}

// anyLeader is the leader of the highest term, -1 when there is none.
func (a *admin) anyLeader() int {
	a.t.Helper()
	var cluster struct{ Leader *int }
	a.ok("GET", "/v1/cluster", "", &cluster)
	if cluster.Leader == nil {
		return -1
	}
	return *cluster.Leader
}

// An event is one record of the trace.
type event struct {
	Seq     uint64
	TimeNS  int64 `json:"time_ns"`
	Cause   uint64
	Event   string
	Node    *int
	Message *message
	State   *state
}

type state struct {
	Role        string
	Term        uint64
	VotedFor    *int   `json:"voted_for"`
	CommitIndex uint64 `json:"commit_index"`
	LastIndex   uint64 `json:"last_index"`
}

type message struct {
	ID           uint64
	Type         string
	From, To     int
	Term         uint64
	PrevLogIndex uint64 `json:"prev_log_index"`
	Entries      []json.RawMessage
	VoteGranted  bool `json:"vote_granted"`
	Success      bool
}

// of reports whether the event is of this kind and, unless node is -1, of this node.
func (e event) of(kind string, node int) bool {
	return e.Event == kind && (node < 0 || e.Node != nil && *e.Node == node)
}

// events are those after a place in the trace.
func (a *admin) events(since uint64) []event {
	a.t.Helper()
	var all []event
	for {
		var page struct {
			Last, Next uint64
			Missed     bool
			Events     []event
		}
		a.ok("GET", fmt.Sprintf("/v1/events?limit=10000&since=%d", since), "", &page)
		assert.Assert(a.t, !page.Missed, "the trace no longer has all records after %d", since)
		all = append(all, page.Events...)
		if since = page.Next; since >= page.Last {
			return all
		}
	}
}

// seq is the newest event's.
func (a *admin) seq() uint64 {
	a.t.Helper()
	var cluster struct{ Seq uint64 }
	a.ok("GET", "/v1/cluster", "", &cluster)
	return cluster.Seq
}

// dump describes the cluster for a test's log.
func (a *admin) dump() string {
	answer, err := a.try(5*time.Second, "GET", "/v1/cluster", "")
	if err != nil {
		return err.Error()
	}
	return answer.body
}

// count counts the events of a kind.
func count(events []event, kind string, node int) int {
	n := 0
	for _, e := range events {
		if e.of(kind, node) {
			n++
		}
	}
	return n
}

// none fails the test if there is such an event.
func none(t testing.TB, events []event, kind string) {
	t.Helper()
	for _, e := range events {
		assert.Assert(t, e.Event != kind, "want no %s, got %s", kind, quote(e))
	}
}
