package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// played runs a cluster in which no node times out by itself, for 400 ms.
func played(t *testing.T, nodes int, cluster, rest string) *explain.Explainer {
	t.Helper()
	const text = `format = 1
name = "case"
description = "a case of the paper"
[cluster]
nodes = %d
%s
election_timeout_ms = [20000, 30000]
%s
[scenario]
run_ms = 400
[[expect]]
that = "count=Timeout:0"
`
	settings, list, _ := strings.Cut(cluster, "[[node]]")
	if list != "" {
		list = "[[node]]" + list
	}
	text2 := fmt.Sprintf(text, nodes, settings, list) + rest
	f, err := fixture.Parse("case.toml", []byte(text2))
	assert.NilError(t, err)
	return explain.New(record(t, f), nodes)
}

// step is a step of a scenario.
func step(at int, what string) string { return fmt.Sprintf("[[step]]\nat_ms = %d\n%s\n", at, what) }

// node is a node of a fixture.
func node(id int, what ...string) string {
	return fmt.Sprintf("[[node]]\nid = %d\n%s\n", id, strings.Join(what, "\n"))
}

// Three nodes with a leader of term 2 and equal logs.
var led = node(0, `role = "leader"`, "term = 2", `log_terms = "1"`) +
	node(1, "term = 2", "voted_for = 0", `log_terms = "1"`) +
	node(2, "term = 2", "voted_for = 0", `log_terms = "1"`)

// A paperCase is an event with the reason that its explanation must give.
type paperCase struct {
	name    string
	nodes   int
	cluster string
	play    string
	kind    string
	section string
	text    []string // parts of the text, in order
	values  string   // one of them, as name=value
	step    string   // part of a step's text
}

func (c *paperCase) run(t *testing.T) {
	e := played(t, c.nodes, c.cluster, c.play)
	var seen []string
	for seq := e.First(); seq <= e.Last(); seq++ {
		x, err := e.Explain(seq)
		assert.NilError(t, err)
		if x.Event == c.kind {
			seen = append(seen, x.Text)
			if c.fits(&x) {
				assert.Equal(t, x.Broken, "")
				return
			}
		}
	}
	if now := e.Now(); c.kind == "Now" {
		if seen = append(seen, now.Text); c.fits(&now) {
			return
		}
		t.Logf("%s %v %v", now.Section, now.Values, now.Steps)
	}
	t.Fatalf("no %s is explained so:\n%s", c.kind, strings.Join(seen, "\n"))
}

// fits reports whether an explanation gives the reason.
func (c *paperCase) fits(x *explain.Explanation) bool {
	text := x.Text
	for _, part := range c.text {
		_, after, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = after
	}
	name, value, _ := strings.Cut(c.values, "=")
	return x.Section == c.section &&
		(c.values == "" || slices.Contains(x.Values, explain.Value{Name: name, Value: value})) &&
		(c.step == "" || slices.ContainsFunc(x.Steps, func(s explain.Step) bool { return strings.Contains(s.Text, c.step) }))
}

// asked sends node 1 a request for its vote, from node 2.
func asked(term, lastIndex, lastTerm int) string {
	return step(10, fmt.Sprintf("send = { to = 1, from = 2, request_vote = { term = %d, last_log_index = %d, last_log_term = %d } }", term, lastIndex, lastTerm))
}

// sent sends node 1 entries of terms, from node 2.
func sent(term, prev, prevTerm int, terms ...int) string {
	list := make([]string, len(terms))
	for i, t := range terms {
		list[i] = fmt.Sprintf(`{ term = %d, op = "put_topic", topic = "x" }`, t)
	}
	return step(10, fmt.Sprintf("send = { to = 1, from = 2, append_entries = { term = %d, prev_log_index = %d, prev_log_term = %d, leader_commit = 0, entries = [%s] } }",
		term, prev, prevTerm, strings.Join(list, ", ")))
}

