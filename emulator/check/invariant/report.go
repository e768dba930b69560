package invariant

import (
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Status says whether an invariant holds.
type Status string

// The statuses.
const (
	// Held: no violation so far.
	Held Status = "held"
	// Violated: a node violated it.
	Violated Status = "violated"
	// AtStart: the state in which the world began violates it.
	AtStart Status = "violated_at_start"
	// Excused: it was violated after a precondition of Raft was.
	Excused Status = "excused"
)

// A Standing is the result for one invariant.
type Standing struct {
	Invariant
	Status Status `json:"status" enum:"held|violated|violated_at_start|excused"`
	// Violation is the first one, or nil.
	Violation *Violation `json:"violation" doc:"the first one; null while there is none"`
	// Excuse says why the nodes are not to blame; it is empty when they are.
	Excuse string `json:"excuse" doc:"why no node caused the violation; empty when one did"`
	// Further is the number of violations after the first.
	Further uint64 `json:"further" doc:"violations after the first"`
}

// A Violation says what went wrong, and when.
type Violation struct {
	// Seq is the number of the record, and Time the world's time then.
	Seq    uint64        `json:"seq"`
	Time   time.Duration `json:"-"`
	TimeMS float64       `json:"time_ms"`
	// Node is the node that violated it. Term and Index say where in its log or in
	// which term; they are 0 when they do not apply.
	Node  raft.NodeID `json:"node"`
	Term  raft.Term   `json:"term"`
	Index raft.Index  `json:"index"`
	// Here and There are the two sides that contradict each other.
	Here  string `json:"here"`
	There string `json:"there"`
	// Explanation says what is wrong in a sentence, with the paper's section.
	Explanation string `json:"explanation"`
	// Bugs are all bugs that were planted by then.
	Bugs []Planted `json:"bugs" doc:"the bugs planted at that time"`
}

// Planted is a bug in a node.
type Planted struct {
	Node raft.NodeID `json:"node"`
	Bug  string      `json:"bug"`
}

// bugs lists the planted bugs with their nodes: "nodes 0, 1 have the planted bug vote_twice".
func (v *Violation) bugs() string {
	var names []string // in order
	nodes := map[string][]string{}
	for _, p := range v.Bugs {
		if nodes[p.Bug] == nil {
			names = append(names, p.Bug)
		}
		nodes[p.Bug] = append(nodes[p.Bug], sayf("%d", p.Node))
	}
	for i, name := range names {
		who := "nodes " + strings.Join(nodes[name], ", ") + " have"
		if len(nodes[name]) == 1 {
			who = "node " + nodes[name][0] + " has"
		}
		names[i] = who + " the planted bug " + name
	}
	return strings.Join(names, "; ")
}

// found is the result for an invariant so far.
type found struct {
	first   *Violation
	status  Status
	excuse  string
	further uint64
}

// violated counts a violation. It returns the first one of its invariant, for the
// caller to fill in, and nil for all further ones.
func (m *Monitor) violated(w *world.World, seq uint64, which int) *Violation {
	f := &m.results[which]
	if f.first != nil {
		f.further++
		return nil
	}
	f.first = &Violation{
		Seq: seq, Time: w.Now(), TimeMS: float64(w.Now()) / float64(time.Millisecond),
		Bugs: append([]Planted{}, m.bugs...),
	}
	switch {
	case !m.begun:
		f.status = AtStart
	case m.excuse(w) != "":
		f.status, f.excuse = Excused, m.damage
	default:
		f.status = Violated
	}
	return f.first
}

func (v *Violation) at(id raft.NodeID, t raft.Term, i raft.Index) { v.Node, v.Term, v.Index = id, t, i }

// Report returns the standing of each invariant, in the order of Invariants.
func (m *Monitor) Report() []Standing {
	if w := m.world; m.begun && m.results[appliedOnceInOrder].first == nil {
		for id := range raft.NodeID(len(m.nodes)) {
			s, _, _ := w.State(id)
			m.hasBeenGiven(w, w.Trace().Last(), id, s.LastApplied)
		}
	}
	list := make([]Standing, numInvariants)
	for i := range list {
		f := &m.results[i]
		list[i] = Standing{Invariant: all[i], Status: Held, Excuse: f.excuse, Further: f.further}
		if f.first != nil {
			v := *f.first
			list[i].Status, list[i].Violation = f.status, &v
		}
	}
	return list
}

// Broken lists the invariants of a report with status Violated.
func Broken(report []Standing) []Standing {
	var list []Standing
	for _, r := range report {
		if r.Status == Violated {
			list = append(list, r)
		}
	}
	return list
}

// Words explains the violation and names the planted bugs; it is empty without one.
func (r Standing) Words() string {
	if r.Violation == nil {
		return ""
	}
	if bugs := r.Violation.bugs(); bugs != "" {
		return r.Violation.Explanation + "; " + bugs
	}
	return r.Violation.Explanation
}

// String is the standing in one line.
func (r Standing) String() string {
	v := r.Violation
	if v == nil {
		return r.Name + " held"
	}
	text := sayf("%s was violated at #%d, %.3f s: %s", r.Name, v.Seq, v.Time.Seconds(), r.Words())
	if r.Status == AtStart {
		text = sayf("%s was violated at the start: %s", r.Name, r.Words())
	}
	if r.Excuse != "" {
		text += "; excused: " + r.Excuse
	}
	return text
}

func sayf(format string, args ...any) string { return fmt.Sprintf(format, args...) }
