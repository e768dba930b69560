package play

import "rrmq.example/emulator/emulator/script/source"

// noCut is the partition without cuts.
const noCut = "none"

// cut reads a partition, whose nodes may have names.
func (r *reader) cut(_ *source.Table, v *source.Value) Action {
	var a Cut
	if v.Is(noCut) {
		return a
	}
	if r.nodes == 1 {
		v.Report("cuts nothing: there is only one node")
		return a
	}
	s := v.Table("keys among groups, oneway and isolate")
	if list, ok := s.Items("groups", "a list of groups, such as [[0, 1], [2, 3, 4]]"); ok {
		a.Groups = r.cutGroups(s.At("groups"), list)
	}
	if list, ok := s.Items("oneway", "a list of links, such as [[0, 2]]: from 0 to 2"); ok {
		a.OneWay = r.cutLinks(s.At("oneway"), list)
	}
	if at := s.Get("isolate"); at != nil {
		a.Isolate, _ = r.whoList(at)
	}
	s.End()
	if s.Sound() && len(a.Groups) == 0 && len(a.OneWay) == 0 && len(a.Isolate) == 0 {
		v.Report("cuts nothing, want groups, oneway or isolate")
	}
	return a
}

func (r *reader) cutGroups(v *source.Value, list []*source.Value) [][]Who {
	sound := v.Sound()
	var groups [][]Who
	seen := map[Who]bool{}
	ids := 0
	for _, g := range list {
		if _, ok := g.WantList(`a group: a list of nodes, such as [0, "leader"]`); !ok {
			continue
		}
		group, places := r.whoList(g)
		for i, w := range group {
			if seen[w] {
				places[i].Report("names %s twice, want each node once", w)
			}
			if seen[w] = true; w.Name == "" {
				ids++
			}
		}
		groups = append(groups, group)
	}
	if sound() && (len(groups) == 0 || len(groups) == 1 && ids == r.nodes) {
		v.Report("cuts nothing, want two groups, or one that leaves a node out")
	}
	return groups
}

func (r *reader) cutLinks(v *source.Value, list []*source.Value) [][2]Who {
	if len(list) == 0 {
		v.Report("cuts nothing, want links such as [[0, 2]]")
	}
	var links [][2]Who
	seen := map[[2]Who]bool{}
	for _, item := range list {
		pair, ok := item.WantList("a link: [from, to]")
		if !ok {
			continue
		}
		if len(pair) != 2 {
			item.Report("is a list of %d, want two nodes: [from, to]", len(pair))
			continue
		}
		from, ok1 := r.who(pair[0])
		to, ok2 := r.who(pair[1])
		link := [2]Who{from, to}
		switch {
		case !ok1 || !ok2:
		case from == to:
			item.Report("goes from %s to itself, want two nodes", from)
		case seen[link]:
			item.Report("names the link from %s to %s twice, want it once", from, to)
		default:
			seen[link] = true
			links = append(links, link)
		}
	}
	return links
}
