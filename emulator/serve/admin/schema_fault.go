package admin

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// nameFaults names the schemas of rules and changes, which follow from the tables
// of package fault.
func nameFaults(s *apidoc.Schemas) {
	match := s.Name("Match", matchSchema(true))
	matched := s.Name("MatchState", matchSchema(false))
	s.Set(fault.Rule{}, s.Name("Fault", faultSchema(match).Strict()))
	named := faultSchema(match).Strict()
	named.Required = []string{"name"}
	s.Name("NamedFault", named)
	s.Set(fault.RuleStatus{}, s.Name("FaultStatus", faultStatusSchema(matched)))
	answer := faultStatusSchema(matched)
	answer.Properties = append(apidoc.Ordered[*apidoc.Schema]{
		apidoc.Key("seq", apidoc.Integer("", 0)), apidoc.Key("time_ms", apidoc.Number("")),
	}, answer.Properties...)
	answer.Required = append([]string{"seq", "time_ms"}, answer.Required...)
	s.Set(api.FaultAnswer{}, s.Name("FaultAnswer", answer))
	for _, k := range fault.Kinds() {
		if info := k.Info(); info.Verb != "" && len(info.Args) > 0 {
			name := strings.ToUpper(info.Verb[:1]) + info.Verb[1:] + "Body"
			s.Set(changeBody(info).Interface(), s.Name(name, bodySchema(info)))
		}
	}
}

func matchSchema(written bool) *apidoc.Schema {
	s := apidoc.Object("which messages or writes; keys that are left out match all")
	for _, k := range fault.MatchKeys() {
		s.Properties.Put(k.Name, keySchema(&k.Key, written))
	}
	return s.Strict()
}

// faultSchema is that of a rule as people write it.
func faultSchema(match *apidoc.Schema) *apidoc.Schema {
	return ruleSchema(match, true)
}

func ruleSchema(match *apidoc.Schema, written bool) *apidoc.Schema {
	var names []string
	s := apidoc.Object("", apidoc.Key("name", apidoc.TextTo("the name in the path, or left out there", bounds.Fault.Max)), apidoc.Key("match", match))
	for _, e := range fault.Effects() {
		names = append(names, e.Name)
		s.Properties.Put(e.Name, keySchema(&e.Key, written))
	}
	for _, k := range fault.Limits() {
		s.Properties.Put(k.Name, keySchema(&k, written))
	}
	s.Doc = fmt.Sprintf("a rule; at least one of %s is set", strings.Join(names, ", "))
	s.Required = nil
	return s
}

// faultStatusSchema is that of a rule in force, without the keys that have no effect.
func faultStatusSchema(match *apidoc.Schema) *apidoc.Schema {
	s := ruleSchema(match, false)
	s.Doc = "a rule in force, with its counters"
	s.Properties.Put("name", apidoc.Text(""))
	s.Properties.Put("matched", apidoc.Integer("messages that matched", 0))
	s.Properties.Put("acted", apidoc.Integer("messages that it acted on", 0))
	s.Properties.Put("held", apidoc.Integer("messages that it holds now", 0))
	s.Required = []string{"name", "matched", "acted", "held"}
	return s
}

