package play_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/internal/cases"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// parseScenario reads a scenario of three nodes.
func parseScenario(text string) (*fixture.Fixture, error) {
	return fixture.Parse("x", []byte("format = 1\ncluster.nodes = 3\n"+text))
}

func scenarioOfEverything(t *testing.T) (*fixture.Fixture, string) {
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
func TestScenarioIsWrittenAsItWasRead(t *testing.T) {
	f, text := scenarioOfEverything(t)
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

func TestStepsReadEveryAction(t *testing.T) {
	f, _ := scenarioOfEverything(t)
	c := f.Scenario
	assert.Equal(t, c.TimeLimit, 30*time.Second)
	assert.Equal(t, c.RunTime, 20*time.Second)
	assert.DeepEqual(t, c.Grade, play.Grade{Part: "replication", Points: 2.5, Visibility: "after_due_date", Tags: []string{"partition", "two words"}, Runs: 3})
	assert.Equal(t, c.Links, play.LinksRefuse)

	begin, wait, healed := c.Steps[0], c.Steps[2], c.Steps[len(c.Steps)-1]
	assert.Equal(t, begin.Name, "begin")
	assert.Equal(t, begin.Line, 27)
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
		2: play.Request{Name: "dog", Command: queue.PutTopic.With("dog"), To: name("old"), Times: 1, Timeout: time.Second},
		3: play.Request{
			Name: "load", Command: queue.PutMessage.With("dog", "message {i}"), To: name("leader"),
			Times: 100, Every: 5 * time.Millisecond, Timeout: 500 * time.Millisecond, Retry: 3 * time.Second,
		},
		4: play.Request{Command: queue.GetTopics.With(), To: name("any"), Times: 1, Timeout: time.Second},
		6: play.Cut{
			Groups: [][]play.Who{{{}, name("old")}, {{ID: 2}, {ID: 3}, {ID: 4}}}, OneWay: [][2]play.Who{{{}, name("leader")}},
			Isolate: []play.Who{{ID: 1}, name("next")},
		},
		7:  play.Cut{Isolate: []play.Who{name("leader")}},
		8:  play.NodeAction{Change: fault.Change{Kind: fault.Crash, Wipe: true}, Who: []play.Who{{}, name("next")}},
		9:  play.NodeAction{Change: fault.Change{Kind: fault.Restart}, Who: []play.Who{{}, name("next")}},
		12: play.NodeAction{Change: fault.Change{Kind: fault.Timeout}, Who: []play.Who{name("follower")}},
		14: play.NodeAction{Change: fault.Change{Kind: fault.HealNode}, Who: []play.Who{name("old"), {}}},
		15: play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 1.5}, Who: []play.Who{name("candidate")}},
		16: play.SetFault{Rule: fault.Rule{
			Name: "lossy", Match: fault.Match{From: []raft.NodeID{0}, Type: fault.AppendEntriesType},
			Drop: true, Until: 300 * time.Millisecond, Probability: 0.5,
		}, Match: syntax.MatchWho{"to": {name("old"), name("leader")}}},
		17: play.DeleteFault{[]string{"slow", "lossy"}},
		19: play.Send{To: play.Who{ID: 1}, From: name("old"), Message: raft.Message{Type: raft.RequestVoteRequest, Term: 7, LastLogIndex: 3, LastLogTerm: 2}},
		20: play.Send{To: name("leader"), Message: raft.Message{
			Type: raft.AppendEntriesRequest, Term: 8, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 1,
			Entries: []raft.Entry{
				{Term: 1, Command: queue.PutTopic.New("dog")},
				{Term: 8, Command: queue.PutMessage.New("dog", "x")},
			},
		}},
		22: play.HealAll{},
	} {
		assert.DeepEqual(t, c.Steps[i].Action, want)
	}
}

func TestLiftReadsLikeDeleteFault(t *testing.T) {
	const text = "[[fault]]\nname = 'slow'\ndelay_ms = 5\n[[step]]\n"
	old, err := parseScenario(text + "lift = 'slow'")
	assert.NilError(t, err)
	f, err := parseScenario(text + "delete_fault = 'slow'")
	assert.NilError(t, err)
	assert.DeepEqual(t, old, f)
	assert.Assert(t, strings.Contains(string(old.TOML()), `delete_fault = "slow"`))
}

