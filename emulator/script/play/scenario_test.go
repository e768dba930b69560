package play_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/raft"
)

// parseScenario reads a scenario of three nodes.
func parseScenario(text string) (*fixture.Fixture, error) {
	return fixture.Parse("x", []byte("format = 1\ncluster.nodes = 3\n"+text))
}

func everything(t *testing.T) (*fixture.Fixture, string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "scenario.toml"))
	assert.NilError(t, err)
	f, err := fixture.Parse("scenario.toml", text)
	assert.NilError(t, err)
	return f, string(text)
}

// roundTrip writes a fixture and reads it back.
func roundTrip(t *testing.T, f *fixture.Fixture) *fixture.Fixture {
	t.Helper()
	text := f.TOML()
	again, err := fixture.Parse("again.toml", text)
	assert.NilError(t, err, string(text))
	assert.Equal(t, string(again.TOML()), string(text))
	return again
}

// A scenario is written as it was read.
func TestScenarioRoundTrip(t *testing.T) {
	f, text := everything(t)
	assert.Equal(t, string(f.TOML()), text)
	assert.DeepEqual(t, roundTrip(t, f), f)
	assert.NilError(t, f.Validate())
}

func conditionsOf(list []condition.Condition) []string {
	var texts []string
	for _, c := range list {
		texts = append(texts, c.String())
	}
	return texts
}

func TestSteps(t *testing.T) {
	f, _ := everything(t)
	c := f.Scenario
	assert.Equal(t, c.TimeLimit, 30*time.Second)
	assert.Equal(t, c.RunTime, 20*time.Second)
	assert.DeepEqual(t, c.Grade, play.Grade{Part: "replication", Points: 2.5, Visibility: "after_due_date", Tags: []string{"partition", "two words"}})

	begin, wait, healed := c.Steps[0], c.Steps[2], c.Steps[len(c.Steps)-1]
	assert.Equal(t, begin.Name, "begin")
	assert.Equal(t, begin.Line, 25)
	assert.Equal(t, begin.At, time.Duration(0))
	assert.Assert(t, begin.Action == nil)
	assert.Assert(t, wait.At < 0)
	assert.Equal(t, wait.After, 100*time.Millisecond)
	assert.Equal(t, wait.Within, 800*time.Millisecond)
	assert.DeepEqual(t, conditionsOf(wait.Once), []string{"leader=old", "role=next,last-one:Follower"})
	assert.Equal(t, healed.At, 10*time.Second)

	name := func(s string) play.Who { return play.Who{ID: raft.None, Name: s} }
	for i, want := range map[int]play.Action{
		1: play.Let{[]play.Binding{{"old", name("leader")}, {"next", name("follower")}, {"last-one", play.Who{ID: 4}}}},
		2: play.Request{Name: "dog", Command: queue.Command{Op: queue.PutTopic, Topic: "dog"}, To: name("old"), Times: 1, Timeout: time.Second},
		3: play.Request{
			Name: "load", Command: queue.Command{Op: queue.PutMessage, Topic: "dog", Message: "message {i}"}, To: name("leader"),
			Times: 100, Every: 5 * time.Millisecond, Timeout: 500 * time.Millisecond,
		},
		4: play.Request{Command: queue.Command{Op: queue.GetTopics}, To: name("any"), Times: 1, Timeout: time.Second},
		6: play.Cut{
			Groups: [][]play.Who{{{}, name("old")}, {{ID: 2}, {ID: 3}, {ID: 4}}}, OneWay: [][2]play.Who{{{}, name("leader")}},
			Isolate: []play.Who{{ID: 1}, name("next")},
		},
		7:  play.Cut{Isolate: []play.Who{name("leader")}},
		8:  play.NodeAction{Op: fault.Crash, Who: []play.Who{{}, name("next")}, Wipe: true},
		9:  play.NodeAction{Op: fault.Restart, Who: []play.Who{{}, name("next")}},
		12: play.NodeAction{Op: fault.Timeout, Who: []play.Who{name("follower")}},
		14: play.NodeAction{Op: fault.HealNode, Who: []play.Who{name("old"), {}}},
		15: play.Skew{Who: name("candidate"), Factor: 1.5},
		16: play.SetFault{fault.Rule{
			Name: "lossy", Match: fault.Match{From: []raft.NodeID{0}, Type: fault.AppendEntriesType},
			Drop: true, Until: 300 * time.Millisecond, Probability: 0.5,
		}},
		17: play.DeleteFault{[]string{"slow", "lossy"}},
		19: play.Send{To: play.Who{ID: 1}, From: name("old"), Message: raft.Message{Type: raft.RequestVoteRequest, Term: 7, LastLogIndex: 3, LastLogTerm: 2}},
		20: play.Send{To: name("leader"), Message: raft.Message{
			Type: raft.AppendEntriesRequest, Term: 8, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 1,
			Entries: []raft.Entry{
				{Term: 1, Command: &queue.Command{Op: queue.PutTopic, Topic: "dog"}},
				{Term: 8, Command: &queue.Command{Op: queue.PutMessage, Topic: "dog", Message: "x"}},
			},
		}},
		22: play.HealAll{},
	} {
		assert.DeepEqual(t, c.Steps[i].Action, want)
	}
}

