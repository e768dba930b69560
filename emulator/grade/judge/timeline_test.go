package judge

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

func oneWay(pairs ...int) fault.Change {
	c := fault.Change{Kind: fault.Partition}
	for i := 0; i < len(pairs); i += 2 {
		c.Links = append(c.Links, fault.Link{From: raft.NodeID(pairs[i]), To: raft.NodeID(pairs[i+1])})
	}
	return c
}

func TestAStandingFollowsTheChanges(t *testing.T) {
	on := func(kind fault.Kind, node int) fault.Change { return fault.Change{Kind: kind, Node: raft.NodeID(node)} }
	rule := func(name string) fault.Change {
		return fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: name}}
	}
	tests := []struct {
		name    string
		changes []fault.Change
		want    string // nodes down, nodes paused, cuts, rules
	}{
		{"crash", []fault.Change{on(fault.Pause, 1), on(fault.Crash, 1)}, "[1] [] 0 0"},
		{"restart", []fault.Change{on(fault.Crash, 1), on(fault.Crash, 2), on(fault.Restart, 1)}, "[2] [] 0 0"},
		{"resume", []fault.Change{on(fault.Pause, 1), on(fault.Pause, 2), on(fault.Resume, 1)}, "[] [2] 0 0"},
		{"partition in place of another", []fault.Change{oneWay(0, 1), oneWay(1, 2, 2, 1)}, "[] [] 2 0"},
		{"isolation besides a partition", []fault.Change{oneWay(0, 1), on(fault.Isolate, 2)}, "[] [] 5 0"},
		{"isolation", []fault.Change{on(fault.Isolate, 2)}, "[] [] 4 0"},
		{"healing of a node", []fault.Change{oneWay(0, 1, 2, 0), on(fault.Isolate, 1), on(fault.Crash, 1), on(fault.HealNode, 1)}, "[] [] 1 0"},
		{"healing of a node that stands still", []fault.Change{on(fault.Pause, 1), on(fault.Pause, 2), on(fault.HealNode, 1)}, "[] [2] 0 0"},
		{"healing", []fault.Change{oneWay(0, 1), on(fault.Crash, 0), on(fault.Pause, 1), rule("r"), on(fault.Heal, -1)}, "[] [] 0 0"},
		{"rules", []fault.Change{rule("r"), rule("s"), rule("r"), {Kind: fault.DeleteRule, Name: "s"}, {Kind: fault.DeleteRule, Name: "q"}}, "[] [] 0 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStanding(3)
			for i := range test.changes {
				s.apply(&test.changes[i])
			}
			cuts := 0
			for _, cut := range s.cuts {
				cuts += btoi(cut)
			}
			assert.Equal(t, fmt.Sprintf("%v %v %d %d", marked(s.down), marked(s.paused), cuts, len(s.rules)), test.want)
		})
	}
	s := newStanding(3)
	c := fault.Change{Kind: fault.Isolate, Node: 1}
	s.apply(&c)
	assert.Assert(t, !s.passes(0, 1) && !s.passes(1, 0) && !s.passes(1, 2) && !s.passes(2, 1) && s.passes(0, 2))
}

func marked(list []bool) []int {
	all := []int{}
	for i, is := range list {
		if is {
			all = append(all, i)
		}
	}
	return all
}

func TestReachIsWhereMessagesGoAndComeBack(t *testing.T) {
	tests := []struct {
		name                       string
		nodes                      int
		changes                    []fault.Change
		reach, bypassed, neighbour int // of node 0
	}{
		{"everything", 5, nil, 5, 5, 5},
		{"one way only", 3, []fault.Change{oneWay(1, 0, 2, 0)}, 1, 3, 1},
		{"the other way only", 3, []fault.Change{oneWay(0, 1, 0, 2)}, 1, 3, 1},
		{"by way of another one", 3, []fault.Change{oneWay(0, 2, 2, 0)}, 3, 3, 2},
		{"round a ring", 3, []fault.Change{oneWay(0, 2, 2, 1, 1, 0)}, 3, 3, 1},
		{"over a bridge that is down", 3, []fault.Change{oneWay(0, 2, 2, 0), {Kind: fault.Crash, Node: 1}}, 1, 2, 1},
		{"over a bridge that stands still", 3, []fault.Change{oneWay(0, 2, 2, 0), {Kind: fault.Pause, Node: 1}}, 1, 2, 1},
		{"there by a bridge without a way back", 3, []fault.Change{oneWay(0, 2, 2, 0, 2, 1)}, 2, 3, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStanding(test.nodes)
			for i := range test.changes {
				s.apply(&test.changes[i])
			}
			assert.Equal(t, s.reach(0, false), test.reach)
			assert.Equal(t, s.reach(0, true), test.bypassed)
			assert.Equal(t, s.neighbours(0), test.neighbour)
		})
	}
}

