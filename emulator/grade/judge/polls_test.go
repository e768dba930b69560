package judge

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

func TestARoleIsConfirmedByTwoPollsInARow(t *testing.T) {
	seen := func(from, to int, role raft.Role, term raft.Term) Poll {
		return Poll{Begin: ms(from), End: ms(to), Role: role, Term: term}
	}
	const l, f = raft.Leader, raft.Follower
	tests := []struct {
		name  string
		polls []Poll
		want  string // the beginnings of each pair
	}{
		{"two", []Poll{seen(0, 10, l, 1), seen(10, 20, l, 1)}, "0-10"},
		{"three", []Poll{seen(0, 10, l, 1), seen(10, 20, l, 1), seen(30, 40, l, 1)}, "0-10 10-30"},
		{"one", []Poll{seen(0, 10, l, 1)}, ""},
		{"two that overlap", []Poll{seen(0, 10, l, 1), seen(9, 20, l, 1)}, ""},
		{"two that overlap, and a third", []Poll{seen(0, 10, l, 1), seen(9, 20, l, 1), seen(15, 30, l, 1)}, "0-15"},
		{"two roles", []Poll{seen(0, 10, l, 1), seen(10, 20, f, 1)}, ""},
		{"two terms", []Poll{seen(0, 10, l, 1), seen(10, 20, l, 2)}, ""},
		{"another one between them", []Poll{seen(0, 10, l, 1), seen(10, 20, f, 1), seen(20, 30, l, 1)}, ""},
		{"one that cannot be read between them", []Poll{seen(0, 10, l, 1), {Begin: ms(10), End: ms(20), Wrong: "x"}, seen(20, 30, l, 1)}, ""},
		{"two that cannot be read", []Poll{{Begin: ms(10), End: ms(20), Wrong: "x"}, {Begin: ms(20), End: ms(30), Wrong: "x"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := forge(1).Evidence
			e.Polls[0] = test.polls
			var pairs []string
			e.confirmed(0, func(a, b *Poll) bool {
				pairs = append(pairs, fmt.Sprintf("%d-%d", a.Begin.Milliseconds(), b.Begin.Milliseconds()))
				return true
			})
			assert.Equal(t, strings.Join(pairs, " "), test.want)
			n := 0
			e.confirmed(0, func(_, _ *Poll) bool { n++; return false })
			assert.Equal(t, n, min(1, len(pairs)), "it goes on although nobody wants more")
		})
	}
}

// votedAgain is a cluster of three in which node 2 is started again, node 0 shows a term before
// and node 1 one after it.
func votedAgain(before, after raft.Term) *forger {
	return forge(3).polls(0, raft.Follower, before, 0, 500).polls(1, raft.Follower, before, 0, 500).on(600, fault.Crash, 2).on(700, fault.Restart, 2).
		polls(0, raft.Follower, after, 800, 900).polls(1, raft.Follower, after, 800, 900).polls(2, raft.Follower, 0, 800, 900)
}

func TestVotesAreRememberedUnlessANodeWasStartedAgain(t *testing.T) {
	tests := []struct {
		name     string
		f        *forger
		from, to int
		want     bool
	}{
		{"no restart", forge(3), 1000, 2000, true},
		{"a crash", forge(3).on(1500, fault.Crash, 2), 1000, 2000, true},
		{"a restart meanwhile", forge(3).on(500, fault.Crash, 2).on(1500, fault.Restart, 2), 1000, 2000, false},
		{"a restart meanwhile, where nodes are durable", durable(forge(3).on(500, fault.Crash, 2).on(1500, fault.Restart, 2)), 1000, 2000, true},
		{"a restart afterwards", forge(3).on(1500, fault.Crash, 2).on(2000, fault.Restart, 2), 1000, 2000, true},
		{"a restart that begins right before the end", forge(3).on(1500, fault.Crash, 2).on(1999, fault.Restart, 2), 1000, 2000, false},
		{"a restart that ends right after the beginning", forge(3).on(500, fault.Crash, 2).on(996, fault.Restart, 2), 1000, 2000, false},
		{"a restart before, in an older term", votedAgain(1, 1), 1000, 2000, true},
		{"a restart right before, in an older term", votedAgain(1, 1), 809, 2000, false},
		{"a restart before, in the same term", votedAgain(1, 2), 1000, 2000, false},
		{"a restart before, in a higher term", votedAgain(1, 3), 1000, 2000, false},
		{"a restart before, and nothing seen since", forge(3).polls(0, raft.Follower, 1, 0, 500).on(600, fault.Crash, 2).on(700, fault.Restart, 2), 1000, 2000, false},
		{"two restarts before", votedAgain(1, 1).on(920, fault.Crash, 1).on(940, fault.Restart, 1), 1000, 2000, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			assert.Equal(t, test.f.sameMemory(2, ms(test.from), ms(test.to)), test.want)
		})
	}
}

