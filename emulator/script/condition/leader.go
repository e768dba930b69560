package condition

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/raft"
)

// leader is leader=unique, leader=majority, leader=none, leader=NODE and leader=not:NODES.
type leader struct {
	want string // unique, majority, none or "" for NODE or NODES
	node member
	not  []member // instead of node: these do not count
}

const (
	unique   = "unique"
	majority = "majority"
	none     = "none"
	except   = "not:"
)

func readLeader(value string) (predicate, string) {
	if value == unique || value == majority || value == none {
		return leader{want: value}, ""
	}
	list, isNot := strings.CutPrefix(value, except)
	sel, wrong := readSelection(list)
	if wrong != "" || len(sel.members) != 1 && !isNot || len(sel.members) == 0 {
		return nil, quote(value) + " is not among these"
	}
	if isNot {
		return leader{not: sel.members}, ""
	}
	return leader{node: sel.members[0]}, ""
}

func (l leader) String() string {
	if l.want != "" {
		return l.want
	}
	if l.not == nil {
		return l.node.String()
	}
	return except + selection{l.not}.String()
}

func (l leader) tester() tester { return l }

func (l leader) mentions() []member {
	if l.want != "" {
		return nil
	}
	if l.not != nil {
		return l.not
	}
	return []member{l.node}
}

func (l leader) holds(s *clusterView) bool {
	e := l.elected(s)
	switch l.want {
	case unique:
		return e.leads == 1
	case majority:
		_, ok := followed(s)
		return ok
	case none:
		return !e.any
	}
	if l.not != nil {
		return e.leads == 1
	}
	id, ok := s.find(l.node)
	return ok && e.leads == 1 && e.leader == id
}

func (l leader) seen(s *clusterView) string {
	e := l.elected(s)
	said := ""
	left, wrong := l.left(s)
	if wrong != "" {
		return wrong
	}
	if l.want == majority {
		if id, ok := followed(s); ok {
			return fmt.Sprintf("node %d leads, and a majority follows it", id)
		}
		said = "no leader has a majority that follows it; "
	}
	switch {
	case !e.up:
		said += "no node is up"
	case e.leads == 1:
		said += fmt.Sprintf("node %d leads in term %d", e.leader, e.term)
	case e.leads > 1:
		said += fmt.Sprintf("%d nodes lead in term %d", e.leads, e.term)
	default:
		said += fmt.Sprintf("nobody leads in the highest term, which is %d: ", e.term) +
			selection{}.describe(s, func(who string, _ raft.NodeID, state *raft.State, _ bool) string {
				return fmt.Sprintf("%s is %s in term %d", who, state.Role, state.Term)
			})
	}
	if l.not != nil {
		return said + ", without " + left
	}
	if l.node.name == "" || l.node.isRole() {
		return said
	}
	if id, ok := s.find(l.node); ok {
		return fmt.Sprintf("%s, and %s is node %d", said, l.node.name, id)
	}
	return said + ", and " + l.node.unresolved()
}

// elected summarises the roles of the nodes that count.
func (l leader) elected(s *clusterView) election {
	var without []raft.NodeID
	for _, m := range l.not {
		id, ok := s.find(m)
		if !ok {
			return election{leader: raft.None}
		}
		without = append(without, id)
	}
	return elected(s, without...)
}

// left names the nodes that do not count, or says why one of them is no node.
func (l leader) left(s *clusterView) (words, wrong string) {
	var names []string
	for _, m := range l.not {
		id, ok := s.find(m)
		if !ok {
			return "", m.unresolved()
		}
		names = append(names, m.who(id))
	}
	return strings.Join(names, " and "), ""
}

// An election summarises the roles of the nodes that are up.
type election struct {
	up     bool // at least one
	any    bool // a node leads, in any term
	term   raft.Term
	leads  int         // number of leaders in term
	leader raft.NodeID // the last of these
}

func elected(o Cluster, without ...raft.NodeID) election {
	e := election{leader: raft.None}
	for id := range raft.NodeID(o.Nodes()) {
		s, up, _ := o.State(id)
		if !up || slices.Contains(without, id) {
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

// followed returns the leader that a majority of all nodes, itself included, takes for
// the leader of its term: the one on the majority's side of a partition. Of two nodes
// that claim to lead, at most one has that.
func followed(o Cluster) (raft.NodeID, bool) {
	nodes := raft.NodeID(o.Nodes())
	for id := range nodes {
		l, up, _ := o.State(id)
		if !up || l.Role != raft.Leader {
			continue
		}
		followers := 0
		for j := range nodes {
			if s, up, _ := o.State(j); up && s.Leader == id && s.Term == l.Term {
				followers++
			}
		}
		if 2*followers > int(nodes) {
			return id, true
		}
	}
	return raft.None, false
}
