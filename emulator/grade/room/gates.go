package room

import (
	"errors"
	"fmt"
	"sync"
)

// Gates say which connections are refused, and shut the doors for them.
type gates struct {
	mu     sync.Mutex
	down   []bool   // by node
	cut    [][]bool // by the node that connects, and the one to which
	silent []bool   // by node: its process was not started since it went down
	doors  [][]*door
	failed error
}

func newGates(nodes int) *gates {
	g := &gates{down: make([]bool, nodes), silent: make([]bool, nodes), doors: make([][]*door, nodes)}
	for range nodes {
		g.cut = append(g.cut, make([]bool, nodes))
	}
	return g
}

// refuses reports whether node from is refused at a port of node to. The caller holds the mutex.
func (g *gates) refuses(from, to int, internal bool) bool {
	if internal {
		return g.cut[from][to] || g.silent[to]
	}
	return g.cut[from][to] || g.down[to]
}

// furnish says which doors a node finds.
func (g *gates) furnish(node int, doors []*door) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doors[node] = doors
	g.apply()
}

// node shuts all doors to a node, or opens them.
func (g *gates) node(i int, yes bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down[i], g.silent[i] = yes, yes
	g.apply()
}

// started opens the doors to a node's internal port.
func (g *gates) started(i int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent[i] = false
	g.apply()
}

// link shuts the doors from a node to another one, or opens them.
func (g *gates) link(from, to int, yes bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cut[from][to] = yes
	g.apply()
}

// apply brings each door into its state. The caller holds the mutex.
func (g *gates) apply() {
	for _, doors := range g.doors {
		for _, d := range doors {
			want := g.refuses(d.from, d.to, d.internal)
			if d.isShut == want {
				continue
			}
			d.isShut = want
			if err := d.shut(want); err != nil {
				g.failed = errors.Join(g.failed, fmt.Errorf("the door from node %d to node %d: %w", d.from, d.to, err))
			}
		}
	}
}

func (g *gates) failure() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failed
}