func TestExpectsReadEveryKind(t *testing.T) {
	f, _ := scenarioOfEverything(t)
	type expect struct {
		That            string
		Kind            play.ExpectKind
		Within, Late    time.Duration
		From, Until, At string
		Because         string
	}
	var got []expect
	for _, e := range f.Scenario.Expects {
		assert.Assert(t, e.Line > 0)
		got = append(got, expect{strings.Join(conditionsOf(e.That), " "), e.Kind, e.Within, e.Late, e.From, e.Until, e.At, e.Because})
	}
	assert.DeepEqual(t, got, []expect{
		{"leader=unique role=old:Follower logs_equal=all", play.ExpectWithin, time.Second, 10 * time.Second, "healed", "", "", ""},
		{"count=BecomeLeader:old:0", play.ExpectAlways, 0, 0, "cut", "healed", "", "it has no majority (§5.2)"},
		{"answers=load:ok:>90", play.ExpectNever, 0, 0, "", "", "", ""},
		{`queue=0:"a:b":["x", "y"]`, play.ExpectAt, 0, 0, "begin", "", "cut", ""},
		{`commands=0:put_topic dog; put_message dog "x"`, play.ExpectAtEnd, 0, 0, "", "", "", ""},
	})
}

func TestWithoutStepsThereIsNoScenario(t *testing.T) {
	f, err := parseScenario("")
	assert.NilError(t, err)
	assert.Assert(t, f.Scenario == nil)
	f, err = parseScenario("step = []\nexpect = []")
	assert.NilError(t, err)
	assert.Assert(t, f.Scenario == nil)
}

func TestScenarioHasDefaults(t *testing.T) {
	f, err := parseScenario("[[step]]\n[[expect]]\nthat = 'leader=none'")
	assert.NilError(t, err)
	assert.Equal(t, f.Scenario.TimeLimit, play.DefaultTimeLimit)
	assert.DeepEqual(t, f.Scenario.Grade, play.Grade{Visibility: "visible"})
	assert.Equal(t, f.Scenario.Links, play.LinksHold)
	assert.Equal(t, f.Scenario.Steps[0].Within, play.DefaultWithin)
	assert.Assert(t, f.Scenario.Steps[0].At < 0)
}

func TestReadReportsEachProblem(t *testing.T) {
	cases.Run(t, filepath.Join("testdata", "invalid.txt"), func(t *testing.T, _, text string) string {
		f, err := fixture.Parse("x", []byte(text))
		assert.Assert(t, f == nil)
		assert.ErrorIs(t, err, source.ErrInvalid)
		return err.Error()
	})
}

func TestScenariosAreBounded(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"RequestsTooMany", strings.Repeat("[[step]]\nrequest = { op = 'get_topics', times = 60000 }\n", 3), `x:6: step[1].request: brings all steps together to over 100000 requests, want at most 100000`},
		{"RequestsTooLong", "[[step]]\nrequest = { op = 'put_topic', topic = '{i}" + strings.Repeat("x", 1000) + "', times = 100000 }", `x:4: step[0].request: brings the topics and messages of all requests to over 67108864 bytes, want at most 67108864`},
		{"TooManySteps", strings.Repeat("[[step]]\n", play.MaxSteps+2), `x:1003: step[1000]: is one too many, want at most 1000`},
		{"TooManyExpects", strings.Repeat("[[expect]]\nthat = 'leader=none'\n", play.MaxExpects+2), `x:2003: expect[1000]: is one too many, want at most 1000`},
		{"TooManyConditions", "[[expect]]\nthat = [" + strings.Repeat("'leader=none', ", play.MaxConditions+1) + "]", `x:4: expect[0].that: has 101 conditions, want at most 100`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseScenario(c.text)
			assert.Error(t, err, c.want)
		})
	}
}

func TestOneNodeCannotBeCutOff(t *testing.T) {
	_, err := fixture.Parse("x", []byte("format = 1\ncluster.nodes = 1\n[[step]]\nisolate = 0\n[[step]]\npartition = { isolate = 'leader' }"))
	assert.Error(t, err, "x:4: step[0].isolate: cuts nothing: there is only one node\nx:6: step[1].partition: cuts nothing: there is only one node")
}

// The reader accepts steps that may have an effect.
func TestStepsThatMayHaveAnEffectAreAccepted(t *testing.T) {
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
func TestValidateChecksAScenarioMadeByAProgram(t *testing.T) {
	f := fixture.Fresh(3)
	f.Scenario = &play.Scenario{Steps: []play.Step{{At: -1, Action: play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: []play.Who{{ID: 5}}}}}}
	assert.Error(t, f.Validate(), `step[0].crash: is 5, want a node's id from 0 to 2`)
	f.Scenario.Steps[0].Action = play.NodeAction{Change: fault.Change{Kind: fault.Heal}, Who: []play.Who{{ID: 2}}}
	assert.ErrorContains(t, f.Validate(), `unknown key`)
	f.Scenario.Steps[0].Action = play.Let{[]play.Binding{{"odd = name", play.Who{}}}}
	assert.ErrorContains(t, f.Validate(), `gives the name "odd = name"`)
	f.Scenario.Steps[0].Action = play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: []play.Who{{ID: 2}}}
	assert.NilError(t, f.Validate())
}
