package admin

import (
	"rrmq.example/emulator/emulator/script/syntax"
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
	s.Set(api.SeqOrNow(0), apidoc.OneOf("the record after which the fork begins, or now; now by default", apidoc.Integer("", 0), apidoc.Const("now", "")))
	s.Set(api.Millis(0), apidoc.Number("milliseconds"))
	indices := &apidoc.Schema{Type: "object", Additional: apidoc.Integer("", 0)}
	s.Set(api.Indices{}, indices.Null())
	s.Name("Selector", selector())
	s.Name("OneNode", oneNode())

	nameFaults(s)
	nameEvent(s)
	nameProblem(s)
	return s
}

// nodesDoc explains the words for nodes.
const nodesDoc = "nodes: ids, or leader, follower or candidate, or all"

// selector is the schema of one node or a list of them.
func selector() *apidoc.Schema {
	return apidoc.OneOf(nodesDoc, apidoc.Enum("", syntax.NodeWords...), apidoc.Integer("", 0), apidoc.List(oneNode(), ""))
}

// oneNode is the schema of one node, or all.
func oneNode() *apidoc.Schema {
	return apidoc.OneOf("a node, by its id or a word; all: every node", apidoc.Enum("", syntax.NodeWords...), apidoc.Integer("", 0))
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
