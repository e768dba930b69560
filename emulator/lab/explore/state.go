package explore

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// beginState gives the nodes a past of a few terms, as a crash of all nodes would leave
// it. Each term has a leader that a majority may have elected (§5.4.1), and that
// replicated some of its entries to some nodes. The logs look like those of Figure 7.
func (r *rehearsal) beginState() {
	p := past{dice: r.dice, machine: r.fixture.MachineType(), nodes: r.fixture.Nodes}
	for t := range raft.Term(r.Between(1, 6)) {
		p.term(t + 1)
	}
}

// A past is one in the making.
type past struct {
	dice
	machine   *machine.Type
	nodes     []world.NodeConfig
	committed []raft.Entry
}

// term lets a term pass.
func (p *past) term(t raft.Term) {
	order := p.Perm(len(p.nodes))
	quorum := order[:len(order)/2+1]
	leader := quorum[0]
	for _, id := range quorum[1:] {
		if isBehind(p.nodes[leader].Log, p.nodes[id].Log) {
			leader = id
		}
	}
	for _, id := range quorum {
		p.nodes[id].Term, p.nodes[id].VotedFor = t, raft.NodeID(leader)
	}
	l := &p.nodes[leader]
	log := l.Log[:len(l.Log):len(l.Log)]
	for range pick(p.dice, 0, 1, 1, 2, 3, 4) {
		log = append(log, raft.Entry{Term: t, Command: pastCommand(p.machine, t, len(log)+1)})
	}
	l.Log = log
	p.replicate(t, leader, order)
}

// replicate brings some of the leader's log to some nodes, and commits what they
// all then agree on.
func (p *past) replicate(t raft.Term, leader int, order []int) {
	l := &p.nodes[leader]
	holders, all := 1, len(l.Log)
	for _, id := range order {
		n := &p.nodes[id]
		if id == leader || n.Term > t || p.Chance(0.5) {
			continue
		}
		to := p.Between(0, len(l.Log))
		if n.Term < t {
			n.Term, n.VotedFor = t, raft.None
		}
		if k := agreement(n.Log, l.Log); k < to {
			n.Log = l.Log[:to:to]
		}
		holders++
		all = min(all, to)
	}
	if all > 0 && 2*holders > len(p.nodes) && l.Log[all-1].Term == t && all > len(p.committed) {
		p.committed = l.Log[:all]
	}
	for _, id := range order {
		n := &p.nodes[id]
		if n.Term == t && agreement(n.Log, p.committed) == len(p.committed) && p.Chance(0.3) {
			n.CommitIndex = max(n.CommitIndex, raft.Index(len(p.committed)))
		}
	}
}

// isBehind reports whether a log is not as up to date as another (§5.4.1).
func isBehind(a, b []raft.Entry) bool {
	x, y := lastTerm(a), lastTerm(b)
	return x < y || x == y && len(a) < len(b)
}

func lastTerm(log []raft.Entry) raft.Term {
	if len(log) == 0 {
		return 0
	}
	return log[len(log)-1].Term
}

// agreement is the number of entries from the start on which two logs agree.
func agreement(a, b []raft.Entry) int {
	k := 0
	for k < len(a) && k < len(b) && a[k].Term == b[k].Term {
		k++
	}
	return k
}

// pastCommand is the command of an entry from before the run.
func pastCommand(m *machine.Type, t raft.Term, index int) *machine.Command {
	op := m.Writer()
	if creator := m.Creator(); index == 1 && creator != nil {
		op = creator
	}
	c := op.Fill(itemName(0), fmt.Sprintf("old-%d-%d", t, index))
	return &c
}
