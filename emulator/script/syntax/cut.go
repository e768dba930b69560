package syntax

import (
	"rrmq.example/emulator/emulator/script/source"
)

// A Cut is a partition as it is written: its nodes may have words and names. The zero value
// cuts nothing.
type Cut struct {
	Groups  [][]Who
	OneWay  [][2]Who
	Isolate []Who
}

// ParseCut reads the JSON form of a partition: an object with at least one of
//
//	{"groups": [[0, 1], [2, 3, 4]], "oneway": [[0, 2]], "isolate": "leader"}
//
// The error is a source.Errors.
func ParseCut(data []byte, nodes int) (Cut, error) {
	p := source.NewProblems("")
	v := source.ParseJSON(data, p)
	if v == nil {
		return Cut{}, p.Err()
	}
	c := Scope{Nodes: nodes}.ReadCut(v)
	return c, p.Err()
}

// ReadCut reads the table of a partition.
func (s Scope) ReadCut(v *source.Value) Cut {
	var c Cut
	if s.Nodes == 1 {
		v.Report("cuts nothing: there is only one node")
		return c
	}
	t := v.Table("keys among groups, oneway and isolate")
	if list, ok := t.Items("groups", "a list of groups, such as [[0, 1], [2, 3, 4]]"); ok {
		c.Groups = s.readGroups(t.At("groups"), list)
	}
	if list, ok := t.Items("oneway", "a list of links, such as [[0, 2]]: from 0 to 2"); ok {
		c.OneWay = s.readLinks(t.At("oneway"), list)
	}
	if at := t.Get("isolate"); at != nil {
		c.Isolate, _ = s.ReadSelector(at)
	}
	t.End()
	if t.Sound() && len(c.Groups) == 0 && len(c.OneWay) == 0 && len(c.Isolate) == 0 {
		v.Report("cuts nothing, want groups, oneway or isolate")
	}
	return c
}

func (s Scope) readGroups(v *source.Value, list []*source.Value) [][]Who {
	sound := v.Sound()
	var groups [][]Who
	seen := map[Who]bool{}
	ids := 0
	for _, g := range list {
		items, ok := g.WantList(`a group: a list of nodes, such as [0, "leader"]`)
		switch {
		case !ok:
			continue
		case len(items) == 0:
			g.Report("is an empty group, want at least one node")
			continue
		}
		group, places := s.ReadSelector(g)
		for i, w := range group {
			if seen[w] {
				places[i].Report("names %s twice, want each node once", w)
			}
			switch seen[w] = true; w.Name {
			case "":
				ids++
			case All:
				ids = s.Nodes
			}
		}
		groups = append(groups, group)
	}
	if sound() && (len(groups) == 0 || len(groups) == 1 && ids == s.Nodes) {
		v.Report("cuts nothing, want two groups, or one that leaves a node out")
	}
	return groups
}

func (s Scope) readLinks(v *source.Value, list []*source.Value) [][2]Who {
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
		from, ok1 := s.read(pair[0], NodeWords)
		to, ok2 := s.read(pair[1], NodeWords)
		link := [2]Who{from, to}
		switch {
		case !ok1 || !ok2:
		case from == to && from.Name != All:
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
