package judge

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

const (
	// Busy is the time by which the grader may be late before a limit that was missed decides
	// nothing.
	Busy = 300 * time.Millisecond
	// Crowded is the number of tasks for each core that does the same. The nodes themselves
	// are no such crowd, even if all of five wait for answers in a loop on two cores.
	Crowded = 4
)

// A judging is one run being judged.
type judging struct {
	*Evidence
	verdict    *scenario.Verdict
	history    *history.History
	violations []*Violation
	open       string // why no order of the requests was found, nor that there is none
	decided    []int  // findings that decide
	because    string // the reason of the kind, in words
	foreign    *scenario.Foreign
}

// Foreign decides what a run has shown. It also sets the verdict's status, and its problem if
// it has none.
func Foreign(ctx context.Context, v *scenario.Verdict, e *Evidence) *scenario.Foreign {
	e = e.sound()
	j := &judging{Evidence: e, verdict: v, foreign: &scenario.Foreign{Links: e.Links, Counts: e.Counts}}
	m := e.remembers()
	j.history = e.history(&m)
	j.check(ctx, &m, Roles(e.Scenario))
	f := j.foreign
	f.Kind = j.kind()
	f.Share = 0
	if f.Kind.Counts() {
		f.Share = e.Course.Share(f.Kind)
	}
	f.Excluded = !f.Kind.Counts()
	f.Flagged = f.Flagged || f.Kind.ForPerson()
	f.History = j.history
	f.Roles = spans(j.Polls)
	f.Output = e.output()
	f.Story = j.story()
	v.Status = statusOf(f.Kind)
	if j.because != "" {
		v.Problem = j.because
	}
	return f
}

// sound returns the evidence with an end of each change. One that the grader could not make may
// be in force from its beginning on.
func (e *Evidence) sound() *Evidence {
	whole := *e
	whole.Changes = slices.Clone(e.Changes)
	for k := range whole.Changes {
		if c := &whole.Changes[k]; c.End < c.Begin {
			c.End = forever
		}
	}
	return &whole
}

// check collects what no correct program does. roles says that the scenario looks at roles.
func (j *judging) check(ctx context.Context, m *memory, roles bool) {
	add := func(x *Violation) {
		if x != nil {
			j.violations = append(j.violations, x)
		}
	}
	messages, open := j.messages(ctx, j.history)
	j.violations, j.open = messages, open
	if !j.readsAreFresh() {
		add(j.impossibleTopics(m))
	}
	add(j.promisedAlone())
	add(j.servedByFollower())
	add(j.wrongBody())
	if roles {
		add(j.twoLeaders())
		add(j.electedAlone())
		add(j.termWentBack())
		add(j.wrongStatus())
	}
}

// kind decides the kind, and sets the reason.
func (j *judging) kind() course.Kind {
	v := j.verdict
	switch {
	case j.Fault != nil:
		j.foreign.Flagged = true
		j.because = "the grader could not go on: " + j.Fault.Error()
		return course.Undecided
	case len(j.violations) > 0:
		j.because = j.violations[0].Words
		return course.Wrong
	case j.Datagrams != "" && j.Nodes > 1:
		j.foreign.Flagged = true
		j.because = "the nodes talk over UDP, which the grader does not carry: " + j.Datagrams
		return course.NotObservable
	case len(j.Unready) > 0:
		j.because = j.Unready[0].unready(j.Course.Start.Ready)
		if j.Unready[0].Exit == "" {
			return j.missed(course.NotStarted, nil)
		}
		return course.NotStarted
	case len(j.Ends) > 0:
		return j.crashed(&j.Ends[0])
	case v.Interrupted:
		j.because = "interrupted"
		return course.Undecided
	case j.Bypassed != "" && usesLinks(j.Scenario):
		j.because = "messages between the nodes passed by the grader's links, so its cuts cut nothing: " + j.Bypassed
		return course.Bypassed
	case j.Unrecognized != "":
		j.because = fmt.Sprintf("no message between the nodes was recognized as %s, so the fault acted on none: see [messages] in the course file", j.Unrecognized)
		return course.NotObservable
	}
	kind, decided := j.findings(v)
	if kind != course.Passed && kind != course.Wrong && j.OwnAddress != "" || v.Unprepared && j.OwnAddress != "" {
		j.because = "between proxies, peers have other addresses for a node than its own: " + j.OwnAddress
		return course.Bypassed
	}
	if kind.Counts() && kind != course.Passed {
		return j.missed(kind, decided)
	}
	return j.undecided(kind, decided)
}