func TestExpects(t *testing.T) {
	f, _ := everything(t)
	type expect struct {
		That            string
		Kind            play.ExpectKind
		Within          time.Duration
		From, Until, At string
		Because         string
	}
	var got []expect
	for _, e := range f.Scenario.Expects {
		assert.Assert(t, e.Line > 0)
		got = append(got, expect{strings.Join(conditionsOf(e.That), " "), e.Kind, e.Within, e.From, e.Until, e.At, e.Because})
	}
	assert.DeepEqual(t, got, []expect{
		{"leader=unique role=old:Follower logs_equal=all", play.ExpectWithin, time.Second, "healed", "", "", ""},
		{"count=BecomeLeader:old:0", play.ExpectAlways, 0, "cut", "healed", "", "it has no majority (§5.2)"},
		{"answers=load:ok:>90", play.ExpectNever, 0, "", "", "", ""},
		{`queue=0:"a:b":["x", "y"]`, play.ExpectAt, 0, "begin", "", "cut", ""},
		{`commands=0:put_topic dog; put_message dog "x"`, play.ExpectAtEnd, 0, "", "", "", ""},
	})
}

func TestNoScenario(t *testing.T) {
	f, err := parseScenario("")
	assert.NilError(t, err)
	assert.Assert(t, f.Scenario == nil)
	f, err = parseScenario("step = []\nexpect = []")
	assert.NilError(t, err)
	assert.Assert(t, f.Scenario == nil)
}

func TestScenarioDefaults(t *testing.T) {
	f, err := parseScenario("[[step]]\n[[expect]]\nthat = 'leader=none'")
	assert.NilError(t, err)
	assert.Equal(t, f.Scenario.TimeLimit, play.DefaultTimeLimit)
	assert.DeepEqual(t, f.Scenario.Grade, play.Grade{Visibility: "visible"})
	assert.Equal(t, f.Scenario.Steps[0].Within, play.DefaultWithin)
	assert.Assert(t, f.Scenario.Steps[0].At < 0)
}

