package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// An expectState says how far an expectation is.
type expectState uint8

const (
	coming  expectState = iota // its From step has not been done
	opened                     // it is checked after each event
	decided                    // it has its Finding
)

// An expectation is the state of a play.Expect in one run.
type expectation struct {
	*play.Expect
	state    expectState
	watch    *condition.Watch // once opened
	opened   time.Duration    // when its window began, once opened
	record   uint64           // the last record then
	since    uint64           // the last record before the step that began it
	deadline time.Duration    // ExpectWithin, once opened: the last moment that counts
	traced   bool             // it must follow the trace
	answers  bool             // it is about answers only
	asked    uint64           // the value of answered at its last check
	held     bool             // the result of that check
	followed uint64           // the last record that it has seen
	finding  Finding
}

// followEvery is the number of records after which a condition on events must be checked.
const followEvery = virtualTrace / 4

func newExpectation(x *play.Expect) *expectation {
	e := &expectation{Expect: x, answers: len(x.That) > 0}
	for _, c := range x.That {
		switch key, _, _ := strings.Cut(c.String(), "="); key {
		case "event", "count":
			e.traced, e.answers = true, false
		case "answer", "answers":
		default:
			e.answers = false
		}
	}
	e.finding = Finding{Line: x.Line, Expected: expected(x), Because: x.Because}
	return e
}

// env is the environment of conditions.
func (r *runner) env(since uint64) condition.Env {
	return condition.Env{
		Since:   since,
		Resolve: r.resolve,
		Answers: func(request string) []condition.Answer { return r.answers[request] },
	}
}

// resolve finds the node that a name means now.
func (r *runner) resolve(name string) (raft.NodeID, bool) {
	if id, ok := r.names[name]; ok {
		return id, true
	}
	if r.view == nil {
		return raft.None, false
	}
	return syntax.Find(r.view, name)
}

// openWindows starts to check the expectations from a step, or from the start (""). Events
// count behind the record since.
func (r *runner) openWindows(step string, since uint64) {
	for _, e := range r.expects {
		if e.state != coming || e.From != step {
			continue
		}
		e.state = opened
		e.watch = condition.NewWatchIn(e.That, r.env(since))
		e.opened, e.record, e.since = r.now, r.last, since
		e.deadline = r.now + max(e.Within, e.Late)
		e.asked, e.followed = never64, since
		if r.view != nil {
			r.ask(e)
		}
	}
}

// never64 is different from any value of answered.
const never64 = ^uint64(0)

// closeWindows ends the expectations until a step, right before the step is done.
func (r *runner) closeWindows(step string) {
	if step == "" {
		return
	}
	for _, e := range r.expects {
		if e.Until == step && e.state != decided {
			r.close(e)
		}
	}
}

// close ends a window in which nothing failed.
func (r *runner) close(e *expectation) {
	switch {
	case e.state != opened:
		r.conclude(e, Undecided, "its window never began")
	case e.Kind == play.ExpectAlways || e.Kind == play.ExpectNever:
		r.pass(e)
	default:
		r.decide(e)
	}
}

// decideAt decides the expectations at a step that has been done.
func (r *runner) decideAt(step string) {
	for _, e := range r.expects {
		if e.Kind == play.ExpectAt && e.At == step && e.state == opened {
			r.decide(e)
		}
	}
}

// decideLate fails the expectations whose time is over, or that have a second limit and can
// no longer come true. No later change at this time could make them true.
func (r *runner) decideLate() {
	for _, e := range r.expects {
		if e.Kind == play.ExpectWithin && e.state == opened && (r.now >= e.deadline || e.Late > 0 && r.isFinal(e)) {
			r.decide(e)
		}
	}
}

// isFinal reports whether an expectation is about answers alone, all of which have come.
func (r *runner) isFinal(e *expectation) bool {
	if !e.answers {
		return false
	}
	for _, c := range e.That {
		for _, name := range c.Requests() {
			if !r.isAnswered(name) {
				return false
			}
		}
	}
	return true
}

// isAnswered reports whether all requests of a name were sent, and have their answers.
func (r *runner) isAnswered(name string) bool {
	coming := func(s *sending) bool { return s.request.Name == name }
	pending := func(a condition.Answer) bool { return a.Status == condition.AnswerPending }
	list := r.answers[name]
	return len(list) > 0 && !slices.ContainsFunc(list, pending) && !slices.ContainsFunc(r.sendings, coming)
}

// ask checks an expectation, and decides it if that is possible now.
func (r *runner) ask(e *expectation) {
	switch e.Kind {
	case play.ExpectAtEnd, play.ExpectAt:
		// Its time comes later, but it must not miss events meanwhile.
		if e.traced && r.last-e.followed >= followEvery {
			e.followed = r.last
			e.watch.Holds(r.view)
		}
		return
	}
	holds := r.holds(e)
	switch {
	case !e.watch.Observable():
		r.conclude(e, NotObservable, notShown(e.watch.Results(r.view)))
	case holds != (e.Kind == play.ExpectAlways):
		r.decide(e)
	}
}

