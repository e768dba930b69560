package judge

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// scripted returns the scenario of some steps and expectations.
func scripted(t *testing.T, text string) *play.Scenario {
	t.Helper()
	x, err := fixture.Parse("test.toml", fmt.Appendf(nil, "format = 1\nname = \"test\"\n[cluster]\nnodes = 3\n%s", text))
	assert.NilError(t, err)
	return x.Scenario
}

// request is a step that later expectations may name.
const request = "[[step]]\nrequest = { name = \"put\", op = \"put_topic\", topic = \"t\", to = 0 }\n"

func TestAScenarioSaysWhatItRestsOn(t *testing.T) {
	const nothing = "[[expect]]\nthat = \"answer=put:ok\"\nwithin_ms = 100\n"
	tests := []struct {
		name, text            string
		expects, roles, links bool
	}{
		{"answers", request + nothing, false, false, false},
		{"an expected leader", request + "[[expect]]\nthat = \"leader=unique\"\nwithin_ms = 100\n", true, true, false},
		{"an expected role", request + "[[expect]]\nthat = \"role=0:Leader\"\nwithin_ms = 100\n", true, true, false},
		{"an expected term", request + "[[expect]]\nthat = \"term=0:1\"\nwithin_ms = 100\n", true, true, false},
		{"a step that waits for a leader", "[[step]]\nonce = \"leader=unique\"\nwithin_ms = 100\nrequest = { name = \"put\", op = \"put_topic\", topic = \"t\", to = 0 }\n" + nothing, false, true, false},
		{"a step that waits for an answer", request + "[[step]]\nonce = \"answer=put:ok\"\nwithin_ms = 100\ncrash = 1\n" + nothing, false, false, false},
		{"a request to the leader", "[[step]]\nrequest = { name = \"put\", op = \"put_topic\", topic = \"t\", to = \"leader\" }\n" + nothing, false, true, false},
		{"a request to a candidate", "[[step]]\nrequest = { name = \"put\", op = \"put_topic\", topic = \"t\", to = \"candidate\" }\n" + nothing, false, true, false},
		{"a follower that is killed", request + "[[step]]\ncrash = \"follower\"\n" + nothing, false, true, false},
		{"a node that is killed", request + "[[step]]\ncrash = 1\n" + nothing, false, false, false},
		{"a name for a follower", request + "[[step]]\nlet = { a = \"follower\" }\n" + nothing, false, true, false},
		{"an isolated node", request + "[[step]]\nisolate = 1\n" + nothing, false, false, true},
		{"an isolated leader", request + "[[step]]\nisolate = \"leader\"\n" + nothing, false, true, true},
		{"a partition that isolates the leader", request + "[[step]]\npartition = { isolate = \"leader\" }\n" + nothing, false, true, true},
		{"a partition by groups", request + "[[step]]\npartition = { groups = [[0], [1, 2]] }\n" + nothing, false, false, true},
		{"a partition by groups with the leader", request + "[[step]]\npartition = { groups = [[\"leader\"], [1]] }\n" + nothing, false, true, true},
		{"a partition one way from the leader", request + "[[step]]\npartition = { oneway = [[\"leader\", \"all\"]] }\n" + nothing, false, true, true},
		{"a rule", request + "[[step]]\nfault = { name = \"r\", drop = true }\n" + nothing, false, false, true},
		{"a rule about the leader", request + "[[step]]\nfault = { name = \"r\", match = { from = \"leader\" }, drop = true }\n" + nothing, false, true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := scripted(t, test.text)
			assert.Equal(t, ExpectsRoles(s), test.expects, "expects roles")
			assert.Equal(t, Roles(s), test.roles, "looks at roles")
			assert.Equal(t, usesLinks(s), test.links, "uses links")
		})
	}
}

