package report

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// Bounds of a run of programs that others wrote, in the file that plays runs.
const (
	maxPlayedCalls = 5000
	maxPlayedText  = 200 // characters
)

// A foreignPlay is a run of programs that others wrote, in the file that plays runs. Times are
// in nanoseconds from the start of the run.
type foreignPlay struct {
	Story  []string        `json:"story"`
	Output []string        `json:"output"`
	Links  string          `json:"links"`
	Calls  []history.Call  `json:"calls"`
	Faults []history.Fault `json:"faults"`
	Roles  []roleSpan      `json:"roles"`
}

type roleSpan struct {
	Node int    `json:"node"`
	Role string `json:"role"`
	Term uint64 `json:"term"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
}

// foreignRun returns such a run, and what is left out of it.
func foreignRun(f *scenario.Foreign) (p foreignPlay, leftOut string) {
	p = foreignPlay{
		Story:  append([]string{}, ending(f.Story, maxStory, maxStoryBytes)...),
		Output: append([]string{}, ending(ends(f.Output), maxOutput+maxNodes, maxOutputBytes)...),
		Links:  f.Links, Calls: []history.Call{}, Faults: []history.Fault{}, Roles: []roleSpan{},
	}
	for _, s := range f.Roles {
		p.Roles = append(p.Roles, roleSpan{s.Node, s.Role, s.Term, int64(s.From), int64(s.To)})
	}
	if f.History == nil {
		return p, ""
	}
	p.Faults = append(p.Faults, f.History.Faults...)
	calls := f.History.Calls
	if more := len(calls) - maxPlayedCalls; more > 0 {
		leftOut = fmt.Sprintf("the first %s of %d are not in this file", text.Count(more, "request"), len(calls))
		calls = calls[more:]
	}
	for _, c := range calls {
		p.Calls = append(p.Calls, clipped(c))
	}
	return p, leftOut
}

// clipped cuts the texts of a request short.
func clipped(c history.Call) history.Call {
	for i, a := range c.Command.Args {
		c.Command.Args[i] = text.Clip(a, maxPlayedText)
	}
	c.Result.Text = text.Clip(c.Result.Text, maxPlayedText)
	c.Result.List = slices.Clone(c.Result.List)
	for i, s := range c.Result.List {
		c.Result.List[i] = text.Clip(s, maxPlayedText)
	}
	return c
}
