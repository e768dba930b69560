package explore

import (
	"fmt"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// clients draw commands from the machine's table. No two of them have the same text,
// so that each can be followed.
type clients struct {
	machine *machine.Type
	items   int // names that they have created
	most    int
	sent    int
	reads   float64 // how many of the requests that are left take something away
}

// meet decides what kind of clients a run has.
func (c *clients) meet(d dice, m *machine.Type) {
	c.machine = m
	c.most = d.Between(1, 4)
	c.reads = pick(d, 0.2, 0.5)
}

// ask sends a request, or several at once. It reports whether the node leads.
func (r *rehearsal) ask() bool {
	to, leads := r.server()
	a := play.Request{
		To: play.Who{ID: to}, Times: 1, Timeout: play.DefaultRequestTimeout, Command: r.clients.command(r.dice),
	}
	for i, arg := range a.Command.Op.Args {
		if arg.Text && r.Chance(0.1) {
			a.Times = r.Between(2, 4)
			a.Command.Args[i] += ".{i}"
		}
	}
	r.do(a)
	return leads
}

// command is what a client asks for.
func (c *clients) command(d dice) machine.Command {
	creator := c.machine.Creator()
	if creator == nil {
		c.items = c.most
	} else if c.items < c.most && (c.items == 0 || d.Chance(0.2)) || d.Chance(0.05) {
		item := c.items
		if c.items < c.most {
			c.items++
		} else {
			item = d.IntN(c.items)
		}
		return creator.Fill(itemName(item), "")
	}
	item := itemName(d.IntN(c.items))
	if readers := c.ops(machine.Reads); len(readers) > 0 && d.Chance(0.05) {
		return choose(d, readers).Fill(item, "")
	}
	if takers := c.ops(machine.Takes); len(takers) > 0 && d.Chance(c.reads) {
		return choose(d, takers).Fill(item, "")
	}
	c.sent++
	return choose(d, c.ops(machine.Writes)).Fill(item, fmt.Sprintf("m%d", c.sent))
}

// ops lists the operations of one access that create nothing.
func (c *clients) ops(access machine.Access) []*machine.Operation {
	var list []*machine.Operation
	for _, op := range c.machine.Ops {
		if op.Access == access && !op.Creates {
			list = append(list, op)
		}
	}
	return list
}

// choose draws one of the operations, if there are several.
func choose(d dice, ops []*machine.Operation) *machine.Operation {
	if len(ops) == 1 {
		return ops[0]
	}
	return ops[d.IntN(len(ops))]
}

func itemName(i int) string { return string(rune('a' + i)) }

// server chooses the node for a request: mostly the leader, sometimes another node
// that believes it leads, or any node. It reports whether that node believes it leads.
func (r *rehearsal) server() (raft.NodeID, bool) {
	var leaders []raft.NodeID
	for id := range raft.NodeID(r.nodes) {
		if s, up, _ := r.world.State(id); up && s.Role == raft.Leader {
			leaders = append(leaders, id)
		}
	}
	leader := r.world.Leader()
	switch n := r.IntN(10); {
	case n < 7 && leader != raft.None:
		return leader, true
	case n < 9 && len(leaders) > 0:
		return pick(r.dice, leaders...), true
	}
	id := raft.NodeID(r.IntN(r.nodes))
	s, up, _ := r.world.State(id)
	return id, up && s.Role == raft.Leader
}