func TestTheWorstFindingsDecide(t *testing.T) {
	s := scripted(t, request+`
[[expect]]
that = "leader=unique"
within_ms = 100
late_ms = 200
[[expect]]
that = "leader=unique"
within_ms = 100
late_ms = 200
[[expect]]
that = "answer=put:ok"
never = true
[[expect]]
that = "leader=unique"
never = true
`)
	const passed, failed, open, hidden = scenario.Passed, scenario.Failed, scenario.Undecided, scenario.NotObservable
	late := scenario.Finding{Status: failed, Late: true}
	is := func(status scenario.Status) scenario.Finding { return scenario.Finding{Status: status} }
	tests := []struct {
		name    string
		list    []scenario.Finding
		problem string
		want    course.Kind
		of      []int
	}{
		{"all passed", []scenario.Finding{is(passed), is(passed), is(passed), is(passed)}, "", course.Passed, nil},
		{"one late", []scenario.Finding{is(passed), late, is(passed), is(passed)}, "", course.TooSlow, []int{1}},
		{"two late", []scenario.Finding{late, late, is(passed), is(passed)}, "", course.TooSlow, []int{0, 1}},
		{"one late and then one never", []scenario.Finding{late, is(failed), is(passed), is(passed)}, "", course.NotAvailable, []int{1}},
		{"one never and then one late", []scenario.Finding{is(failed), late, is(passed), is(passed)}, "", course.NotAvailable, []int{0}},
		{"an answer that should not be", []scenario.Finding{is(passed), is(passed), is(failed), is(passed)}, "", course.Undecided, []int{2}},
		{"one that nobody can see", []scenario.Finding{is(passed), is(hidden), is(passed), is(passed)}, "", course.NotObservable, []int{1}},
		{"one that nobody can see and one that is undecided", []scenario.Finding{is(open), is(hidden), is(passed), is(passed)}, "", course.Undecided, []int{0}},
		{"an answer that should not be, without any time", []scenario.Finding{is(passed), is(passed), is(open), is(passed)}, "", course.Passed, nil},
		{"the same after a problem", []scenario.Finding{is(passed), is(passed), is(open), is(passed)}, "x", course.Undecided, []int{2}},
		{"a role that should not be, without any time", []scenario.Finding{is(passed), is(passed), is(passed), is(open)}, "", course.Undecided, []int{3}},
		{"a leader without any time", []scenario.Finding{is(open), is(passed), is(passed), is(passed)}, "", course.Undecided, []int{0}},
		{"one more than the scenario has", []scenario.Finding{is(passed), is(passed), is(passed), is(passed), is(open)}, "", course.Undecided, []int{4}},
		{"one more than the scenario has, which failed", []scenario.Finding{is(passed), is(passed), is(passed), is(passed), is(failed)}, "", course.Undecided, []int{4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := started(3)
			f.Scenario = s
			kind, of := f.findings(&scenario.Verdict{Findings: test.list, Problem: test.problem})
			assert.Equal(t, kind, test.want)
			assert.DeepEqual(t, of, test.of)
		})
	}
}

// expects returns the kind of an expectation that failed, about the requests of a name.
func expects(t *testing.T, f *forger, that string) course.Kind {
	t.Helper()
	s := scripted(t, request+fmt.Sprintf("[[expect]]\nthat = %s\nwithin_ms = 100\n", that))
	sortForged(f)
	return f.kindOf(&scenario.Finding{Status: scenario.Failed}, &s.Expects[0])
}

// named gives the last request the name that expectations have.
func named(f *forger) *forger {
	f.Calls[len(f.Calls)-1].Name = "put"
	return f
}

// status gives the last request a status.
func status(f *forger, status int) *forger {
	f.Calls[len(f.Calls)-1].Status = status
	return f
}