// keySchema is that of a key of a rule, as people may write it or as it is answered.
func keySchema(k *fault.Key[fault.Rule], written bool) *apidoc.Schema {
	low, high := float64(k.Min), float64(k.Max)
	switch at := k.At(&fault.Rule{}).(type) {
	case *bool, fault.Tri:
		return apidoc.Boolean(k.Doc)
	case *int:
		if written && k.OneIsTrue {
			return apidoc.OneOf(k.Doc+"; true: one", apidoc.IntegerTo("", low, high), apidoc.Boolean(""))
		}
		return apidoc.IntegerTo(k.Doc, low, high)
	case *uint64:
		return apidoc.IntegerTo(k.Doc, low, high)
	case *float64:
		return decimals(k.Doc, k.Low, high)
	case *time.Duration:
		if written {
			return apidoc.NumberAbove(k.Doc, 0, maxMillis)
		}
		return apidoc.Number(k.Doc)
	case fault.Span:
		if written {
			return apidoc.OneOf(k.Doc+", or by one number", apidoc.NumberAbove("", 0, maxMillis),
				apidoc.ListOf(2, apidoc.NumberTo("", 0, maxMillis), ""))
		}
		return apidoc.ListOf(2, apidoc.Number(""), k.Doc)
	case *[]raft.NodeID:
		if written {
			s := selector()
			s.Doc = k.Doc
			return s
		}
		return apidoc.List(apidoc.Integer("", 0), k.Doc)
	case fault.Choice:
		return apidoc.Enum(k.Doc, at.Words...)
	}
	panic("admin: no schema for the fault key " + k.Name)
}

// maxMillis is the longest time of a rule.
var maxMillis = float64(fault.MaxTime.Milliseconds())

// decimals is the schema of a number with decimals.
func decimals(doc string, low, high float64) *apidoc.Schema {
	if low == 0 {
		return apidoc.NumberAbove(doc, 0, high)
	}
	return apidoc.NumberTo(doc, low, high)
}

// argSchema is that of an argument of a change.
func argSchema(k *fault.Key[fault.Change], doc string) *apidoc.Schema {
	switch k.At(&fault.Change{}).(type) {
	case *bool:
		return apidoc.Boolean(doc)
	case *float64:
		return decimals(doc, k.Low, float64(k.Max))
	case *string:
		return apidoc.Text(doc)
	case *[]fault.Link:
		return apidoc.List(apidoc.ListOf(2, apidoc.Integer("", 0), ""), doc)
	case **fault.Rule:
		return &apidoc.Schema{Type: "object", Doc: doc}
	}
	panic("admin: no schema for the argument " + k.Name)
}

// bodySchema is that of the body with a change's arguments.
func bodySchema(info *fault.Info) *apidoc.Schema {
	s := apidoc.Object("")
	for i := range info.Args {
		a := &info.Args[i]
		s.Properties.Put(a.Body, argSchema(&a.Key, a.Want))
		if a.Must {
			s.Required = append(s.Required, a.Body)
		}
	}
	return s.Strict()
}

// changeSchema is that of a change as a record of the trace has it.
func changeSchema() *apidoc.Schema {
	s := apidoc.Object("a change to the cluster",
		apidoc.Key("op", apidoc.Text("the kind of change")), apidoc.Key("node", apidoc.Integer("", 0)))
	for _, k := range fault.Kinds() {
		for i := range k.Info().Args {
			a := &k.Info().Args[i].Key
			s.Properties.Put(a.Name, argSchema(a, a.Doc))
		}
	}
	s.Required = []string{"op"}
	return s
}

// changeBody makes a struct with a field for each argument of a change, as
// readJSON fills them.
func changeBody(info *fault.Info) reflect.Value {
	var fields []reflect.StructField
	for i := range info.Args {
		a := &info.Args[i]
		tag := fmt.Sprintf(`json:%q want:%q`, a.Body, a.Want)
		if a.Must {
			tag += ` must:"true"`
		}
		fields = append(fields, reflect.StructField{
			Name: strings.ToUpper(a.Body[:1]) + a.Body[1:],
			Type: reflect.TypeOf(a.At(&fault.Change{})).Elem(), Tag: reflect.StructTag(tag),
		})
	}
	return reflect.New(reflect.StructOf(fields)).Elem()
}

// readChange reads the arguments of a change from a request's body.
func readChange(data []byte, c *fault.Change) error {
	info := c.Kind.Info()
	if len(info.Args) == 0 {
		return nil
	}
	b := changeBody(info)
	if err := readJSON(data, b.Addr().Interface()); err != nil {
		return err
	}
	for i := range info.Args {
		reflect.ValueOf(info.Args[i].At(c)).Elem().Set(b.Field(i))
	}
	return nil
}
