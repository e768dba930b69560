package play

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
)

// ErrNoSteps: a recorded run has inputs that steps cannot repeat.
var ErrNoSteps = errors.New("no steps can repeat it")

// FromRecords makes a scenario from the changes of a cluster with this number of nodes
// since its start: records are all records of inputs, in order, and the scenario runs
// until now. It is nil when there are no records.
//
// A step is done when everything that was due before it has happened. So the
// scenario repeats the recorded run, except for inputs that came between events
// of the same time. Its clients wait for a second and ignore their answers.
//
// The error is an ErrNoSteps: there are more than MaxSteps, or a record that no
// step can repeat.
func FromRecords(nodes int, records []trace.Record, now time.Duration) (*Scenario, error) {
	h := &history{nodes: nodes}
	for i := range records {
		if err := h.add(&records[i]); err != nil {
			return nil, fmt.Errorf("%w: record %d: %w", ErrNoSteps, records[i].Seq, err)
		}
	}
	if len(h.steps) > MaxSteps {
		return nil, fmt.Errorf("%w: it takes %d steps, and a scenario has at most %d", ErrNoSteps, len(h.steps), MaxSteps)
	}
	if len(h.steps) == 0 {
		return nil, nil
	}
	return &Scenario{Steps: h.steps, RunTime: now, TimeLimit: max(DefaultTimeLimit, now+time.Second)}, nil
}

type history struct {
	nodes int
	steps []Step
	place uint64 // of the last step among the events
}

func (h *history) add(r *trace.Record) error {
	var a Action
	switch d := r.Detail.(type) {
	case *trace.Call:
		return h.request(r, d)
	case *fault.Change:
		var err error
		if a, err = ActionOf(d, h.nodes, r.Time); err != nil {
			return err
		}
	default:
		m := r.Message
		a = Send{From: Who{ID: m.From}, To: Who{ID: m.To}, Message: m}
	}
	h.step(r, a)
	return nil
}

func (h *history) step(r *trace.Record, a Action) {
	h.steps = append(h.steps, Step{At: r.Time, Within: DefaultWithin, Action: a})
	h.place = r.Step
}

// request adds a client request. Equal requests that came together become one step.
func (h *history) request(r *trace.Record, q *trace.Call) error {
	if q.Command == nil {
		return errors.New("a request without a command")
	}
	if strings.Contains(q.Command.Args[0]+q.Command.Args[1], numberMark) {
		return fmt.Errorf("a request with %s in its text, which stands for a number in a step", numberMark)
	}
	a := Request{Command: *q.Command, To: Who{ID: q.Node}, Times: 1, Timeout: DefaultRequestTimeout}
	if last := len(h.steps) - 1; last >= 0 && h.place == r.Step && h.steps[last].At == r.Time {
		if before, ok := h.steps[last].Action.(Request); ok && before.Command == a.Command && before.To == a.To && before.Times < MaxRequests {
			before.Times++
			h.steps[last].Action = before
			return nil
		}
	}
	h.step(r, a)
	return nil
}

// cutOf returns a partition as a step has it, with nodes by their ids.
func cutOf(p syntax.Partition) Cut {
	var a Cut
	for _, g := range p.Groups {
		a.Groups = append(a.Groups, syntax.WhoOf(g...))
	}
	for _, l := range p.OneWay {
		a.OneWay = append(a.OneWay, [2]Who{{ID: l.From}, {ID: l.To}})
	}
	a.Isolate = syntax.WhoOf(p.Isolate...)
	return a
}
