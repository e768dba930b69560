package judge

import (
	"fmt"
	"time"

	"rrmq.example/emulator/raft"
)

// confirmed calls visit with each two consecutive polls of a node that show the same role and
// term. A single poll may show the role of one moment and the term of the next, because
// programs need not read both together. So may two that overlap, so the second one begins
// when the first has ended.
func (e *Evidence) confirmed(node int, visit func(a, b *Poll) (more bool)) {
	var last *Poll
	for k := range e.Polls[node] {
		p := &e.Polls[node][k]
		if p.Wrong != "" {
			last = nil
			continue
		}
		same := last != nil && last.Role == p.Role && last.Term == p.Term
		if same && p.Begin < last.End {
			continue
		}
		if same && !visit(last, p) {
			return
		}
		last = p
	}
}

// A leadership is a node that two polls have shown as the leader of a term.
type leadership struct {
	node        int
	first, next *Poll
}

// twoLeaders finds two nodes that led the same term.
func (e *Evidence) twoLeaders() *Violation {
	led := map[raft.Term][]leadership{}
	var found *Violation
	for node := range e.Nodes {
		e.confirmed(node, func(a, b *Poll) bool {
			if a.Role != raft.Leader {
				return true
			}
			this := leadership{node, a, b}
			for _, other := range led[a.Term] {
				if found = e.both(&other, &this); found != nil {
					return false
				}
			}
			led[a.Term] = append(led[a.Term], this)
			return true
		})
		if found != nil {
			break
		}
	}
	return found
}

// both is the violation that two leaderships of one term are together, or nil.
func (e *Evidence) both(x, y *leadership) *Violation {
	from, to := min(x.first.Begin, y.first.Begin), max(x.next.End, y.next.End)
	if x.node == y.node || !e.sameMemory(x.first.Term, from, to) {
		return nil
	}
	return &Violation{
		Name: TwoLeaders, At: to,
		Words: fmt.Sprintf("nodes %d and %d both led in term %d", x.node, y.node, x.first.Term),
		Right: "a term has at most one leader",
		Why: e.durably("a node votes for one candidate in a term, and a candidate needs the votes of a majority (Election Safety, §5.2)",
			e.startedAgain(to)),
		Polls: []Witness{{x.node, x.first}, {x.node, x.next}, {y.node, y.first}, {y.node, y.next}},
	}
}

// sameMemory reports whether all votes of a term were given by nodes that have since kept
// their memory: no node was restarted between from and to. If one was restarted before, all
// nodes that ran on must have been in lower terms after that.
func (e *Evidence) sameMemory(term raft.Term, from, to time.Duration) bool {
	if e.Course.Promises.Durable {
		return true
	}
	last := time.Duration(-1)
	for k := range e.Changes {
		c := &e.Changes[k]
		if len(e.starts(k)) == 0 {
			continue
		}
		if c.End > from && c.Begin < to {
			return false
		}
		if c.End <= from {
			last = max(last, c.End)
		}
	}
	if last < 0 {
		return true
	}
	for node := range e.Nodes {
		if !e.wasBelow(node, term, last, from) {
			return false
		}
	}
	return true
}

// wasBelow reports whether a poll between two times shows a node in a lower term.
func (e *Evidence) wasBelow(node int, term raft.Term, from, to time.Duration) bool {
	for k := range e.Polls[node] {
		if p := &e.Polls[node][k]; p.Wrong == "" && p.Begin >= from && p.End <= to && p.Term < term {
			return true
		}
	}
	return false
}

// termWentBack finds a node whose term became lower. A durable node may answer before it has
// read what it wrote, so after a restart the lower term must be seen twice in a row.
func (e *Evidence) termWentBack() *Violation {
	for node := range e.Nodes {
		var highest *Poll
		for k := range e.Polls[node] {
			p := &e.Polls[node][k]
			if p.Wrong != "" {
				continue
			}
			again := highest != nil && e.restarted(node, highest.Begin, p.End)
			if again && !e.Course.Promises.Durable {
				highest = nil
			}
			if highest != nil && p.Term < highest.Term && p.Begin > highest.End && (!again || e.staysBelow(node, k, highest.Term)) {
				return &Violation{
					Name: TermWentBack, At: p.End,
					Words: fmt.Sprintf("the term of node %d went from %d back to %d", node, highest.Term, p.Term),
					Right: "the term of a node only grows",
					Why: e.durably("a node takes over every higher term and refuses messages of lower ones (§5.1)",
						e.restarted(node, highest.Begin, p.End)),
					Polls: []Witness{{node, highest}, {node, p}},
				}
			}
			if highest == nil || p.Term >= highest.Term {
				highest = p
			}
		}
	}
	return nil
}

// staysBelow reports whether the poll after the k-th one of a node also shows a lower term.
func (e *Evidence) staysBelow(node, k int, term raft.Term) bool {
	if k+1 == len(e.Polls[node]) {
		return false
	}
	p, next := &e.Polls[node][k], &e.Polls[node][k+1]
	return next.Wrong == "" && next.Term < term && next.Begin >= p.End
}

// electedAlone finds a node that became a leader although it could not have got the votes of
// a majority.
func (e *Evidence) electedAlone() *Violation {
	for node := range e.Nodes {
		var found *Violation
		e.confirmed(node, func(a, b *Poll) bool {
			if a.Role != raft.Leader {
				return true
			}
			var last *Poll // two, because a program may show what it knew a moment ago
			for k := range e.Polls[node] {
				p := &e.Polls[node][k]
				if p.End > a.Begin {
					break
				}
				if p.Wrong != "" || p.Term >= a.Term {
					continue
				}
				before := last
				last = p
				if before != nil && e.cutOff(node, before.Begin, b.End) {
					found = &Violation{
						Name: LeadsAlone, At: a.End,
						Words: fmt.Sprintf("node %d became the leader of term %d while it could not reach a majority", node, a.Term),
						Right: "it stays a candidate until it reaches a majority again",
						Why:   "a candidate needs the votes of a majority of all nodes, not of those that answer (§5.2)",
						Polls: []Witness{{node, p}, {node, a}, {node, b}},
					}
					return false
				}
			}
			return true
		})
		if found != nil {
			return found
		}
	}
	return nil
}

// wrongStatus finds an answer to GET /status that is no role and term.
func (e *Evidence) wrongStatus() *Violation {
	for node := range e.Nodes {
		for k := range e.Polls[node] {
			if p := &e.Polls[node][k]; p.Wrong != "" {
				return &Violation{
					Name: WrongStatus, At: p.End,
					Words: fmt.Sprintf("node %d answered GET /status with %s", node, p.Wrong),
					Right: `the answer is {"role": "Leader", "Follower" or "Candidate", "term": a whole number}`,
					Why:   "the course looks for the leader there",
					Polls: []Witness{{node, p}},
				}
			}
		}
	}
	return nil
}
