package admin

import (
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/sim/fault"
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

	match := s.Name("Match", matchSchema())
	s.Set(syntax.RuleObject{}, s.Name("Fault", faultSchema(match).Strict()))
	named := faultSchema(match).Strict()
	named.Required = []string{"name"}
	s.Name("NamedFault", named)
	s.Set(fault.RuleStatus{}, s.Name("FaultStatus", faultStatusSchema(match)))
	answer := faultStatusSchema(match)
	answer.Properties = append(apidoc.Ordered[*apidoc.Schema]{
		apidoc.Key("seq", apidoc.Integer("", 0)), apidoc.Key("time_ms", apidoc.Number("")),
	}, answer.Properties...)
	answer.Required = append([]string{"seq", "time_ms"}, answer.Required...)
	s.Set(api.FaultAnswer{}, s.Name("FaultAnswer", answer))
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

func matchSchema() *apidoc.Schema {
	ids := func(doc string) *apidoc.Schema { return apidoc.List(apidoc.Integer("", 0), doc) }
	return apidoc.Object("which messages; what is left out matches all",
		apidoc.Key("from", ids("their senders")),
		apidoc.Key("to", ids("their receivers")),
		apidoc.Key("type", apidoc.Enum("", "request_vote", "append_entries")),
		apidoc.Key("kind", apidoc.Enum("", "request", "response")),
		apidoc.Key("entries", apidoc.Boolean("true: those with entries; false: heartbeats")),
	).Optional("from", "to", "type", "kind", "entries").Strict()
}

// faultSchema is that of a rule as it is written.
func faultSchema(match *apidoc.Schema) *apidoc.Schema {
	s := apidoc.Object("a rule about messages; one or more of drop, delay_ms, duplicate, reorder and hold say what happens to them",
		apidoc.Key("name", apidoc.Text("that of the path, or left out there")),
		apidoc.Key("match", match),
		apidoc.Key("drop", apidoc.Boolean("lose them")),
		apidoc.Key("delay_ms", apidoc.OneOf("delay them by [min, max], or by one number",
			apidoc.Integer("", 1), apidoc.ListOf(2, apidoc.Integer("", 0), ""))),
		apidoc.Key("duplicate", apidoc.OneOf("send so many more copies; true: one",
			apidoc.IntegerTo("", 1, syntax.MaxDuplicates), apidoc.Boolean(""))),
		apidoc.Key("reorder", apidoc.Boolean("let the next one on the link overtake them")),
		apidoc.Key("hold", apidoc.Boolean("keep them until the rule ends")),
		apidoc.Key("skip", apidoc.Integer("let so many pass first", 0)),
		apidoc.Key("count", apidoc.Integer("act on so many; left out: no limit", 1)),
		apidoc.Key("probability", apidoc.Number("act with this probability, above 0 and up to 1")),
		apidoc.Key("until_ms", apidoc.Integer("end at this time of the world", 1)),
	)
	s.Required = nil
	return s
}

// faultStatusSchema is that of a rule in force: what has no effect is left out.
func faultStatusSchema(match *apidoc.Schema) *apidoc.Schema {
	s := faultSchema(match)
	s.Doc = "a rule in force, and what it has done"
	s.Properties.Put("name", apidoc.Text(""))
	s.Properties.Put("delay_ms", apidoc.ListOf(2, apidoc.Number(""), "min and max"))
	s.Properties.Put("duplicate", apidoc.Integer("so many more copies", 1))
	s.Properties.Put("until_ms", apidoc.Number("the time at which it ends"))
	s.Properties.Put("matched", apidoc.Integer("messages that matched", 0))
	s.Properties.Put("acted", apidoc.Integer("messages that it acted on", 0))
	s.Properties.Put("held", apidoc.Integer("messages that it holds now", 0))
	s.Required = []string{"name", "matched", "acted", "held"}
	return s
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
