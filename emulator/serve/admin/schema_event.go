package admin

import (
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/sim/trace"
)

// nameEvent names the schemas of a record of the trace, as trace.Event describes it.
func nameEvent(s *apidoc.Schemas) {
	var kinds []string
	for k := range trace.NumKinds {
		kinds = append(kinds, k.String())
	}
	s.Name("EventKind", apidoc.Enum("an action of raft.tla, or one of the emulator's own", kinds...))
	s.Set(trace.EventCommand{}, s.Name("Command", commandSchema()))
	s.Set(trace.EventEntry{}, s.Name("EventEntry", entrySchema()))
	s.Set(trace.EventResponse{}, s.Name("EventResponse", responseSchema()))
	s.Set(trace.EventChange{}, s.Name("Change", changeSchema()))
	s.Call(trace.EventMessage{}, "Message")
	s.Call(trace.EventState{}, "State")
	s.Call(trace.EventInit{}, "Init")
	s.Call(trace.EventProgress{}, "Progress")
	s.Call(trace.EventTimer{}, "Timer")
	s.Call(trace.EventLog{}, "LogChange")
	s.Of(trace.Event{})
}

// commandSchema has the arguments of all operations of all machines.
func commandSchema() *apidoc.Schema {
	s := apidoc.Object("an operation on the replicated machine; null: none that it knows",
		apidoc.Key("op", apidoc.Enum("", machines.OpNames()...).Null()))
	for _, t := range machines.All {
		for _, a := range t.Args() {
			s.Properties.Put(a.Key, apidoc.Text(""))
		}
	}
	return s
}

func entrySchema() *apidoc.Schema {
	entry := commandSchema()
	entry.Doc = "an entry of a log"
	entry.Properties = append(apidoc.Ordered[*apidoc.Schema]{apidoc.Key("term", apidoc.Integer("", 1))}, entry.Properties...)
	entry.Required = append([]string{"term"}, entry.Required...)
	return entry
}

// responseSchema has what the operations of all machines give.
func responseSchema() *apidoc.Schema {
	s := apidoc.Object("the answer to a client",
		apidoc.Key("id", apidoc.Text("")),
		apidoc.Key("ok", apidoc.Boolean("")),
		apidoc.Key("error", apidoc.Text("not_leader, leadership_lost, busy or node_down; left out when the request was applied")),
	).Optional("error")
	for _, t := range machines.All {
		for _, op := range t.Ops {
			switch op.Gives {
			case machine.Text:
				s.Properties.Put(op.Key, apidoc.Text("what "+op.Name+" found"))
			case machine.List:
				s.Properties.Put(op.Key, apidoc.List(apidoc.Text(""), "what "+op.Name+" found"))
			}
		}
	}
	return s
}