// put is a request of a client.
func put(to any) string {
	return fmt.Sprintf(`request = { op = "put_topic", topic = "dog", to = %v }`, to)
}

var paperCases = []paperCase{
	{name: "VoteRefusedOldTerm", nodes: 3, cluster: led, play: asked(1, 9, 1), kind: "Reply", section: "§5.1",
		text: []string{"refused node 2 its vote", "of term 1, and node 1 is in term 2 already"}, values: "voter's term=2"},
	{name: "VoteRefusedGivenToAnother", nodes: 3, cluster: led, play: asked(2, 9, 2), kind: "HandleRequestVoteRequest", section: "§5.2",
		text: []string{"already given its vote in this term to node 0"}, values: "voter's vote before=node 0"},
	{name: "VoteRefusedByCandidate", nodes: 3, cluster: led, play: step(4, "isolate = 1") + step(5, "timeout = 1") + asked(3, 9, 3), kind: "Reply", section: "§5.2",
		text: []string{"node 1 is a candidate of this term, and has voted for itself"}, values: "voter's role=candidate"},
	{name: "VoteRefusedLogOfEarlierTerm", nodes: 3, cluster: led, play: asked(3, 0, 0), kind: "Reply", section: "§5.4.1",
		text: []string{"not up to date", "of term 0, and that of node 1 of the later term 1"}, values: "candidate's last entry=empty"},
	{name: "VoteRefusedShorterLog", nodes: 3, cluster: longer, play: asked(3, 1, 1), kind: "Reply", section: "§5.4.1",
		text: []string{"both end in term 1, and it has only 1 of the 2 entries of node 1"}},
	{name: "VoteGranted", nodes: 3, cluster: led, play: asked(3, 1, 1), kind: "Reply", section: "§5.2, §5.4.1",
		text: []string{"gave node 2 its vote in term 3", "at least as up to date"}},
	{name: "VoteGrantedAgain", nodes: 3, cluster: led, play: asked(3, 1, 1) + asked(3, 1, 1), kind: "Reply", section: "§5.2",
		text: []string{"once more"}, step: "asked by node 2 for its vote"},

	{name: "EntriesRefusedOldTerm", nodes: 3, cluster: led, play: sent(1, 1, 1, 1), kind: "Reply", section: "§5.1",
		text: []string{"rejected what node 2 sent in term 1", "that term is over"}, values: "own term=2"},
	{name: "EntriesRefusedShortLog", nodes: 3, cluster: led, play: sent(3, 5, 2, 3), kind: "Reply", section: "§5.3",
		text: []string{"at index 5, and the log of node 1 ends at index 1"}, values: "own log ends at=1"},
	{name: "EntriesRefusedOtherTerm", nodes: 3, cluster: led, play: sent(3, 1, 2, 3), kind: "Reply", section: "§5.3",
		text: []string{"is of term 2 at index 1, where node 1 has one of term 1"}, values: "own term there=1"},
	{name: "EntriesRefusedByLeaderOfTheTerm", nodes: 3, cluster: led,
		play: strings.Replace(sent(2, 0, 0), "to = 1, from = 2", "to = 0, from = 2", 1), kind: "Reply", section: "§5.2",
		text: []string{"node 0 leads this term itself"}},
	{name: "EntriesRefusedContradictCommitted", nodes: 3, cluster: committed, play: sent(3, 0, 0, 3), kind: "Reply", section: "§5.4.3",
		text: []string{"contradicts an entry that node 1 has committed"}},
	{name: "EntriesRemoved", nodes: 3, cluster: longer, play: sent(3, 1, 1, 3), kind: "HandleAppendEntriesRequest", section: "§5.3",
		text:   []string{"removed its own entry 2: at index 2 it had an entry of term 1, and the leader has one of term 3 there", "It appended entry 2"},
		values: "terms at index 2: own, leader's=1, 3", step: "Node 1 began"},
	{name: "EntriesThereAlready", nodes: 3, cluster: led, play: sent(2, 0, 0, 1), kind: "Reply", section: "§5.3",
		text: []string{"has all of these entries already"}},

	{name: "NoCommitOfEarlierTerm", nodes: 3, cluster: led, kind: "HandleAppendEntriesResponse", section: "§5.4.2",
		text: []string{"A majority,", "has entry 1, but it is of term 1", "only entries of its own term, 2"}, values: "term of entry 1, leader's term=1, 2"},
	{name: "CommitWithItsOwnTerm", nodes: 3, cluster: led, play: step(10, put(0)), kind: "AdvanceCommitIndex", section: "§5.3, §5.4.2",
		text: []string{"committed entries 1 to 2", "have entry 2, which is a majority", "own term 2", "All entries before it"}, values: "majority=2 of 3"},
	{name: "NoMajorityYet", nodes: 3, cluster: strings.ReplaceAll(led, "log_terms", "commit_index = 1\nlog_terms"), play: step(5, "partition = { isolate = 1 }") + step(6, "crash = 2") + step(10, put(0)), kind: "Now", section: "§5.2, §5.3",
		text: []string{"reaches only 1 of 3 nodes", "Entry 2 is not committed yet: of 3 nodes only node 0 has it"}, step: "was crashed"},
	{name: "LeaderPaused", nodes: 3, cluster: led, play: step(5, "crash = [1, 2]") + step(6, "pause = 0"), kind: "Now", section: "§5.2",
		text: []string{"it is paused"}},
	{name: "NobodyLeadsMajorityDown", nodes: 5, play: step(5, "crash = [1, 2, 3]"), kind: "Now", section: "§5.2",
		text: []string{"Nobody leads: only 2 of 5 nodes run"}, values: "majority=3", step: "was crashed"},
	{name: "NobodyLeadsCutOff", nodes: 3, play: step(5, `partition = { groups = [[0], [1], [2]] }`), kind: "Now", section: "§5.2",
		text: []string{"no node reaches a majority"}, step: "partitioned"},
	{name: "NobodyLeadsSplitVote", nodes: 4, play: step(4, "partition = { oneway = [[0, 3], [1, 2]] }") + step(5, "timeout = [0, 1]"), kind: "Now", section: "§5.2",
		text: []string{"split between 2 candidates"}},
	{name: "NobodyLeadsYet", nodes: 3, kind: "Now", section: "§5.2",
		text: []string{"the followers wait until an election timer runs out", "The next election timer"}},
	{name: "VotesMissing", nodes: 3, cluster: led, play: step(5, "partition = { isolate = 1 }") + step(6, "crash = 0") + step(10, "timeout = 1"), kind: "Now", section: "§5.2",
		text: []string{"no node reaches a majority"}},
	{name: "TimeoutLeaderDown", nodes: 3, cluster: led, play: step(5, "crash = 0") + step(10, "timeout = 1"), kind: "Timeout", section: "§5.2",
		text: []string{"somebody let its election timer run out"}, step: "election timer of node 1"},

	{name: "StaleAnswerIgnored", nodes: 3, cluster: led, play: slowAnswers, kind: "DropStaleResponse", section: "§5.1",
		text: []string{"belongs to term 2, which is over", "is in term 3"}, values: "own term=3"},
	{name: "RestartWithDisk", nodes: 3, cluster: led, play: step(5, "crash = 1") + step(10, "restart = 1"), kind: "Restart", section: "Figure 2, persistent state",
		text: []string{"with its term, its vote and its log from the disk"}, values: "term=2", step: "was crashed"},
	{name: "RestartWithoutDisk", nodes: 3, cluster: led, play: step(5, "crash = 1\nwipe = true") + step(10, "restart = 1"), kind: "Restart", section: "Figure 2, persistent state",
		text: []string{"with an empty disk"}, values: "term=0"},
	{name: "CrashLosesUnsaved", nodes: 3, cluster: "storage_delay_ms = 50\n" + led, play: step(10, put(0)) + step(20, "crash = 0") + step(30, "restart = 0"), kind: "Nemesis", section: "Figure 2, persistent state",
		text: []string{"Entry 2 had not reached its disk", "It led term 2"}, step: "appended put_topic dog"},
	{name: "ClientRedirected", nodes: 3, cluster: led, play: step(10, put(1)), kind: "Response", section: "§8",
		text: []string{"only the leader takes requests", "it knows that node 0 leads, and sends the client there"}, values: "known leader=node 0", step: "A client asked node 1"},
	{name: "ClientOfLostLeader", nodes: 3, cluster: led, play: step(5, "partition = { isolate = 0 }") + step(10, put(0)) + step(20, "timeout = 1") + step(60, `heal = "all"`), kind: "Response", section: "§8",
		text: []string{"lost its leadership while the client waited: the entry at index 2"}, step: "appended put_topic dog"},
	{name: "LeaderStepsDown", nodes: 3, cluster: led, play: asked(3, 1, 1), kind: "UpdateTerm", section: "§5.1",
		text: []string{"learned of term 3 from node 2, which is higher than its own term 2"}, values: "own term=2"},
	{name: "MessageLostByCut", nodes: 3, cluster: led, play: step(5, "partition = { isolate = 1 }"), kind: "DropMessage", section: "§5.3, §5.5",
		text: []string{"the link is cut"}, step: "partitioned"},
	{name: "MessageLostByFault", nodes: 3, cluster: led, play: step(5, `fault = { name = "lossy", drop = true }`), kind: "DropMessage", section: "§5.3, §5.5",
		text: []string{`(fault "lossy")`}, step: "lossy"},
}