func TestScenarioErrors(t *testing.T) {
	const leader = "[[step]]\nlet = { old = \"leader\" }\n" // lines 3 and 4
	for _, c := range []struct{ name, text, want string }{
		{"GradeAlone", "[grade]\npoints = 1\n[scenario]", "x:3: grade: means nothing without a [[step]] or an [[expect]]\nx:5: scenario: means nothing without a [[step]] or an [[expect]]"},
		{"StepNoTable", "step = 5", `x:3: step: is 5, want one [[step]] table for each step`},
		{"StepNoTables", "step = [5]", `x:3: step[0]: is 5, want a [[step]] table`},
		{"ExpectNoTables", "expect = [5]", `x:3: expect[0]: is 5, want an [[expect]] table`},
		{"UnknownKey", "[[step]]\natms = 5", `x:4: step[0].atms: unknown key, did you mean "at_ms"?`},
		{"UnknownAction", "[[step]]\ncrush = 0", `x:4: step[0].crush: unknown key, did you mean "crash"?`},
		{"TimeLimit", "[[step]]\n[scenario]\ntime_limit_ms = 0\nrun_ms = -1", "x:5: scenario.time_limit_ms: is 0, want whole milliseconds from 1 to 86400000\nx:6: scenario.run_ms: is -1, want whole milliseconds from 0 to 86400000"},
		{"RunBeyond", "[[step]]\n[scenario]\nrun_ms = 60001", `x:5: scenario.run_ms: is 60001, which is beyond the time limit of 60000 ms`},

		{"NegativeTime", "[[step]]\nat_ms = -1\n[[step]]\nafter_ms = -1", "x:4: step[0].at_ms: is -1, want whole milliseconds from 0 to 86400000\nx:6: step[1].after_ms: is -1, want whole milliseconds from 0 to 86400000"},
		{"Backwards", "[[step]]\nat_ms = 100\n[[step]]\nafter_ms = 50\n[[step]]\nat_ms = 149", `x:8: step[2].at_ms: is 149, and the step before is not done before 150 ms, want the steps in the order in which they are done`},
		{"TwoTimes", "[[step]]\nat_ms = 1\nafter_ms = 1\nonce = 'leader=none'", "x:5: step[0].after_ms: is given beside at_ms, want one of the two\nx:6: step[0].once: is given beside at_ms, want one of the two"},
		{"BeyondLimit", "[scenario]\ntime_limit_ms = 100\n[[step]]\nat_ms = 101\n[[step]]\nonce = 'leader=none'\nwithin_ms = 102", "x:6: step[0].at_ms: is 101, which is beyond the time limit of 100 ms, want less, or a higher scenario.time_limit_ms\nx:9: step[1].within_ms: is 102, which is beyond the time limit of 100 ms, want less, or a higher scenario.time_limit_ms"},
		{"AfterLimit", "[[step]]\nat_ms = 40000\n[[step]]\nafter_ms = 20001", `x:6: step[1].after_ms: is 20001, so this step is not done before 60001 ms, which is beyond the time limit of 60000 ms`},
		{"WithinAlone", "[[step]]\nwithin_ms = 5", `x:4: step[0].within_ms: means nothing without once`},
		{"NameTwice", "[[step]]\nname = 'a'\n[[step]]\nname = 'a'", `x:6: step[1].name: is "a", as that of step[0] (line 4) is, want another name`},
		{"NameEmpty", "[[step]]\nname = ' '", `x:4: step[0].name: is " ", want a name, or nothing`},

		{"OnceType", "[[step]]\nonce = 5\n[[step]]\nonce = []\n[[step]]\nonce = ['leader=none', 5]", "x:4: step[0].once: is 5, want a condition in quotes, such as \"leader=unique\"\nx:6: step[1].once: is an empty list, want a condition, such as leader=unique\nx:8: step[2].once[1]: is 5, want a condition in quotes, such as \"leader=unique\""},
		{"OnceUnreadable", "[[step]]\nonce = ['leader=none', 'role=2:Folower']", `x:4: step[0].once[1]: invalid condition "role=2:Folower": "Folower" is no role, did you mean Follower?; want role=NODES:ROLE, with ROLE one of Follower, Candidate, Leader, such as role=2:Follower`},
		{"OnceNode", "[[step]]\nonce = 'role=3:Follower'", `x:4: step[0].once: invalid condition "role=3:Follower": node 3 does not exist, the cluster has nodes 0 to 2`},
		{"OnceName", leader + "[[step]]\nonce = 'leader=odl'", `x:6: step[1].once: is "leader=odl", and no step before gives a node the name "odl", did you mean "old"?`},
		{"OnceNameLater", "[[step]]\nonce = 'leader=old'\nlet = { old = 0 }", `x:4: step[0].once: is "leader=old", and no step before gives a node the name "old", want one of "candidate", "follower" or "leader"`},
		{"OnceRequest", "[[step]]\nonce = 'answer=dog:ok'\nrequest = { name = 'dog', op = 'get_topics' }", `x:4: step[0].once: is "answer=dog:ok", and no step before sends a request "dog"`},
		{"OnceMany", "[[step]]\nrequest = { name = 'dog', op = 'get_topics', times = 3 }\n[[step]]\nonce = 'answer=dog:ok'", `x:6: step[1].once: is "answer=dog:ok", but 3 requests "dog" are sent, want answers=dog:STATUS:NUMBER`},

		{"TwoActions", "[[step]]\ncrash = 0\nheal = 'all'", `x:5: step[0].heal: is given beside crash, want one action in a step`},
		{"Bug", "[[step]]\nbug = 'x'", `x:4: step[0].bug: is "x", want a table such as { node = "leader", name = "vote_twice" }`},
		{"BugNode", "[[step]]\nbug = { name = 'vote_twice' }", `x:4: step[0].bug.node: is missing, want the node that gets the bug, or a list of them`},
		{"BugName", "[[step]]\nbug = { node = 0 }", `x:4: step[0].bug.name: is missing, want the bug's name, or "" for none`},
		{"BugNearest", "[[step]]\nbug = { node = 0, name = 'vote_twize' }", `x:4: step[0].bug.name: is "vote_twize", and there is no such bug, did you mean "vote_twice"?`},
		{"Wipe", "[[step]]\npause = 0\nwipe = true", `x:5: step[0].wipe: means nothing without crash`},
		{"Who", "[[step]]\ncrash = 3\n[[step]]\ncrash = -1\n[[step]]\ncrash = []\n[[step]]\ncrash = true\n[[step]]\ncrash = 'any'",
			"x:4: step[0].crash: is 3, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:6: step[1].crash: is -1, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:8: step[2].crash: is an empty list, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:10: step[3].crash: is true, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:12: step[4].crash: is \"any\", want a node's id from 0 to 2, \"leader\", \"follower\", \"candidate\" or a name that a let gives"},
		{"WhoTwice", leader + "[[step]]\ncrash = [0, 'old', 0, 'old']", "x:6: step[1].crash[2]: names node 0 twice, want each node once\nx:6: step[1].crash[3]: names old twice, want each node once"},
		{"WhoUnknown", "[[step]]\ncrash = 'leadr'\n[[step]]\nlet = { a = 'b', b = 0 }", "x:4: step[0].crash: is \"leadr\", and no step before gives a node this name, did you mean \"leader\"?\nx:6: step[1].let.a: is \"b\", and no step before gives a node this name, want one of \"candidate\", \"follower\" or \"leader\""},

		{"CrashTwice", "[[step]]\ncrash = 0\n[[step]]\ncrash = [1, 0]", `x:6: step[1].crash[1]: node 0 is down already when this step is done`},
		{"RestartUp", "[[step]]\nrestart = 0", `x:4: step[0].restart: node 0 is up already when this step is done`},
		{"PauseDown", "[[step]]\ncrash = 0\n[[step]]\npause = 0\n[[step]]\ntimeout = 0\n[[step]]\nresume = 0", "x:6: step[1].pause: node 0 is down when this step is done\nx:8: step[2].timeout: node 0 is down when this step is done\nx:10: step[3].resume: node 0 is down when this step is done"},
		{"Paused", "[[step]]\npause = 0\n[[step]]\npause = 0\n[[step]]\ntimeout = 0\n[[step]]\nresume = 1", "x:6: step[1].pause: node 0 is paused already when this step is done\nx:8: step[2].timeout: node 0 is paused when this step is done\nx:10: step[3].resume: node 1 is not paused when this step is done"},

		{"LetReserved", "[[step]]\nlet = { leader = 0, 2nd = 0, all = 1 }", "x:4: step[0].let.leader: gives the name \"leader\", want one of letters, digits, _ and - that begins with a letter and is not a word with a meaning, such as leader or all\n" +
			"x:4: step[0].let.2nd: gives the name \"2nd\", want one of letters, digits, _ and - that begins with a letter and is not a word with a meaning, such as leader or all\n" +
			"x:4: step[0].let.all: gives the name \"all\", want one of letters, digits, _ and - that begins with a letter and is not a word with a meaning, such as leader or all"},
		{"LetEmpty", "[[step]]\nlet = {}\n[[step]]\nlet = 'old'", "x:4: step[0].let: is empty, want names for nodes, such as { old = \"leader\" }\nx:6: step[1].let: is \"old\", want names for nodes, such as { old = \"leader\" }"},

		{"Skew", "[[step]]\nskew = { node = 5, factor = 0 }\n[[step]]\nskew = {}\n[[step]]\nskew = { node = 0, factor = 0.0001 }\n[[step]]\nskew = 2",
			"x:4: step[0].skew.node: is 5, want a node's id from 0 to 2, or a name such as \"leader\"\nx:4: step[0].skew.factor: is 0, want a number above 0 and not above 1000\n" +
				"x:6: step[1].skew.node: is missing, want the node whose timers are meant\nx:6: step[1].skew.factor: is missing, want the factor on the length of the node's timers\n" +
				"x:8: step[2].skew.factor: is 0.0001, want a factor from 0.001 to 1000\nx:10: step[3].skew: is 2, want such as { node = 0, factor = 1.5 }"},

		{"Partition", "[[step]]\npartition = {}\n[[step]]\npartition = { groups = [[0, 1, 2]] }\n[[step]]\npartition = { groups = [[0, 'leader'], [0], [], 5] }\n[[step]]\npartition = { oneway = [[0], [0, 0], ['leader', 1], ['leader', 1], [0, 7]], isolate = [] }",
			"x:4: step[0].partition: cuts nothing, want groups, oneway or isolate\nx:6: step[1].partition.groups: cuts nothing, want a group that leaves some node out, or two\n" +
				"x:8: step[2].partition.groups[1][0]: names node 0 twice, want each node once\nx:8: step[2].partition.groups[2]: is an empty list, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:8: step[2].partition.groups[3]: is 5, want a group: a list of nodes, such as [0, \"leader\"]\n" +
				"x:10: step[3].partition.oneway[0]: is a list of 1, want two nodes: [from, to]\nx:10: step[3].partition.oneway[1]: goes from node 0 to itself, want two nodes\n" +
				"x:10: step[3].partition.oneway[3]: names the link from leader to node 1 twice, want it once\nx:10: step[3].partition.oneway[4][1]: is 7, want a node's id from 0 to 2, or a name such as \"leader\"\n" +
				"x:10: step[3].partition.isolate: is an empty list, want a node's id from 0 to 2, or a name such as \"leader\""},
		{"PartitionName", "[[step]]\npartition = { isolate = 'old' }", `x:4: step[0].partition.isolate: is "old", and no step before gives a node this name, want one of "candidate", "follower" or "leader"`},

		{"Fault", "[[step]]\nfault = { name = 'a' }\n[[step]]\nfault = { drop = true }", "x:4: step[0].fault: does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold\nx:6: step[1].fault.name: is missing, want a name by which the rule can be deleted"},
		{"Lift", "[[step]]\nfault = { name = 'slow', delay_ms = 5 }\n[[step]]\nlift = 'slw'\n[[step]]\nlift = ['slow', 'slow', 5]\n[[step]]\nlift = []",
			"x:6: step[1].lift: is \"slw\", and no step before sets a fault of this name, nor is there a [[fault]], did you mean \"slow\"?\nx:8: step[2].lift[1]: names the fault \"slow\" twice, want it once\nx:8: step[2].lift[2]: is 5, want the name of a fault\nx:10: step[3].lift: is an empty list, want the name of a fault"},
		{"LiftNever", "[[step]]\nlift = 'slow'", `x:4: step[0].lift: is "slow", and no step before sets a fault of this name, nor is there a [[fault]]`},

		{"Request", "[[step]]\nrequest = {}\n[[step]]\nrequest = { op = 'pop' }\n[[step]]\nrequest = { op = 'put_topic' }\n[[step]]\nrequest = { op = 'get_topics', topic = 'dog' }\n[[step]]\nrequest = { op = 'put_topic', topic = 'dog', message = 'x' }\n[[step]]\nrequest = 'dog'",
			"x:4: step[0].request.op: is missing, want one of \"put_topic\", \"get_topics\", \"put_message\" or \"get_message\"\nx:6: step[1].request.op: is \"pop\", want one of \"put_topic\", \"get_topics\", \"put_message\" or \"get_message\"\n" +
				"x:8: step[2].request.topic: is missing, want it with op = \"put_topic\"\nx:10: step[3].request.topic: means nothing with op = \"get_topics\", want it left out\n" +
				"x:12: step[4].request.message: means nothing with op = \"put_topic\", want it left out\nx:14: step[5].request: is \"dog\", want such as { op = \"put_topic\", topic = \"dog\" }"},
		{"RequestNumbers", "[[step]]\nrequest = { op = 'get_topics', times = 0, every_ms = -1, timeout_ms = 0 }\n[[step]]\nrequest = { op = 'get_topics', times = 100001 }\n[[step]]\nrequest = { op = 'get_topics', every_ms = 5 }",
			"x:4: step[0].request.times: is 0, want a number of requests from 1 to 100000\nx:4: step[0].request.every_ms: is -1, want whole milliseconds from 0 to 86400000\nx:4: step[0].request.timeout_ms: is 0, want whole milliseconds from 1 to 86400000\n" +
				"x:6: step[1].request.times: is 100001, want a number of requests from 1 to 100000\nx:8: step[2].request.every_ms: means nothing without times"},
		{"RequestName", "[[step]]\nrequest = { name = 'a b', op = 'get_topics' }\n[[step]]\nrequest = { name = 'w', op = 'get_topics' }\n[[step]]\nrequest = { name = 'w', op = 'get_topics', to = 'nobody' }",
			"x:4: step[0].request.name: is \"a b\", want a name of letters, digits, _, - and dots\nx:8: step[2].request.name: is \"w\", as that of step[1].request (line 6) is, want another name\nx:8: step[2].request.to: is \"nobody\", and no step before gives a node this name, want one of \"candidate\", \"follower\" or \"leader\""},
		{"RequestsTooMany", strings.Repeat("[[step]]\nrequest = { op = 'get_topics', times = 60000 }\n", 3), `x:6: step[1].request: is too much: with those before there are over 100000 requests, want at most that`},
		{"RequestsTooLong", "[[step]]\nrequest = { op = 'put_topic', topic = '{i}" + strings.Repeat("x", 1000) + "', times = 100000 }", `x:4: step[0].request: is too much: with those before the topics and messages take over 67108864 bytes, want at most that`},

		{"Send", "[[step]]\nsend = {}\n[[step]]\nsend = { to = 0, from = 0, request_vote = { term = 1 } }\n[[step]]\nsend = { to = 0, from = 1, request_vote = {}, append_entries = {} }\n[[step]]\nsend = { to = 0, from = 1, append_entries = { term = 1, entries = [{ term = 2, op = 'get_topics' }] } }",
			"x:4: step[0].send.to: is missing, want who gets the message\nx:4: step[0].send.from: is missing, want whom it seems to come from\nx:4: step[0].send.request_vote: is missing, want that, or append_entries\n" +
				"x:6: step[1].send: goes from node 0 to itself, want two nodes\nx:8: step[2].send.append_entries: is given beside request_vote, want one of the two\n" +
				"x:10: step[3].send: is not a message that a node could send: /dict/entries/0/term is 2, want from 1, as in the entry before, to 1, the request's"},
		{"SendTerm", "[[step]]\nsend = { to = 0, from = 1, request_vote = { last_log_index = -1 } }", "x:4: step[0].send.request_vote.term: is missing, want the message's term\nx:4: step[0].send.request_vote.last_log_index: is -1, want an index from 0 to 9007199254740991"},

		{"ThatMissing", "[[expect]]\nnever = true\n[[expect]]\nthat = []\n[[expect]]\nthat = ''", "x:3: expect[0].that: is missing, want a condition, such as leader=unique\nx:6: expect[1].that: is an empty list, want a condition, such as leader=unique\nx:8: expect[2].that: invalid condition \"\": want KEY=VALUE, such as leader=unique"},
		{"TwoKinds", "[[expect]]\nthat = 'leader=none'\nwithin_ms = 5\nnever = true", `x:6: expect[0].never: is given beside within_ms, want one of within_ms, always, never and at, or none for the end`},
		{"AlwaysFalse", "[[expect]]\nthat = 'leader=none'\nalways = false", `x:5: expect[0].always: is false, want true, or nothing`},
		{"Within", "[[expect]]\nthat = 'leader=none'\nwithin_ms = -5\n[[expect]]\nthat = 'leader=none'\nwithin_ms = 60001", "x:5: expect[0].within_ms: is -5, want whole milliseconds from 0 to 86400000\nx:8: expect[1].within_ms: is 60001, which is beyond the time limit of 60000 ms, want less, or a higher scenario.time_limit_ms"},
		{"UnknownSteps", "[[step]]\nname = 'cut'\n[[expect]]\nthat = 'leader=none'\nalways = true\nfrom = 'cot'\nuntil = 'end'\n[[expect]]\nthat = 'leader=none'\nat = 5", "x:8: expect[0].from: is \"cot\", and no step has this name, did you mean \"cut\"?\nx:9: expect[0].until: is \"end\", and no step has this name, want \"cut\"\nx:12: expect[1].at: is 5, want the name of a step"},
		{"UntilBefore", "[[step]]\nname = 'a'\n[[step]]\nname = 'b'\n[[expect]]\nthat = 'leader=none'\nalways = true\nfrom = 'b'\nuntil = 'a'\n[[expect]]\nthat = 'leader=none'\nat = 'a'\nfrom = 'b'\n[[expect]]\nthat = 'leader=none'\nuntil = 'b'",
			"x:11: expect[0].until: is \"a\", which is not done after \"b\", where it begins, want a later step\nx:15: expect[1].from: is \"b\", which is done after \"a\", want that step or one before\nx:18: expect[2].until: means nothing without always or never"},
		{"ExpectName", "[[expect]]\nthat = ['leader=old', 'answer=dog:ok']", "x:4: expect[0].that[0]: is \"leader=old\", and no step gives a node the name \"old\", want one of \"candidate\", \"follower\" or \"leader\"\nx:4: expect[0].that[1]: is \"answer=dog:ok\", and no step sends a request \"dog\""},
		{"ExpectNameLater", "[[step]]\nname = 'a'\n" + "[[step]]\nlet = { old = 0 }\n[[expect]]\nthat = 'leader=old'\nalways = true\n[[expect]]\nthat = 'leader=old'\nat = 'a'",
			"x:8: expect[0].that: is \"leader=old\", and step[1] (line 6) gives the name \"old\" only after the start, so it could not hold then\nx:11: expect[1].that: is \"leader=old\", and step[1] (line 6) gives the name \"old\" only after \"a\", so it could not hold then"},
		{"ExpectMany", "[[step]]\nrequest = { name = 'dog', op = 'get_topics', times = 3 }\n[[expect]]\nthat = 'answer=dog:ok'", `x:6: expect[0].that: is "answer=dog:ok", but 3 requests "dog" are sent, want answers=dog:STATUS:NUMBER`},
		{"Because", "[[expect]]\nthat = 'leader=none'\nbecause = 5", `x:5: expect[0].because: is 5, want a string, in quotes`},

		{"Grade", "[[step]]\n[grade]\npoints = -1\nvisibility = 'never'\ntags = ['a', '', 'a']\npart = 3", "x:5: grade.points: is -1, want a number of points from 0 to 1000000\nx:6: grade.visibility: is \"never\", want one of \"visible\", \"hidden\", \"after_due_date\" or \"after_published\"\nx:7: grade.tags[1]: is \"\", want a word\nx:7: grade.tags[2]: is \"a\" once more, want each tag once\nx:8: grade.part: is 3, want a string, in quotes"},
		{"GradeNaN", "[[step]]\n[grade]\npoints = nan", "x:5: grade.points: is NaN, want a number of points from 0 to 1000000"},
		{"TooManySteps", strings.Repeat("[[step]]\n", play.MaxSteps+2), `x:1003: step[1000]: is one too many, want at most 1000`},
		{"TooManyExpects", strings.Repeat("[[expect]]\nthat = 'leader=none'\n", play.MaxExpects+2), `x:2003: expect[1000]: is one too many, want at most 1000`},
		{"TooManyConditions", "[[expect]]\nthat = [" + strings.Repeat("'leader=none', ", play.MaxConditions+1) + "]", `x:4: expect[0].that: has 101 conditions, want at most 100`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parseScenario(c.text)
			assert.Assert(t, f == nil)
			assert.ErrorIs(t, err, source.ErrInvalid)
			assert.Equal(t, err.Error(), c.want)
		})
	}
}

