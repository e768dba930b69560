package play

import (
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// who reads one node.
func (r *reader) who(v *source.Value) (Who, bool) {
	name, isName := v.Text()
	switch id, isID := v.Int(); {
	case isID && id >= 0 && id < int64(r.nodes):
		return Who{ID: raft.NodeID(id)}, true
	case isName && (name == condition.Leader || name == condition.Follower || name == condition.Candidate || r.names.nodes.has(name)):
		return Who{ID: raft.None, Name: name}, true
	case isName && condition.IsName(name):
		v.Report("is %s, but no earlier step gives a node this name%s", v.Show(), v.Hint(name, r.names.forNodes()))
	case isName:
		v.Wrong(`%s, "leader", "follower", "candidate" or a name that a let step gives`, syntax.WantNode(r.nodes))
	default:
		v.Wrong(`%s, or a name such as "leader"`, syntax.WantNode(r.nodes))
	}
	return Who{}, false
}

// whoOrAny reads the node that a client asks.
func (r *reader) whoOrAny(v *source.Value) (Who, bool) {
	if v.Is(condition.Any) {
		return Who{ID: raft.None, Name: condition.Any}, true
	}
	return r.who(v)
}

// whoList reads one node or a list, each node at most once.
func (r *reader) whoList(v *source.Value) ([]Who, []*source.Value) {
	items := v.ListOrOne()
	switch {
	case len(items) == 0:
		v.Report(`is an empty list, want %s, or a name such as "leader"`, syntax.WantNode(r.nodes))
	}
	var list []Who
	var places []*source.Value
	seen := map[Who]bool{}
	for _, item := range items {
		w, ok := r.who(item)
		switch {
		case !ok:
		case seen[w]:
			item.Report("names %s twice, want each node once", w)
		default:
			seen[w] = true
			list, places = append(list, w), append(places, item)
		}
	}
	return list, places
}

// String names the node.
func (w Who) String() string {
	if w.Name != "" {
		return w.Name
	}
	return "node " + syntax.NodeName(w.ID)
}
