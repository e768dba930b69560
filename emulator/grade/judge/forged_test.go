package judge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/raft"
)

// A forger makes up evidence. Times are in milliseconds.
type forger struct{ *Evidence }

func forge(nodes int) *forger {
	c := course.Default()
	c.Promises.Reads = course.Linearizable
	return &forger{&Evidence{Course: c, Scenario: &play.Scenario{}, Nodes: nodes, Polls: make([][]Poll, nodes), End: ms(60_000)}}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// polls adds polls of a node, one each 100 ms from a time to another.
func (f *forger) polls(node int, role raft.Role, term raft.Term, from, to int) *forger {
	for at := from; at <= to; at += 100 {
		f.Polls[node] = append(f.Polls[node], Poll{Begin: ms(at), End: ms(at + 10), Role: role, Term: term})
	}
	return f
}

// leads adds a cluster in which a node leads and all others follow.
func (f *forger) leads(leader int, term raft.Term, from, to int) *forger {
	for i := range f.Nodes {
		if role := raft.Follower; i == leader {
			f.polls(i, raft.Leader, term, from, to)
		} else {
			f.polls(i, role, term, from, to)
		}
	}
	return f
}

func (f *forger) change(at int, c fault.Change) *forger {
	f.Changes = append(f.Changes, Change{Begin: ms(at), End: ms(at + 5), Change: c})
	return f
}

func (f *forger) on(at int, kind fault.Kind, nodes ...int) *forger {
	for _, i := range nodes {
		f.change(at, fault.Change{Kind: kind, Node: raft.NodeID(i)})
	}
	return f
}

// cut cuts groups of nodes off from each other.
func (f *forger) cut(at int, groups ...[]int) *forger {
	var links []fault.Link
	for a, g := range groups {
		for b, h := range groups {
			for _, i := range g {
				for _, j := range h {
					if a != b {
						links = append(links, fault.Link{From: raft.NodeID(i), To: raft.NodeID(j)})
					}
				}
			}
		}
	}
	return f.change(at, fault.Change{Kind: fault.Partition, Links: links})
}

// call adds a request. answer is "ok", "ok:TEXT", "ok:A,B", "false", "lost" or "refused".
func (f *forger) call(node, begin, end int, answer, op string, args ...string) *forger {
	c := Call{
		Client: len(f.Calls), Node: node, Command: machines.Op(op).With(args...),
		Begin: ms(begin), End: ms(end), Outcome: history.Unknown, Status: 200,
	}
	value, ok := strings.CutPrefix(answer, "ok")
	value = strings.TrimPrefix(value, ":")
	switch {
	case ok:
		c.Outcome, c.Result = history.Done, machine.Result{OK: true}
		switch c.Command.Op.Gives {
		case machine.Text:
			c.Result.Text = value
		case machine.List:
			c.Result.List = strings.Split(value, ",")
		}
	case answer == "false":
		c.Outcome, c.Declined = history.Failed, true
	case answer == "refused":
		c.Outcome, c.Status = history.Refused, 0
	default:
		c.Status = 0
	}
	f.Calls = append(f.Calls, c)
	return f
}

func (f *forger) put(node, begin, end int, answer, message string) *forger {
	return f.call(node, begin, end, answer, "put_message", "t", message)
}

func (f *forger) pop(node, begin, end int, answer string) *forger {
	return f.call(node, begin, end, answer, "get_message", "t")
}

func (f *forger) topic(node, begin, end int, answer string) *forger {
	return f.call(node, begin, end, answer, "put_topic", "t")
}

// started is a cluster of n nodes of which node 0 leads for 20 s, with a topic.
func started(n int) *forger { return forge(n).leads(0, 1, 0, 20_000).topic(0, 500, 510, "ok") }

// failedOver is a cluster of three whose leader took the message a, and was then replaced by
// node 1.
func failedOver() *forger {
	return forge(3).leads(0, 1, 0, 1900).topic(0, 500, 510, "ok").put(0, 1000, 1010, "ok", "a").
		on(2000, fault.Crash, 0).polls(1, raft.Leader, 2, 3000, 12_000).polls(2, raft.Follower, 2, 3000, 12_000)
}

func TestForgedEvidence(t *testing.T) {
	const quorum, follower = PromisedAlone, ServedByFollower
	tests := []forged{
		{"nothing", forge(3), nil},
		{"a queue", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a"), nil},

		{"two leaders of a term", forge(3).polls(0, raft.Leader, 2, 0, 500).polls(1, raft.Leader, 2, 1000, 1500), []string{TwoLeaders}},
		{"two leaders of two terms", forge(3).polls(0, raft.Leader, 2, 0, 500).polls(1, raft.Leader, 3, 0, 500), nil},
		{"a second leader in one poll", forge(3).polls(0, raft.Leader, 2, 0, 500).polls(1, raft.Leader, 2, 1000, 1000), nil},
		{"a second leader after a restart", forge(3).polls(0, raft.Leader, 2, 0, 500).on(600, fault.Crash, 2).on(700, fault.Restart, 2).polls(1, raft.Leader, 2, 1000, 1500), nil},
		{"two leaders of a new term after a restart", forge(3).leads(0, 1, 0, 500).on(600, fault.Crash, 2).on(700, fault.Restart, 2).
			polls(0, raft.Follower, 1, 800, 900).polls(1, raft.Follower, 1, 800, 900).polls(2, raft.Follower, 0, 800, 900).
			polls(1, raft.Leader, 2, 1000, 1500).polls(2, raft.Leader, 2, 1000, 1500), []string{TwoLeaders}},

		{"a term goes back", forge(3).polls(0, raft.Follower, 3, 0, 300).polls(0, raft.Follower, 2, 400, 500), []string{TermWentBack}},
		{"a term goes back after a restart", forge(3).polls(0, raft.Follower, 3, 0, 300).on(350, fault.Crash, 0).on(380, fault.Restart, 0).polls(0, raft.Follower, 2, 400, 500), nil},
		{"a term goes back at a heal", forge(3).on(100, fault.Isolate, 0).polls(0, raft.Candidate, 3, 120, 300).on(350, fault.Heal, 0).polls(0, raft.Follower, 2, 400, 500), []string{TermWentBack}},
		{"two leaders of a term around a heal", forge(3).polls(0, raft.Leader, 2, 0, 500).on(600, fault.Heal, 0).polls(1, raft.Leader, 2, 1000, 1500), []string{TwoLeaders}},
		{"a term goes back in polls that overlap", func() *forger {
			f := forge(3)
			f.Polls[0] = []Poll{{Begin: ms(100), End: ms(300), Term: 3}, {Begin: ms(200), End: ms(320), Term: 2}}
			return f
		}(), nil},

		{"a put without a quorum", started(3).cut(5000, []int{0}, []int{1, 2}).put(0, 5100, 5200, "ok", "a"), []string{quorum}},
		{"a put begun before the cut", started(3).cut(5000, []int{0}, []int{1, 2}).put(0, 4990, 5200, "ok", "a"), nil},
		{"a put begun while the cut comes into force", started(3).cut(5000, []int{0}, []int{1, 2}).put(0, 5003, 5200, "ok", "a"), nil},
		{"a put answered after the heal", started(3).cut(5000, []int{0}, []int{1, 2}).put(0, 5100, 6200, "ok", "a").on(6000, fault.Heal, 0), nil},
		{"a put on the side of the majority", started(3).cut(5000, []int{0, 1}, []int{2}).put(0, 5100, 5200, "ok", "a"), nil},
		{"a put by way of a bridge", started(5).change(5000, fault.Change{Kind: fault.Partition, Links: []fault.Link{
			{From: 0, To: 1}, {From: 1, To: 0}, {From: 0, To: 2}, {From: 2, To: 0}, {From: 0, To: 4}, {From: 4, To: 0}}}).put(0, 5100, 5200, "ok", "a"), nil},
		{"a put that nobody can acknowledge", started(3).change(5000, fault.Change{Kind: fault.Partition, Links: []fault.Link{
			{From: 1, To: 0}, {From: 2, To: 0}}}).put(0, 5100, 5200, "ok", "a"), []string{quorum}},
		{"a put with three of five paused", started(5).on(5000, fault.Pause, 2, 3, 4).put(0, 5100, 5200, "ok", "a"), []string{quorum}},
		{"a put with three of five killed", started(5).on(5000, fault.Crash, 2, 3, 4).put(0, 5100, 5200, "ok", "a"), []string{quorum}},
		{"a put with two of five paused", started(5).on(5000, fault.Pause, 3, 4).put(0, 5100, 5200, "ok", "a"), nil},
		{"a put while one of three comes back", started(5).on(5000, fault.Pause, 2, 3, 4).on(5150, fault.Resume, 2).put(0, 5100, 5200, "ok", "a"), nil},
		{"a pop without a quorum", started(3).put(0, 1000, 1010, "ok", "a").cut(5000, []int{0}, []int{1, 2}).pop(0, 5100, 5200, "ok:a"), []string{quorum}},
		{"an empty queue without a quorum", started(3).cut(5000, []int{0}, []int{1, 2}).pop(0, 5100, 5200, "false"), nil},
		{"a list without a quorum, under a lease", started(3).cut(5000, []int{0}, []int{1, 2}).call(0, 5100, 5200, "ok:t", "get_topics"), nil},
		{"a list long after the quorum was lost", started(3).cut(5000, []int{0}, []int{1, 2}).call(0, 15_100, 15_200, "ok:t", "get_topics"), []string{quorum}},
		{"a list without a quorum after another election", forge(3).leads(0, 1, 0, 5000).polls(0, raft.Leader, 1, 5100, 8000).topic(0, 500, 510, "ok").
			cut(5050, []int{0}, []int{1, 2}).polls(1, raft.Leader, 2, 6000, 8000).call(0, 7000, 7010, "ok:t", "get_topics"), []string{quorum}},
		{"a list without a quorum where reads may be stale", anyReads(started(3).cut(5000, []int{0}, []int{1, 2}).call(0, 15_100, 15_200, "ok:t", "get_topics")), nil},
		{"a put past the links", bypassed(started(3).cut(5000, []int{0}, []int{1, 2}).put(0, 5100, 5200, "ok", "a")), nil},
		{"a put with three of five paused, past the links", bypassed(started(5).on(5000, fault.Pause, 2, 3, 4).put(0, 5100, 5200, "ok", "a")), []string{quorum}},

		{"elected alone", forge(3).leads(0, 1, 0, 900).cut(1000, []int{2}, []int{0, 1}).polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Leader, 2, 1600, 1800), []string{LeadsAlone}},
		{"elected right before the cut", forge(3).leads(0, 1, 0, 900).cut(1000, []int{2}, []int{0, 1}).polls(2, raft.Leader, 2, 1100, 1800), nil},
		{"elected alone in one poll", forge(3).leads(0, 1, 0, 900).cut(1000, []int{2}, []int{0, 1}).polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Leader, 2, 1600, 1600), nil},
		{"an old leader alone", forge(3).leads(0, 1, 0, 900).cut(1000, []int{0}, []int{1, 2}).polls(0, raft.Leader, 1, 1100, 1800), nil},

		{"a put at a follower of a leader that nobody saw", forge(3).polls(1, raft.Follower, 1, 0, 9000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at a follower", started(3).put(1, 5000, 5050, "ok", "a"), []string{follower}},
		{"a put at a follower that became the leader", forge(3).polls(1, raft.Follower, 1, 0, 4900).polls(1, raft.Leader, 2, 5100, 6000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at a follower seen once", forge(3).polls(1, raft.Follower, 1, 4900, 4900).polls(1, raft.Follower, 1, 5100, 6000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at a follower seen once, while another one leads", forge(3).polls(0, raft.Leader, 1, 6000, 6100).polls(1, raft.Follower, 1, 4900, 4900).polls(1, raft.Follower, 1, 5100, 6000).topic(1, 5000, 5050, "ok"), []string{follower}},
		{"a put at a follower where they may serve", func() *forger {
			f := started(3).put(1, 5000, 5050, "ok", "a")
			f.Course.Promises.FollowersRefuse = false
			return f
		}(), nil},

		{"a message lost", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").pop(0, 1200, 1210, "ok:b"), []string{history.Lost}},
		{"a message lost, or taken by nobody", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").pop(0, 1150, 1160, "lost").pop(0, 1200, 1210, "ok:b"), nil},
		{"a message lost with a fail-over", failedOver().
			call(1, 4000, 4010, "ok", "put_topic", "u").pop(1, 4100, 4110, "false"), []string{history.Lost}},
		{"a refusal by a leader that has not begun to serve", failedOver().
			pop(1, 4100, 4110, "false"), nil},
		{"a refusal that never ends", failedOver().
			pop(1, 3100, 3110, "false").pop(1, 5100, 5110, "false").pop(1, 6200, 6210, "false"), nil},
		{"a slow refusal by a leader", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 5000, 5400, "false"), nil},
		{"a message lost", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "false"), []string{history.Lost}},
		{"a refusal by a leader of which a follower has just come back", started(3).put(0, 1000, 1010, "ok", "a").on(2000, fault.Pause, 2).on(3000, fault.Resume, 2).pop(0, 3100, 3110, "false"), nil},
		{"a refusal by a leader that is busy with another request", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1090, 1130, "ok", "b").pop(0, 1100, 1110, "false"), nil},
		{"a refusal by a leader that may be busy with a request that was given up", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1020, 1050, "false").put(0, 1020, 1080, "lost", "b").pop(0, 1100, 1110, "false"), nil},
		{"a put at a node that led the same term before", forge(3).polls(0, raft.Follower, 1, 1000, 5000).polls(0, raft.Leader, 1, 0, 500).polls(1, raft.Follower, 1, 0, 5000).polls(2, raft.Follower, 1, 0, 5000).
			topic(0, 2000, 2010, "ok"), nil},
		{"a refusal by a leader without a quorum", started(3).put(0, 1000, 1010, "ok", "a").on(2000, fault.Crash, 1, 2).pop(0, 5000, 5010, "false"), nil},
		{"a refusal by a leader that has just got its quorum back", started(3).put(0, 1000, 1010, "ok", "a").on(2000, fault.Pause, 1, 2).on(4000, fault.Resume, 1, 2).pop(0, 4500, 4510, "false"), nil},
		{"a refusal by a leader that got its quorum back long ago", started(3).put(0, 1000, 1010, "ok", "a").on(2000, fault.Pause, 1, 2).on(4000, fault.Resume, 1, 2).pop(0, 7500, 7510, "false"), nil},
		{"a refusal by a leader that has served since it got its quorum back", started(3).put(0, 1000, 1010, "ok", "a").on(2000, fault.Pause, 1, 2).on(4000, fault.Resume, 1, 2).call(0, 4200, 4210, "ok", "put_topic", "u").pop(0, 4500, 4510, "false"), []string{history.Lost}},
		{"a refusal on a busy machine", crowded(started(3).put(0, 1000, 1010, "ok", "a").pop(0, 5000, 5010, "false")), nil},
		{"a refusal on an idle machine", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 5000, 5010, "false"), []string{history.Lost}},
		{"a put that was refused slowly and taken later", started(3).put(0, 1000, 2010, "false", "a").pop(0, 5000, 5010, "ok:a"), nil},
		{"a put that was refused by a follower and taken later", started(3).put(1, 1000, 1010, "false", "a").pop(0, 5000, 5010, "ok:a"), []string{history.Invented}},
		{"delivered twice", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").pop(0, 1200, 1210, "ok:a"), []string{history.DeliveredTwice}},
		{"equal messages", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1050, 1060, "ok", "a").pop(0, 1100, 1110, "ok:a").pop(0, 1200, 1210, "ok:a"), nil},
		{"delivered twice, after a put that may have been done", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1050, 1060, "lost", "a").pop(0, 1100, 1110, "ok:a").pop(0, 1200, 1210, "ok:a"), nil},
		{"delivered twice, after a put that never arrived", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1050, 1060, "refused", "a").pop(0, 1100, 1110, "ok:a").pop(0, 1200, 1210, "ok:a"), []string{history.DeliveredTwice}},

		{"delivered twice after the leader was restarted", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").
			on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).pop(0, 8000, 8010, "ok:a"), nil},
		{"delivered twice after the leader was restarted, where nodes are durable", durable(started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").
			on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).pop(0, 8000, 8010, "ok:a")), []string{history.DeliveredTwice}},
		{"delivered twice after a follower was restarted in peace", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).pop(0, 8000, 8010, "ok:a"), []string{history.DeliveredTwice}},
		{"delivered twice after a follower was restarted in a hurry", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 3100, 3110, "ok:a").
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).pop(0, 8000, 8010, "ok:a"), []string{history.DeliveredTwice}},
		{"delivered twice by another leader after a follower was restarted in a hurry", forge(3).leads(0, 1, 0, 5000).topic(0, 500, 510, "ok").put(0, 1000, 1010, "ok", "a").pop(0, 3100, 3110, "ok:a").
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).polls(1, raft.Leader, 2, 5500, 9000).pop(1, 8000, 8010, "ok:a"), nil},
		{"delivered twice after a follower was restarted and another one killed at once", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).on(5000, fault.Crash, 1).pop(0, 8000, 8010, "ok:a"), []string{history.DeliveredTwice}},
		{"delivered twice after a follower was restarted, and the leader cut off", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1110, "ok:a").
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).on(5000, fault.Isolate, 0).on(6000, fault.Heal, 0).pop(0, 8000, 8010, "ok:a"), nil},

		{"topics that nobody created", anyReads(started(3).call(0, 2000, 2010, "ok:t,u", "get_topics")), []string{ImpossibleTopics}},
		{"a topic twice", anyReads(started(3).call(0, 2000, 2010, "ok:t,t", "get_topics")), []string{ImpossibleTopics}},
		{"topics in another order", anyReads(started(3).call(0, 1000, 1010, "ok", "put_topic", "u").call(0, 2000, 2010, "ok:u,t", "get_topics")), []string{ImpossibleTopics}},
		{"topics created at once, in another order", anyReads(started(3).call(0, 505, 1010, "ok", "put_topic", "u").call(0, 2000, 2010, "ok:u,t", "get_topics")), nil},
		{"an old list", anyReads(started(3).call(0, 1000, 1010, "ok", "put_topic", "u").call(0, 2000, 2010, "ok:t", "get_topics")), nil},
		{"an old list where reads are fresh", started(3).call(0, 1000, 1010, "ok", "put_topic", "u").call(0, 2000, 2010, "ok:t", "get_topics"), []string{history.Linearizable}},
		{"an old list of a single node", anyReads(started(1).call(0, 1000, 1010, "ok", "put_topic", "u").call(0, 2000, 2010, "ok:t", "get_topics")), []string{history.Linearizable}},

		{"a wrong body", wrongly(started(3).put(0, 1000, 1010, "ok", "a"), 200, true), []string{WrongBody}},
		{"a page instead of an answer, at the leader", wrongly(started(3).put(0, 1000, 1010, "lost", "a"), 404, false), []string{WrongBody}},
		{"a page instead of an answer, after a wait for others", wrongly(started(3).put(0, 1000, 2010, "lost", "a"), 200, false), nil},
		{"a page instead of an answer, at a follower", wrongly(started(3).put(1, 1000, 1010, "lost", "a"), 404, false), nil},
		{"a page instead of an answer, after a fault", wrongly(started(3).on(700, fault.Crash, 2).put(0, 1000, 1010, "lost", "a"), 404, false), nil},
		{"an error of the server", wrongly(started(3).put(0, 1000, 1010, "lost", "a"), 500, false), nil},
		{"a wrong status", func() *forger {
			f := forge(3)
			f.Polls[1] = []Poll{{Wrong: "no JSON"}}
			return f
		}(), []string{WrongStatus}},
	}
	check(t, tests)
}

