package tests

import (
	"fmt"
	"net/http"
	"testing"

	"gotest.tools/v3/assert"
)

func voteRequest(term uint64, candidate int, lastIndex, lastTerm uint64) string {
	return fmt.Sprintf(`{"class": "VoteRequestMessage", "dict": {"term": %d, "candidateId": %d, "lastLogIndex": %d, "lastLogTerm": %d}}`,
		term, candidate, lastIndex, lastTerm)
}

func appendRequest(term uint64, leader int, prevIndex, prevTerm uint64, entries string, commit uint64) string {
	return fmt.Sprintf(`{"class": "AppendEntriesMessage", "dict": {"term": %d, "leaderId": %d, "prevLogIndex": %d, "prevLogTerm": %d, "entries": [%s], "leaderCommit": %d}}`,
		term, leader, prevIndex, prevTerm, entries, commit)
}

func putTopicEntry(term, index uint64, topic string) string {
	return fmt.Sprintf(`{"term": %d, "index": %d, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": %q}}, "result": null}`,
		term, index, topic)
}

// rpc sends a node a message as if another node had.
func (n *node) rpc(sender int, body string) answer {
	n.t.Helper()
	return n.ask("POST", fmt.Sprintf("/rpc/%d", sender), body)
}

// Anyone can play a candidate: RequestVote by hand gets a node's real answer. In
// virtual time nothing else happens in between.
func TestRPCRequestVote(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_3", "-clock", "virtual")
	n := p.nodes[0]
	assert.Check(t, is(n.rpc(1, voteRequest(1, 1, 0, 0)), 200, `{"term": 1, "voteGranted": true}`))
	assert.Check(t, is(n.rpc(2, voteRequest(1, 2, 0, 0)), 200, `{"term": 1, "voteGranted": false}`), "one vote in a term")
	assert.Check(t, is(n.rpc(1, voteRequest(1, 1, 0, 0)), 200, `{"term": 1, "voteGranted": true}`), "the same vote again")
	assert.Check(t, is(n.rpc(2, voteRequest(0, 2, 0, 0)), 200, `{"term": 1, "voteGranted": false}`), "a stale term")
	v := p.admin.node(0)
	assert.Check(t, v.Term == 1 && v.votedFor() == 1 && v.Role == "Follower", "%+v", v)

	// It gets an entry, after which a candidate without one is not up to date.
	assert.Check(t, is(n.rpc(1, appendRequest(1, 1, 0, 0, putTopicEntry(1, 1, "dog"), 0)), 200,
		`{"term": 1, "success": true, "matchIndex": 1}`))
	assert.Check(t, is(n.rpc(2, voteRequest(7, 2, 0, 0)), 200, `{"term": 7, "voteGranted": false}`), "its log is behind")
	assert.Check(t, is(n.rpc(2, voteRequest(7, 2, 1, 1)), 200, `{"term": 7, "voteGranted": true}`))
	assert.Check(t, n.status() == status{"Follower", 7})

	events := p.admin.events(0)
	assert.Check(t, count(events, "RPC", 0) == 7)
	assert.Check(t, count(events, "HandleRequestVoteRequest", 0) == 6)
	for _, e := range events {
		if e.of("Reply", 0) {
			assert.Check(t, e.Cause > 0, "a reply without a cause: %s", quote(e))
		}
	}
}

// Anyone can play a leader: AppendEntries by hand.
func TestRPCAppendEntries(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_3", "-clock", "virtual")
	n := p.nodes[2]
	two := putTopicEntry(3, 1, "dog") + "," + putTopicEntry(3, 2, "cat")
	assert.Check(t, is(n.rpc(0, appendRequest(3, 0, 0, 0, two, 0)), 200, `{"term": 3, "success": true, "matchIndex": 2}`))
	assert.Check(t, n.status() == status{"Follower", 3})
	assert.Check(t, n.holds(``, 0), "nothing is committed")
	assert.Check(t, is(n.rpc(0, appendRequest(3, 0, 2, 3, "", 1)), 200, `{"term": 3, "success": true, "matchIndex": 2}`))
	assert.Check(t, n.holds(`dog: []`, 1))

	// A node refuses entries that do not fit, and old terms.
	for name, body := range map[string]string{
		"Gap":       appendRequest(3, 0, 5, 3, "", 1),
		"OtherTerm": appendRequest(3, 0, 2, 2, "", 1),
		"StaleTerm": appendRequest(2, 0, 2, 2, "", 2),
	} {
		assert.Check(t, n.refusedIn(3, n.rpc(0, body)), name)
	}
	// A later leader has another entry at index 2; it goes, the committed one stays.
	assert.Check(t, is(n.rpc(1, appendRequest(4, 1, 1, 3, putTopicEntry(4, 2, "cow"), 2)), 200, `{"term": 4, "success": true, "matchIndex": 2}`))
	assert.Check(t, p.admin.node(2).terms() == "3 4")
	assert.Check(t, n.holds(`dog: []; cow: []`, 2))
	assert.Check(t, n.refusedIn(4, n.rpc(0, appendRequest(3, 0, 1, 3, putTopicEntry(3, 2, "cat"), 2))), "the old leader's time is over")
	assert.Check(t, p.admin.node(2).terms() == "3 4")
}

