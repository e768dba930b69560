package load

import (
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// A cluster is the nodes, and what all clients together know of them.
type cluster struct {
	nodes  []*url.URL
	places map[string]int // by host:port and path
	// ids: nodes are in the order of their ids, so that an id names one.
	ids    bool
	leader atomic.Int64 // whom to ask first
	// led is by node the term in which it was last known to lead, plus 1.
	led []atomic.Uint64

	admin *adminAPI // of the emulator that hosts them; nil: none does, or it is not known
}

func newCluster(t *Target) *cluster {
	c := &cluster{nodes: t.Nodes, places: map[string]int{}, ids: t.IDs, led: make([]atomic.Uint64, len(t.Nodes)), admin: t.admin}
	for i, u := range t.Nodes {
		c.places[placeOf(u)] = i
	}
	return c
}

func placeOf(u *url.URL) string { return strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/") }

// named gives the node that an answer names as the leader.
func (c *cluster) named(a *answer) (int, bool) {
	if u, err := url.Parse(a.leaderURL); err == nil && a.leaderURL != "" {
		if place, known := c.places[placeOf(u)]; known {
			return place, true
		}
	}
	id, err := strconv.Atoi(a.leader)
	return id, err == nil && c.ids && id >= 0 && id < len(c.nodes)
}

// after is the node to try when one could do nothing for a client: the one that
// it named, or the next one round.
func (c *cluster) after(node int, a *answer) int {
	if named, ok := c.named(a); ok && named != node {
		return named
	}
	return (node + 1) % len(c.nodes)
}

// first is the node to try first.
func (c *cluster) first() int { return int(c.leader.Load()) }

// leads says that a node does what a leader does. It tells whether this is news.
func (c *cluster) leads(node int) bool {
	return c.leader.Load() != int64(node) && c.leader.Swap(int64(node)) != int64(node)
}

// doubt says that a node gave no answer or no good one: it is not asked first
// any more, unless somebody knows better meanwhile.
func (c *cluster) doubt(node int) {
	c.leader.CompareAndSwap(int64(node), int64((node+1)%len(c.nodes)))
}
