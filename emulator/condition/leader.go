package condition

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/raft"
)

// leader is leader=unique, leader=none and leader=ID.
type leader struct {
	want string
	id   raft.NodeID // for ID, else None
}

const (
	unique = "unique"
	none   = "none"
)

func readLeader(value string) (spec, string) {
	if value == unique || value == none {
		return leader{value, raft.None}, ""
	}
	sel, wrong := readSelection(value)
	if wrong != "" || len(sel.ids) != 1 {
		return nil, quote(value) + " is none of these"
	}
	return leader{value, sel.ids[0]}, ""
}

func (l leader) String() string { return l.want }

func (l leader) tester() tester { return l }

func (l leader) nodes() selection {
	if l.id == raft.None {
		return selection{}
	}
	return selection{[]raft.NodeID{l.id}}
}

func (l leader) holds(o Observer) bool {
	v := vote(o)
	switch l.want {
	case unique:
		return v.leads == 1
	case none:
		return !v.any
	}
	return v.leads == 1 && v.leader == l.id
}

func (l leader) seen(o Observer) string {
	v := vote(o)
	switch {
	case !v.up:
		return "no node is up"
	case v.leads == 1:
		return fmt.Sprintf("node %d leads in term %d", v.leader, v.term)
	case v.leads > 1:
		return fmt.Sprintf("%d nodes lead in term %d", v.leads, v.term)
	}
	return "nobody leads in the highest term, which is " + strconv.FormatUint(uint64(v.term), 10) + ": " +
		selection{}.describe(o, func(id raft.NodeID, s *raft.State, _ bool) string {
			return fmt.Sprintf("node %d is %s in term %d", id, s.Role, s.Term)
		})
}

// An election is how the nodes that are up stand.
type election struct {
	up     bool // at least one
	any    bool // one leads, in whatever term
	term   raft.Term
	leads  int         // how many do in term
	leader raft.NodeID // the last one of these
}

func vote(o Observer) election {
	e := election{leader: raft.None}
	for id := range raft.NodeID(o.Nodes()) {
		s, up, _ := o.State(id)
		if !up {
			continue
		}
		if !e.up || s.Term > e.term {
			e.term, e.leads, e.leader = s.Term, 0, raft.None
		}
		e.up = true
		if s.Role == raft.Leader {
			e.any = true
			if s.Term == e.term {
				e.leads++
				e.leader = id
			}
		}
	}
	return e
}