// missed decides about a limit of time that was missed.
func (j *judging) missed(kind course.Kind, decided []int) course.Kind {
	j.decided = decided
	if kind == course.Wrong {
		return kind
	}
	j.foreign.Missed = true
	busy := j.busy()
	if busy == "" {
		return kind
	}
	j.foreign.Flagged = true
	j.because = fmt.Sprintf("the machine was too busy to tell: %s. Otherwise it would be %q", busy, kind)
	return course.Undecided
}

// busy says why limits of time decide nothing; "" if they do.
func (e *Evidence) busy() string {
	switch {
	case e.Late > Busy:
		return "the grader itself was late by " + span(e.Late)
	case e.Crowd > Crowded:
		return "too much else ran on it to judge limits of time"
	}
	return ""
}

// undecided decides when no expectation has failed for a reason that counts.
func (j *judging) undecided(kind course.Kind, decided []int) course.Kind {
	v := j.verdict
	switch {
	case v.Unprepared && v.Chance:
		j.because = v.Problem + ". The scenario needs this node as the leader; Raft promises a leader, but not which one"
		return course.NotObservable
	case v.Unprepared:
		j.foreign.Missed = true
		j.because = v.Problem
		return course.Unprepared
	case v.Status == scenario.NotObservable, kind == course.NotObservable:
		j.decided, j.because = decided, v.Problem
		return course.NotObservable
	case kind != course.Passed:
		j.decided, j.because = decided, v.Problem
		j.foreign.Missed = true
		return kind
	case v.Problem != "":
		j.foreign.Missed = true
		j.because = v.Problem
		return course.Unprepared
	case j.open != "":
		j.because = "no order of the requests was found that explains all answers, nor a proof that there is none: " + j.open
		return course.Undecided
	}
	return course.Passed
}

// crashed decides about a node that ended by itself.
func (j *judging) crashed(end *End) course.Kind {
	j.because = fmt.Sprintf("node %d ended by itself: %s", end.Node, end.Exit)
	if end.Killed {
		j.foreign.Flagged = true
		j.because += ". The grader did not do it; the machine may be out of memory"
		return course.Undecided
	}
	return course.Crashed
}

// unready says why a node counts as not started.
func (x *End) unready(limit time.Duration) string {
	if x.Exit != "" {
		return fmt.Sprintf("node %d ended before it answered any request: %s", x.Node, x.Exit)
	}
	words := fmt.Sprintf("node %d answered no HTTP request on port %d within %s", x.Node, x.Port, span(limit))
	if x.Said != "" {
		words += ": " + x.Said
	}
	switch {
	case len(x.Listens) == 0:
	case slices.Contains(x.Listens, x.Port):
		words += fmt.Sprintf(". It does listen on port %d: the grader connects to 127.0.0.1", x.Port)
	default:
		words += fmt.Sprintf(". Node %d listens on port %s, but config.json gives it port %d", x.Node, ports(x.Listens), x.Port)
	}
	return words
}

// ports writes at most a few ports.
func ports(list []int) string {
	const most = 4
	var words []string
	for _, p := range list[:min(len(list), most)] {
		words = append(words, strconv.Itoa(p))
	}
	if len(list) > most {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

// statusOf returns the status of a verdict of a kind.
func statusOf(k course.Kind) scenario.Status {
	switch k {
	case course.Passed:
		return scenario.Passed
	case course.NotObservable, course.Bypassed:
		return scenario.NotObservable
	case course.Undecided, course.Unprepared, course.Flaky:
		return scenario.Undecided
	}
	return scenario.Failed
}
