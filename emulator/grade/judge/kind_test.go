package judge

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// ask has one expectation of each sort.
const ask = `
[[step]]
request = { name = "put", op = "put_topic", topic = "t", to = "leader" }
[[step]]
name = "cut"
partition = { isolate = 0 }
[[expect]]
that = "leader=unique"
within_ms = 3000
late_ms = 10000
because = "a majority is there"
[[expect]]
that = "answer=put:ok"
within_ms = 3000
[[expect]]
that = "answer=put:refused"
within_ms = 3000
[[expect]]
that = "role=1:Leader"
never = true
[[expect]]
that = 'answer=put:["a"]'
within_ms = 3000
[[expect]]
that = "answer=put:ok"
never = true
[[expect]]
that = "answers=put:ok:>=2"
within_ms = 3000
`

// The places of the expectations in ask.
const (
	leaderLate = iota
	answered
	refused
	neverLeads
	listed
	neverAnswered
	twice
)

// judged judges evidence in which the expectations at some places have failed.
func judged(t *testing.T, f *forger, change func(v *scenario.Verdict, e *Evidence), failed ...int) (scenario.Verdict, *scenario.Foreign) {
	t.Helper()
	x, err := fixture.Parse("test.toml", fmt.Appendf(nil, "format = 1\nname = \"test\"\npaper = \"§9.9\"\n[cluster]\nnodes = 3\n%s", ask))
	assert.NilError(t, err)
	f.Scenario, f.Paper = x.Scenario, x.Paper
	v := scenario.Verdict{}
	for i := range x.Scenario.Expects {
		v.Findings = append(v.Findings, scenario.Finding{Expected: "the expected", Because: x.Scenario.Expects[i].Because})
	}
	for _, i := range failed {
		v.Findings[i].Status, v.Findings[i].Seen, v.Status = scenario.Failed, "what was seen", scenario.Failed
	}
	if change != nil {
		change(&v, f.Evidence)
	}
	sortForged(f)
	v.Foreign = Foreign(t.Context(), &v, f.Evidence)
	return v, v.Foreign
}

// deposed is a leader that answers a request with 503, and that another one replaces, or not.
func deposed(stays bool) *forger {
	f := forge(3).leads(0, 1, 0, 4000)
	if !stays {
		f = forge(3).polls(0, raft.Leader, 1, 0, 990).polls(0, raft.Follower, 2, 1010, 4000).polls(1, raft.Leader, 2, 1010, 4000)
	}
	f = f.topic(0, 1000, 1200, "lost")
	f.Calls[0].Status = 503
	return f
}

// deposedTwice is a leader that loses a request, and a next one that loses another at a time.
func deposedTwice(again int) *forger {
	f := deposed(false).polls(0, raft.Leader, 3, 4020, again+90).polls(0, raft.Follower, 4, again+110, again+500)
	f = f.on(900, fault.Crash, 2).topic(0, again, again+200, "lost")
	f.Calls[1].Status, f.Calls[1].Name = 503, "put"
	return f
}