func TestANodeWasBelowATermIfAPollBetweenShowsIt(t *testing.T) {
	f := forge(1).polls(0, raft.Follower, 1, 1000, 1000)
	f.Polls[0] = append(f.Polls[0], Poll{Begin: ms(1500), End: ms(1510), Wrong: "x"})
	for _, test := range []struct {
		term     raft.Term
		from, to int
		want     bool
	}{
		{2, 1000, 1010, true}, {2, 1001, 2000, false}, {2, 0, 1009, false}, {1, 0, 2000, false}, {2, 1400, 2000, false},
	} {
		assert.Equal(t, f.wasBelow(0, test.term, ms(test.from), ms(test.to)), test.want, "%v", test)
	}
}

// alone is a cluster of three whose node 2 is cut off from 1000 on.
func alone() *forger { return forge(3).leads(0, 1, 0, 900).cut(1000, []int{2}, []int{0, 1}) }

func TestForgedElections(t *testing.T) {
	check(t, []forged{
		{"two leaders of a term, of which a third one led it before a restart", forge(3).polls(0, raft.Leader, 2, 0, 500).on(600, fault.Crash, 0).on(700, fault.Restart, 0).
			polls(0, raft.Follower, 1, 800, 900).polls(1, raft.Follower, 1, 800, 900).polls(2, raft.Follower, 1, 800, 900).
			polls(1, raft.Leader, 2, 1000, 1500).polls(2, raft.Leader, 2, 1000, 1500), []string{TwoLeaders}},
		{"a leader that leads again", forge(3).polls(0, raft.Leader, 2, 0, 500).polls(0, raft.Follower, 2, 600, 900).polls(0, raft.Leader, 2, 1000, 1500), nil},
		{"two candidates of a term", forge(3).polls(0, raft.Candidate, 2, 0, 500).polls(1, raft.Candidate, 2, 0, 500), nil},
		{"two leaders of a term, in polls that overlap", overlapping(forge(3).polls(0, raft.Leader, 2, 0, 500), 1, raft.Leader, 2), nil},
		{"three leaders of a term", forge(3).polls(0, raft.Leader, 2, 0, 500).polls(1, raft.Leader, 2, 0, 500).polls(2, raft.Leader, 2, 0, 500), []string{TwoLeaders}},

		{"a term goes back in one poll", forge(3).polls(0, raft.Follower, 3, 0, 300).polls(0, raft.Follower, 2, 400, 400).polls(0, raft.Follower, 3, 500, 600), []string{TermWentBack}},
		{"a term goes back below the highest", forge(3).polls(0, raft.Follower, 1, 0, 0).polls(0, raft.Follower, 3, 100, 100).polls(0, raft.Follower, 2, 200, 200), []string{TermWentBack}},
		{"a term goes back in polls of which one ends as the other begins", func() *forger {
			f := forge(3)
			f.Polls[0] = []Poll{{Begin: ms(100), End: ms(200), Term: 3}, {Begin: ms(200), End: ms(320), Term: 2}}
			return f
		}(), nil},
		{"a term goes back, with an answer between that cannot be read", unreadAt(forge(3).polls(0, raft.Follower, 3, 0, 0).polls(0, raft.Follower, 2, 200, 200), 100), []string{TermWentBack, WrongStatus}},
		{"no term in an answer that cannot be read", unreadAt(forge(3).polls(0, raft.Follower, 3, 0, 0).polls(0, raft.Follower, 3, 200, 200), 100), []string{WrongStatus}},
		{"a term goes back after a restart, where nodes are durable", durable(forge(3).polls(0, raft.Follower, 3, 0, 300).on(350, fault.Crash, 0).on(380, fault.Restart, 0).polls(0, raft.Follower, 2, 400, 500)), []string{TermWentBack}},
		{"a term that a durable node has not read yet", durable(forge(3).polls(0, raft.Follower, 3, 0, 300).on(350, fault.Crash, 0).on(380, fault.Restart, 0).polls(0, raft.Follower, 0, 400, 400).polls(0, raft.Follower, 3, 500, 600)), nil},
		{"a term that a durable node has not read at the end", durable(forge(3).polls(0, raft.Follower, 3, 0, 300).on(350, fault.Crash, 0).on(380, fault.Restart, 0).polls(0, raft.Follower, 0, 400, 400)), nil},
		{"a term that a durable node has not read in polls that overlap", durable(func() *forger {
			f := forge(3).on(350, fault.Crash, 0).on(380, fault.Restart, 0)
			f.Polls[0] = []Poll{{Begin: 0, End: ms(10), Term: 3}, {Begin: ms(400), End: ms(420), Term: 0}, {Begin: ms(410), End: ms(430), Term: 0}, {Begin: ms(500), End: ms(510), Term: 3}}
			return f
		}()), nil},
		{"a term that goes back after another node's restart", forge(3).polls(0, raft.Follower, 3, 0, 300).on(350, fault.Crash, 1).on(380, fault.Restart, 1).polls(0, raft.Follower, 2, 400, 500), []string{TermWentBack}},
		{"a term goes back long after a restart", forge(3).on(50, fault.Crash, 0).on(80, fault.Restart, 0).polls(0, raft.Follower, 3, 100, 300).polls(0, raft.Follower, 2, 400, 500), []string{TermWentBack}},

		{"elected alone, after one poll in the cut", alone().polls(2, raft.Follower, 1, 1100, 1100).polls(2, raft.Leader, 2, 1600, 1800), nil},
		{"elected alone, after two polls in the cut", alone().polls(2, raft.Follower, 1, 1100, 1200).polls(2, raft.Leader, 2, 1600, 1800), []string{LeadsAlone}},
		{"elected alone, after two polls in the cut with the new term", alone().polls(2, raft.Candidate, 2, 1100, 1200).polls(2, raft.Leader, 2, 1600, 1800), nil},
		{"elected alone, after two polls of which one cannot be read", unreadNode(alone().polls(2, raft.Follower, 1, 1200, 1200).polls(2, raft.Leader, 2, 1600, 1800), 2, 1100), []string{WrongStatus}},
		{"a candidate alone", alone().polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Candidate, 2, 1600, 1800), nil},
		{"elected alone, and healed between the two polls", alone().polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Leader, 2, 1600, 1700).on(1650, fault.Heal, 0), nil},
		{"elected alone, in polls that overlap those before", alone().polls(2, raft.Follower, 1, 1100, 1100).polls(2, raft.Follower, 1, 1595, 1595).polls(2, raft.Leader, 2, 1600, 1700), nil},
		{"elected alone, past the links", bypassed(alone().polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Leader, 2, 1600, 1800)), nil},
		{"a leader alone, and the first to be wrong is told", alone().polls(2, raft.Follower, 1, 1100, 1500).polls(2, raft.Leader, 2, 1600, 1800).polls(2, raft.Leader, 3, 1900, 2500), []string{LeadsAlone}},
	})
}

// overlapping adds two polls of a node that overlap.
func overlapping(f *forger, node int, role raft.Role, term raft.Term) *forger {
	f.Polls[node] = append(f.Polls[node], Poll{Begin: ms(1000), End: ms(1020), Role: role, Term: term}, Poll{Begin: ms(1010), End: ms(1030), Role: role, Term: term})
	return f
}

// unreadAt adds a poll of node 0 whose answer cannot be read.
func unreadAt(f *forger, at int) *forger { return unreadNode(f, 0, at) }

func unreadNode(f *forger, node, at int) *forger {
	f.Polls[node] = append(f.Polls[node], Poll{Begin: ms(at), End: ms(at + 10), Term: 1, Wrong: "no JSON"})
	return f
}
