package link

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A fate is what the rules do to a message. nil: nothing.
type fate struct {
	lost   *rule
	hold   *rule // with a turn, and for a throttle with the time at which it passes
	turn   *turn
	at     time.Time
	delay  time.Duration
	copies []time.Duration // the delay of each copy
	keep   *kept           // this message waits for the next one
	behind *kept           // that one goes on when this message has passed
	rules  []string        // those that acted
}

// A kept message waits until the next one on its link has overtaken it.
type kept struct{ overtaken chan struct{} }

// decide draws the fate of a message that is being sent. Rules act in the order in which
// they were set. Of half a message that passed already it decides nothing.
func (p *pump) decide(m *message) *fate {
	n, w := p.c.net, p.valve.way
	if n.needsNow() == 0 || p.c.ghost || p.sent > 0 {
		return nil
	}
	n.fates.Lock()
	defer n.fates.Unlock()
	f := &fate{}
	var delays, copies []*rule
	reorder := false
	for _, r := range n.rules {
		if !r.matches(w, m) || !r.chosen(w) {
			continue
		}
		f.rules = append(f.rules, r.Name)
		switch {
		case r.Drop:
			f.lost = r
			return f
		case r.Hold || r.Throttle > 0:
			f.wait(r, w)
			return f
		}
		if r.DelayMax > 0 {
			delays = append(delays, r)
		}
		if r.Duplicate > 0 && m.canCopy() {
			copies = append(copies, r)
		}
		reorder = reorder || r.Reorder && m.http
	}
	if reorder && w.kept == nil {
		f.keep = &kept{overtaken: make(chan struct{})}
		w.kept = f.keep
		w.count.re.Add(1)
	} else {
		f.delay = w.draw(delays)
		f.behind, w.kept = w.kept, nil
	}
	for _, r := range copies {
		for range r.Duplicate {
			f.copies = append(f.copies, w.draw(delays))
		}
	}
	return f
}

// wait gives the message a turn in the queue of a rule.
func (f *fate) wait(r *rule, w *way) {
	r.seq++
	f.hold, f.turn = r, newTurn(r.seq)
	r.held = append(r.held, f.turn)
	if r.pace > 0 {
		now := time.Now()
		if free := r.free[w]; free.After(now) {
			now = free
		}
		f.at = now.Add(r.pace)
		r.free[w] = f.at
	}
}

// draw draws the sum of the delays of some rules.
func (w *way) draw(rules []*rule) time.Duration {
	var sum time.Duration
	for _, r := range rules {
		sum += r.DelayMin + time.Duration(w.random.Int64N(int64(r.DelayMax-r.DelayMin)+1))
	}
	return min(sum, fault.MaxTime)
}

// suffer carries out what comes before the message passes. It returns an error if it does not
// pass.
func (p *pump) suffer(f *fate, m *message) error {
	if f == nil {
		return nil
	}
	if f.delay > 0 || f.hold != nil || f.keep != nil || f.lost != nil {
		p.place.finish() // others on the link need not wait for this one
	}
	var err error
	count := &p.valve.way.count
	switch {
	case f.lost != nil:
		count.lost.Add(1)
		p.report(f, m, nil)
		return p.lose(f.lost, m)
	case f.hold != nil:
		err = p.hold(f)
	case f.keep != nil:
		err = p.keepBack(f.keep)
	case f.delay > 0:
		count.delayed.Add(1)
		err = p.sleep(f.delay, nil)
	}
	if err != nil {
		p.report(f, m, err)
		f.release()
	}
	return err
}

// sleep waits for a time, or until a channel is closed. It fails when the sender is gone.
func (p *pump) sleep(d time.Duration, early <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-early:
	case <-p.src.gone:
		return errGone
	case <-p.c.ctx.Done():
		return errGone
	}
	return nil
}

// hold waits until the rule ends or, if it has a pace, until it is the message's turn.
func (p *pump) hold(f *fate) error {
	count := &p.valve.way.count
	count.held.Add(1)
	count.waiting.Add(1)
	defer count.waiting.Add(-1)
	wait := fault.MaxTime
	if !f.at.IsZero() {
		wait = time.Until(f.at)
	}
	err := p.sleep(wait, f.turn.call)
	n := p.c.net
	n.fates.Lock()
	f.hold.held = without(f.hold.held, f.turn)
	n.fates.Unlock()
	return err
}

// overtakes is the time that a message gets to reach the receiver's code before the one that
// it has overtaken.
const overtakes = 5 * time.Millisecond

// keepBack waits until the next message on the link has overtaken this one.
func (p *pump) keepBack(k *kept) error {
	err := p.sleep(fault.ReorderWindow, k.overtaken)
	n, w := p.c.net, p.valve.way
	n.fates.Lock()
	claimed := w.kept != k
	if !claimed {
		w.kept = nil
	}
	n.fates.Unlock()
	if err == nil && claimed { // the next one is on its way
		if err = p.sleep(fault.MaxTime, k.overtaken); err == nil {
			err = p.sleep(overtakes, nil)
		}
	}
	return err
}

// lose keeps the connection as if the message had not come, and then resets it.
func (p *pump) lose(r *rule, m *message) error {
	c := p.c
	if !m.http {
		c.resetBoth()
		return errGone
	}
	end := time.Now().Add(c.net.o.Lost)
	if p.kind == fault.ResponseKind {
		p.swallow(m, end) // so that the target can send all of it
	}
	if p.sleep(time.Until(end), r.over) == nil {
		c.lost.Store(true)
		c.wasReset()
		c.toClient.reset()
	}
	return errGone
}

// swallow reads the rest of a lost answer, up to a time.
func (p *pump) swallow(m *message, end time.Time) {
	p.consume(m.size)
	for done, ok := m.whole, true; !done && ok && time.Now().Before(end); {
		if len(p.buf) == 0 && p.fill(max(time.Until(end), time.Millisecond)) != nil {
			return
		}
		var n int
		n, done, ok = m.body.Feed(p.buf)
		p.consume(n)
	}
}

// passed counts a message that has passed, and does what comes behind it.
func (f *fate) passed(p *pump, m *message) {
	count := &p.valve.way.count
	switch {
	case !m.http:
	case p.kind == fault.RequestKind:
		count.requests.Add(1)
	default:
		count.answers.Add(1)
	}
	if f == nil {
		return
	}
	if len(f.copies) > 0 {
		p.c.sendCopies(p.buf[:m.size], f)
	}
	f.release()
}

// release lets those go on that wait for this message.
func (f *fate) release() {
	if f.turn != nil {
		close(f.turn.done)
		f.turn = nil
	}
	if f.behind != nil {
		close(f.behind.overtaken)
		f.behind = nil
	}
}

// tell says in a passage what the rules did.
func (f *fate) tell(s *Passage) {
	s.Held = s.Held || f.hold != nil || f.keep != nil
	s.Delay, s.Copies, s.Rules = f.delay, len(f.copies), f.rules
	if f.lost != nil {
		s.Fate = Lost
	}
}