// A change of a forger takes 5 ms.
func TestAMajorityIsJudgedAtEveryMoment(t *testing.T) {
	alone := forge(3).on(1000, fault.Isolate, 0)
	worse := forge(5).on(1000, fault.Isolate, 0).on(2000, fault.Crash, 1)
	rule := fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "r"}}
	followers := forge(5).on(1000, fault.Crash, 1).on(2000, fault.Crash, 2).on(3000, fault.Crash, 3)
	tests := []struct {
		name               string
		f                  *forger
		from, to           int
		cutOff, kept, well bool
	}{
		{"before", alone, 0, 999, false, true, true},
		{"as it begins", alone, 0, 1000, false, false, false},
		{"while it comes into force", alone, 1002, 1003, false, false, false},
		{"as it is in force", alone, 1005, 1100, false, false, false},
		{"in force", alone, 1006, 1100, true, false, false},
		{"of another node", forge(3).on(1000, fault.Isolate, 1), 1006, 1100, false, true, true},
		{"and one more", worse, 1006, 2100, true, false, false},
		{"and a heal", forge(3).on(1000, fault.Isolate, 0).on(2000, fault.Heal, 0), 1006, 2000, false, false, false},
		{"and before a heal", forge(3).on(1000, fault.Isolate, 0).on(2000, fault.Heal, 0), 1006, 1999, true, false, false},
		{"and after a heal", forge(3).on(1000, fault.Isolate, 0).on(2000, fault.Heal, 0), 2006, 3000, false, true, true},
		{"and around a heal", forge(3).on(1000, fault.Isolate, 0).on(2000, fault.Heal, 0), 1500, 3000, false, false, false},
		{"a minority goes", followers, 500, 2500, false, true, false},
		{"a majority goes", followers, 500, 3500, false, false, false},
		{"a majority is gone", followers, 3006, 3500, true, false, false},
		{"a node that comes back", forge(3).on(1000, fault.Crash, 1).on(2000, fault.Restart, 1), 1500, 2500, false, false, false},
		{"a rule", forge(3).change(1000, rule), 2000, 2500, false, false, false},
		{"a rule that is over", forge(3).change(1000, rule).change(1500, fault.Change{Kind: fault.DeleteRule, Name: "r"}), 2000, 2500, false, true, true},
		{"itself down", forge(3).on(1000, fault.Crash, 0), 2000, 2500, false, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, to := ms(test.from), ms(test.to)
			assert.Equal(t, test.f.cutOff(0, from, to), test.cutOff, "cut off")
			assert.Equal(t, test.f.kept(0, from, to), test.kept, "kept")
			assert.Equal(t, test.f.healthy(0, from, to), test.well, "healthy")
		})
	}
}

func TestARestartLiesBetweenTwoTimes(t *testing.T) {
	crash := forge(3).on(1000, fault.Crash, 1)
	heal := forge(3).on(1000, fault.Crash, 1).on(2000, fault.Heal, 0)
	up := forge(3).on(2000, fault.Heal, 0)
	tests := []struct {
		name           string
		f              *forger
		node, from, to int
		want           bool
	}{
		{"a crash", crash, 1, 500, 1500, true},
		{"a crash of another node", crash, 2, 500, 1500, false},
		{"a crash right before", crash, 1, 1005, 1500, true},
		{"a crash before", crash, 1, 1006, 1500, false},
		{"a crash right after", crash, 1, 500, 1000, true},
		{"a crash after", crash, 1, 500, 999, false},
		{"a heal of one that was down", heal, 1, 1500, 2500, true},
		{"a heal of one that was up", heal, 2, 1500, 2500, false},
		{"a heal of all that were up", up, 1, 1500, 2500, false},
		{"a restart", forge(3).on(1000, fault.Crash, 1).on(2000, fault.Restart, 1), 1, 1500, 2500, true},
		{"a healed node", forge(3).on(1000, fault.Crash, 1).on(2000, fault.HealNode, 1), 1, 1500, 2500, true},
		{"another healed node", forge(3).on(1000, fault.Crash, 1).on(2000, fault.HealNode, 2), 1, 1500, 2500, false},
		{"a pause", forge(3).on(2000, fault.Pause, 1), 1, 1500, 2500, false},
		{"a resumed node", forge(3).on(1000, fault.Crash, 1).on(2000, fault.Resume, 1), 1, 1500, 2500, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.f.restarted(test.node, ms(test.from), ms(test.to)), test.want)
		})
	}
}

