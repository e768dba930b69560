package play

import (
	"time"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
)

// Bounds on a scenario.
const (
	MaxSteps   = 1000
	MaxExpects = 1000
	// MaxConditions bounds the conditions of one step or expectation.
	MaxConditions = 100
	// MaxRequests bounds the client requests of all steps together.
	MaxRequests = 100_000
	// MaxRequestBytes bounds the topics and messages of all requests together.
	MaxRequestBytes = 64 << 20
	// MaxPoints of a scenario.
	MaxPoints = 1_000_000
	// MaxRuns of a scenario by programs that others wrote.
	MaxRuns = 100
)

// A Start is the part of a cluster's start state on which its steps depend.
type Start struct {
	Nodes  []world.NodeConfig
	Faults []fault.Rule
	// Machine is what the cluster replicates.
	Machine *machine.Type
}

// A reader reads a scenario, step by step.
type reader struct {
	nodes    int
	machine  *machine.Type
	scenario *Scenario
	names    names
	status   nodeStatus
	// earliest is the earliest time at which the step before is done.
	earliest time.Duration
	requests int // of all steps so far
	bytes    int // of these requests
}

// Read reads the keys of a file that make it a scenario: violates, [scenario],
// [grade], [[step]] and [[expect]]. It returns nil if the file has neither steps
// nor expectations.
func Read(s *source.Table, start Start) *Scenario {
	table, grade, violates := s.Get("scenario"), s.Get("grade"), s.Get("violates")
	steps, _ := s.Items("step", "one [[step]] table for each step")
	expects, _ := s.Items("expect", "one [[expect]] table for each expectation")
	if len(steps) == 0 && len(expects) == 0 {
		for _, v := range []*source.Value{table, grade, violates} {
			if v != nil {
				v.Report("means nothing without a [[step]] or an [[expect]]")
			}
		}
		return nil
	}
	r := &reader{nodes: len(start.Nodes), machine: start.Machine, scenario: &Scenario{}, names: newNames(start.Faults), status: newNodeStatus(start.Nodes)}
	sound := s.Value.Sound()
	r.readLimits(table)
	limitsSound := sound()
	r.scenario.Grade = readGrade(grade)
	r.readViolates(violates)
	sound = s.Value.Sound()
	r.readSteps(r.most(steps, MaxSteps))
	expects = r.most(expects, MaxExpects)
	r.readExpects(expects)
	if limitsSound && sound() {
		r.windows(expects)
	}
	return r.scenario
}

// most cuts a list of tables to a length and reports the first one beyond it.
func (r *reader) most(list []*source.Value, most int) []*source.Value {
	if len(list) <= most {
		return list
	}
	list[most].Report("is one too many, want at most %d", most)
	return list[:most]
}

var linkWords = []string{LinksHold, LinksReset, LinksRefuse}

// readLimits reads [scenario].
func (r *reader) readLimits(v *source.Value) {
	c := r.scenario
	c.TimeLimit, c.Links = DefaultTimeLimit, LinksHold
	if v == nil {
		return
	}
	s := v.Table("keys among run_ms, time_limit_ms and links")
	s.Millis("time_limit_ms", 1, &c.TimeLimit)
	s.Millis("run_ms", 0, &c.RunTime)
	if i, ok := s.Choice("links", linkWords); ok {
		c.Links = linkWords[i]
	}
	s.End()
	if s.Sound() && c.RunTime > c.TimeLimit {
		v.ReportKey("run_ms", "is %d, which is beyond the time limit of %d ms", c.RunTime.Milliseconds(), c.TimeLimit.Milliseconds())
	}
}

// beyond reports a time after the end of the scenario.
func (r *reader) beyond(v *source.Value, t time.Duration) {
	if limit := r.scenario.TimeLimit; t > limit {
		v.Report("is %s, which is beyond the time limit of %d ms, want less, or a higher scenario.time_limit_ms",
			v.Show(), limit.Milliseconds())
	}
}
