package tests

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
)

// A node is one of the cluster's, as its clients see it.
type node struct {
	caller
	id int
}

// The bodies of answers that say no more than how it went.
const (
	success = `{"success": true}`
	failure = `{"success": false}`
)

func topicBody(topic string) string { return quote(map[string]string{"topic": topic}) }
func messageBody(topic, message string) string {
	return quote(map[string]string{"topic": topic, "message": message})
}

func messagePath(topic string) string { return "/message/" + url.PathEscape(topic) }

func (n *node) putTopic(topic string) answer { return n.ask("PUT", "/topic", topicBody(topic)) }
func (n *node) getTopics() answer            { return n.ask("GET", "/topic", "") }
func (n *node) putMessage(topic, message string) answer {
	return n.ask("PUT", "/message", messageBody(topic, message))
}
func (n *node) pop(topic string) answer { return n.ask("GET", messagePath(topic), "") }

// has is the body of an answer with a message.
func has(message string) string {
	return quote(map[string]any{"success": true, "message": message})
}

// listed is the body of an answer with topics.
func listed(topics ...string) string {
	return quote(map[string]any{"success": true, "topics": append([]string{}, topics...)})
}

// A status is what GET /status answers.
type status struct {
	Role string
	Term uint64
}

func (n *node) status() status {
	n.t.Helper()
	var s status
	n.ok("GET", "/status", "", &s)
	return s
}

// A queue is what GET /force-view-state-machine answers.
type queue struct {
	Topics []struct {
		Topic    string
		Messages []string
	}
	LastApplied uint64
}

func (q queue) String() string {
	var topics []string
	for _, t := range q.Topics {
		topics = append(topics, fmt.Sprintf("%s: %q", t.Topic, t.Messages))
	}
	return strings.Join(topics, "; ")
}

func (n *node) queue() queue {
	n.t.Helper()
	var q queue
	n.ok("GET", "/force-view-state-machine", "", &q)
	return q
}

// holds compares the topics and messages of a node, written like
// `dog: ["a" "b"]; cat: []`, and how far it has applied its log.
func (n *node) holds(topics string, lastApplied uint64) cmp.Comparison {
	return func() cmp.Result {
		q := n.queue()
		if q.String() != topics || q.LastApplied != lastApplied {
			return cmp.ResultFailure(fmt.Sprintf("node %d holds %s and has applied up to %d; want %s and %d",
				n.id, q, q.LastApplied, topics, lastApplied))
		}
		return cmp.ResultSuccess
	}
}

func (n *node) address() string { return strings.TrimPrefix(n.base, "http://") }

// refuses reports whether the node refuses connections while no other program can take
// its port.
func (n *node) refuses() cmp.Comparison {
	return func() cmp.Result {
		conn, err := net.DialTimeout("tcp", n.address(), patience)
		if err == nil {
			conn.Close()
			return cmp.ResultFailure(fmt.Sprintf("node %d accepts connections", n.id))
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return cmp.ResultFailure(fmt.Sprintf("node %d does not refuse connections, but: %v", n.id, err))
		}
		listener, err := net.Listen("tcp", n.address())
		if err == nil {
			listener.Close()
			return cmp.ResultFailure(fmt.Sprintf("somebody else could have the port of node %d", n.id))
		}
		return cmp.ResultSuccess
	}
}

// timesOut sends a request that must get no answer within limit.
func (n *node) timesOut(limit time.Duration, method, path, body string) {
	n.t.Helper()
	a, err := n.try(limit, method, path, body)
	var timeout interface{ Timeout() bool }
	assert.Assert(n.t, errors.As(err, &timeout) && timeout.Timeout(),
		"%s %s of node %d: want no answer within %v, got %v, %v", method, path, n.id, limit, a, err)
}
