package ctl

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/syntax"
)

var faultListCommand = &command{
	name:  "fault list",
	doc:   "show the rules on messages, and how often each matched and acted",
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
		fmt.Fprintf(w, "%s\t%s\tmatched %d\tacted %d\tholds %d\n", f.Name, ruleWords(f.Rule), f.Matched, f.Acted, f.Held)
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
	doc: "put a rule on messages in force, in the place of one of the same name",
	more: `
A rule says which messages it is about and what happens to them:

  from=0,1 to=2             sender and receiver; without them any
  type=append_entries       or api.Request_vote
  kind=request              or response
  entries=true              AppendEntries requests with entries; false: without

  drop                      lose them
  delay_ms=5,20             delay each by a time between these; delay_ms=5: by 5
  duplicate=1               send so many more copies
  reorder                   let the next on the link overtake
  hold                      keep them until the rule ends

  skip=2 count=3            let two pass first, act on three
  probability=0.5           act on every other one, by chance
  until_ms=5000             end at this time of the cluster

The same as JSON, as fixtures and the admin API have it:

  emulator ctl fault set slow from=0 delay_ms=5,20 probability=0.5
  emulator ctl fault set slow '{"match": {"from": [0]}, "delay_ms": [5, 20], "probability": 0.5}'`,
	setup: plain(setFault),
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
	if _, err := fmt.Fprintf(c.out, "%s: %s\n", a.Rule.Name, ruleWords(a.Rule.Rule)); err != nil {
		return err
	}
	return c.seq(a.Place)
}

// The keys of a rule that are lists, and those that stand in its match.
var (
	listKeys  = []string{"from", "to", "delay_ms"}
	matchKeys = []string{"from", "to", "type", "kind", "entries"}
)

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
		if slices.Contains(matchKeys, key) {
			into = match
		}
		switch _, twice := into[key]; {
		case key == "":
			return nil, wrongf("fault set: %q has no key, want KEY=VALUE, such as delay_ms=5,20", word)
		case twice:
			return nil, wrongf("fault set: %s is given twice, want it once", key)
		}
		into[key] = ruleValue(key, value)
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

func ruleValue(key, value string) any {
	if !slices.Contains(listKeys, key) || strings.HasPrefix(value, "[") {
		return scalar(value)
	}
	var items []any
	for _, item := range strings.Split(value, ",") {
		items = append(items, scalar(item))
	}
	if key == "delay_ms" && len(items) == 1 {
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
	doc: "lift rules; what they hold goes on",
	setup: func(set *flag.FlagSet) func(*call, []string) error {
		all := set.Bool("all", false, "lift all of them")
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

// ruleWords writes a rule as "fault set" takes it.
func ruleWords(r fault.Rule) string {
	o := syntax.RuleJSON(r)
	var words []string
	add := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	if m := o.Match; m != nil {
		add(m.From != nil, "from=%s", list(m.From))
		add(m.To != nil, "to=%s", list(m.To))
		add(m.Type != "", "type=%s", m.Type)
		add(m.Kind != "", "kind=%s", m.Kind)
		if m.Entries != nil {
			add(true, "entries=%v", *m.Entries)
		}
	}
	add(o.Drop, "drop")
	if o.DelayMS != nil {
		add(true, "delay_ms=%s,%s", decimal(o.DelayMS[0]), decimal(o.DelayMS[1]))
	}
	add(o.Duplicate != 0, "duplicate=%d", o.Duplicate)
	add(o.Reorder, "reorder")
	add(o.Hold, "hold")
	add(o.Skip != 0, "skip=%d", o.Skip)
	add(o.Count != 0, "count=%d", o.Count)
	add(o.Probability != 0, "probability=%g", o.Probability)
	add(o.UntilMS != 0, "until_ms=%s", decimal(o.UntilMS))
	return strings.Join(words, " ")
}

// decimal writes a number without an exponent.
func decimal[N int64 | float64](n N) string { return strconv.FormatFloat(float64(n), 'f', -1, 64) }

// faultWords is a rule with its counters in a line.
func faultWords(f *fault.RuleStatus) string {
	return fmt.Sprintf("%s: %s (matched %d, acted %d, holds %d)", f.Name, ruleWords(f.Rule), f.Matched, f.Acted, f.Held)
}