func TestKinds(t *testing.T) {
	named := func(f *forger) *forger {
		for i := range f.Calls {
			f.Calls[i].Name = "put"
			if len(f.Calls) > 1 && !f.Calls[i].reads() {
				f.Calls[i].Name = "other"
			}
		}
		return f
	}
	late := func(v *scenario.Verdict, _ *Evidence) { v.Findings[leaderLate].Late = true }
	busy := func(_ *scenario.Verdict, e *Evidence) { e.Late = 2 * Busy }
	uncut := func(_ *scenario.Verdict, e *Evidence) { e.Scenario.Steps = e.Scenario.Steps[:1] }
	tests := []struct {
		name   string
		f      *forger
		change func(*scenario.Verdict, *Evidence)
		failed []int
		want   course.Kind
		missed bool
		flag   bool
	}{
		{"passed", started(3), nil, nil, course.Passed, false, false},
		{"late", started(3), late, []int{leaderLate}, course.TooSlow, true, false},
		{"never", started(3), nil, []int{leaderLate}, course.NotAvailable, true, false},
		{"late and never", started(3), late, []int{leaderLate, answered}, course.NotAvailable, true, false},
		{"late on a busy machine", started(3), func(v *scenario.Verdict, e *Evidence) { late(v, e); busy(v, e) }, []int{leaderLate}, course.Undecided, true, true},
		{"late on a crowded machine", started(3), func(v *scenario.Verdict, e *Evidence) { late(v, e); e.Crowd = 2 * Crowded }, []int{leaderLate}, course.Undecided, true, true},
		{"late on a full machine", started(3), func(v *scenario.Verdict, e *Evidence) { late(v, e); e.Crowd = 2 }, []int{leaderLate}, course.TooSlow, true, false},
		{"passed on a busy machine", started(3), busy, nil, course.Passed, false, false},
		{"a violation on a busy machine", started(3).put(1, 5000, 5050, "ok", "a"), busy, nil, course.Wrong, false, false},
		{"a role that may be old", started(3), nil, []int{neverLeads}, course.Undecided, true, true},
		{"one success, and two were needed", named(started(3)), nil, []int{twice}, course.NotAvailable, true, false},
		{"a success that breaks no promise", named(started(3)), nil, []int{refused}, course.Undecided, true, true},
		{"a success where there must be none, which breaks no promise", named(started(3)), nil, []int{neverAnswered}, course.Undecided, true, true},
		{"a refusal of three nodes", named(forge(3).leads(0, 1, 0, 9000).topic(0, 500, 510, "false")), nil, []int{answered}, course.NotAvailable, true, false},
		{"an answer that promises nothing, of a leader that was deposed", named(deposed(false)), nil, []int{answered}, course.Undecided, true, true},
		{"an answer that promises nothing, of a leader that stays", named(deposed(true)), nil, []int{answered}, course.NotAvailable, true, false},
		{"two answers that promise nothing, long after the last fault", deposedTwice(5000), uncut, []int{answered}, course.NotAvailable, true, false},
		{"two answers that promise nothing, in a scenario with a cut", deposedTwice(5000), nil, []int{answered}, course.Undecided, true, true},
		{"two answers that promise nothing, right after a fault", deposedTwice(5000).on(4900, fault.Restart, 2), uncut, []int{answered}, course.Undecided, true, true},
		{"a refusal of the only node", named(started(1).call(0, 600, 610, "false", "get_topics")), nil, []int{answered}, course.Wrong, false, false},
		{"a refusal of the only node, which may not lead yet", named(forge(1).topic(0, 500, 510, "false")), nil, []int{answered}, course.NotAvailable, true, false},
		{"no answer of the only node", named(forge(1).topic(0, 500, 510, "lost")), nil, []int{answered}, course.NotAvailable, true, false},
		{"a list that lacks a topic", named(anyReads(started(3).call(0, 5000, 5010, "ok:u", "get_topics").call(0, 4000, 4010, "ok", "put_topic", "u"))), nil, []int{listed}, course.NotAvailable, true, false},
		{"interrupted", started(3), func(v *scenario.Verdict, _ *Evidence) { v.Interrupted = true }, nil, course.Undecided, false, true},
		{"interrupted after a violation", started(3).put(1, 5000, 5050, "ok", "a"), func(v *scenario.Verdict, _ *Evidence) { v.Interrupted = true }, nil, course.Wrong, false, false},
		{"unprepared", started(3), func(v *scenario.Verdict, _ *Evidence) { v.Unprepared, v.Problem = true, "no leader" }, nil, course.Unprepared, true, true},
		{"unprepared by chance", started(3), func(v *scenario.Verdict, _ *Evidence) {
			v.Unprepared, v.Chance, v.Problem = true, true, "b did not lead"
		}, nil, course.NotObservable, false, false},
		{"unprepared by chance after a failure", started(3), func(v *scenario.Verdict, _ *Evidence) { v.Unprepared, v.Chance = true, true }, []int{leaderLate}, course.NotAvailable, true, false},
		{"unprepared after a failure", started(3), func(v *scenario.Verdict, _ *Evidence) { v.Unprepared, v.Problem = true, "no leader" }, []int{leaderLate}, course.NotAvailable, true, false},
		{"a crash", started(3), func(_ *scenario.Verdict, e *Evidence) { e.Ends = []End{{Node: 1, Exit: "exit status 1"}} }, []int{leaderLate}, course.Crashed, false, false},
		{"killed by somebody", started(3), func(_ *scenario.Verdict, e *Evidence) {
			e.Ends = []End{{Node: 1, Exit: "killed by SIGKILL", Killed: true}}
		}, nil, course.Undecided, false, true},
		{"ended before it answered", forge(3), func(_ *scenario.Verdict, e *Evidence) { e.Unready = []End{{Node: 1, Exit: "exit status 1"}} }, nil, course.NotStarted, false, false},
		{"never answered", forge(3), func(_ *scenario.Verdict, e *Evidence) { e.Unready = []End{{Node: 1}} }, nil, course.NotStarted, true, false},
		{"bypassed", started(3), func(_ *scenario.Verdict, e *Evidence) { e.Bypassed = "use the addresses of config.json" }, []int{leaderLate}, course.Bypassed, false, false},
		{"bypassed with a history", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").pop(0, 1200, 1210, "ok:a"),
			func(_ *scenario.Verdict, e *Evidence) { e.Bypassed = "use the addresses of config.json" }, nil, course.Wrong, false, false},
		{"another address than peers have", started(3), func(_ *scenario.Verdict, e *Evidence) { e.OwnAddress = "node 0 sends its own" }, []int{leaderLate}, course.Bypassed, false, false},
		{"another address than peers have, all the same", started(3), func(_ *scenario.Verdict, e *Evidence) { e.OwnAddress = "node 0 sends its own" }, nil, course.Passed, false, false},
		{"another address than peers have, unprepared", started(3), func(v *scenario.Verdict, e *Evidence) {
			v.Unprepared, v.Problem, e.OwnAddress = true, "no leader", "node 0 sends its own"
		}, nil, course.Bypassed, false, false},
		{"the grader's own failure", started(3), func(_ *scenario.Verdict, e *Evidence) { e.Fault = errors.New("no ports") }, []int{leaderLate}, course.Undecided, false, true},
		{"a rule about messages that nobody sent", started(3), func(_ *scenario.Verdict, e *Evidence) { e.Unrecognized = "request_vote" }, []int{leaderLate}, course.NotObservable, false, false},
		{"UDP between nodes", started(3), func(_ *scenario.Verdict, e *Evidence) { e.Datagrams = "node 0 sent some to node 1" }, []int{leaderLate}, course.NotObservable, false, true},
		{"UDP between nodes that start late", forge(3), func(_ *scenario.Verdict, e *Evidence) {
			e.Datagrams, e.Unready = "node 0 sent some to node 1", []End{{Node: 1}}
		}, nil, course.NotObservable, false, true},
		{"UDP of a single node", started(1), func(_ *scenario.Verdict, e *Evidence) { e.Datagrams = "node 0 sent some to node 1" }, []int{leaderLate}, course.NotAvailable, true, false},
		{"not observable", started(3), func(v *scenario.Verdict, _ *Evidence) { v.Status, v.Problem = scenario.NotObservable, "no skew" }, nil, course.NotObservable, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, f := judged(t, test.f, test.change, test.failed...)
			story := strings.Join(f.Story, "\n")
			assert.Equal(t, f.Kind, test.want, story)
			assert.Equal(t, v.Status, statusOf(test.want))
			assert.Equal(t, f.Missed, test.missed)
			assert.Equal(t, f.Flagged, test.flag)
			assert.Equal(t, f.Excluded, !test.want.Counts())
			assert.Equal(t, f.Share, test.f.Course.Share(test.want))
			assert.Equal(t, f.Kind == course.Passed, len(f.Story) == 0)
		})
	}
}

