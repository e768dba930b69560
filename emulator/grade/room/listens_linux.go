package room

import (
	"fmt"
	"slices"
)

// Listens returns the ports on which the processes of node i listen, as far as the system
// shows them. The grader's own ports in a node's namespace do not count.
func (r *Rooms) Listens(i int) []int {
	r.mu.Lock()
	p := r.processes[i]
	r.mu.Unlock()
	if p == nil || p.Exit() != "" {
		return nil
	}
	tree := p.Tree()
	var ports []int
	for _, pid := range tree {
		all, err := connectionsOf(fmt.Sprint(pid))
		if err != nil {
			continue
		}
		for _, s := range all {
			if port := int(s.local); s.state == listening && !slices.Contains(ports, port) && holds(tree, []uint64{s.inode}) {
				ports = append(ports, port)
			}
		}
		break // all processes of a node share a network
	}
	slices.Sort(ports)
	return ports
}