// A forged is evidence with the violations that it holds.
type forged struct {
	name string
	f    *forger
	want []string
}

// check judges forged evidence.
func check(t *testing.T, tests []forged) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			var names []string
			for _, x := range violationsOf(t, test.f.Evidence) {
				name, _, _ := strings.Cut(x, ":")
				names = append(names, name)
			}
			slices.Sort(names)
			slices.Sort(test.want)
			assert.DeepEqual(t, names, test.want)
		})
	}
}

// sortForged brings evidence into the order that it has by contract.
func sortForged(f *forger) {
	for node := range f.Polls {
		slices.SortStableFunc(f.Polls[node], func(a, b Poll) int { return int(a.Begin - b.Begin) })
	}
	slices.SortStableFunc(f.Changes, func(a, b Change) int { return int(a.Begin - b.Begin) })
	slices.SortStableFunc(f.Calls, func(a, b Call) int { return int(a.Begin - b.Begin) })
}

func anyReads(f *forger) *forger {
	f.Course.Promises.Reads = course.AnyReads
	return f
}

func durable(f *forger) *forger {
	f.Course.Promises.Durable = true
	return f
}

func bypassed(f *forger) *forger {
	f.Bypassed = "messages passed by"
	return f
}

func crowded(f *forger) *forger {
	f.Crowd = Crowded + 1
	return f
}