func TestOneNode(t *testing.T) {
	_, err := fixture.Parse("x", []byte("format = 1\ncluster.nodes = 1\n[[step]]\nisolate = 0\n[[step]]\npartition = { isolate = 'leader' }"))
	assert.Error(t, err, "x:4: step[0].isolate: cuts nothing: there is only one node\nx:6: step[1].partition: cuts nothing: there is only one node")
}

// What may be so is not objected to.
func TestPower(t *testing.T) {
	for name, text := range map[string]string{
		"Wiped":      "[[step]]\ncrash = 0\n[[step]]\ncrash = 0\nwipe = true",
		"Leader":     "[[step]]\ncrash = 'leader'\n[[step]]\ncrash = 0\n[[step]]\nrestart = [0, 1, 2]",
		"Named":      "[[step]]\nlet = { old = 'leader' }\n[[step]]\ncrash = 0\n[[step]]\nrestart = 'old'\n[[step]]\npause = 0\n[[step]]\nresume = 'old'\n[[step]]\npause = 0",
		"HealAll":    "[[step]]\ncrash = 0\n[[step]]\nheal = 'all'\n[[step]]\ncrash = 0\n[[step]]\nheal = 0\n[[step]]\ntimeout = 0",
		"StartsDown": "[[node]]\nup = false\n[[step]]\nrestart = 0",
		"PauseLost":  "[[step]]\npause = 0\n[[step]]\ncrash = 0\n[[step]]\nrestart = 0\n[[step]]\npause = 0",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseScenario(text)
			assert.NilError(t, err)
		})
	}
}

// A scenario that was made by hand is checked by its text.
func TestValidateScenario(t *testing.T) {
	f := fixture.Fresh(3)
	f.Scenario = &play.Scenario{Steps: []play.Step{{At: -1, Action: play.NodeAction{Op: fault.Crash, Who: []play.Who{{ID: 5}}}}}}
	assert.Error(t, f.Validate(), `step[0].crash: is 5, want a node's id from 0 to 2, or a name such as "leader"`)
	f.Scenario.Steps[0].Action = play.NodeAction{Op: fault.Heal, Who: []play.Who{{ID: 2}}}
	assert.ErrorContains(t, f.Validate(), `unknown key`)
	f.Scenario.Steps[0].Action = play.Let{[]play.Binding{{"odd = name", play.Who{}}}}
	assert.ErrorContains(t, f.Validate(), `gives the name "odd = name"`)
	f.Scenario.Steps[0].Action = play.NodeAction{Op: fault.Crash, Who: []play.Who{{ID: 2}}}
	assert.NilError(t, f.Validate())
}