// refusedIn reports whether the answer to an AppendEntries is a refusal in a term.
func (n *node) refusedIn(term uint64, a answer) bool {
	n.t.Helper()
	var refusal struct {
		Term    uint64
		Success *bool
	}
	n.decode(a, &refusal)
	return a.status == 200 && refusal.Term == term && refusal.Success != nil && !*refusal.Success
}

// A message of a later term ends a leader's office; what its clients wait for
// has failed.
func TestRPCDeposesLeader(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.partition(`{"isolate": [0]}`)
	put := p.arrive(0, "PUT", "/topic", topicBody("dog"))
	put.unanswered()
	a := p.nodes[0].rpc(1, voteRequest(99, 1, 0, 0))
	assert.Check(t, is(a, 200, `{"term": 99, "voteGranted": false}`))
	assert.Check(t, is(put.answer(), 503, failure))
	assert.Check(t, p.nodes[0].status().Role != "Leader")
}

// A node refuses a body that no node could have sent, and says what is wrong.
func TestRPCRefusesBadInput(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_3", "-clock", "virtual")
	n := p.nodes[0]
	before := p.admin.seq()
	vote := voteRequest(1, 1, 0, 0)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"NoJSON":        {"POST", "/rpc/1", "vote", 400},
		"UnknownClass":  {"POST", "/rpc/1", `{"class": "Hello", "dict": {}}`, 400},
		"MissingKey":    {"POST", "/rpc/1", `{"class": "VoteRequestMessage", "dict": {"term": 1}}`, 400},
		"NegativeTerm":  {"POST", "/rpc/1", `{"class": "VoteRequestMessage", "dict": {"term": -1, "candidateId": 1, "lastLogIndex": 0, "lastLogTerm": 0}}`, 400},
		"OtherSender":   {"POST", "/rpc/2", vote, 400},
		"UnknownSender": {"POST", "/rpc/3", voteRequest(1, 3, 0, 0), 404},
		"ItselfSends":   {"POST", "/rpc/0", voteRequest(1, 0, 0, 0), 404},
		"NoSender":      {"POST", "/rpc/", vote, 404},
		"NoNumber":      {"POST", "/rpc/x", vote, 404},
		"Get":           {"GET", "/rpc/1", "", 405},
		"LogAhead":      {"POST", "/rpc/1", voteRequest(1, 1, 1, 2), 400},
		"EntryGap":      {"POST", "/rpc/1", appendRequest(1, 1, 0, 0, putTopicEntry(1, 2, "dog"), 0), 400},
	} {
		t.Run(name, func(t *testing.T) {
			a := n.ask(c.method, c.path, c.body)
			assert.Check(t, a.status == c.status, "want %d, got %v", c.status, a)
			var refusal struct{ Error string }
			n.decode(a, &refusal)
			assert.Check(t, refusal.Error != "", "%v", a)
		})
	}
	assert.Equal(t, p.admin.seq(), before, "something has changed")
}

// Pages of other origins, and names that only resolve to this machine, reach
// neither the nodes nor the admin API.
func TestForeignOriginsAreRefused(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_1")
	for _, c := range []struct{ name, header, value string }{
		{"Origin", "Origin", "http://evil.example"},
		{"FetchSite", "Sec-Fetch-Site", "cross-site"},
		{"Host", "Host", "evil.example"},
	} {
		for _, url := range []string{
			p.nodes[0].base + "/status", p.nodes[0].base + "/topic", p.nodes[0].base + "/message/dog", p.nodes[0].base + "/",
			p.nodes[0].base + "/force-view-state-machine", p.nodes[0].base + "/rpc/0", p.admin.base + "/v1/cluster",
		} {
			method := http.MethodGet
			if url == p.nodes[0].base+"/rpc/0" {
				method = http.MethodPost
			}
			request, err := http.NewRequest(method, url, http.NoBody)
			assert.NilError(t, err)
			request.Header.Set(c.header, c.value)
			if c.header == "Host" {
				request.Host = c.value
			}
			response, err := p.client.Do(request)
			assert.NilError(t, err)
			response.Body.Close()
			assert.Check(t, response.StatusCode == http.StatusForbidden, "%s at %s: %s", c.name, url, response.Status)
		}
	}
}