// A poll of a forger takes 10 ms.
func TestARoleIsSteadyBetweenTwoPollsThatAgree(t *testing.T) {
	two := func(a, b raft.Role, terms ...raft.Term) *forger {
		return forge(3).polls(0, a, terms[0], 1000, 1000).polls(0, b, terms[1], 2000, 2000)
	}
	same := two(raft.Leader, raft.Leader, 1, 1)
	tests := []struct {
		name     string
		f        *forger
		from, to int
		want     bool
	}{
		{"both agree", same, 1500, 1600, true},
		{"the first one ends as it begins", same, 1010, 1600, true},
		{"the first one ends after it begins", same, 1009, 1600, false},
		{"the second one begins a moment after it ends", same, 1500, 1950, true},
		{"the second one may show a copy of the time before", same, 1500, 1951, false},
		{"no first one", same, 500, 900, false},
		{"no second one", same, 2100, 2200, false},
		{"another role", two(raft.Leader, raft.Follower, 1, 1), 1500, 1600, false},
		{"another term", two(raft.Leader, raft.Leader, 1, 2), 1500, 1600, false},
		{"a restart", two(raft.Leader, raft.Leader, 1, 1).on(1400, fault.Crash, 0).on(1800, fault.Restart, 0), 1500, 1600, false},
		{"a restart before", two(raft.Leader, raft.Leader, 1, 1).on(400, fault.Crash, 0).on(800, fault.Restart, 0), 1500, 1600, true},
		{"a restart of another node", two(raft.Leader, raft.Leader, 1, 1).on(1400, fault.Crash, 1).on(1800, fault.Restart, 1), 1500, 1600, true},
		{"the newest one before", two(raft.Leader, raft.Leader, 1, 1).polls(0, raft.Follower, 1, 1200, 1200), 1500, 1600, false},
		{"the first one after", two(raft.Leader, raft.Leader, 1, 1).polls(0, raft.Follower, 1, 1700, 1700), 1500, 1600, false},
		{"an answer that cannot be read between them", unread(unread(two(raft.Leader, raft.Leader, 1, 1), 1200), 1700), 1500, 1600, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			before, after := test.f.steady(0, ms(test.from), ms(test.to))
			assert.Equal(t, before != nil && after != nil, test.want)
			assert.Equal(t, test.f.Evidence.leads(0, ms(test.from), ms(test.to)), test.want)
		})
	}
}

// unread adds a poll of node 0 whose answer cannot be read.
func unread(f *forger, at int) *forger {
	f.Polls[0] = append(f.Polls[0], Poll{Begin: ms(at), End: ms(at + 10), Role: raft.Candidate, Term: 9, Wrong: "no JSON"})
	return f
}

func TestTheOnlyNodeLeadsUnlessItSaysOtherwise(t *testing.T) {
	late := forge(1).polls(0, raft.Follower, 0, 0, 500).polls(0, raft.Leader, 1, 600, 2000)
	for _, test := range []struct {
		name     string
		f        *forger
		from, to int
		want     bool
	}{
		{"that shows nothing", forge(1), 100, 200, true},
		{"that leads", started(1), 100, 200, true},
		{"that does not lead yet", late, 100, 200, false},
		{"that leads by now", late, 700, 800, true},
		{"that is started again", forge(1).on(1000, fault.Crash, 0), 900, 1100, false},
		{"that was started again", forge(1).on(1000, fault.Crash, 0).on(1100, fault.Restart, 0), 1200, 1300, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.f.Evidence.leads(0, ms(test.from), ms(test.to)), test.want)
		})
	}
}
