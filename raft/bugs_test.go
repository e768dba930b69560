package raft

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/tests/budget"
)

// A bugCase is the smallest situation of node 0 in which a bug makes a difference: the
// result of play without the bug and with it.
type bugCase struct {
	bug            string
	start          seed
	play           func(n *Node) any
	healthy, buggy any
}

// answer returns a node's answer to a message.
func answer(n *Node, m Message) Message { return receive(n, m).Messages[0] }

func granted(m Message) func(*Node) any {
	return func(n *Node) any { return answer(n, m).VoteGranted }
}

// after returns the result of look after the node has received a message.
func after(m Message, look func(n *Node) any) func(*Node) any {
	return func(n *Node) any {
		receive(n, m)
		return look(n)
	}
}

func roleOf(n *Node) any   { return n.State().Role }
func voteOf(n *Node) any   { return n.State().VotedFor }
func lastOf(n *Node) any   { return n.State().LastIndex }
func commitOf(n *Node) any { return n.State().CommitIndex }
func logTerms(n *Node) any { return termsOf(n.Log()) }
func matchOf1(n *Node) any { return n.Match(1) }
func nextOf1(n *Node) any  { next, _ := n.Progress(); return next[1] }
func ack(i Index) Message {
	return Message{Type: AppendEntriesResponse, From: 1, Term: 1, Success: true, MatchIndex: i}
}
func voteAsked(t Term) Message { return Message{Type: RequestVoteRequest, From: 2, Term: t} }
func append1(t Term, prev Index, prevTerm Term, commit Index, entries ...Entry) Message {
	return Message{
		Type: AppendEntriesRequest, From: 1, Term: t,
		PrevLogIndex: prev, PrevLogTerm: prevTerm, LeaderCommit: commit, Entries: entries,
	}
}

