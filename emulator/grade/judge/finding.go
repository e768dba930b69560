package judge

import (
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// kindOf says what a failed expectation shows, when no violation explains it.
func (e *Evidence) kindOf(f *scenario.Finding, x *play.Expect) course.Kind {
	if f.Late {
		return course.TooSlow
	}
	if x.Kind == play.ExpectAlways || x.Kind == play.ExpectNever {
		// A role or an answer at one moment proves nothing by itself: polls are old by the time
		// they are read, and an answer may be right for a reason that the scenario did not see.
		return course.Undecided
	}
	kind := course.NotAvailable
	for _, c := range x.That {
		switch k := e.kindOfCondition(c); {
		case k == course.Wrong:
			return k
		case k == course.Undecided:
			kind = k // this condition may be the only one that did not hold
		}
	}
	return kind
}

// rank orders kinds from best to worst.
func rank(k course.Kind) int { return slices.Index(course.Kinds(), k) }

// kindOfCondition says what it shows that a condition did not come true.
func (e *Evidence) kindOfCondition(c condition.Condition) course.Kind {
	requests := c.Requests()
	if len(requests) == 0 {
		return course.NotAvailable
	}
	_, want, _ := strings.Cut(c.String(), requests[0]+":")
	refusal := want == condition.AnswerRefused.String() || want == condition.AnswerLost.String()
	for i := range e.Calls {
		call := &e.Calls[i]
		if call.Name != requests[0] {
			continue
		}
		switch {
		case refusal && call.succeeded():
			return course.Undecided // the checks found nothing wrong with it
		case call.succeeded() && want != condition.AnswerOK.String() && !strings.HasPrefix(want, condition.AnswerOK.String()+":"):
			return e.kindOfValue(call)
		case call.Outcome == history.Failed && !refusal && e.Nodes == 1 && e.refusedByLeader(call) && e.faultless(call.End) && e.allWell(i):
			return course.Wrong // nothing else could be the leader, and everything before it was done
		case !refusal && call.Outcome == history.Unknown && call.Status != 0 && e.deposed(call) && !e.deposedAgain(i):
			return course.Undecided // it had to take back what it could no longer promise
		}
	}
	return course.NotAvailable
}

// deposed reports whether a poll shows that the node of a call, which was the leader when it was
// asked, led no more soon after. A correct leader then answers that it promises nothing.
func (e *Evidence) deposed(c *Call) bool {
	if e.Nodes == 1 {
		return false
	}
	var led *Poll
	for k := range e.Polls[c.Node] {
		p := &e.Polls[c.Node][k]
		switch {
		case p.Wrong != "" || p.Begin > c.End+time.Second:
		case p.Role == raft.Leader && (led == nil || p.Begin <= c.Begin):
			led = p
		case led != nil && p.End >= c.Begin && (p.Role != raft.Leader || p.Term != led.Term):
			return true
		}
	}
	return false
}

// deposedAgain reports whether a call came a while after the last fault, and a leader had been
// deposed under an earlier one since. Where all nodes that are up reach each other, a correct
// cluster keeps its leader then.
func (e *Evidence) deposedAgain(call int) bool {
	c, fault := &e.Calls[call], time.Duration(0)
	for k := range e.Changes {
		fault = max(fault, e.Changes[k].End)
	}
	if usesLinks(e.Scenario) || c.Begin < fault+e.Course.Limits.Good {
		return false
	}
	return slices.ContainsFunc(e.Calls[:call], func(o Call) bool {
		return o.Begin >= fault && o.End <= c.Begin && o.Outcome == history.Unknown && o.Status != 0 && e.deposed(&o)
	})
}

// allWell reports whether there were calls before one, and all were done with success.
func (e *Evidence) allWell(before int) bool {
	return before > 0 && !slices.ContainsFunc(e.Calls[:before], func(c Call) bool { return !c.succeeded() })
}

// kindOfValue says what a success with another value than the scenario's shows, if the history
// explains it. A leader has all acknowledged topics at the latest when a new leader should have
// been there for a while.
func (e *Evidence) kindOfValue(c *Call) course.Kind {
	if c.reads() && len(e.missing(c)) > 0 {
		return course.NotAvailable
	}
	return course.Undecided
}

// missing lists the topics that were created before a list of the leader lacks them, although
// the leader had been there for a while.
func (e *Evidence) missing(c *Call) (topics []string) {
	settled := c.Begin - e.Course.Limits.Good
	m := e.remembers()
	if !e.leads(c.Node, max(settled, 0), c.End) || !e.healthy(c.Node, max(settled, 0), c.End) || !m.covers(c) {
		return nil
	}
	for i := range e.Calls {
		o := &e.Calls[i]
		if o.Command.Op.Creates && o.succeeded() && o.End < c.Begin && !slices.Contains(c.Result.List, o.Command.Args[0]) {
			topics = append(topics, o.Command.Args[0])
		}
	}
	return topics
}

// findings returns the worst kind of the scenario's expectations, and the ones that decide.
func (e *Evidence) findings(v *scenario.Verdict) (kind course.Kind, of []int) {
	kind = course.Passed
	for k := range v.Findings {
		f := &v.Findings[k]
		found := course.Passed
		switch f.Status {
		case scenario.Failed:
			found = course.Undecided
			if k < len(e.Scenario.Expects) {
				found = e.kindOf(f, &e.Scenario.Expects[k])
			}
		case scenario.NotObservable:
			found = course.NotObservable
		case scenario.Undecided:
			if v.Problem != "" || !e.judgedAnyway(k) {
				found = course.Undecided
			}
		}
		switch {
		case found == course.Passed || rank(found) < rank(kind):
		case found == kind:
			of = append(of, k)
		default:
			kind, of = found, []int{k}
		}
	}
	return kind, of
}

// judgedAnyway reports whether an expectation says only what no answer may be. The checks of the
// answers find that out, also if the expectation itself had no time to look.
func (e *Evidence) judgedAnyway(k int) bool {
	if k >= len(e.Scenario.Expects) || e.Scenario.Expects[k].Kind != play.ExpectNever {
		return false
	}
	return !slices.ContainsFunc(e.Scenario.Expects[k].That, func(c condition.Condition) bool { return len(c.Requests()) == 0 })
}

// usesLinks reports whether a scenario rests on cuts or rules of links.
func usesLinks(s *play.Scenario) bool {
	for k := range s.Steps {
		switch a := s.Steps[k].Action.(type) {
		case play.Cut, play.SetFault:
			return true
		case play.NodeAction:
			if a.Change.Kind == fault.Isolate {
				return true
			}
		}
	}
	return false
}

// Roles reports whether a scenario looks at the roles of nodes. If not, programs need not
// answer GET /status.
func Roles(s *play.Scenario) bool {
	for k := range s.Steps {
		if looksAt(s.Steps[k].Once) || slices.ContainsFunc(whoOf(s.Steps[k].Action), func(w play.Who) bool { return isRole(w.Name) }) {
			return true
		}
	}
	return ExpectsRoles(s)
}

// ExpectsRoles reports whether a scenario expects roles of nodes. If it does not, a single node
// that answers no GET /status may count as the leader that it must be.
func ExpectsRoles(s *play.Scenario) bool {
	return slices.ContainsFunc(s.Expects, func(x play.Expect) bool { return looksAt(x.That) })
}

// looksAt reports whether conditions look at the roles of nodes.
func looksAt(list []condition.Condition) bool {
	return slices.ContainsFunc(list, func(c condition.Condition) bool {
		key, value, _ := strings.Cut(c.String(), "=")
		if key == "leader" || key == "role" || key == "term" {
			return true
		}
		return len(c.Requests()) == 0 && slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ':' }), isRole)
	})
}

// isRole reports whether a word stands for a node by its role.
func isRole(word string) bool {
	return word == syntax.Leader || word == syntax.Follower || word == syntax.Candidate
}

// whoOf lists the nodes that an action names.
func whoOf(action play.Action) (who []play.Who) {
	switch a := action.(type) {
	case play.NodeAction:
		return a.Who
	case play.Cut:
		who = append(who, a.Isolate...)
		for _, g := range a.Groups {
			who = append(who, g...)
		}
		for _, l := range a.OneWay {
			who = append(who, l[:]...)
		}
	case play.SetFault:
		for _, list := range a.Match {
			who = append(who, list...)
		}
	case play.Let:
		for _, b := range a.Bindings {
			who = append(who, b.Who)
		}
	case play.Request:
		return []play.Who{a.To}
	}
	return who
}
