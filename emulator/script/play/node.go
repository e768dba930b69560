package play

import (
	"errors"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
)

// onNodes reports whether a step makes changes of this kind as a NodeAction. Its row in
// package fault says how a step writes them: KEY = WHO, with arguments that are true or
// false beside it, or KEY = { node = WHO, ARGUMENT = VALUE } when it has others.
func onNodes(kind fault.Kind) bool {
	if kind >= fault.NumKinds || kind == fault.Plant {
		return false
	}
	row := kind.Info()
	return row.OnNode && row.Step != ""
}

// beside reports whether an argument of a change stands beside its step's key.
func beside(arg *fault.Arg) bool {
	_, isBool := arg.At(&fault.Change{}).(*bool)
	return isBool
}

// argsInside lists the arguments that stand inside the table of a step's key.
func argsInside(kind fault.Kind) []*fault.Arg {
	var inside []*fault.Arg
	args := kind.Info().Args
	for i := range args {
		if !beside(&args[i]) {
			inside = append(inside, &args[i])
		}
	}
	return inside
}

// nodeAction returns the reader of an action on nodes.
func nodeAction(kind fault.Kind) readAction {
	return func(r *reader, s *source.Table, v *source.Value) Action {
		c := fault.Change{Kind: kind}
		args := kind.Info().Args
		for i := range args {
			if arg := &args[i]; beside(arg) {
				syntax.ReadKey(s, &arg.Key, arg.Body, &c)
			}
		}
		inside := argsInside(kind)
		if len(inside) == 0 {
			return r.onNodes(v, &c)
		}
		return r.withArgs(v, &c, inside)
	}
}

// withArgs reads { node = WHO, ARGUMENT = VALUE }.
func (r *reader) withArgs(v *source.Value, c *fault.Change, args []*fault.Arg) Action {
	example := []string{"node = 0"}
	for _, arg := range args {
		example = append(example, arg.Body+" = "+arg.Example)
	}
	t := v.Table("a table such as { " + strings.Join(example, ", ") + " }")
	a := NodeAction{Change: *c}
	if at := t.Get("node"); at != nil {
		a = r.onNodes(at, c)
	} else {
		v.Missing("node", "the node to which it is done, or a list of them")
	}
	for _, arg := range args {
		sound := v.Sound()
		syntax.ReadKey(t, &arg.Key, arg.Body, &a.Change)
		switch {
		case !t.Has(arg.Body):
			if arg.Must {
				v.Missing(arg.Body, "%s", arg.Doc)
			}
		case sound():
			r.validate(v, &a.Change, arg)
		}
	}
	t.End()
	return a
}

// validate reports what package fault finds wrong with an argument.
func (r *reader) validate(v *source.Value, c *fault.Change, arg *fault.Arg) {
	problems, _ := errors.AsType[fault.Problems](c.Validate())
	for _, p := range problems {
		if p.Key == arg.Name {
			v.At(arg.Body).Report("%s", p.Message)
		}
	}
}

// onNodes reads the nodes of a change.
func (r *reader) onNodes(v *source.Value, c *fault.Change) NodeAction {
	a := NodeAction{Change: *c}
	if c.Kind == fault.Isolate && r.nodes == 1 {
		v.Report("cuts nothing: there is only one node")
		return a
	}
	who, places := r.scope().ReadSelector(v)
	for i, w := range who {
		if w.Name == "" {
			if wrong := r.status.objection(c.Kind, w.ID, c.Wipe); wrong != "" {
				places[i].Report("%s when this step is done", wrong)
			}
		}
		r.status.do(c.Kind, w)
	}
	a.Who = who
	return a
}

// writeNodeAction writes what nodeAction reads. A kind that no step can do gets a key
// that reading refuses, so the mistake is noticed.
func writeNodeAction(w *source.Writer, a *NodeAction) {
	kind := a.Change.Kind
	if !onNodes(kind) {
		w.Line("%s = %s", source.Key("op "+kind.String()), syntax.FormatSelector(a.Who))
		return
	}
	info, value := kind.Info(), syntax.FormatSelector(a.Who)
	if inside := argsInside(kind); len(inside) > 0 {
		items := []string{"node = " + value}
		for _, arg := range inside {
			if arg.Must || arg.IsSet(&a.Change) {
				items = append(items, syntax.FormatKey(&arg.Key, arg.Body, &a.Change))
			}
		}
		value = fmt.Sprintf("{ %s }", strings.Join(items, ", "))
	}
	w.Line("%s = %s", info.Step, value)
	for i := range info.Args {
		if arg := &info.Args[i]; beside(arg) && arg.IsSet(&a.Change) {
			w.Line("%s", syntax.FormatKey(&arg.Key, arg.Body, &a.Change))
		}
	}
}