var bugCases = []bugCase{
	{"vote_without_log", seed{term: 1, vote: None, log: "1 1"}, granted(voteAsked(2)), false, true},
	{"vote_by_length", seed{term: 2, vote: None, log: "1 2"},
		granted(Message{Type: RequestVoteRequest, From: 2, Term: 3, LastLogIndex: 3, LastLogTerm: 1}), false, true},
	{"vote_twice", seed{term: 1, vote: 1}, granted(voteAsked(1)), false, true},
	{"count_old_votes", seed{role: Candidate, term: 2},
		after(Message{Type: RequestVoteResponse, From: 1, Term: 1, VoteGranted: true}, roleOf), Candidate, Leader},
	{"timer_reset_on_any_vote_request", seed{term: 2, vote: None},
		func(n *Node) any { return receive(n, voteAsked(1)).Timer }, KeepTimer, ElectionTimer},
	{"election_not_restarted", seed{role: Candidate, term: 1},
		func(n *Node) any {
			out := step(n, Input{Kind: ElectionTimeout})
			return []any{n.State().Term, out.Timer}
		},
		[]any{Term(2), ElectionTimer}, []any{Term(1), ElectionTimer}},

	{"accepts_old_leader", seed{term: 2, vote: None}, after(append1(1, 0, 0, 0, terms("1")...), lastOf), Index(0), Index(1)},
	{"candidate_ignores_leader", seed{role: Candidate, term: 1}, after(append1(1, 0, 0, 0), roleOf), Follower, Candidate},
	{"clear_vote_on_append", seed{term: 1, vote: 1}, after(append1(1, 0, 0, 0), voteOf), NodeID(1), None},
	{"heartbeat_without_check", seed{term: 1, vote: None, log: "1"},
		func(n *Node) any { return []any{answer(n, append1(1, 3, 1, 3)).Success, n.State().CommitIndex} },
		[]any{false, Index(0)}, []any{true, Index(1)}},
	{"prev_index_only", seed{term: 2, vote: None, log: "1"}, after(append1(3, 1, 2, 0, Entry{Term: 3}), logTerms), "1", "1 3"},
	{"truncate_always", seed{term: 1, vote: None, log: "1 1 1", commit: 2}, after(append1(1, 0, 0, 0, terms("1")...), lastOf), Index(3), Index(1)},
	{"heartbeat_wipes_log", seed{term: 1, vote: None, log: "1 1 1"}, after(append1(1, 1, 1, 0), lastOf), Index(3), Index(1)},
	{"append_without_comparing", seed{term: 1, vote: None, log: "1 1"}, after(append1(1, 0, 0, 0, terms("1 1")...), logTerms), "1 1", "1 1 1 1"},
	{"keeps_conflicting_entries", seed{term: 1, vote: None, log: "1 1"},
		after(append1(2, 1, 1, 0, Entry{Term: 2}, Entry{Term: 2}), logTerms), "1 2 2", "1 1 2"},
	{"commit_to_end_of_log", seed{term: 1, vote: None, log: "1 1 1"}, after(append1(1, 1, 1, 3), commitOf), Index(1), Index(3)},
	{"commit_index_goes_back", seed{term: 1, vote: None, log: "1 1", commit: 2}, after(append1(1, 2, 1, 1), commitOf), Index(2), Index(1)},
	{"acknowledges_whole_log", seed{term: 1, vote: None, log: "1 1"},
		func(n *Node) any { return answer(n, append1(1, 1, 1, 0)).MatchIndex }, Index(1), Index(2)},

	{"commit_old_term", seed{role: Leader, term: 2, log: "1"},
		func(n *Node) any { m := ack(1); m.Term = 2; receive(n, m); return commitOf(n) }, Index(0), Index(1)},
	{"commit_without_majority", seed{role: Leader, term: 1}, func(n *Node) any { propose(n, "a"); return commitOf(n) }, Index(0), Index(1)},
	{"commit_last_index", seed{role: Leader, term: 1, log: "1 1"}, after(ack(1), commitOf), Index(1), Index(2)},
	{"match_from_next", seed{role: Leader, term: 1, log: "1 1"}, after(ack(1), matchOf1), Index(1), Index(2)},
	{"match_index_goes_back", seed{role: Leader, term: 1, log: "1 1", has: []Index{0, 2, 0}}, after(ack(1), matchOf1), Index(2), Index(1)},
	{"next_never_back", seed{role: Leader, term: 1, log: "1 1"},
		after(Message{Type: AppendEntriesResponse, From: 1, Term: 1, PrevLogIndex: 2}, nextOf1), Index(1), Index(3)},
	{"waits_for_peer", seed{role: Leader, term: 1},
		func(n *Node) any { return len(step(n, Input{Kind: Propose, Commands: []any{"a"}}).Messages) }, 2, 1},
	{"leader_overwrites_log", seed{role: Leader, term: 1, log: "1 1 1", commit: 1},
		func(n *Node) any { propose(n, "a"); return lastOf(n) }, Index(4), Index(2)},

	{"no_step_down", seed{role: Leader, term: 1},
		after(voteAsked(2), func(n *Node) any { return []any{n.State().Term, n.State().Role} }), []any{Term(2), Follower}, []any{Term(2), Leader}},
	{"keeps_vote_in_new_term", seed{term: 1, vote: 2}, after(append1(2, 0, 0, 0), voteOf), None, NodeID(2)},
	{"stale_answers_accepted", seed{role: Leader, term: 2, log: "1 1"}, after(ack(2), matchOf1), Index(0), Index(2)},
	{"term_not_stored", seed{vote: None}, standing, HardState{1, 0}, HardState{0, 0}},
	{"vote_not_stored", seed{vote: None}, standing, HardState{1, 0}, HardState{1, None}},
	{"quorum_off_by_one", seed{vote: None},
		func(n *Node) any { out := step(n, Input{Kind: ElectionTimeout}); finish(n, out); return roleOf(n) }, Candidate, Leader},
	{"apply_before_commit", seed{term: 1, vote: None},
		func(n *Node) any { return receive(n, append1(1, 0, 0, 0, terms("1")...)).ApplyTo }, Index(0), Index(1)},
	{"new_leader_applies_all", seed{role: Candidate, term: 2, log: "1 1"},
		func(n *Node) any {
			return receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 2, VoteGranted: true}).ApplyTo
		}, Index(0), Index(2)},
	{"follower_takes_writes", seed{term: 1, vote: None}, func(n *Node) any { propose(n, "a"); return lastOf(n) }, Index(0), Index(1)},
}

