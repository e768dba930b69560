package condition_test

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/trace"
)

func TestParseReadsWhatStringWrites(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"LeaderUnique", "leader=unique", "leader=unique"},
		{"LeaderMajority", "leader=majority", "leader=majority"},
		{"LeaderNone", "leader=none", "leader=none"},
		{"LeaderID", "leader=2", "leader=2"},
		{"LeaderNotSeveral", "leader=not:old, 3", "leader=not:old,3"},
		{"LeaderNot", "leader=not:old", "leader=not:old"},
		{"Role", "role=2:Follower", "role=2:Follower"},
		{"RoleOfSeveral", "role=0,1:leader", "role=0,1:Leader"},
		{"RoleOfAll", "role=Candidate", "role=Candidate"},
		{"RoleOfAllByName", "role=all:candidate", "role=Candidate"},
		{"Term", "term=2:5", "term=2:5"},
		{"Committed", "committed=12", "committed=12"},
		{"CommittedOfSome", "committed=0,1:12", "committed=0,1:12"},
		{"Applied", "applied=all:0", "applied=0"},
		{"LogsEqual", "logs_equal=0,1", "logs_equal=0,1"},
		{"QueuesEqual", "queues_equal=all", "queues_equal=all"},
		{"Event", "event=becomeleader", "event=BecomeLeader"},
		{"EventOfSome", "event=Restart:1,3", "event=Restart:1,3"},
		{"LeaderName", "leader=old", "leader=old"},
		{"RoleOfNames", "role=leader, follower,old,3:Follower", "role=leader,follower,old,3:Follower"},
		{"RoleOfName", "role=candidate:Candidate", "role=candidate:Candidate"},
		{"AtLeast", "term=>=5", "term=5"},
		{"Exactly", "committed=0:=5", "committed=0:=5"},
		{"AtMost", "applied=<= 5", "applied=<=5"},
		{"More", "last=all:>5", "last=>5"},
		{"Less", "last=old:<5", "last=old:<5"},
		{"VotedFor", "voted_for=0,old:leader", "voted_for=0,old:leader"},
		{"VotedForNobody", "voted_for=all:none", "voted_for=none"},
		{"Log", "log=0,1:1 1  1*2 4*2", "log=0,1:1*4 4*2"},
		{"LogOfAll", "log=1*3", "log=1*3"},
		{"LogEmpty", "log=leader:empty", "log=leader:empty"},
		{"Commands", `commands=0: put_topic dog;put_message dog hello ;get_message "a b"; get_topics`,
			`commands=0:put_topic dog; put_message dog "hello"; get_message "a b"; get_topics`},
		{"CommandsOdd", `commands=all:put_message "a:b;\"c" "x\x01;ä"; put_topic ""`,
			`commands=all:put_message "a:b;\"c" "x\u0001;ä"; put_topic ""`},
		{"CommandsEmpty", "commands=0:empty", "commands=0:empty"},
		{"Topics", `topics=0:dog, my cat ,"a,b",""`, `topics=0:dog, "my cat", "a,b", ""`},
		{"TopicsEmpty", "topics=all: empty", "topics=all:empty"},
		{"TopicsNamedEmpty", `topics=all:"empty"`, `topics=all:"empty"`},
		{"Queue", `queue=0:dog:["a","b"]`, `queue=0:dog:["a", "b"]`},
		{"QueueColon", `queue=0:"a:b": []`, `queue=0:"a:b":[]`},
		{"QueueOdd", `queue=0,1:my dog:["<\"]", ""]`, `queue=0,1:"my dog":["<\"]", ""]`},
		{"Pending", "pending=leader:dog:3", "pending=leader:dog:3"},
		{"PendingExactly", "pending=0:dog:=3", "pending=0:dog:3"},
		{"PendingAtLeast", `pending=0:"a:b":>=3`, `pending=0:"a:b":>=3`},
		{"Up", "up=0,1", "up=0,1"},
		{"Down", "down=all", "down=all"},
		{"Paused", "paused=old", "paused=old"},
		{"Answer", "answer=w.1:ok", "answer=w.1:ok"},
		{"AnswerNone", "answer=w:none", "answer=w:none"},
		{"AnswerText", `answer=w:"a:\"b"`, `answer=w:"a:\"b"`},
		{"AnswerTopics", `answer=w:["a","b c"]`, `answer=w:["a", "b c"]`},
		{"AnswerNoTopics", `answer=w:[]`, `answer=w:[]`},
		{"AnswerByFollower", "answer=w:by_follower", "answer=w:by_follower"},
		{"Answers", "answers=w:refused:3", "answers=w:refused:3"},
		{"AnswersExactly", "answers=w:ok:=3", "answers=w:ok:=3"},
		{"EventOfName", "event=Timeout:leader,old", "event=Timeout:leader,old"},
		{"Count", "count=becomeleader:3", "count=BecomeLeader:3"},
		{"CountOfSome", "count=Timeout:0,old:<=3", "count=Timeout:0,old:<=3"},
		{"CountOfAll", "count=Timeout:all:=3", "count=Timeout:3"},
		{"EntriesOnce", "entries_once=all", "entries_once=all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := condition.ParseText(c.text)
			assert.NilError(t, err)
			assert.Equal(t, parsed.String(), c.want)
			again, err := condition.ParseText(parsed.String())
			assert.NilError(t, err)
			assert.Equal(t, again.String(), c.want)
		})
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"NoValue", "leader", `invalid condition "leader": want KEY=VALUE, such as leader=unique`},
		{"UnknownKey", "comitted=3", `invalid condition "comitted=3": there is no key "comitted", did you mean "committed"?`},
		{"StrangeKey", "x=3", `there is no key "x", want one of "leader", "role", "term", "committed", "applied", "last", "voted_for", "log", "commands",`},
		{"Leader", "leader=1st", `invalid condition "leader=1st": "1st" is not among these; want leader=unique, majority, none, a node's id or not:NODES, such as leader=unique`},
		{"TwoLeaders", "leader=0,1", `"0,1" is not among these`},
		{"Role", "role=2:Folower", `"Folower" is no role, did you mean "Follower"?; want role=NODES:ROLE`},
		{"RoleNode", "role=x y:Follower", `"x y" is no node's id, nor is it all or a name`},
		{"RoleNone", "role=", `"" is no role`},
		{"Number", "committed=0:many", `"many" is no whole number from 0 on`},
		{"Negative", "applied=-1", `"-1" is no whole number from 0 on`},
		{"NodeTwice", "term=1,1:3", `node 1 is named twice`},
		{"NodeTooLarge", "term=99999:3", `"99999" is no node's id`},
		{"NodeOctal", "term=01:3", `"01" is no node's id`},
		{"Alone", "logs_equal=0", `one node alone cannot be compared, want two or more`},
		{"EmptyID", "logs_equal=0,", `"" is no node's id`},
		{"Event", "event=BecomesLeader", `there is no event "BecomesLeader", did you mean "BecomeLeader"?`},
		{"EventNode", "event=Apply:a.b", `"a.b" is no node's id`},
		{"Sign", "committed>=3", `invalid condition "committed>=3": want an = behind the key, "committed=>=3"`},
		{"SignOnly", "term=0:>", `">" is no whole number from 0 on`},
		{"BelowZero", "term=<0", "no number is below 0"},
		{"TwoSigns", "term=>==3", `">==3" is no whole number`},
		{"NameTwice", "term=old,old:3", `old is named twice`},
		{"ReservedName", "role=none:Follower", `"none" is no node's id`},
		{"ReservedAny", "role=any:Follower", `"any" is no node's id`},
		{"NameTooLong", "role=" + strings.Repeat("x", 65) + ":Follower", `is no node's id`},
		{"VotedFor", "voted_for=0:nobody else", `"nobody else" is no node's id`},
		{"LogNothing", "log=0:", `there are no terms, a log without entries is empty; want log=NODES:TERMS`},
		{"LogRun", "log=0:1*0", `"1*0" is no TERM or TERM*COUNT`},
		{"LogTerm", "log=0:1x", `"1x" is no TERM or TERM*COUNT`},
		{"LogTooLong", "log=0:1*999999 2*2", `it has over 1000000 entries`},
		{"CommandsNodes", "commands=put_topic dog", `it has no colon after the nodes; want commands=NODES:COMMANDS`},
		{"CommandsOp", "commands=0:put_topc dog", `"put_topc" is no command, did you mean "put_topic"?`},
		{"CommandsTopic", "commands=0:put_topic", `put_topic is without its topic`},
		{"CommandsMessage", "commands=0:put_message dog", `put_message is without its message`},
		{"CommandsMore", "commands=0:get_topics dog", `"dog" is one word too many behind get_topics`},
		{"CommandsMany", "commands=0:put_message a b c", `"c" is one word too many`},
		{"CommandsMissing", "commands=0:put_topic dog;", `a command is missing`},
		{"CommandsQuote", `commands=0:put_topic "dog`, `is no string in quotes`},
		{"CommandsQuotes", `commands=0:put_message "a""b"`, `"\"b\"" follows a string in quotes`},
		{"TopicsNodes", "topics=dog", `it has no colon after the nodes`},
		{"TopicsNothing", "topics=0:", `a word is missing`},
		{"TopicsList", `topics=0:["dog"]`, `is no plain word, want it in quotes`},
		{"TopicsTwice", "topics=0:dog,cat,dog", `"dog" is named twice`},
		{"QueueTopic", "queue=0:dog", `nothing follows the topic "dog"`},
		{"QueueColon", "queue=0:a:b:[]", `"b:[]" is no list of strings (a topic with a colon in it stands in quotes)`},
		{"QueueNumbers", "queue=0:a:[1]", `"[1]" is no list of strings`},
		{"QueueNull", "queue=0:a:null", `"null" is no list of strings`},
		{"QueueNullItem", "queue=0:a:[null]", `"[null]" is no list of strings`},
		{"Pending", "pending=0:a:many", `"many" is no whole number`},
		{"Up", "up=", `"" is no node's id`},
		{"AnswerName", "answer=a b:ok", `"a b" is no name of a request`},
		{"AnswerNothing", "answer=w", `nothing follows the name "w"`},
		{"AnswerStatus", "answer=w:okay", `"okay" is no status, want one of "none", "ok", "refused" or "lost"`},
		{"AnswerText", `answer=w:"x" y`, `does not end in a message in quotes`},
		{"Answers", "answers=w:ok", `it does not say how many`},
		{"AnswersNumber", "answers=w:ok:x", `"x" is no whole number`},
		{"Count", "count=Timeout", `it does not say how many`},
		{"CountEvent", "count=Timeot:3", `did you mean "Timeout"?`},
		{"CountNode", "count=Timeout:?:3", `"?" is no node's id`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := condition.ParseText(c.text)
			assert.ErrorIs(t, err, condition.ErrInvalid)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestCheckRefusesUnknownNodes(t *testing.T) {
	c, err := condition.ParseText("logs_equal=0,3")
	assert.NilError(t, err)
	assert.NilError(t, c.Check(4))
	assert.Error(t, c.Check(3), `invalid condition "logs_equal=0,3": node 3 does not exist, the cluster has nodes 0 to 2`)
	assert.ErrorContains(t, c.Check(1), "the cluster has node 0 only")

	for _, text := range []string{"leader=3", "voted_for=0:3", "count=Timeout:3:1", "event=Timeout:3", "queue=3:dog:[]", "down=3", "entries_once=3"} {
		c, err := condition.ParseText(text)
		assert.NilError(t, err)
		assert.NilError(t, c.Check(4))
		assert.ErrorContains(t, c.Check(3), "node 3 does not exist", text)
	}
}

func TestNamesAndCheckAlone(t *testing.T) {
	for _, c := range []struct {
		text  string
		names []string
		alone string
	}{
		{"leader=unique", nil, ""},
		{"role=leader,follower:Follower", nil, ""},
		{"leader=old", []string{"old"}, `invalid condition "leader=old": no node is called "old"; want leader=unique, majority, none, a node's id or not:NODES, such as leader=unique, and nodes by their ids or as leader, follower or candidate`},
		{"voted_for=new,old,0:old", []string{"new", "old"}, `no node is called "new"`},
		{"count=Timeout:old:3", []string{"old"}, `no node is called "old"`},
		{"answer=w:ok", nil, `invalid condition "answer=w:ok": only a scenario has requests with names, want another condition than answer`},
	} {
		parsed, err := condition.ParseText(c.text)
		assert.NilError(t, err)
		assert.DeepEqual(t, parsed.Names(), c.names)
		if c.alone == "" {
			assert.NilError(t, parsed.CheckAlone())
			continue
		}
		assert.ErrorIs(t, parsed.CheckAlone(), condition.ErrInvalid)
		assert.ErrorContains(t, parsed.CheckAlone(), c.alone)
	}
}

func TestRequestsNamesTheRequest(t *testing.T) {
	for text, one := range map[string]bool{"answer=w:ok": true, "answers=w:ok:3": false} {
		c, err := condition.ParseText(text)
		assert.NilError(t, err)
		assert.DeepEqual(t, c.Requests(), []string{"w"})
		assert.Equal(t, c.OfOneRequest(), one)
	}
}

func TestIsNameRefusesReservedWords(t *testing.T) {
	for _, name := range []string{"old", "Old_2", "a-b", "_"} {
		assert.Assert(t, syntax.IsName(name), name)
	}
	for _, name := range []string{"", "2nd", "-a", "a b", "a.b", "ä", "leader", "Leader", "any", "all", "NONE", "unique", "a:b", strings.Repeat("x", 65)} {
		assert.Assert(t, !syntax.IsName(name), name)
	}
}

func TestExamplesOfAllKeysParse(t *testing.T) {
	for _, k := range condition.Keys() {
		t.Run(k.Name, func(t *testing.T) {
			assert.Assert(t, condition.IsKey(k.Name))
			c, err := condition.Parse(k.Name, k.Example)
			assert.NilError(t, err)
			assert.Equal(t, c.String(), k.Name+"="+k.Example)
			assert.Equal(t, k.Scenario, c.CheckAlone() != nil)
		})
	}
	assert.Assert(t, !condition.IsKey("since"))
}

// The kinds of records that a condition knows are all that there are.
func TestParseEventReadsAllKinds(t *testing.T) {
	for k := range trace.NumKinds {
		parsed, err := condition.ParseEvent(k.String())
		assert.NilError(t, err)
		assert.Equal(t, parsed, k)
	}
	assert.Equal(t, trace.NumKinds.String(), "invalid kind")
}

func FuzzParse(f *testing.F) {
	for _, k := range condition.Keys() {
		f.Add(k.Name + "=" + k.Example)
	}
	for _, text := range []string{
		"voted_for=:", "log=0:1*3*4", `commands=0:put_message "a\\" "b`, `topics=a:"x",y`, `queue=0:"a:b":["\ud800"]`, "pending=0:a:<0", "answer=a:\"",
		"answers=a:ok:>=1", "count=Init:0,b:=2", "leader=1,", "commands=0:put_topic \xff", "topics=0:\"\xff\"", "queue=0:\xff:[\"\xff\"]",
	} {
		f.Add(text)
	}
	f.Add("role=0,1,2:")
	f.Add("event=:")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := condition.ParseText(text)
		if err != nil {
			assert.ErrorIs(t, err, condition.ErrInvalid)
			return
		}
		again, err := condition.ParseText(c.String())
		assert.NilError(t, err)
		assert.Equal(t, again.String(), c.String())
	})
}
