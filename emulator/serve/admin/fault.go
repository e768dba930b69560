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
	d, err := c.changeSized(func(nodes int) (decision, error) {
		rule, err := syntax.ParseRule(name, c.body, nodes)
		return setRule(&rule), err
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

// setRule puts a rule in force, unless its time is over.
func setRule(rule *fault.Rule) decision {
	return func(o host.View) (fault.Change, error) {
		return fault.Change{Kind: fault.SetRule, Rule: rule}, checkUntil(rule, o.Now())
	}
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

// errNone: there is nothing left to do.
var errNone = errors.New("nothing left")

func deleteFaults(c *call) (any, error) {
	first, err := c.clearFaults()
	if err != nil {
		return nil, err
	}
	return c.showFaults(first.at)
}

// clearFaults deletes one rule after the other and returns the first change.
func (c *call) clearFaults() (done, error) {
	var first done
	for i := 0; ; i++ {
		d, err := c.change(func(o host.View) (fault.Change, error) {
			rules := o.Rules()
			if len(rules) == 0 {
				return fault.Change{}, errNone
			}
			return fault.Change{Kind: fault.DeleteRule, Name: rules[0].Name}, nil
		})
		if i == 0 {
			first = d
		}
		if errors.Is(err, errNone) {
			return first, nil
		}
		if err != nil {
			return first, err
		}
	}
}

func putFaults(c *call) (any, error) {
	var b api.FaultsBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	rules, err := c.readRules(b.Faults)
	if err != nil {
		return nil, err
	}
	first, err := c.clearFaults()
	if err != nil {
		return nil, err
	}
	for i := range rules {
		_, err := c.change(func(host.View) (fault.Change, error) {
			return fault.Change{Kind: fault.SetRule, Rule: &rules[i]}, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return c.showFaults(first.at)
}

// readRules reads a list of rules, or says all that is wrong with it.
func (c *call) readRules(list []json.RawMessage) ([]fault.Rule, error) {
	var now time.Duration
	var nodes int
	c.host.Observe(func(o host.View) { now, nodes = o.Now(), o.Nodes() })
	var rules []fault.Rule
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
		rule, err := syntax.ParseRule(named.Name, raw, nodes)
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
		rules = append(rules, rule)
	}
	if more > 0 {
		flaws = append(flaws, api.Flaw{Key: "faults", Message: readjson.More(more)})
	}
	if len(flaws) > 0 {
		return nil, &failure{err: errBody, flaws: flaws}
	}
	return rules, nil
}
