package load

import (
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// A cluster is the nodes, and what all clients together know about them.
type cluster struct {
	nodes  []*url.URL
	places map[string]int // by host:port and path
	// ids: the nodes are in the order of their ids, so that an id is an index.
	ids    bool
	leader atomic.Int64 // the node to ask first
	// led is, by node, the term in which it last led, plus 1; 0: none is known.
	led []atomic.Uint64

	admin *adminAPI // of the emulator that hosts them; nil: none is known
}

func newCluster(t *Target) *cluster {
	c := &cluster{nodes: t.Nodes, places: map[string]int{}, ids: t.IDs, led: make([]atomic.Uint64, len(t.Nodes)), admin: t.admin}
	for i, u := range t.Nodes {
		c.places[placeOf(u)] = i
	}
	return c
}

func placeOf(u *url.URL) string { return strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/") }

// named returns the node that an answer names as the leader.
func (c *cluster) named(a *answer) (int, bool) {
	if u, err := url.Parse(a.leaderURL); err == nil && a.leaderURL != "" {
		if place, known := c.places[placeOf(u)]; known {
			return place, true
		}
	}
	id, err := strconv.Atoi(a.leader)
	return id, err == nil && c.ids && id >= 0 && id < len(c.nodes)
}

// after returns the node to try after one has failed: the leader that its answer
// names, or the next node in order.
func (c *cluster) after(node int, a *answer) int {
	if named, ok := c.named(a); ok && named != node {
		return named
	}
	return (node + 1) % len(c.nodes)
}

// likelyLeader returns the node to try first.
func (c *cluster) likelyLeader() int { return int(c.leader.Load()) }

// setLeader notes that a node acts as the leader. It reports whether this is news.
func (c *cluster) setLeader(node int) bool {
	return c.leader.Load() != int64(node) && c.leader.Swap(int64(node)) != int64(node)
}

// doubt notes that a node failed to act as the leader: clients no longer ask it
// first, unless another client has found a new leader meanwhile.
func (c *cluster) doubt(node int) {
	c.leader.CompareAndSwap(int64(node), int64((node+1)%len(c.nodes)))
}