func TestAFailedExpectationIsAsBadAsItsAnswers(t *testing.T) {
	const ok, no, lost, list = `"answer=put:ok"`, `"answer=put:refused"`, `"answer=put:lost"`, `'answer=put:["a"]'`
	moved := func() *forger {
		return forge(3).polls(0, raft.Leader, 1, 0, 990).polls(0, raft.Follower, 2, 1110, 4000)
	}
	tests := []struct {
		name, that string
		f          *forger
		want       course.Kind
	}{
		{"a success that should be none", no, named(started(3)), course.Undecided},
		{"a success that should be lost", lost, named(started(3)), course.Undecided},
		{"no answer where there should be a refusal", no, named(started(3).put(0, 1000, 1010, "lost", "a")), course.NotAvailable},
		{"a refusal where there should be none", lost, named(started(1).put(0, 1000, 1010, "false", "a")), course.NotAvailable},
		{"a success that came too late", ok, named(started(3)), course.NotAvailable},
		{"another answer", list, named(started(3).list(0, 1000, 1010, "ok:b")), course.Undecided},
		{"a list without an old topic", list, named(started(3).list(0, 5000, 5010, "ok:b")), course.NotAvailable},
		{"a list without a topic", list, named(started(3).list(0, 5000, 5010, "ok:t")), course.Undecided},
		{"a message in place of another", `"answer=put:\"x\""`, named(started(3).pop(0, 5000, 5010, "ok:a")), course.Undecided},
		{"another request", ok, started(3).put(0, 1000, 1010, "false", "a"), course.NotAvailable},

		{"a refusal of the only node", ok, named(started(1).put(0, 1000, 1010, "false", "a")), course.Wrong},
		{"a refusal of the only node and no leader", `["leader=unique", "answer=put:ok"]`, named(started(1).put(0, 1000, 1010, "false", "a")), course.Wrong},
		{"a refusal of the only node and no leader afterwards", `["answer=put:ok", "leader=unique"]`, named(started(1).put(0, 1000, 1010, "false", "a")), course.Wrong},
		{"a refusal of the only node after a fault", ok, named(started(1).on(600, fault.Pause, 0).on(700, fault.Resume, 0).put(0, 1000, 1010, "false", "a")), course.NotAvailable},
		{"a slow refusal of the only node", ok, named(started(1).put(0, 1000, 1050, "false", "a")), course.NotAvailable},
		{"a refusal of the only node after another one", ok, named(started(1).put(0, 900, 910, "lost", "b").put(0, 1000, 1010, "false", "a")), course.NotAvailable},
		{"a refusal of the only node at first", ok, named(forge(1).leads(0, 1, 0, 9000).put(0, 1000, 1010, "false", "a")), course.NotAvailable},
		{"a refusal of a leader of three", ok, named(started(3).put(0, 1000, 1010, "false", "a")), course.NotAvailable},
		{"no answer of the only node", ok, named(started(1).put(0, 1000, 1010, "lost", "a")), course.NotAvailable},

		{"503 of a leader that was deposed", ok, named(status(moved().topic(0, 1000, 1100, "lost"), 503)), course.Undecided},
		{"503 and no leader", `["answer=put:ok", "leader=unique"]`, named(status(moved().topic(0, 1000, 1100, "lost"), 503)), course.Undecided},
		{"503 where there should be a refusal", no, named(status(moved().topic(0, 1000, 1100, "lost"), 503)), course.NotAvailable},
		{"no answer of a leader that was deposed", ok, named(moved().topic(0, 1000, 1100, "lost")), course.NotAvailable},
		{"a refusal of a leader that was deposed", ok, named(moved().topic(0, 1000, 1100, "false")), course.NotAvailable},
		{"503 of a leader that stays", ok, named(status(started(3).put(0, 1000, 1100, "lost", "a"), 503)), course.NotAvailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, expects(t, test.f, test.that), test.want)
		})
	}
}