func TestAStoryTellsWhatWasDoneSeenAndRight(t *testing.T) {
	f := started(3).put(0, 1000, 1010, "ok", "a").cut(2000, []int{0}, []int{1, 2}).pop(0, 2100, 2150, "ok:a")
	f.Calls[2].Said = `{"success": true, "message": "a"}`
	_, x := judged(t, f, nil)
	assert.Equal(t, strings.Join(x.Story, "\n"), ` 0.01 s  node 0 says that it is Leader in term 1
 0.50 s  client 0 asks node 0: PUT /topic {"topic": "t"} →  (200) after 10 ms
 1.00 s  client 1 asks node 0: PUT /message {"topic": "t", "message": "a"} →  (200) after 10 ms
 2.00 s  node 0 was cut off from nodes 1 and 2
 2.10 s  client 2 asks node 0: GET /message/t → {"success": true, "message": "a"} (200) after 50 ms
wrong: node 0 answered GET /message/t with success while it could not reach a majority
expected: it does not answer before it reaches a majority again, or it answers without success
why: a leader answers only after a majority has stored the entry (§5.3); taking a message is a change like any other
to read: §9.9 of the paper`)
}

func TestAStoryTellsABodyThatIsNoObjectInWords(t *testing.T) {
	c := Call{Status: 503, Said: "null", Wrong: NoObject + ": null"}
	assert.Equal(t, c.answer(), "status 503 Service Unavailable with null instead of a JSON object")
	c = Call{Status: 799, Said: "an empty body", Wrong: NoObject + ": an empty body"}
	assert.Equal(t, c.answer(), "status 799 with an empty body instead of a JSON object")
	c = Call{Status: 503, Said: `{"success": false}`}
	assert.Equal(t, c.answer(), `{"success": false} (503)`)
}

