package play

import (
	"slices"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
)

func (r *reader) heal(_ *source.Table, v *source.Value) Action {
	a := r.onNodes(v, &fault.Change{Kind: fault.HealNode})
	if slices.Equal(a.Who, []Who{syntax.Named(syntax.All)}) {
		r.status.healAll()
		return HealAll{}
	}
	return a
}

// fault reads a rule with the keys of a [[fault]].
func (r *reader) fault(_ *source.Table, v *source.Value) Action {
	sound := v.Sound()
	rule, match := syntax.ReadRule(v, r.scope())
	if rule.Name == "" && sound() {
		v.ReportKey("name", "is missing, want a name by which the rule can be deleted")
	}
	r.names.faults.add(rule.Name, r.index(), v.Line())
	return SetFault{Rule: rule, Match: match}
}

// deleteFault reads the names of faults. Each is set by then.
func (r *reader) deleteFault(_ *source.Table, v *source.Value) Action {
	items := v.ListOrOne()
	if len(items) == 0 {
		v.Report("is an empty list, want the name of a fault")
	}
	var a DeleteFault
	seen := map[string]bool{}
	for _, item := range items {
		name, ok := item.Text()
		switch {
		case !ok:
			item.Wrong("the name of a fault")
		case seen[name]:
			item.Report("names the fault %s twice, want it once", item.Show())
		case !r.names.faults.has(name):
			item.Report("is %s, but neither a [[fault]] nor an earlier step sets a fault of this name%s",
				item.Show(), item.Hint(name, r.names.faults.list))
		default:
			seen[name] = true
			a.Names = append(a.Names, name)
		}
	}
	return a
}

// let reads names for nodes, which the following steps can use.
func (r *reader) let(_ *source.Table, v *source.Value) Action {
	var a Let
	s := v.Table(`names for nodes, such as { old = "leader" }`)
	if s.Len() == 0 && v.IsTable() {
		v.Report(`is empty, want names for nodes, such as { old = "leader" }`)
	}
	for name, at := range s.Each() {
		if !syntax.IsName(name) {
			at.Report("gives the name %s, want letters, digits, _ and -, with a letter first, and no word that has a meaning, such as leader or all",
				source.QuoteShort(name))
			continue
		}
		if w, ok := r.who(at); ok {
			a.Bindings = append(a.Bindings, Binding{name, w})
		}
	}
	for name := range s.Each() {
		if syntax.IsName(name) {
			r.names.nodes.add(name, r.index(), v.Line())
		}
	}
	return a
}

// bug reads which bug to plant in which nodes.
func (r *reader) bug(_ *source.Table, v *source.Value) Action {
	var a Plant
	s := v.Table(`a table such as { node = "leader", name = "vote_twice" }`)
	if at := s.Get("node"); at != nil {
		a.Who, _ = r.scope().ReadSelector(at)
	} else {
		v.Missing("node", "the node that gets the bug, or a list of them")
	}
	if !s.Has("name") {
		v.Missing("name", `the bug's name, or "" for none`)
	}
	syntax.ReadBug(s, "name", &a.Bug)
	s.End()
	return a
}