// holds checks the conditions, unless nothing relevant to them has changed.
func (r *runner) holds(e *expectation) bool {
	if !e.answers || e.asked != r.answered {
		e.asked = r.answered
		e.held = e.watch.Holds(r.view)
	}
	return e.held
}

// decide decides an expectation by the present state.
func (r *runner) decide(e *expectation) {
	holds := e.watch.Holds(r.view)
	isNever := e.Kind == play.ExpectNever
	switch {
	case !e.watch.Observable():
		r.conclude(e, NotObservable, notShown(e.watch.Results(r.view)))
	case holds && e.Kind == play.ExpectWithin && r.now > e.opened+e.Within:
		r.conclude(e, Failed, "came true after "+span(r.now-e.opened))
		e.finding.Late = true
	case holds != isNever:
		r.pass(e)
	default:
		r.conclude(e, Failed, seen(e.watch.Results(r.view), isNever))
		e.finding.Trail, e.finding.Why = r.trail(e.That)
	}
}

// pass concludes an expectation that held, unless it looked at nothing.
func (r *runner) pass(e *expectation) {
	if r.looked(e) {
		r.conclude(e, Passed, "")
		return
	}
	r.conclude(e, Undecided, "looked at no time: it began and ended at "+moment(r.now)+
		"; give it time with run_ms in [scenario], or with a later step that has after_ms")
}

// looked reports whether an expectation that holds has looked at anything: an always or never
// at more than one moment, and a condition that holds of nothing at some time after its
// beginning. The others hold because of the state that they have seen.
func (r *runner) looked(e *expectation) bool {
	switch e.Kind {
	case play.ExpectAlways, play.ExpectNever:
		return r.passed(e.opened) || r.last > e.record
	case play.ExpectAtEnd:
		for _, c := range e.That {
			if c.HoldsOfNothing() && !r.something(e, c) {
				return false
			}
		}
	}
	return true
}

// something reports whether what a condition counts could have happened.
func (r *runner) something(e *expectation, c condition.Condition) bool {
	requests := c.Requests()
	if len(requests) == 0 {
		return r.passed(e.opened) || r.last > e.since
	}
	if sent, ok := r.sent[requests[0]]; !ok || r.passed(sent) {
		return ok
	}
	pending := func(a condition.Answer) bool { return a.Status == condition.AnswerPending }
	return !slices.ContainsFunc(r.answers[requests[0]], pending)
}

// passed reports whether time has passed since then. In real time the clock moves even while
// nothing can happen.
func (r *runner) passed(since time.Duration) bool {
	if r.options.Real {
		return r.now-since >= time.Millisecond
	}
	return r.now > since
}

// conclude sets the Finding of an expectation.
func (r *runner) conclude(e *expectation, status Status, seen string) {
	if e.Kind == play.ExpectWithin {
		r.open--
	}
	e.state = decided
	e.finding.Status, e.finding.Seen, e.finding.When = status, seen, r.now
	e.watch = nil
}

// seen describes the conditions that do not hold, or those that do if holding.
func seen(results []condition.Result, holding bool) string {
	var parts []string
	for _, x := range results {
		switch {
		case x.Holds != holding:
		case len(results) == 1:
			parts = append(parts, x.Seen)
		default:
			parts = append(parts, x.Condition+": "+x.Seen)
		}
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	case len(results) == 1: // a condition at a later moment
		return results[0].Seen + ", but the scenario did not get that far"
	}
	return "each came true, but not all at the same moment"
}

// notShown names the conditions that are not observable.
func notShown(results []condition.Result) string {
	var parts []string
	for _, x := range results {
		if !x.Observable {
			parts = append(parts, x.Condition)
		}
	}
	return strings.Join(parts, " and ") + " cannot be observed on these nodes"
}

// expected describes an expectation.
func expected(x *play.Expect) string {
	that := join(x.That)
	window := ""
	if x.From != "" {
		window += " from " + x.From
	}
	if x.Until != "" {
		window += " until " + x.Until
	}
	switch x.Kind {
	case play.ExpectWithin:
		said := fmt.Sprintf("%s within %s", that, span(x.Within))
		if x.From != "" {
			said += " of " + x.From
		}
		if x.Late > 0 {
			said += ", and too late up to " + span(x.Late)
		}
		return said
	case play.ExpectAlways:
		return "always " + that + window
	case play.ExpectNever:
		return "never " + that + window
	case play.ExpectAt:
		return that + " at " + x.At
	}
	return that + window + " at the end"
}

// join writes conditions that must hold together.
func join(conditions []condition.Condition) string {
	words := make([]string, len(conditions))
	for i, c := range conditions {
		words[i] = c.String()
	}
	return strings.Join(words, " and ")
}
