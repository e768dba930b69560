package play

import (
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
)

// A readAction reads the action of a step from its table and the value of its key.
type readAction func(*reader, *source.Table, *source.Value) Action

// A stepAction is an action of steps by its key.
type stepAction struct {
	key  string
	read readAction
}

// stepActions are the actions of steps: the changes of package fault's table, and what
// else a step can do.
var stepActions = func() []stepAction {
	own := map[fault.Kind]readAction{ // those that are not read as a NodeAction by the table
		fault.HealNode: (*reader).heal, fault.Partition: (*reader).cut, fault.SetRule: (*reader).fault,
		fault.DeleteRule: (*reader).deleteFault, fault.Plant: (*reader).bug,
	}
	var list []stepAction
	for _, kind := range fault.Kinds() {
		read := own[kind]
		if read == nil && onNodes(kind) {
			read = nodeAction(kind)
		}
		if read != nil {
			list = append(list, stepAction{kind.Info().Step, read})
		}
	}
	return append(list,
		stepAction{"lift", (*reader).deleteFault}, // the old word for delete_fault
		stepAction{"request", (*reader).request}, stepAction{"send", (*reader).send}, stepAction{"let", (*reader).let})
}()

// readSteps reads the [[step]] tables. Each may use the names of those before it.
func (r *reader) readSteps(list []*source.Value) {
	for _, v := range list {
		r.scenario.Steps = append(r.scenario.Steps, r.step(v))
	}
}

// index returns the index of the step that is being read.
func (r *reader) index() int { return len(r.scenario.Steps) }

func (r *reader) step(v *source.Value) Step {
	step := Step{Line: v.Line(), At: -1, Within: DefaultWithin}
	s := v.Table("a [[step]] table")
	if s.TextWithin("name", bounds.Step, &step.Name) {
		r.stepName(v.At("name"), step.Name)
	}
	r.stepTime(s, &step)
	step.Action = r.action(s)
	s.End()
	return step
}

func (r *reader) stepName(v *source.Value, name string) {
	switch {
	case strings.TrimSpace(name) == "":
		v.Wrong("a name, or nothing")
	case r.names.steps.has(name):
		v.Report("is %s, which step[%d] (line %d) has already, want another name",
			v.Show(), r.names.steps.step(name), r.names.steps.lines[name])
	default:
		r.names.steps.add(name, r.index(), v.Line())
	}
}

// stepTime reads the time of a step.
func (r *reader) stepTime(s *source.Table, step *Step) {
	at, after, within := s.Get("at_ms"), s.Get("after_ms"), s.Get("within_ms")
	step.Once = r.once(s)
	if at != nil {
		for _, key := range []string{"after_ms", "once"} {
			if s.Has(key) {
				also := s.At(key)
				also.Report("is given together with at_ms, want one of the two")
			}
		}
		if t, ok := at.WantTime(0); ok {
			step.At = t
			if t < r.earliest {
				at.Report("is %s, but the step before it is done at %s ms at the earliest, want the steps in order",
					source.Millis(t), source.Millis(r.earliest))
			}
			r.beyond(at, t)
			r.earliest = max(r.earliest, t)
		}
	}
	if after != nil {
		if t, ok := after.WantMillis(0); ok {
			step.After = t
			if r.earliest += t; at == nil && r.earliest > r.scenario.TimeLimit {
				after.Report("is %d, so this step is not done before %d ms, which is beyond the time limit of %d ms",
					t.Milliseconds(), r.earliest.Milliseconds(), r.scenario.TimeLimit.Milliseconds())
			}
		}
	}
	if within != nil {
		if t, ok := within.WantMillis(0); ok {
			step.Within = t
			r.beyond(within, t)
		}
		if !s.Has("once") {
			within.Report("means nothing without once")
		}
	}
}

// once reads the conditions that a step waits for.
func (r *reader) once(s *source.Table) []condition.Condition {
	v := s.Get("once")
	if v == nil {
		return nil
	}
	list, places := r.conditions(v)
	for i, c := range list {
		at := places[i]
		for _, name := range c.Names() {
			if !r.names.nodes.has(name) {
				at.Report("is %s, but no earlier step gives a node the name %q%s", at.Show(), name, r.hint(c, at, name))
			}
		}
		for _, name := range c.Requests() {
			if !r.names.requests.has(name) {
				at.Report("is %s, but no earlier step sends a request %q%s", at.Show(), name, at.Hint(name, r.names.requests.list))
			}
		}
		r.ofOne(c, at)
	}
	return list
}

// hint suggests a word for one that no step gives as a node's name: a word of the condition
// if it is nearest.
func (r *reader) hint(c condition.Condition, at *source.Value, name string) string {
	if meant := text.Meant(name, append(c.Words(), r.names.nodes.list...)); meant != "" {
		return ", " + meant
	}
	return at.Hint(name, r.names.forNodes())
}

// conditions reads one condition or a list of them. It returns their places as well.
func (r *reader) conditions(v *source.Value) ([]condition.Condition, []*source.Value) {
	items := v.ListOrOne()
	switch {
	case len(items) == 0:
		v.Report("is an empty list, want a condition, such as leader=unique")
	case len(items) > MaxConditions:
		v.Report("has %d conditions, want at most %d", len(items), MaxConditions)
		return nil, nil
	}
	var list []condition.Condition
	var places []*source.Value
	for _, item := range items {
		text, ok := item.Text()
		if !ok {
			item.Wrong("a condition in quotes, such as \"leader=unique\"")
			continue
		}
		c, err := condition.ParseText(text)
		if err == nil {
			err = c.Check(r.nodes)
		}
		if err != nil {
			item.Report("%v", err)
			continue
		}
		list, places = append(list, c), append(places, item)
	}
	return list, places
}

// ofOne reports a condition on a single answer if several requests have the name.
func (r *reader) ofOne(c condition.Condition, v *source.Value) {
	for _, name := range c.Requests() {
		if times := r.names.times[name]; times > 1 && c.OfOneRequest() {
			v.Report("is %s, but %d requests %q are sent, want answers=%[3]s:STATUS:NUMBER", v.Show(), times, name)
		}
	}
}

// action reads the action of a step; nil if it has none.
func (r *reader) action(s *source.Table) Action {
	var action Action
	first := ""
	for _, a := range stepActions {
		v := s.Get(a.key)
		switch {
		case v == nil:
		case first != "":
			v.Report("is given together with %s, want one action in a step", first)
		default:
			first = a.key
			action = a.read(r, s, v)
		}
	}
	for _, kind := range fault.Kinds() {
		info := kind.Info()
		for i := range info.Args {
			if arg := &info.Args[i]; beside(arg) && first != info.Step {
				if v := s.Get(arg.Body); v != nil {
					v.Report("means nothing without %s", info.Step)
				}
			}
		}
	}
	return action
}
