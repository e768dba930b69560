package ctl

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

var faultListCommand = &command{
	name:  "fault list",
	doc:   "show the rules in force, and how often each matched and acted",
	setup: plain(func(c *call, _ []string) error { return c.faults(api.Get("/v1/faults", nil), false) }),
}

func (c *call) faults(r api.Request, changed bool) error {
	var a api.FaultsAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for i := range a.Faults {
		f := &a.Faults[i]
		fmt.Fprintf(w, "%s\t%s\tmatched %d\tacted %d\tholds %d\n", f.Name, f.Rule.String(), f.Matched, f.Acted, f.Held)
	}
	if len(a.Faults) == 0 {
		fmt.Fprintln(w, "no faults")
	}
	if err := w.Flush(); err != nil || !changed {
		return err
	}
	return c.seq(a.Place)
}

var faultSetCommand = &command{
	name: "fault set", operands: "NAME JSON|KEY=VALUE...", min: 2, max: -1,
	doc: "put a rule in force, in place of one of the same name",
	more: "\nA rule says which messages or writes it matches and what happens to them:\n" + ruleHelp() + `
The same as JSON, as fixtures and the admin API have it:

  emulator ctl fault set slow from=0 delay_ms=5,20 probability=0.5
  emulator ctl fault set slow '{"match": {"from": [0]}, "delay_ms": [5, 20], "probability": 0.5}'`,
	setup: plain(setFault),
}

// ruleHelp explains the keys of a rule, as package fault has them.
func ruleHelp() string {
	var b strings.Builder
	explain := func(k *fault.Key[fault.Rule]) {
		word := k.Name
		if k.Example != "" {
			word += "=" + k.Example
		}
		doc := k.Doc
		if choice, ok := k.At(&fault.Rule{}).(fault.Choice); ok {
			doc += ": " + strings.Join(choice.Words, " or ")
		}
		fmt.Fprintf(&b, "  %-24s  %s\n", word, doc)
	}
	b.WriteByte('\n')
	for _, k := range fault.MatchKeys() {
		explain(&k.Key)
	}
	b.WriteByte('\n')
	for _, e := range fault.Effects() {
		explain(&e.Key)
	}
	b.WriteByte('\n')
	for _, k := range fault.Limits() {
		explain(&k)
	}
	return b.String()
}

func setFault(c *call, operands []string) error {
	name, words := operands[0], operands[1:]
	r := api.Request{Method: http.MethodPut, Path: "/v1/faults/" + url.PathEscape(name), ContentType: "application/json"}
	if strings.HasPrefix(strings.TrimSpace(words[0]), "{") {
		if len(words) > 1 {
			return wrongf("fault set: there is a JSON object and %q, want one of the two", words[1])
		}
		r.Body = []byte(words[0])
	} else {
		body, err := ruleBody(words)
		if err != nil {
			return err
		}
		r.Body = body
	}
	var a api.FaultAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	if _, err := fmt.Fprintf(c.out, "%s: %s\n", a.Rule.Name, a.Rule.String()); err != nil {
		return err
	}
	return c.seq(a.Place)
}

// ruleBody makes a rule's JSON of KEY=VALUE. Whether keys and values are right is
// for the API to say.
func ruleBody(words []string) ([]byte, error) {
	rule, match := map[string]any{}, map[string]any{}
	for _, word := range words {
		key, value, given := strings.Cut(word, "=")
		if !given {
			value = "true" // drop is short for drop=true
		}
		key = strings.TrimPrefix(key, "match.")
		into := rule
		k, ofMatch := fault.RuleKey(key)
		if ofMatch {
			into = match
		}
		switch _, twice := into[key]; {
		case key == "":
			return nil, wrongf("fault set: %q has no key, want KEY=VALUE, such as delay_ms=5,20", word)
		case twice:
			return nil, wrongf("fault set: %s is given twice, want it once", key)
		}
		into[key] = ruleValue(k, value)
	}
	if len(match) > 0 {
		rule["match"] = match
	}
	data, err := json.Marshal(rule)
	if err != nil { // all of it comes out of JSON, or is a string
		panic(err)
	}
	return data, nil
}

// ruleValue is the value of a key, if it is one of a rule's.
func ruleValue(k *fault.Key[fault.Rule], value string) any {
	isList := false
	if k != nil {
		switch k.At(&fault.Rule{}).(type) {
		case fault.Span, *[]raft.NodeID:
			isList = true
		}
	}
	if !isList || strings.HasPrefix(value, "[") {
		return scalar(value)
	}
	var items []any
	for _, item := range strings.Split(value, ",") {
		items = append(items, scalar(item))
	}
	if _, isSpan := k.At(&fault.Rule{}).(fault.Span); isSpan && len(items) == 1 {
		items = append(items, items[0])
	}
	return items
}

// scalar is a number, true, false and so on, or else a string.
func scalar(value string) any {
	if json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return value
}

var faultDeleteCommand = &command{
	name: "fault delete", operands: "NAME...|-all", max: -1,
	doc: "delete rules; the messages that they keep go on",
	setup: func(set *flag.FlagSet) func(*call, []string) error {
		all := set.Bool("all", false, "delete all of them")
		return func(c *call, faults []string) error {
			switch {
			case *all && len(faults) > 0:
				return wrongf("fault delete: -all and %q, want one of the two", faults[0])
			case *all:
				return c.faults(api.Send(http.MethodDelete, "/v1/faults", nil), true)
			case len(faults) == 0:
				return wrongf("fault delete: something is missing, want NAME... or -all")
			}
			for _, name := range faults {
				if err := c.faults(api.Send(http.MethodDelete, "/v1/faults/"+url.PathEscape(name), nil), true); err != nil {
					return err
				}
			}
			return nil
		}
	},
}

// faultWords is a rule with its counters in a line.
func faultWords(f *fault.RuleStatus) string {
	return fmt.Sprintf("%s: %s (matched %d, acted %d, holds %d)", f.Name, f.Rule.String(), f.Matched, f.Acted, f.Held)
}
