package admin

import (
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/raft"
)

// schemas are those of the types that write their own JSON, or are read by
// another package.
func schemas() *apidoc.Schemas {
	s := apidoc.NewSchemas()
	id := func() *apidoc.Schema { return apidoc.Integer("a node's id", 0) }
	s.Set(raft.NodeID(0), id())
	nobody := id().Null()
	nobody.Doc = "a node's id, null: none"
	s.Set(api.NodeRef(0), nobody)
	s.Set(api.Millis(0), apidoc.Number("milliseconds"))
	indices := &apidoc.Schema{Type: "object", Additional: apidoc.Integer("", 0)}
	s.Set(api.Indices{}, indices.Null())
	s.Name("Isolate", whom())

	nameFaults(s)
	nameEvent(s)
	nameProblem(s)
	return s
}

// whom is the schema of whom to isolate.
func whom() *apidoc.Schema {
	one := func() *apidoc.Schema {
		return apidoc.OneOf("", apidoc.Const("leader", ""), apidoc.Integer("", 0))
	}
	return apidoc.OneOf("", apidoc.Const("leader", ""), apidoc.Integer("", 0), apidoc.List(one(), ""))
}

// nameProblem lists the types that a problem may have.
func nameProblem(s *apidoc.Schemas) {
	s.Of(api.Problem{})
	p, _ := s.Named().Get("Problem")
	types := make([]string, 0, len(kinds)+1)
	for _, k := range kinds {
		types = append(types, typePrefix+k.slug)
	}
	p.Properties.Put("type", apidoc.Enum("", append(types, typePrefix+internal.slug)...))
	p.Doc = "an error (RFC 9457)"
}