func TestALeaderIsDeposedIfPollsAroundTheRequestSaySo(t *testing.T) {
	at := func(f *forger, role raft.Role, term raft.Term, begin int) *forger {
		return f.polls(0, role, term, begin, begin)
	}
	l := func(begin int) *forger { return at(forge(3), raft.Leader, 1, begin) }
	tests := []struct {
		name string
		f    *forger
		want bool
	}{
		{"led before and follows after", at(l(900), raft.Follower, 2, 1300), true},
		{"led before and leads another term after", at(l(900), raft.Leader, 2, 1300), true},
		{"leads after", at(l(900), raft.Leader, 1, 1300), false},
		{"never led", at(at(forge(3), raft.Follower, 1, 900), raft.Follower, 2, 1300), false},
		{"was a candidate before", at(at(forge(3), raft.Candidate, 1, 900), raft.Follower, 2, 1300), false},
		{"led meanwhile for the first time", at(at(l(1050), raft.Leader, 1, 1150), raft.Follower, 2, 1300), true},
		{"follows a second later", at(l(900), raft.Follower, 2, 2200), true},
		{"follows more than a second later", at(l(900), raft.Follower, 2, 2201), false},
		{"followed right before, and leads another term", at(at(l(800), raft.Follower, 2, 989), raft.Leader, 3, 1300), true},
		{"followed right before, and leads again", at(at(l(800), raft.Follower, 1, 989), raft.Leader, 1, 1300), false},
		{"followed as it was asked, and leads again", at(at(l(800), raft.Follower, 1, 990), raft.Leader, 1, 1300), true},
		{"led another term long before", at(at(l(100), raft.Leader, 2, 900), raft.Leader, 2, 1300), false},
		{"gave an answer that cannot be read", unreadAt(at(l(900), raft.Leader, 1, 1400), 1300), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.f.put(0, 1000, 1200, "lost", "a")
			sortForged(test.f)
			assert.Equal(t, test.f.deposed(&test.f.Calls[0]), test.want)
		})
	}
	assert.Assert(t, !forge(1).polls(0, raft.Leader, 1, 900, 900).polls(0, raft.Follower, 2, 1300, 1300).deposed(&Call{Begin: ms(1000), End: ms(1200)}))
}

func TestATopicIsMissingIfASettledLeaderDoesNotListIt(t *testing.T) {
	tests := []struct {
		name string
		f    *forger
		want []string
	}{
		{"it is there", started(3).list(0, 5000, 5010, "ok:t"), nil},
		{"it is missing", started(3).list(0, 5000, 5010, "ok:u"), []string{"t"}},
		{"at the beginning", forge(3).leads(0, 1, -500, 9000).topic(0, 500, 510, "ok").list(0, 1000, 1010, "ok:u"), []string{"t"}},
		{"of a leader that is new", forge(3).leads(1, 1, 0, 2500).leads(0, 2, 2600, 9000).topic(1, 500, 510, "ok").list(0, 5000, 5010, "ok:u"), nil},
		{"after a fault", started(3).on(3000, fault.Crash, 2).list(0, 5000, 5010, "ok:u"), nil},
		{"long after a fault", started(3).on(1000, fault.Crash, 2).list(0, 5000, 5010, "ok:u"), []string{"t"}},
		{"of a follower", started(3).list(1, 5000, 5010, "ok:u"), nil},
		{"that may be there", started(3).call(0, 600, 610, "lost", "put_topic", "v").list(0, 5000, 5010, "ok:t"), nil},
		{"that was created meanwhile", started(3).call(0, 4990, 5000, "ok", "put_topic", "v").list(0, 5000, 5010, "ok:t"), nil},
		{"to which somebody wrote", started(3).call(0, 600, 610, "ok", "put_message", "v", "a").list(0, 5000, 5010, "ok:t"), nil},
		{"that memory may have lost", started(3).on(1000, fault.Crash, 0).on(1500, fault.Restart, 0).list(0, 9000, 9010, "ok:u"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			assert.DeepEqual(t, test.f.missing(&test.f.Calls[len(test.f.Calls)-1]), test.want)
		})
	}
}
