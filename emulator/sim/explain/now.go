package explain

import (
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// Now says who leads or why nobody does, and what the cluster waits for, after the newest
// record.
func (e *Explainer) Now() Explanation {
	t, _ := e.now()
	return t.out
}

// Trouble says in a line why a cluster does not do its work, after the newest record: the first
// rule that a node has broken, or else why there is no leader, or why entries are not committed.
// It is "" if nothing keeps the cluster from it, or the records do not show what nodes do.
func (e *Explainer) Trouble() string {
	if !e.inside {
		return ""
	}
	t, broken := e.now()
	if broken != nil {
		all := e.Each([]uint64{broken.Seq})
		return fmt.Sprintf("A rule was broken at %s, event %d: %s (%s). %s", millis(broken.Time), broken.Seq, all[0].Broken, all[0].Section, all[0].Text)
	}
	if t.calm {
		return ""
	}
	return t.out.Text + " (" + t.out.Section + ")"
}

// now explains the state after the newest record, and returns the first one that broke a rule.
func (e *Explainer) now() (*telling, *trace.Record) {
	w := newWalk(e)
	var broken *trace.Record
	for w.at = range e.records {
		r := &e.records[w.at]
		if w.judge(r) != nil && broken == nil {
			broken = r
		}
		w.follow(r)
	}
	t := &telling{walk: w}
	t.out = Explanation{Event: "Now", Seq: e.Last()}
	if k := len(e.records); k > 0 {
		t.out.TimeNS = e.records[k-1].Time
	}
	for i := range w.members {
		t.partial = t.partial || !w.members[i].known
	}
	if n := t.leader(); n != nil {
		id := n.id
		t.out.Node = &id
		t.leads(n)
	} else {
		t.nobodyLeads()
	}
	t.finish(0)
	return t, broken
}

// leader returns the node that leads the newest term, or nil.
func (t *telling) leader() *node {
	var found *node
	for i := range t.members {
		n := &t.members[i]
		if n.known && !n.down && n.state.Role == raft.Leader && (found == nil || n.state.Term > found.state.Term) {
			found = n
		}
	}
	return found
}

// leads says what a leader waits for.
func (t *telling) leads(n *node) {
	reach := t.reach(n.id)
	t.since(n.leadsBy)
	t.value("term", "%d", n.state.Term)
	t.value("reaches", "%d of %d", len(reach), t.nodes)
	t.value("majority", "%d", t.majority())
	switch {
	case n.pausedBy != 0:
		t.since(n.pausedBy)
		t.say("§5.2", "node %d leads term %d, but it is paused: it sends nothing, so the others elect another leader when their timers run out", n.id, n.state.Term)
	case len(reach) < t.majority():
		t.say("§5.2, §5.3", "node %d leads term %d, but it reaches only %d of %d nodes: it can commit nothing, and it leads until it hears of a higher term", n.id, n.state.Term, len(reach), t.nodes)
		t.obstacles(n.id)
	default:
		t.say("§5.2", "node %d leads term %d and reaches a majority, %d of %d nodes", n.id, n.state.Term, len(reach), t.nodes)
		if n.state.LastIndex == n.state.CommitIndex {
			t.calm = true
			t.add("its whole log is committed, up to index %d: the cluster waits for requests", n.state.CommitIndex)
		}
	}
	section := t.out.Section
	t.waiting(n)
	if n.pausedBy != 0 || len(reach) < t.majority() {
		t.out.Section = section // it is not the rule of §5.4.2 that keeps it
	}
}

// obstacles names the nodes that a node does not reach.
func (t *telling) obstacles(id raft.NodeID) {
	for j := range raft.NodeID(t.nodes) {
		if j == id {
			continue
		}
		if why := t.whyNoAnswer(id, j); why != "" {
			t.value(fmt.Sprintf("node %d", j), "%s", strings.TrimPrefix(why, ": "))
		}
	}
}

// nobodyLeads says why no node leads.
func (t *telling) nobodyLeads() {
	var running []raft.NodeID
	for i := range t.members {
		if n := &t.members[i]; !n.down && n.pausedBy == 0 {
			running = append(running, n.id)
		} else {
			t.since(n.downBy, n.pausedBy)
		}
	}
	t.value("running", "%d of %d", len(running), t.nodes)
	t.value("majority", "%d", t.majority())
	if len(running) < t.majority() {
		t.say("§5.2", "nobody leads: only %d of %d nodes run, and no candidate can get the votes of a majority, %d", len(running), t.nodes, t.majority())
		return
	}
	var able []raft.NodeID
	for _, id := range running {
		if len(t.reach(id)) >= t.majority() {
			able = append(able, id)
		}
	}
	if len(able) == 0 {
		t.say("§5.2", "nobody leads: no node reaches a majority, %d of %d, because links are cut", t.majority(), t.nodes)
		for _, seq := range t.cuts {
			t.since(seq)
		}
		return
	}
	if t.candidates() {
		t.behind(able)
		return
	}
	t.say("§5.2", "nobody leads, and no node is a candidate: the followers wait until an election timer runs out")
	t.behind(able)
	t.nextTimer()
}

// candidates says how elections stand, and reports whether there are any.
func (t *telling) candidates() bool {
	var standing []*node
	term := raft.Term(0)
	for i := range t.members {
		if n := &t.members[i]; !n.down && n.known && n.state.Role == raft.Candidate {
			standing = append(standing, n)
			term = max(term, n.state.Term)
		}
	}
	if len(standing) == 0 {
		return false
	}
	rivals := 0
	for _, n := range standing {
		if n.state.Term == term {
			rivals++
		}
	}
	if rivals > 1 {
		t.say("§5.2", "nobody leads: the votes of term %d are split between %d candidates, none of which has a majority, %d of %d", term, rivals, t.majority(), t.nodes)
	} else {
		t.say("§5.2", "nobody leads: no candidate has the votes of a majority, %d of %d", t.majority(), t.nodes)
	}
	for _, n := range standing {
		t.since(n.standsBy)
		t.since(n.refused...)
		var refused, silent []int
		for j := range n.refused {
			switch {
			case n.refused[j] != 0:
				refused = append(refused, j)
			case n.granted[j] == 0:
				silent = append(silent, j)
			}
		}
		t.add("node %d, a candidate of term %d, has %d of the %d votes that it needs", n.id, n.state.Term, n.votes(), t.majority())
		if len(refused) > 0 {
			t.add("%s refused it", ids(refused))
		}
		for _, j := range silent {
			t.add("node %d has not answered it%s", j, t.whyNoAnswer(n.id, raft.NodeID(j)))
		}
		t.value(fmt.Sprintf("votes of node %d in term %d", n.id, n.state.Term), "%d", n.votes())
	}
	t.nextTimer()
	return true
}

// behind names nodes that cannot win because of their logs.
func (t *telling) behind(able []raft.NodeID) {
	for _, id := range able {
		c, would := &t.members[id], 0
		for _, j := range t.reach(id) {
			if v := &t.members[j]; upToDate(c.state.LastTerm, c.state.LastIndex, &v.state) {
				would++
			}
		}
		if would < t.majority() && c.known {
			t.add("node %d cannot win: its log ends at %s, and too many others have a more up-to-date one (§5.4.1)", id, end(c.state.LastIndex, c.state.LastTerm))
		}
	}
}

// nextTimer names the node whose election timer runs out next.
func (t *telling) nextTimer() {
	var next *node
	at := time.Duration(0)
	for i := range t.members {
		n := &t.members[i]
		if !n.down && n.pausedBy == 0 && n.timer == raft.ElectionTimer && (next == nil || n.timerAt < at) {
			next, at = n, n.timerAt
		}
	}
	if next != nil {
		t.add("the next election timer to run out is that of node %d, at %s", next.id, millis(at))
		t.value("next timeout", "node %d at %s", next.id, millis(at))
	}
}
