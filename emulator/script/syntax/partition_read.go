package syntax

import (
	"slices"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// ParsePartition reads the JSON form of a partition: an object with at least one of
//
//	{"groups": [[0, 1], [2, 3, 4]], "oneway": [[0, 2]], "isolate": "leader"}
//
// where isolate is "leader", a node's id or a list of these. The error is a source.Errors.
func ParsePartition(data []byte, nodes int) (Partition, error) {
	p := source.NewProblems("")
	v := source.ParseJSON(data, p)
	if v == nil {
		return Partition{}, p.Err()
	}
	part := ReadPartition(v, nodes)
	return part, p.Err()
}

// ReadPartition reads the table of a partition.
func ReadPartition(v *source.Value, nodes int) Partition {
	var part Partition
	s := v.Table("keys among groups, oneway and isolate")
	if list, ok := s.Items("groups", "a list of groups, such as [[0, 1], [2, 3, 4]]"); ok {
		part.Groups = readGroups(s.At("groups"), list, nodes)
	}
	if list, ok := s.Items("oneway", "a list of links, such as [[0, 2]]: from 0 to 2"); ok {
		part.OneWay = readOneWay(s.At("oneway"), list, nodes)
	}
	if v := s.Get("isolate"); v != nil {
		readIsolate(v, nodes, &part)
	}
	s.End()
	if part.IsZero() && s.Sound() {
		v.Report("cuts nothing, want groups, oneway or isolate")
	}
	return part
}

func readGroups(v *source.Value, list []*source.Value, nodes int) [][]raft.NodeID {
	sound := v.Sound()
	var groups [][]raft.NodeID
	var all []*source.Value
	for _, g := range list {
		members, ok := g.WantList("a group: a list of node ids, such as [0, 1]")
		switch {
		case !ok:
		case len(members) == 0:
			g.Report("is an empty group, want at least one node")
		default:
			all = append(all, members...)
			groups = append(groups, readIDs(members))
		}
	}
	ReadNodes(all, nodes)
	if sound() && (len(groups) == 0 || len(groups) == 1 && len(groups[0]) == nodes) {
		v.Report("cuts nothing, want two groups, or one that leaves a node out")
	}
	return groups
}

// readIDs returns node ids unchecked; ReadNodes checks them.
func readIDs(list []*source.Value) []raft.NodeID {
	ids := make([]raft.NodeID, 0, len(list))
	for _, v := range list {
		if id, ok := v.Int(); ok {
			ids = append(ids, raft.NodeID(id))
		}
	}
	return ids
}

func readOneWay(v *source.Value, list []*source.Value, nodes int) []fault.Link {
	var links []fault.Link
	seen := map[fault.Link]bool{}
	if len(list) == 0 {
		v.Report("cuts nothing, want links such as [[0, 2]]")
	}
	for _, item := range list {
		pair, ok := item.WantList("a link: [from, to]")
		if !ok {
			continue
		}
		if len(pair) != 2 {
			item.Report("is a list of %d, want two ids: [from, to]", len(pair))
			continue
		}
		from, ok1 := ReadNode(pair[0], nodes)
		to, ok2 := ReadNode(pair[1], nodes)
		l := fault.Link{From: from, To: to}
		switch {
		case !ok1 || !ok2:
		case from == to:
			item.Report("goes from node %d to itself, want two nodes", from)
		case seen[l]:
			item.Report("names the link from %d to %d twice, want it once", from, to)
		default:
			seen[l] = true
			links = append(links, l)
		}
	}
	return links
}

// readIsolate reads one node to isolate, or a list.
func readIsolate(v *source.Value, nodes int, part *Partition) {
	if nodes == 1 {
		v.Report("cuts nothing: there is only one node")
		return
	}
	list, ok := v.List()
	switch {
	case !ok:
		list = []*source.Value{v}
	case len(list) == 0:
		v.Report(`cuts nothing, want "leader" or %s`, WantNode(nodes))
	}
	for _, item := range list {
		id, isID := item.Int()
		node := raft.NodeID(id)
		switch {
		case isID && id >= 0 && id < int64(nodes):
			if slices.Contains(part.Isolate, node) {
				item.Report("names node %d twice, want each node once", id)
				continue
			}
			part.Isolate = append(part.Isolate, node)
		case item.Is("leader"):
			part.IsolateLeader = true
		default:
			item.Wrong(`"leader" or %s`, WantNode(nodes))
		}
	}
}
