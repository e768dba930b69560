package play

import (
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// Write writes the [scenario], [grade], [[step]] and [[expect]] tables; nothing
// when there are neither steps nor expectations.
func (c *Scenario) Write(w *source.Writer) {
	if c == nil || len(c.Steps) == 0 && len(c.Expects) == 0 {
		return
	}
	if limit := c.TimeLimit > 0 && c.TimeLimit != DefaultTimeLimit; limit || c.RunTime > 0 || c.hasLinks() {
		w.Line("\n[scenario]")
		if c.RunTime > 0 {
			w.Line("run_ms = %s", source.Millis(c.RunTime))
		}
		if limit {
			w.Line("time_limit_ms = %s", source.Millis(c.TimeLimit))
		}
		if c.hasLinks() {
			w.Text("links", c.Links)
		}
	}
	writeGrade(w, &c.Grade)
	for i := range c.Steps {
		writeStep(w, &c.Steps[i])
	}
	for i := range c.Expects {
		writeExpect(w, &c.Expects[i])
	}
}

// hasLinks reports whether its links do something else than usual.
func (c *Scenario) hasLinks() bool { return c.Links != "" && c.Links != LinksHold }

func writeGrade(w *source.Writer, g *Grade) {
	hasVisibility := g.Visibility != "" && g.Visibility != visibilities[0]
	if g.Part == "" && g.Points == 0 && !hasVisibility && len(g.Tags) == 0 && g.Runs <= 1 {
		return
	}
	w.Line("\n[grade]")
	w.Text("part", g.Part)
	if g.Points != 0 {
		w.Line("points = %s", strings.TrimSuffix(source.Float(g.Points), ".0"))
	}
	if hasVisibility {
		w.Text("visibility", g.Visibility)
	}
	if len(g.Tags) > 0 {
		w.Line("tags = [%s]", source.Join(g.Tags, source.Quote))
	}
	if g.Runs > 1 {
		w.Line("runs = %d", g.Runs)
	}
}

func writeStep(w *source.Writer, s *Step) {
	w.Line("\n[[step]]")
	w.Text("name", s.Name)
	if s.At >= 0 {
		w.Line("at_ms = %s", source.Millis(s.At))
	}
	if s.After > 0 {
		w.Line("after_ms = %s", source.Millis(s.After))
	}
	if len(s.Once) > 0 {
		writeConditions(w, "once", s.Once)
		if s.Within != DefaultWithin {
			w.Line("within_ms = %s", source.Millis(s.Within))
		}
	}
	writeAction(w, s.Action)
}

// writeConditions writes one condition as a string and several as a list.
func writeConditions(w *source.Writer, key string, list []condition.Condition) {
	quote := func(c condition.Condition) string { return source.Quote(c.String()) }
	if len(list) == 1 {
		w.Line("%s = %s", key, quote(list[0]))
		return
	}
	w.Line("%s = [%s]", key, source.Join(list, quote))
}

func writeAction(w *source.Writer, action Action) {
	switch a := action.(type) {
	case NodeAction:
		writeNodeAction(w, &a)
	case HealAll:
		w.Line(`heal = "all"`)
	case Cut:
		if len(a.Groups)+len(a.OneWay)+len(a.Isolate) == 0 {
			w.Line("partition = %q", noCut)
			return
		}
		w.Line("partition = { %s }", strings.Join(cutItems(&a), ", "))
	case SetFault:
		w.Line("[step.fault]")
		syntax.WriteRule(w, a.Rule, a.Match)
	case DeleteFault:
		if len(a.Names) == 1 {
			w.Line("delete_fault = %s", source.Quote(a.Names[0]))
		} else {
			w.Line("delete_fault = [%s]", source.Join(a.Names, source.Quote))
		}
	case Plant:
		w.Line("bug = { node = %s, name = %s }", syntax.FormatSelector(a.Who), source.Quote(a.Bug))
	case Let:
		w.Line("let = { %s }", source.Join(a.Bindings, func(b Binding) string { return source.Key(b.Name) + " = " + syntax.FormatWho(b.Who) }))
	case Request:
		w.Line("request = { %s }", strings.Join(requestItems(&a), ", "))
	case Send:
		w.Line("send = { to = %s, from = %s, %s }", syntax.FormatWho(a.To), syntax.FormatWho(a.From), messageItem(&a.Message))
	}
}

func cutItems(c *Cut) []string {
	var items []string
	if len(c.Groups) > 0 {
		items = append(items, "groups = ["+source.Join(c.Groups, syntax.FormatWhos)+"]")
	}
	if len(c.OneWay) > 0 {
		items = append(items, "oneway = ["+source.Join(c.OneWay, func(l [2]Who) string { return syntax.FormatWhos(l[:]) })+"]")
	}
	if len(c.Isolate) > 0 {
		items = append(items, "isolate = "+syntax.FormatSelector(c.Isolate))
	}
	return items
}

func requestItems(r *Request) []string {
	var items []string
	if r.Name != "" {
		items = append(items, "name = "+source.Quote(r.Name))
	}
	items = append(items, strings.TrimPrefix(syntax.FormatOperation(&r.Command), ", "))
	if r.To.Name != syntax.Leader {
		items = append(items, "to = "+syntax.FormatWho(r.To))
	}
	if r.Times > 1 || r.Every > 0 {
		items = append(items, fmt.Sprintf("times = %d", max(r.Times, 1)))
	}
	for _, t := range []struct {
		key   string
		t     time.Duration
		usual time.Duration
	}{{"every_ms", r.Every, 0}, {"timeout_ms", r.Timeout, DefaultRequestTimeout}, {"retry_ms", r.Retry, 0}} {
		if t.t > 0 && t.t != t.usual {
			items = append(items, fmt.Sprintf("%s = %s", t.key, source.Millis(t.t)))
		}
	}
	return items
}

func messageItem(m *raft.Message) string {
	if m.Type == raft.RequestVoteRequest {
		return fmt.Sprintf("request_vote = { term = %d, last_log_index = %d, last_log_term = %d }", m.Term, m.LastLogIndex, m.LastLogTerm)
	}
	entries := source.Join(m.Entries, syntax.FormatEntry)
	return fmt.Sprintf("append_entries = { term = %d, prev_log_index = %d, prev_log_term = %d, leader_commit = %d, entries = [%s] }",
		m.Term, m.PrevLogIndex, m.PrevLogTerm, m.LeaderCommit, entries)
}

func writeExpect(w *source.Writer, e *Expect) {
	w.Line("\n[[expect]]")
	w.Text("from", e.From)
	w.Text("until", e.Until)
	writeConditions(w, "that", e.That)
	switch e.Kind {
	case ExpectWithin:
		w.Line("within_ms = %s", source.Millis(e.Within))
		if e.Late > 0 {
			w.Line("late_ms = %s", source.Millis(e.Late))
		}
	case ExpectAlways:
		w.Line("always = true")
	case ExpectNever:
		w.Line("never = true")
	case ExpectAt:
		w.Line("at = %s", source.Quote(e.At))
	}
	w.Text("because", e.Because)
}