func wrongly(f *forger, status int, certain bool) *forger {
	c := &f.Calls[len(f.Calls)-1]
	c.Wrong, c.Status, c.Certain = "nonsense", status, certain
	return f
}

// The words about a loss name a message that nobody got, never one that a client has.
func TestALossNamesAMessageThatIsMissing(t *testing.T) {
	for _, test := range []struct {
		name string
		f    *forger
		want string
	}{
		{"one of two equal messages", started(3).put(0, 1000, 1010, "ok", "same").put(0, 1100, 1110, "ok", "same").put(0, 1200, 1210, "ok", "end").
			pop(0, 1300, 1310, "ok:same").pop(0, 1400, 1410, "ok:end").pop(0, 1500, 1510, "false"), `"same" was acknowledged 2 times and taken 1 time`},
		{"the last message", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").
			pop(0, 1300, 1310, "ok:a").pop(0, 1400, 1410, "false"), `"b" was acknowledged and never taken`},
	} {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			words := strings.Join(violationsOf(t, test.f.Evidence), "\n")
			assert.Assert(t, strings.Contains(words, test.want), "%s", words)
			assert.Assert(t, !strings.Contains(words, `"end" was acknowledged`), "%s", words)
		})
	}
}

func TestATopicThatIsEmptyTooEarlyIsALoss(t *testing.T) {
	const linear = history.Linearizable
	end := func(f *forger) *forger { return f.pop(0, 5000, 5010, "false") }
	for _, test := range []struct {
		name, want, words string
		f                 *forger
	}{
		{"a message", history.Lost, `"a" was acknowledged`, end(served())},
		{"one of two equal messages", history.Lost, `"a" was acknowledged 2 times and taken 1 time`, end(served().put(0, 1100, 1110, "ok", "a").pop(0, 1200, 1210, "ok:a"))},
		{"the second message", history.Lost, `"b" was acknowledged`, end(served().put(0, 1100, 1110, "ok", "b").pop(0, 1200, 1210, "ok:a"))},
		{"a message that was put again later", history.Lost, `"a" was acknowledged`, end(served()).put(0, 6000, 6010, "ok", "a")},
		{"a message that was taken later", history.Lost, `"a" was acknowledged`, end(served()).pop(0, 6000, 6010, "ok:a")},
		{"a message beside one of another topic", history.Lost, `"a" was acknowledged`,
			end(served().call(0, 600, 610, "ok", "put_topic", "u").call(0, 700, 710, "ok", "put_message", "u", "z"))},
		{"a topic", linear, "", started(3).put(0, 1000, 1010, "ok", "x").pop(0, 1100, 1110, "ok:x").put(0, 5000, 5010, "false", "y")},
	} {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			j := &judging{Evidence: test.f.Evidence}
			m := test.f.remembers()
			j.history = test.f.history(&m)
			j.check(t.Context(), &m, true)
			assert.Equal(t, len(j.violations), 1)
			x := j.violations[0]
			assert.Equal(t, x.Name, test.want)
			assert.Assert(t, strings.Contains(x.Words, test.words), x.Words)
			assert.Assert(t, x.Right != "" && x.Why != "" && len(x.Calls) > 0)
		})
	}
}

// A cluster of one has no peers and no log that anybody sees: its student looks in the queue.
func TestReasonsForOneNodeSpeakOfNoLog(t *testing.T) {
	for nodes, speaks := range map[int]bool{1: false, 3: true} {
		x := (&Evidence{Nodes: nodes}).violated(&history.Verdict{Name: history.Lost})
		assert.Equal(t, strings.Contains(x.Why, "leader"), speaks, x.Why)
	}
}
