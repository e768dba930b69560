package link

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// The rules in force need more or less of each message.
const (
	needRules uint32 = 1 << iota
	needTypes
	needWhole // all bytes of a request
)

// needsNow says what the rules in force need; 0 without rules.
func (n *Net) needsNow() uint32 { return n.needs.Load() }

// A rule is a fault.Rule in force. Net.fates guards it.
type rule struct {
	fault.Rule
	pace    time.Duration
	matched uint64
	acted   uint64
	over    chan struct{} // closed when the rule ends
	timer   *time.Timer   // ends the rule
	held    []*turn       // in the order in which they came
	seq     uint64
	free    map[*way]time.Time // when the last message of a link has passed a throttle
}

func (r *rule) stopTimer() {
	if r.timer != nil {
		r.timer.Stop()
	}
}

// matches reports whether a rule is about a message, and can act on it.
func (r *rule) matches(w *way, m *message) bool {
	c := &r.Match
	if c.From != nil && !slices.Contains(c.From, raft.NodeID(w.from)) || c.To != nil && !slices.Contains(c.To, raft.NodeID(w.to)) {
		return false
	}
	if c.Kind != fault.AnyKind && c.Kind != m.kind || c.Type != fault.AnyType && c.Type != m.typ {
		return false
	}
	if c.Entries != fault.AnyEntries && c.Entries != m.entries {
		return false
	}
	return r.Drop || r.DelayMax > 0 || r.Hold || r.Throttle > 0 || r.Reorder && m.http || r.Duplicate > 0 && m.canCopy()
}

// canCopy reports whether a message can be sent again.
func (m *message) canCopy() bool { return m.http && m.whole && m.kind == fault.RequestKind }

// chosen decides whether a rule acts on a message that matches, and updates its counters.
func (r *rule) chosen(w *way) bool {
	r.matched++
	if r.matched <= r.Skip || r.Count > 0 && r.acted >= r.Count {
		return false
	}
	if p := r.Probability; p > 0 && p < 1 && w.random.Float64() >= p {
		return false
	}
	r.acted++
	return true
}

// setRule puts a rule in force, instead of one with the same name.
func (n *Net) setRule(rule0 *fault.Rule) {
	r := &rule{Rule: *rule0, pace: rule0.Pace(), over: make(chan struct{}), free: map[*way]time.Time{}}
	n.fates.Lock()
	defer n.fates.Unlock()
	if i := slices.IndexFunc(n.rules, func(o *rule) bool { return o.Name == r.Name }); i >= 0 {
		old := n.rules[i]
		n.rules[i] = r
		n.endRule(old)
	} else {
		n.rules = append(n.rules, r)
	}
	n.setNeeds()
	if r.Until > 0 {
		r.timer = time.AfterFunc(r.Until-n.o.Clock(), func() { n.ranOut(r) })
	}
}

// ranOut ends a rule whose time is over.
func (n *Net) ranOut(r *rule) {
	n.fates.Lock()
	defer n.fates.Unlock()
	if i := slices.Index(n.rules, r); i >= 0 {
		n.rules = slices.Delete(n.rules, i, i+1)
		n.endRule(r)
		n.setNeeds()
	}
}

// deleteRule ends the rule with a name, and reports whether there was one.
func (n *Net) deleteRule(name string) bool {
	n.fates.Lock()
	defer n.fates.Unlock()
	i := slices.IndexFunc(n.rules, func(r *rule) bool { return r.Name == name })
	if i < 0 {
		return false
	}
	r := n.rules[i]
	n.rules = slices.Delete(n.rules, i, i+1)
	n.endRule(r)
	n.setNeeds()
	return true
}

// endRule lets go what a rule keeps, in the order in which it came. Its caller holds fates.
func (n *Net) endRule(r *rule) {
	r.stopTimer()
	close(r.over)
	held := r.held
	r.held = nil
	if len(held) == 0 || !n.begin() {
		return
	}
	go func() {
		defer n.wg.Done()
		var c caller
		for _, t := range held {
			c.call(t, n.ctx.Done())
		}
	}()
}

// setNeeds computes needs. Its caller holds fates.
func (n *Net) setNeeds() {
	var needs uint32
	for _, r := range n.rules {
		needs |= needRules
		if r.Match.Type != fault.AnyType || r.Match.Entries != fault.AnyEntries {
			needs |= needTypes
		}
		if r.Duplicate > 0 {
			needs |= needWhole
		}
	}
	n.needs.Store(needs)
}

// Rules lists the rules in force with their counters, in the order in which they were set.
func (n *Net) Rules() []fault.RuleStatus {
	n.fates.Lock()
	defer n.fates.Unlock()
	var list []fault.RuleStatus
	for _, r := range n.rules {
		list = append(list, fault.RuleStatus{Rule: r.Rule, Matched: r.matched, Acted: r.acted, Held: len(r.held)})
	}
	return list
}
