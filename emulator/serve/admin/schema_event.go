package admin

import (
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// nameEvent names the schemas of a record of the trace, as world.Record writes
// it.
func nameEvent(s *apidoc.Schemas) {
	var events []string
	for k := range trace.NumKinds {
		events = append(events, k.String())
	}
	count := func(doc string) *apidoc.Schema { return apidoc.Integer(doc, 0) }
	node := func(doc string) *apidoc.Schema {
		id := count("").Null()
		id.Doc = doc
		return id
	}
	command := s.Name("Command", commandSchema())
	s.Name("Event", apidoc.Object("a record of the trace",
		apidoc.Key("seq", apidoc.Integer("its place", 1)),
		apidoc.Key("time_ns", count("the world's time")),
		apidoc.Key("step", count("how many events the world had taken before")),
		apidoc.Key("cause", count("the seq of the record that led to it; 0: none")),
		apidoc.Key("event", apidoc.Enum("", events...)),
		apidoc.Key("node", node("null: it concerns all")),
		apidoc.Key("index", apidoc.Integer("of a log entry", 1)),
		apidoc.Key("message", s.Name("Message", messageSchema(command, node))),
		apidoc.Key("state", s.Name("State", stateSchema(node))),
		apidoc.Key("request", apidoc.Object("what a client asked",
			apidoc.Key("id", apidoc.Text("")), apidoc.Key("command", command.Null()))),
		apidoc.Key("response", apidoc.Object("what it was answered",
			apidoc.Key("id", apidoc.Text("")),
			apidoc.Key("ok", apidoc.Boolean("")),
			apidoc.Key("message", apidoc.Text("")),
			apidoc.Key("topics", apidoc.List(apidoc.Text(""), "")),
			apidoc.Key("error", apidoc.Text("")),
		).Optional("message", "topics", "error")),
		apidoc.Key("init", s.Name("Init", initSchema(node))),
		apidoc.Key("stored", hardSchema("what is on stable storage now", node)),
		apidoc.Key("change", s.Name("Change", changeSchema())),
		apidoc.Key("fault", apidoc.Text("the name of the rule that acted")),
		apidoc.Key("reason", apidoc.Text("why a message was lost")),
	).Optional("index", "message", "state", "request", "response", "init", "stored", "change", "fault", "reason"))
}

func commandSchema() *apidoc.Schema {
	return apidoc.Object("of the message queue",
		apidoc.Key("op", apidoc.Enum("", machines.OpNames()...).Null()),
		apidoc.Key("topic", apidoc.Text("")),
		apidoc.Key("message", apidoc.Text("")),
	).Optional("topic", "message")
}

// initSchema is what the state does not say of how a node begins.
func initSchema(node func(string) *apidoc.Schema) *apidoc.Schema {
	indices := func(doc string) *apidoc.Schema { return apidoc.List(apidoc.Integer("", 0), doc) }
	write := hardSchema("", node)
	write.Properties = append(write.Properties,
		apidoc.Key("kept", apidoc.Integer("the last index that the log kept", 0)),
		apidoc.Key("removed", apidoc.List(entrySchema(), "what came behind it before")))
	write.Required = append(write.Required, "kept", "removed")
	return apidoc.Object("how a node begins",
		apidoc.Key("up", apidoc.Boolean("")),
		apidoc.Key("log", apidoc.List(entrySchema(), "from index 1 on")),
		apidoc.Key("next_index", indices("a leader's, by node")),
		apidoc.Key("match_index", indices("a leader's, by node")),
		apidoc.Key("votes", apidoc.List(apidoc.Integer("", 0), "those that a candidate has, if more than its own")),
		apidoc.Key("bug", apidoc.Text("planted in the node")),
		apidoc.Key("stored", hardSchema("what is on stable storage while writes are not done", node)),
		apidoc.Key("writes", apidoc.List(write, "to stable storage that are not done, the oldest first")),
	).Optional("next_index", "match_index", "votes", "bug", "stored", "writes")
}

func hardSchema(doc string, node func(string) *apidoc.Schema) *apidoc.Schema {
	return apidoc.Object(doc, apidoc.Key("term", apidoc.Integer("", 0)), apidoc.Key("voted_for", node("")))
}

func entrySchema() *apidoc.Schema {
	entry := commandSchema()
	entry.Properties = append(apidoc.Ordered[*apidoc.Schema]{apidoc.Key("term", apidoc.Integer("", 1))}, entry.Properties...)
	entry.Required = append([]string{"term"}, entry.Required...)
	return entry
}

func messageSchema(command *apidoc.Schema, node func(string) *apidoc.Schema) *apidoc.Schema {
	var types []string
	for _, t := range []raft.MessageType{
		raft.RequestVoteRequest, raft.RequestVoteResponse, raft.AppendEntriesRequest, raft.AppendEntriesResponse,
	} {
		types = append(types, t.String())
	}
	count := func() *apidoc.Schema { return apidoc.Integer("", 0) }
	return apidoc.Object("a message, with the fields of its type",
		apidoc.Key("id", apidoc.Integer("the seq of the record of its sending", 0)),
		apidoc.Key("type", apidoc.Enum("", types...)),
		apidoc.Key("from", node("")),
		apidoc.Key("to", node("")),
		apidoc.Key("term", count()),
		apidoc.Key("last_log_index", count()),
		apidoc.Key("last_log_term", count()),
		apidoc.Key("vote_granted", apidoc.Boolean("")),
		apidoc.Key("prev_log_index", count()),
		apidoc.Key("prev_log_term", count()),
		apidoc.Key("entries", apidoc.List(entrySchema(), "")),
		apidoc.Key("leader_commit", count()),
		apidoc.Key("success", apidoc.Boolean("")),
		apidoc.Key("match_index", count()),
		apidoc.Key("conflict_index", count()),
		apidoc.Key("conflict_term", count()),
	).Optional("last_log_index", "last_log_term", "vote_granted", "prev_log_index", "prev_log_term",
		"entries", "leader_commit", "success", "match_index", "conflict_index", "conflict_term")
}

func stateSchema(node func(string) *apidoc.Schema) *apidoc.Schema {
	count := func() *apidoc.Schema { return apidoc.Integer("", 0) }
	return apidoc.Object("the node's after the event",
		apidoc.Key("role", apidoc.Enum("", raft.Follower.String(), raft.Candidate.String(), raft.Leader.String())),
		apidoc.Key("term", count()),
		apidoc.Key("voted_for", node("")),
		apidoc.Key("leader", node("")),
		apidoc.Key("commit_index", count()),
		apidoc.Key("last_applied", count()),
		apidoc.Key("last_index", count()),
		apidoc.Key("last_term", count()),
	)
}