// Most courses promise nothing about restarts, so a reader may not expect it.
func TestStoriesAfterARestartNameThePromise(t *testing.T) {
	const promise = "the course promises that a node has after a restart what it had before"
	restarted := func(f *forger) *forger { return f.on(2000, fault.Crash, 0).on(2500, fault.Restart, 0) }
	for name, test := range map[string]struct {
		f       *forger
		durable bool
		want    bool
	}{
		"a term":                   {restarted(forge(3).polls(0, raft.Follower, 5, 0, 1900)).polls(0, raft.Follower, 1, 3000, 5000), true, true},
		"a term without a restart": {forge(3).polls(0, raft.Follower, 5, 0, 1900).polls(0, raft.Follower, 1, 3000, 5000), true, false},
		"a message": {
			restarted(forge(1).polls(0, raft.Leader, 1, 0, 1900).topic(0, 500, 510, "ok").put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b")).
				polls(0, raft.Leader, 2, 3000, 5000).pop(0, 4000, 4010, "ok:b"), true, true,
		},
		"a message without a restart": {
			forge(1).polls(0, raft.Leader, 1, 0, 5000).topic(0, 500, 510, "ok").put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").
				pop(0, 4000, 4010, "ok:b"), true, false,
		},
		"a vote": {
			restarted(forge(3).polls(1, raft.Leader, 3, 500, 1900)).polls(2, raft.Leader, 3, 3000, 4000), true, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.f.Course.Promises.Durable = test.durable
			_, x := judged(t, test.f, nil)
			assert.Equal(t, x.Kind, course.Wrong)
			story := strings.Join(x.Story, "\n")
			assert.Equal(t, strings.Contains(story, promise), test.want, story)
		})
	}
}

