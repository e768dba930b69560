package mutants

import (
	"bytes"
	"encoding/json"
)

// The names in the json report are stable; later versions may add some.
type (
	jsonReport struct {
		Format  int         `json:"format"` // 1
		Command []string    `json:"command"`
		Fixture string      `json:"fixture"`
		Nodes   int         `json:"nodes"`
		Clock   string      `json:"clock"`
		Seed    uint64      `json:"seed"`
		Repeat  int         `json:"repeat"`
		Timeout float64     `json:"timeout_ms"`
		Summary jsonSummary `json:"summary"`
		Healthy jsonHealthy `json:"healthy"`
		Bugs    []jsonBug   `json:"bugs"`
		// Watched: the emulator's own checks watched the clusters. They cannot when the
		// suite starts clusters of its own.
		Watched bool `json:"watched"`
	}
	jsonSummary struct {
		ExitCode    int  `json:"exit_code"`
		Healthy     bool `json:"healthy"` // the suite passes on healthy nodes
		Bugs        int  `json:"bugs"`
		Caught      int  `json:"caught"`
		Missed      int  `json:"missed"`
		Unknown     int  `json:"unknown"` // including those that were not tried
		Interrupted bool `json:"interrupted"`
	}
	jsonHealthy struct {
		Runs []jsonRun `json:"runs"`
	}
	jsonBug struct {
		Name   string `json:"name"`
		Rule   string `json:"rule"`
		Paper  string `json:"paper"`
		Does   string `json:"does"`
		Wrong  string `json:"wrong"`
		Status string `json:"status"` // caught, missed or unknown
		// Noticed is the number of runs that noticed the bug.
		Noticed int       `json:"noticed"`
		Time    float64   `json:"time_ms"`
		Show    string    `json:"show"` // a command that shows the effect, or ""
		Runs    []jsonRun `json:"runs"` // those that have ended
	}
	jsonRun struct {
		Seed       uint64         `json:"seed"`
		Outcome    string         `json:"outcome"` // passed, failed, timed_out or broken
		Reason     string         `json:"reason"`
		ExitCode   int            `json:"exit_code"` // -1: the command did not end by itself
		Time       float64        `json:"time_ms"`
		Output     string         `json:"output"` // its end
		OutputFile string         `json:"output_file"`
		TraceFile  string         `json:"trace_file"`
		Clusters   int            `json:"clusters"`
		Sightings  []jsonSighting `json:"sightings"` // the emulator's own checks that failed
	}
	jsonSighting struct {
		Check    string `json:"check"`
		Seen     string `json:"seen"`
		Clusters int    `json:"clusters"`
	}
)

// json is the report for programs, with everything that is known.
func (r *Report) json() ([]byte, error) {
	o := r.options
	out := jsonReport{
		Format: 1, Command: o.Command, Fixture: o.Fixture.Name, Nodes: len(o.Fixture.Nodes), Clock: o.Clock.String(),
		Seed: o.Seed, Repeat: o.Repeat, Timeout: float64(o.Timeout) / 1e6,
		Summary: jsonSummary{
			ExitCode: int(r.Verdict()), Healthy: r.healthy(), Bugs: len(r.Bugs),
			Caught: r.count(Caught), Missed: r.count(Missed), Unknown: r.count(Unknown), Interrupted: r.Interrupted,
		},
		Healthy: jsonHealthy{jsonRuns(r.Healthy.Runs)},
		Bugs:    []jsonBug{}, Watched: !o.usesOwn(),
	}
	for i := range r.Bugs {
		b := &r.Bugs[i]
		out.Bugs = append(out.Bugs, jsonBug{
			Name: b.Bug.Name, Rule: b.Bug.Rule, Paper: b.Bug.Paper, Does: b.Bug.Does, Wrong: b.Bug.Wrong,
			Status: b.status(o.Repeat).String(), Noticed: b.noticed(), Time: float64(b.time()) / 1e6,
			Show: showCommand(b.Bug.Name), Runs: jsonRuns(b.Runs),
		})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.Bytes(), err
}

func jsonRuns(runs []Run) []jsonRun {
	all := []jsonRun{}
	for i := range runs {
		r := &runs[i]
		out := jsonRun{
			Seed: r.Seed, Outcome: r.Outcome.String(), Reason: r.Reason, ExitCode: r.ExitCode,
			Time: float64(r.Time) / 1e6, Output: r.Output, OutputFile: r.OutputFile, TraceFile: r.TraceFile,
			Clusters: r.Clusters, Sightings: []jsonSighting{},
		}
		for _, s := range r.Sightings {
			out.Sightings = append(out.Sightings, jsonSighting(s))
		}
		all = append(all, out)
	}
	return all
}
