package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/emulator/text/readjson"
)

func getFaults(c *call) (any, error) { return c.showFaults(here) }

func (c *call) showFaults(at func(host.View) api.Place) (any, error) {
	var a api.FaultsAnswer
	c.host.Observe(func(o host.View) { a.Place, a.Faults = at(o), o.Rules() })
	return a, nil
}

func getFault(c *call) (any, error) { return c.showFault(here) }

func (c *call) showFault(at func(host.View) api.Place) (any, error) {
	var a api.FaultAnswer
	var err error
	c.host.Observe(func(o host.View) {
		a.Place = at(o)
		a.Rule, err = ruleNamed(o, c.r.PathValue("name"))
	})
	return a, err
}

// ruleNamed finds a rule in force.
func ruleNamed(o host.View, name string) (fault.RuleStatus, error) {
	var names []string
	for _, r := range o.Rules() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	hint := "there is none in force"
	if len(names) > 0 {
		hint = text.Suggest(name, names)
	}
	return fault.RuleStatus{}, fmt.Errorf("fault %.80q: %w, %s", name, world.ErrNoRule, hint)
}

func putFault(c *call) (any, error) {
	name := c.r.PathValue("name")
	if err := errors.Join(readable(c.body), checkName(name)); err != nil {
		return nil, err
	}
	d, err := c.changeSized(func(nodes int) (decisions, error) {
		rule, match, err := syntax.ParseRule(name, c.body, nodes)
		r := writtenRule{rule, match}
		return one(r.set), err
	})
	if err != nil {
		return nil, err
	}
	return c.showFault(d.at)
}

func checkName(name string) error {
	if !utf8.ValidString(name) {
		return &failure{err: errBadRequest, detail: "the fault's name is not UTF-8"}
	}
	if wrong := bounds.Fault.Wrong(name); wrong != "" {
		return &failure{err: errBody, detail: "the fault's name " + wrong}
	}
	return nil
}

// A writtenRule is a rule whose match may name nodes by words.
type writtenRule struct {
	rule  fault.Rule
	match syntax.MatchWho
}

// set puts the rule in force, unless its time is over. It is about the nodes that its match
// means at that moment.
func (r *writtenRule) set(o host.View) (fault.Change, error) {
	rule, err := resolver(o).Rule(r.rule, r.match)
	return fault.Change{Kind: fault.SetRule, Rule: &rule}, errors.Join(err, checkUntil(&rule, o.Now()))
}

// inList says which rule of a list an error is about.
func inList(i int, err error) error {
	if f, ok := errors.AsType[*failure](err); ok {
		for k := range f.flaws {
			f.flaws[k].Key = fmt.Sprintf("faults[%d].%s", i, f.flaws[k].Key)
		}
		return f
	}
	return fmt.Errorf("faults[%d].%w", i, err)
}

func checkUntil(rule *fault.Rule, now time.Duration) error {
	if rule.Until == 0 || rule.Until > now {
		return nil
	}
	return &failure{err: errBody, flaws: []api.Flaw{{Key: "until_ms", Message: fmt.Sprintf(
		"is %s, and it is %s already, want a later time, counted from the cluster's beginning",
		source.Millis(rule.Until), source.Millis(now))}}}
}

func deleteFault(c *call) (any, error) {
	d, err := c.change(func(o host.View) (fault.Change, error) {
		rule, err := ruleNamed(o, c.r.PathValue("name"))
		return fault.Change{Kind: fault.DeleteRule, Name: rule.Name}, err
	})
	if err != nil {
		return nil, err
	}
	return c.showFaults(d.at)
}

func deleteFaults(c *call) (any, error) {
	d, err := c.changeAll(func(o host.View) ([]fault.Change, error) { return deleteRules(o), nil })
	if err != nil {
		return nil, err
	}
	return c.showFaults(d.at)
}

// deleteRules deletes every rule.
func deleteRules(o host.View) []fault.Change {
	var list []fault.Change
	for _, r := range o.Rules() {
		list = append(list, fault.Change{Kind: fault.DeleteRule, Name: r.Name})
	}
	return list
}

func putFaults(c *call) (any, error) {
	var b api.FaultsBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	d, err := c.changeSized(func(nodes int) (decisions, error) {
		rules, err := c.readRules(b.Faults, nodes)
		return func(o host.View) ([]fault.Change, error) {
			list := deleteRules(o)
			for i := range rules {
				one, err := rules[i].set(o)
				if err != nil {
					return nil, inList(i, err)
				}
				list = append(list, one)
			}
			return list, nil
		}, err
	})
	if err != nil {
		return nil, err
	}
	return c.showFaults(d.at)
}

// readRules reads a list of rules, or says all that is wrong with it.
func (c *call) readRules(list []json.RawMessage, nodes int) ([]writtenRule, error) {
	var now time.Duration
	c.host.Observe(func(o host.View) { now = o.Now() })
	var rules []writtenRule
	var flaws []api.Flaw
	more := 0
	seen := map[string]bool{}
	for i, raw := range list {
		add := func(key, message string) {
			if len(flaws) == readjson.MaxProblems {
				more++
				return
			}
			path := fmt.Sprintf("faults[%d]", i)
			if key != "" {
				path += "." + key
			}
			flaws = append(flaws, api.Flaw{Key: path, Message: message})
		}
		var named struct{ Name string }
		if json.Unmarshal(raw, &named) != nil || named.Name == "" {
			add("name", "is missing, want a name by which the rule can be deleted")
			continue
		}
		if seen[named.Name] {
			add("name", "is given to two rules, want another")
		}
		seen[named.Name] = true
		if err := checkName(named.Name); err != nil {
			add("name", err.Error())
		}
		rule, match, err := syntax.ParseRule(named.Name, raw, nodes)
		if err == nil {
			err = checkUntil(&rule, now)
		}
		if list, ok := errors.AsType[source.Errors](err); ok {
			for _, e := range list {
				add(e.Key, e.Message)
			}
		} else if f, ok := errors.AsType[*failure](err); ok {
			add(f.flaws[0].Key, f.flaws[0].Message)
		}
		rules = append(rules, writtenRule{rule, match})
	}
	if more > 0 {
		flaws = append(flaws, api.Flaw{Key: "faults", Message: readjson.More(more)})
	}
	if len(flaws) > 0 {
		return nil, &failure{err: errBody, flaws: flaws}
	}
	return rules, nil
}
