package play

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A certainty says whether something is true, as far as a reader of the file can
// tell.
type certainty uint8

const (
	unknown certainty = iota
	yes
	no
)

// A nodeStatus says which nodes are up and which are paused after the steps read
// so far. A step that names a node by its role may act on any node, so afterwards
// less is certain.
type nodeStatus struct {
	up, paused []certainty
}

func newNodeStatus(nodes []world.NodeConfig) nodeStatus {
	p := nodeStatus{make([]certainty, len(nodes)), make([]certainty, len(nodes))}
	for i, n := range nodes {
		p.up[i], p.paused[i] = certainly(!n.Down), certainly(n.Paused)
	}
	return p
}

func certainly(b bool) certainty {
	if b {
		return yes
	}
	return no
}

// objection explains why a change of a node is impossible or has no effect; "" if it
// may have one.
func (p *nodeStatus) objection(op fault.Kind, id raft.NodeID, wipe bool) string {
	up, paused := p.up[id], p.paused[id]
	switch {
	case op == fault.Crash && up == no && !wipe:
		return fmt.Sprintf("node %d is down already", id)
	case op == fault.Restart && up == yes:
		return fmt.Sprintf("node %d is up already", id)
	case op == fault.Pause && up == no, op == fault.Timeout && up == no, op == fault.Resume && up == no:
		return fmt.Sprintf("node %d is down", id)
	case op == fault.Pause && paused == yes:
		return fmt.Sprintf("node %d is paused already", id)
	case op == fault.Resume && paused == no:
		return fmt.Sprintf("node %d is not paused", id)
	case op == fault.Timeout && paused == yes:
		return fmt.Sprintf("node %d is paused", id)
	}
	return ""
}

// do notes that an op is done.
func (p *nodeStatus) do(op fault.Kind, who Who) {
	nodes, certain := []raft.NodeID{who.ID}, true
	if who.Name != "" {
		nodes, certain = nil, false
		for id := range p.up {
			nodes = append(nodes, raft.NodeID(id))
		}
	}
	for _, id := range nodes {
		switch op {
		case fault.Crash:
			set(&p.up[id], no, certain)
			set(&p.paused[id], no, certain)
		case fault.Restart:
			set(&p.up[id], yes, certain)
		case fault.Pause:
			set(&p.paused[id], yes, certain)
		case fault.Resume:
			set(&p.paused[id], no, certain)
		case fault.HealNode:
			set(&p.up[id], yes, certain)
			set(&p.paused[id], no, certain)
		}
	}
}

func set(k *certainty, to certainty, certain bool) {
	switch {
	case certain:
		*k = to
	case *k != to:
		*k = unknown
	}
}

// healAll notes that everything is healed.
func (p *nodeStatus) healAll() {
	for id := range p.up {
		p.up[id], p.paused[id] = yes, no
	}
}