// longer is led with one entry more on node 1, committed with the first one committed.
var (
	longer = node(0, `role = "leader"`, "term = 2", "log_terms = \"1 1\"") +
		node(1, "term = 2", "voted_for = 0", "log_terms = \"1 1\"") +
		node(2, "term = 2", "voted_for = 0", "log_terms = \"1 1\"")
	committed = strings.ReplaceAll(longer, "log_terms", "commit_index = 1\nlog_terms")
)

// slowAnswers delays answers to the leader, which leads again before they arrive.
const slowAnswers = `
[[step]]
at_ms = 5
fault = { name = "slow", match = { to = [0], kind = "response" }, delay_ms = 200 }
[[step]]
at_ms = 110
timeout = 1
`

func TestPaperCases(t *testing.T) {
	for _, c := range paperCases {
		t.Run(c.name, c.run)
	}
}

func TestTrouble(t *testing.T) {
	committedAll := strings.ReplaceAll(led, "log_terms", "commit_index = 1\nlog_terms")
	for _, c := range []struct{ name, cluster, play, want string }{
		{"None", committedAll, "", ""},
		{"NoLeader", "", step(5, "crash = [1, 2]"), "Nobody leads: only 1 of 3 nodes run"},
		{"NotCommitted", committedAll, step(5, "crash = [1, 2]") + step(10, put(0)), "reaches only 1 of 3 nodes"},
		{"EarlierTerm", led, "", "(§5.4.2)"},
		{"BrokenRule", "bug = \"commit_without_majority\"\n" + committedAll, step(10, put(0)), "A rule was broken at 10.000 ms, event "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := played(t, 3, c.cluster, c.play).Trouble()
			assert.Assert(t, c.want != "" && strings.Contains(got, c.want) || got == c.want, "%q", got)
		})
	}
	assert.Equal(t, explain.New([]trace.Record{{Seq: 1, Kind: trace.Nemesis, Node: raft.None}}, 3).Trouble(), "")
}

// Records that are not there are no reason to panic.
func TestNoRecords(t *testing.T) {
	e := explain.New(nil, 3)
	assert.Assert(t, strings.HasPrefix(e.Now().Text, "Nobody leads"))
	_, err := e.Explain(1)
	assert.ErrorIs(t, err, explain.ErrAhead)
	assert.Equal(t, len(e.Broken(1)), 0)
}