func TestALongStoryKeepsWhatDecides(t *testing.T) {
	f := started(3)
	for i := range 500 {
		f.put(0, 1000+10*i, 1005+10*i, "ok", fmt.Sprint("m", i))
	}
	f.on(9000, fault.Pause, 1, 2).put(0, 9100, 9150, "ok", "last")
	for i := range 100 {
		f.call(0, 9200+10*i, 9205+10*i, "lost", "get_topics")
	}
	_, x := judged(t, f, nil)
	story := strings.Join(x.Story, "\n")
	assert.Assert(t, len(x.Story) <= 25, "%d lines", len(x.Story))
	for _, line := range []string{"nodes 1 and 2 were paused", `"last"`, "487 more requests with success", "(100 more requests without success)"} {
		assert.Assert(t, strings.Contains(story, line), "%s lacks %s", story, line)
	}
}

func TestAStoryTellsEqualRequestsOnce(t *testing.T) {
	f := forge(3).polls(0, raft.Leader, 1, 0, 20_000).topic(0, 500, 510, "ok")
	for i := range 57 {
		f.put(1, 1000+100*i, 1005+100*i, "false", "a")
		f.Calls[i+1].Client, f.Calls[i+1].Said = 1, `{"success": false}`
	}
	f.on(3050, fault.Pause, 2).polls(2, raft.Candidate, 2, 3500, 3500).polls(2, raft.Candidate, 3, 3600, 3600).polls(2, raft.Candidate, 4, 3700, 3700)
	_, x := judged(t, f, nil, leaderLate)
	story := strings.Join(x.Story, "\n")
	for _, line := range []string{
		`1.00 s  client 1 asks node 1: PUT /message {"topic": "t", "message": "a"} → {"success": false} (200) after 5 ms`,
		`1.10 s  client 1 asked node 1 the same 20 more times until 3.00 s: {"success": false} (200)`,
		`3.05 s  node 2 was paused (SIGSTOP)`,
		`3.20 s  client 1 asked node 1 the same 35 more times until 6.60 s: {"success": false} (200)`,
		`3.51 s  node 2 says that it is Candidate in term 2`,
		`3.61 s  node 2 said so of 2 more terms until 3.71 s`,
		`60.00 s  at the end node 0 has not answered GET /status since 20.01 s, node 1 has answered no GET /status, node 2 is paused`,
	} {
		assert.Assert(t, strings.Contains(story, line), "%s\nlacks %s", story, line)
	}
}

func TestAStoryKeepsEverythingThatProvesALoss(t *testing.T) {
	f := forge(3).leads(0, 1, 0, 4000).topic(0, 500, 510, "ok").put(0, 1000, 1010, "ok", "lost").put(0, 1100, 1110, "ok", "kept")
	for i := range 80 {
		f.call(1, 1200+10*i, 1205+10*i, "false", "put_message", "t", fmt.Sprint(i))
	}
	f.on(4100, fault.Crash, 0).polls(1, raft.Leader, 2, 5000, 9000).polls(2, raft.Follower, 2, 5000, 9000)
	for i := range 80 {
		f.call(1, 6000+10*i, 6005+10*i, "ok", "put_message", "u", fmt.Sprint(i))
	}
	f.pop(1, 8000, 8010, "ok:kept")
	_, x := judged(t, f, nil)
	story := strings.Join(x.Story, "\n")
	assert.Assert(t, len(x.Story) <= 25, "%d lines:\n%s", len(x.Story), story)
	for _, line := range []string{`"lost"}`, `"kept"}`, "node 0 was killed", "node 1 says that it is Leader in term 2", "8.00 s  client"} {
		assert.Assert(t, strings.Contains(story, line), "%s\nlacks %s", story, line)
	}
}

func TestANodeOnAnotherPortIsTold(t *testing.T) {
	x := End{Node: 1, Port: 54123, Said: "it refuses connections"}
	const silent = "node 1 answered no HTTP request on port 54123 within 20.0 s: it refuses connections"
	assert.Equal(t, x.unready(20*time.Second), silent)
	x.Listens = []int{5000}
	assert.Equal(t, x.unready(20*time.Second), silent+". Node 1 listens on port 5000, but config.json gives it port 54123")
	x.Listens = []int{1, 2, 3, 4, 5}
	assert.Assert(t, strings.Contains(x.unready(time.Second), "listens on port 1, 2, 3, 4, …, but"))
	x.Listens = []int{54123}
	assert.Assert(t, strings.Contains(x.unready(time.Second), "It does listen on port 54123: the grader connects to 127.0.0.1"))
}