// standing returns the state that a candidate stores. Its own vote must count then.
func standing(n *Node) any {
	out := step(n, Input{Kind: ElectionTimeout})
	finish(n, out)
	if n.VotesGranted() == nil {
		return "its own vote does not count"
	}
	return out.HardState
}

// finish ends a write that a node asked for.
func finish(n *Node, out *Effects) {
	if out.Persist {
		step(n, Input{Kind: Stored, StoredTerm: out.HardState.Term, StoredIndex: n.Log().LastIndex()})
	}
}

func TestEachBugMakesItsDifference(t *testing.T) {
	var tried []string
	for _, c := range bugCases {
		t.Run(c.bug, func(t *testing.T) {
			tried = append(tried, c.bug)
			i := slices.IndexFunc(bugs, func(b *Bug) bool { return b.Name == c.bug })
			assert.Assert(t, i >= 0)
			assert.DeepEqual(t, c.play(c.start.node()), c.healthy)
			n := c.start.node()
			n.Plant(bugs[i])
			assert.DeepEqual(t, c.play(n), c.buggy)
			n = c.start.node()
			n.Plant(bugs[i])
			n.Plant(nil)
			assert.DeepEqual(t, c.play(n), c.healthy)
		})
	}
	for _, b := range Bugs() {
		assert.Check(t, slices.Contains(tried, b.Name), "no case for %s", b.Name)
	}
}

// The Rule of each bug names a rule of figure2 that the bug's type overrides.
func TestBugsOverrideTheirRules(t *testing.T) {
	methods := map[string][]string{} // by type
	files, err := filepath.Glob("*.go")
	assert.NilError(t, err)
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		assert.NilError(t, err)
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				if of, ok := fn.Recv.List[0].Type.(*ast.Ident); ok {
					methods[of.Name] = append(methods[of.Name], fn.Name.Name)
				}
			}
		}
	}
	types := map[string]bool{}
	for _, b := range Bugs() {
		name := fmt.Sprintf("%T", b.rules)[len("raft."):]
		assert.Check(t, !types[name], "%s has the type of another", b.Name)
		types[name] = true
		assert.Check(t, slices.Contains(methods["figure2"], b.Rule), "%s: figure2 has no rule %s", b.Name, b.Rule)
		assert.Check(t, slices.Contains(methods[name], b.Rule), "%s: %s does not override %s", b.Name, name, b.Rule)
	}
}

// With a bug in some nodes or in all, from time to time, no node panics, the disk holds
// what was stored, and without timeouts all nodes come to rest.
func TestNoBugMakesANodePanic(t *testing.T) {
	const steps = 1500
	seeds := budget.Pick(12, 30)
	for _, b := range Bugs() {
		t.Run(b.Name, func(t *testing.T) {
			for seed := range seeds {
				d := dice(seed)
				l := fresh(t, []int{3, 5, 3, 2, 5, 1}[seed%6])
				l.slow = true
				for id, p := range l.peers {
					if seed%3 == 0 || d.in(2) || id == 0 {
						p.bug = b
						p.core.Plant(b)
					}
				}
				command := 0
				for k := range steps {
					chaos(l, &d, &command)
					if k%500 == 400 {
						p := l.peers[d.n(len(l.peers))]
						p.bug = map[bool]*Bug{true: b}[p.bug == nil]
						p.core.Plant(p.bug)
					}
				}
				l.slow = false
				l.heal()
				for id, p := range l.peers {
					for len(p.writes) > 0 {
						l.finishWrite(id)
					}
					if !p.up {
						l.restart(id)
					}
				}
				l.settle()
				for id := range l.peers {
					l.timeout(id)
					l.propose(id, "the last")
					l.heartbeat(id)
				}
			}
		})
	}
}
