package tests

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A suite drives the nodes of a course's config.json as such suites do: through
// the nodes' own ports, with a second's timeout, and by looking again and again.
type suite struct {
	t     *testing.T
	p     *program
	nodes []*node
}

// The time limits of the suites.
const (
	requestLimit = time.Second
	singleLimit  = 2 * time.Second // for a single node to lead
	electLimit   = 3 * time.Second // for several nodes, and after a leader's crash
	startLimit   = 2 * time.Second // for a node to answer at all
)

func startSuite(t *testing.T, n int) *suite {
	base := freePorts(t, 2*n)
	config := `{"addresses": [`
	for i := range n {
		if i > 0 {
			config += ", "
		}
		config += fmt.Sprintf(`{"ip": "http://127.0.0.1", "port": %d, "internal_port": %d}`, base+2*i, base+2*i+1)
	}
	p := start(t, "-config", writeFile(t, "config.json", config+"]}"))
	s := &suite{t, p, p.nodes}
	for i, n := range s.nodes {
		assert.Equal(t, n.base, "http://"+local(base+2*i))
		s.started(n)
	}
	return s
}

// started polls GET / until the node answers, whatever it does.
func (s *suite) started(n *node) {
	s.t.Helper()
	eventually(s.t, startLimit, func() string {
		if _, err := n.try(requestLimit, "GET", "/", ""); err != nil {
			return err.Error()
		}
		return ""
	})
}

// leader polls GET /status of every node until one of those that answer leads
// and all others follow.
func (s *suite) leader(limit time.Duration) *node {
	s.t.Helper()
	var leader *node
	eventually(s.t, limit, func() string {
		leader = nil
		for _, n := range s.nodes {
			a, err := n.try(requestLimit, "GET", "/status", "")
			if err != nil {
				continue // this node is down
			}
			var is status
			n.decode(a, &is)
			switch {
			case is.Role == "Leader" && leader != nil:
				return "two leaders"
			case is.Role == "Leader":
				leader = n
			case is.Role != "Follower":
				return fmt.Sprintf("node %d is %+v", n.id, is)
			}
		}
		if leader == nil {
			return "no leader"
		}
		return ""
	})
	return leader
}

// must sends a request that is answered within a second.
func (s *suite) must(n *node, method, path, body, answer string) {
	s.t.Helper()
	a, err := n.try(requestLimit, method, path, body)
	assert.NilError(s.t, err)
	assert.Assert(s.t, isJSON(a.body, answer), "%s %s %s", method, path, body)
}

// One server: it leads within two seconds, also after a restart, and serves.
func TestSuiteSingleNode(t *testing.T) {
	t.Parallel()
	s := startSuite(t, 1)
	for round := range 2 {
		n := s.leader(singleLimit)
		topic := fmt.Sprint("topic-", round)
		s.must(n, "PUT", "/topic", topicBody(topic), success)
		s.must(n, "PUT", "/topic", topicBody(topic), failure)
		s.must(n, "PUT", "/message", messageBody(topic, "hello"), success)
		s.must(n, "GET", "/message/"+topic, "", has("hello"))
		s.must(n, "GET", "/message/"+topic, "", failure)
		s.p.admin.do(0, "crash")
		_, err := n.try(requestLimit, "GET", "/status", "")
		assert.Assert(t, err != nil, "a node that was killed answers")
		s.p.admin.do(0, "restart")
		s.started(n)
	}
	s.must(s.leader(singleLimit), "GET", "/topic", "", listed("topic-0", "topic-1"))
}

// Five servers: a leader within three seconds, the others answer no request; the
// leader ends, another leads within three seconds and has all; the old one comes
// back and follows. Then a leader is stopped and continued.
func TestSuiteFiveNodes(t *testing.T) {
	t.Parallel()
	s := startSuite(t, 5)
	leader := s.leader(electLimit)
	s.must(leader, "GET", "/topic", "", listed())
	s.must(leader, "PUT", "/topic", topicBody("dog"), success)
	for _, n := range s.nodes {
		if n != leader {
			s.must(n, "PUT", "/topic", topicBody("cat"), failure)
			s.must(n, "GET", "/topic", "", failure)
			s.must(n, "GET", "/message/dog", "", failure)
		}
	}
	sent := 0
	for range 3 {
		for range 5 {
			s.must(leader, "PUT", "/message", messageBody("dog", fmt.Sprint(sent)), success)
			sent++
		}
		s.p.admin.do(leader.id, "crash")
		next := s.leader(electLimit)
		assert.Assert(t, next != leader)
		s.p.admin.do(leader.id, "restart")
		s.started(leader)
		leader = s.leader(electLimit)
		assert.Equal(t, leader, next, "who comes back follows")
	}
	s.p.admin.do(leader.id, "pause")
	_, err := leader.try(100*time.Millisecond, "GET", "/status", "")
	assert.Assert(t, err != nil, "a stopped process answers")
	paused := leader
	s.nodes = s.p.others(paused.id)
	leader = s.leader(electLimit)
	for i := range sent {
		s.must(leader, "GET", "/message/dog", "", has(fmt.Sprint(i)))
	}
	s.must(leader, "GET", "/message/dog", "", failure)
	s.p.admin.do(paused.id, "resume")
	s.nodes = s.p.nodes
	assert.Equal(t, s.leader(electLimit), leader)
	s.must(paused, "PUT", "/topic", topicBody("cat"), failure)
}
