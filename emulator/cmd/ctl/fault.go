package ctl

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// fault is emulator ctl fault.
func (o *options) fault() *cli.Command {
	return &cli.Command{
		Name:     "fault",
		Summary:  "show, set and delete rules on messages and writes",
		About:    "Shows, sets and deletes rules: faults that harm messages or a node's writes.",
		Examples: cli.Examples{{"emulator ctl fault set slow from=0 delay_ms=5,20", "delay the messages of node 0"}, {"emulator ctl fault list", "show the rules"}, {"emulator ctl fault delete -all", "delete them"}},
		Exit:     exits(cli.Codes{}),
		Commands: []*cli.Command{
			o.command(cli.Command{
				Name: "list", Summary: "show the rules in force, and how often each matched and acted",
			}, func(c *call) error { return c.faults(api.Get("/v1/faults", nil), false) }),
			o.setFault(), o.deleteFault(),
		},
	}
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

func (o *options) setFault() *cli.Command {
	return o.command(cli.Command{
		Name:     "set",
		Operands: "NAME JSON|KEY=VALUE...", Min: 2, Max: cli.Any,
		Summary: "set a rule; it replaces one of the same name",
		About: `Sets a rule; it replaces one of the same name. The keys say which messages or writes
the rule matches, what it does to them, and how often. The rule may also be JSON, as in fixtures
and the admin API. Nodes are ids, or leader, follower or candidate, as they are when the rule is set.`,
		Notes: []cli.Note{
			{Title: "Keys that match", Rows: keyRows(matchKeys())},
			{Title: "Keys that act", Rows: keyRows(effectKeys())},
			{Title: "Keys that limit", Rows: keyRows(fault.Limits())},
		},
		Examples: cli.Examples{
			{"emulator ctl fault set slow from=0 delay_ms=5,20 probability=0.5", "delay half of node 0's messages"},
			{"emulator ctl fault set deaf to=leader drop", "lose what is sent to the leader"},
			{`emulator ctl fault set slow '{"match": {"from": [0]}, "delay_ms": [5, 20]}'`, "a rule as JSON"},
		},
	}, setFault)
}

func matchKeys() []fault.Key[fault.Rule] {
	var keys []fault.Key[fault.Rule]
	for _, k := range fault.MatchKeys() {
		keys = append(keys, k.Key)
	}
	return keys
}

func effectKeys() []fault.Key[fault.Rule] {
	var keys []fault.Key[fault.Rule]
	for _, e := range fault.Effects() {
		keys = append(keys, e.Key)
	}
	return keys
}

// keyRows explains keys of a rule.
func keyRows(keys []fault.Key[fault.Rule]) [][2]string {
	var rows [][2]string
	for i := range keys {
		k := &keys[i]
		word, doc := k.Name, k.Doc
		if k.Example != "" {
			word += "=" + k.Example
		}
		if choice, ok := k.At(&fault.Rule{}).(fault.Choice); ok {
			doc += ": " + strings.Join(choice.Words, " or ")
		}
		rows = append(rows, [2]string{word, doc})
	}
	return rows
}

func setFault(c *call) error {
	name, words := c.Args[0], c.Args[1:]
	r := api.Request{Method: http.MethodPut, Path: "/v1/faults/" + url.PathEscape(name), ContentType: "application/json"}
	if strings.HasPrefix(strings.TrimSpace(words[0]), "{") {
		if len(words) > 1 {
			return cli.Usagef("there is a JSON object and %q, want one of the two", words[1])
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

// ruleBody makes a rule's JSON from KEY=VALUE. The API checks the keys and values.
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
			return nil, cli.Usagef("%q has no key, want KEY=VALUE, such as delay_ms=5,20", word)
		case twice:
			return nil, cli.Usagef("%s is given twice, want it once", key)
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

// ruleValue returns the JSON value of a key; k is nil for an unknown one.
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

// scalar returns a value that is JSON, such as a number or true, or else a string.
func scalar(value string) any {
	if json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return value
}

func (o *options) deleteFault() *cli.Command {
	var all bool
	return o.command(cli.Command{
		Name:     "delete",
		Operands: "NAME...|-all", Max: cli.Any,
		Summary:  "delete rules; the messages that they hold go on",
		Flags:    []*cli.Flag{cli.Bool(&all, "all", "delete all rules")},
		Examples: cli.Examples{{"emulator ctl fault delete slow", "one rule"}, {"emulator ctl fault delete -all", "all rules"}},
	}, func(c *call) error {
		switch {
		case all && len(c.Args) > 0:
			return cli.Usagef("-all and %q, want one of the two", c.Args[0])
		case all:
			return c.faults(api.Send(http.MethodDelete, "/v1/faults", nil), true)
		case len(c.Args) == 0:
			return cli.Usagef("an operand is missing, want NAME... or -all")
		}
		for _, name := range c.Args {
			if err := c.faults(api.Send(http.MethodDelete, "/v1/faults/"+url.PathEscape(name), nil), true); err != nil {
				return err
			}
		}
		return nil
	})
}

// faultWords writes a rule with its counters on one line.
func faultWords(f *fault.RuleStatus) string {
	return fmt.Sprintf("%s: %s (matched %d, acted %d, holds %d)", f.Name, f.Rule.String(), f.Matched, f.Acted, f.Held)
}
