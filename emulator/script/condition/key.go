package condition

import (
	"fmt"
	"slices"
)

// A Key is a kind of condition.
type Key struct {
	Name    string
	Want    string // the values that it takes
	Example string // a value
	// Scenario: it makes sense only in a scenario, because it is about a name that a
	// scenario gives.
	Scenario bool

	words []string // that it takes instead of a node
	needs []Aspect
	read  func(value string) (predicate, string)
}

// want describes a right condition.
func (k *Key) want() string {
	return fmt.Sprintf("%s=%s, such as %[1]s=%[3]s", k.Name, k.Want, k.Example)
}

// keys, in the order in which documents explain them. A read function returns the
// predicate or, in words, what is wrong.
var keys = []Key{
	{Name: "leader", Want: "unique, majority, none, a node's id or not:NODES", Example: "unique",
		words: []string{unique, majority, none}, needs: []Aspect{AspectRole, AspectTerm}, read: readLeader},
	{Name: "role", Want: "NODES:ROLE, with ROLE one of Follower, Candidate, Leader", Example: "2:Follower",
		needs: []Aspect{AspectRole}, read: readRole},
	{Name: "term", Want: "TERM or NODES:TERM, the least term that is reached; =TERM, <=TERM, >TERM or <TERM compare otherwise", Example: "2:5",
		needs: []Aspect{AspectTerm}, read: readMeasure(termOf)},
	{Name: "committed", Want: "INDEX or NODES:INDEX, the least commit_index; =, <=, > and < compare otherwise", Example: "12",
		needs: []Aspect{AspectCommit}, read: readMeasure(commitOf)},
	{Name: "applied", Want: "INDEX or NODES:INDEX, the least last_applied; =, <=, > and < compare otherwise", Example: "12",
		needs: []Aspect{AspectApplied}, read: readMeasure(appliedOf)},
	{Name: "last", Want: "INDEX or NODES:INDEX, the least index at which logs end; =, <=, > and < compare otherwise", Example: "0:=3",
		needs: []Aspect{AspectLog}, read: readMeasure(lastOf)},
	{Name: "voted_for", Want: "NODES:NODE or NODES:none", Example: "0,1:2",
		words: []string{none}, needs: []Aspect{AspectVote}, read: readVote},
	{Name: "log", Want: "NODES:TERMS, run-length, or NODES:empty", Example: "0,1:1*3 4*2",
		needs: []Aspect{AspectLog}, read: readTerms},
	{Name: "commands", Want: `NODES:COMMANDS with a semicolon between them, or NODES:empty`, Example: `0:put_topic dog; put_message dog "hello"; get_message dog; get_topics`,
		needs: []Aspect{AspectLog}, read: readCommands},
	{Name: "logs_equal", Want: "NODES", Example: "0,1",
		needs: []Aspect{AspectLog}, read: readEqual(func(s selection) tester { return &equalLogs{selection: s} })},
	{Name: "queues_equal", Want: "NODES", Example: "all",
		needs: []Aspect{AspectQueue}, read: readEqual(func(s selection) tester { return &equalQueues{selection: s} })},
	{Name: "topics", Want: "NODES:TOPICS with a comma between them, or NODES:empty", Example: "all:dog, cat",
		needs: []Aspect{AspectQueue}, read: readTopics},
	{Name: "queue", Want: "NODES:TOPIC:MESSAGES, with MESSAGES a list of JSON strings, and TOPIC one when it has a colon", Example: `0:dog:["a", "b"]`,
		needs: []Aspect{AspectQueue}, read: readMessages},
	{Name: "pending", Want: "NODES:TOPIC:NUMBER; >=, <=, > and < before the number compare otherwise", Example: "all:dog:1000",
		needs: []Aspect{AspectQueue}, read: readPending},
	{Name: "up", Want: "NODES", Example: "0,1", read: readCondition(isUp)},
	{Name: "down", Want: "NODES", Example: "2", read: readCondition(isDown)},
	{Name: "paused", Want: "NODES", Example: "2", read: readCondition(isPaused)},
	{Name: "answer", Want: `NAME:ok, refused, lost, none, by_follower, a message in quotes or a list of topics in quotes, with NAME a request of the scenario`, Example: "dog:ok",
		Scenario: true, read: readAnswer},
	{Name: "answers", Want: "NAME:STATUS:NUMBER, with NAME requests of the scenario and STATUS ok, refused, lost or none; =, <=, > and < before the number compare otherwise", Example: "load:ok:1000",
		Scenario: true, read: readAnswers},
	{Name: "event", Want: "EVENT or EVENT:NODES, with EVENT as the trace has it", Example: "BecomeLeader:2",
		needs: []Aspect{AspectTrace}, read: readEvent},
	{Name: "count", Want: "EVENT:NUMBER or EVENT:NODES:NUMBER; >=, <=, > and < before the number compare otherwise", Example: "BecomeLeader:0,1:0",
		needs: []Aspect{AspectTrace}, read: readCount},
	{Name: "entries_once", Want: "NODES", Example: "all",
		needs: []Aspect{AspectLog}, read: readOnce},
}

// Keys returns all kinds of conditions.
func Keys() []Key { return slices.Clone(keys) }

// IsKey reports whether there is such a kind of condition.
func IsKey(name string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return k.Name == name })
}

// names returns the names of all keys.
func names() []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.Name
	}
	return list
}