func TestProxiesAreExplainedWhereTheyMayBeTheReason(t *testing.T) {
	for links, want := range map[string]bool{"proxy": true, "namespace": false} {
		f := started(3)
		f.Links = links
		_, x := judged(t, f, nil, leaderLate)
		assert.Equal(t, strings.Contains(strings.Join(x.Story, "\n"), "note: with -links proxy"), want)
	}
}

func TestCutsAreToldInWords(t *testing.T) {
	links := func(pairs ...raft.NodeID) fault.Change {
		c := fault.Change{Kind: fault.Partition}
		for i := 0; i < len(pairs); i += 2 {
			c.Links = append(c.Links, fault.Link{From: pairs[i], To: pairs[i+1]})
		}
		return c
	}
	tests := []struct {
		change fault.Change
		want   string
	}{
		{forge(5).cut(0, []int{0, 1}, []int{2, 3, 4}).Changes[0].Change, "nodes 0 and 1 were cut off from nodes 2, 3 and 4"},
		{forge(5).cut(0, []int{0}, []int{1, 2}, []int{3, 4}).Changes[0].Change, "the network fell into parts: node 0 | nodes 1 and 2 | nodes 3 and 4"},
		{links(0, 1, 1, 0), "node 0 was cut off from node 1"},
		{links(1, 0, 2, 0), "node 0 no longer gets anything from nodes 1 and 2 (the other way is open)"},
		{links(), "all links between the nodes were healed"},
		{fault.Change{Kind: fault.Isolate, Node: 2}, "node 2 was cut off from all others"},
	}
	for _, test := range tests {
		assert.Equal(t, told(&test.change, 5), test.want)
	}
}

func TestTheOutputOfNodesIsCut(t *testing.T) {
	f := started(2)
	for i := range 100 {
		f.Output = [][]string{append(slicesOf(f.Output), fmt.Sprint("line ", i, strings.Repeat("x", 1000)))}
	}
	f.Output = append(f.Output, []string{"a\x1b[31mb"})
	lines := f.output()
	assert.Equal(t, len(lines), outputLines+1)
	assert.Assert(t, strings.HasPrefix(lines[0], "node 0 | line 88"))
	assert.Equal(t, lines[outputLines], `node 1 | a\x1b[31mb`)
}

func slicesOf(output [][]string) []string {
	if len(output) == 0 {
		return nil
	}
	return output[0]
}

func TestTheHistoryHasWhatTheJudgeSaw(t *testing.T) {
	f := started(3).put(0, 1000, 1010, "refused", "a").put(0, 1100, 1500, "false", "b").
		on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).put(0, 6000, 6010, "ok", "c")
	_, x := judged(t, f, nil)
	assert.Equal(t, len(x.History.Calls), 3, "nothing is judged after the restart of the leader")
	assert.Equal(t, x.History.Calls[1].Outcome, history.Refused)
	assert.Equal(t, x.History.Calls[2].Outcome, history.Unknown)
	assert.Equal(t, x.History.Faults[0].Words, "node 0 was crashed")
	assert.Equal(t, x.History.Faults[0].At, int64(4*time.Second))
	assert.Equal(t, raft.NodeID(0), f.Changes[0].Node)
}

// A change that could not be made, because a node ended meanwhile, has no end.
func TestAChangeWithoutAnEndIsNeverCertain(t *testing.T) {
	f := started(5).on(5000, fault.Crash, 2, 3).on(5100, fault.Pause, 4).put(0, 5050, 5090, "ok", "a")
	f.Changes[2].End = 0
	v, x := judged(t, f, nil)
	assert.Equal(t, x.Kind, course.Passed, v.Problem)
	assert.Equal(t, f.Changes[2].End, time.Duration(0), "the evidence was changed")
}
