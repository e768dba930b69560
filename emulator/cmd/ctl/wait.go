package ctl

import (
	"flag"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	grammar "rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
)

var waitCommand = &command{
	name: "wait", operands: "CONDITION...", min: 1, max: -1,
	doc:   "wait until all conditions hold at the same moment; exit code 1 when they don't in time",
	more:  waitHelp(),
	setup: setupWait,
}

// waitHelp lists the conditions that there are.
func waitHelp() string {
	var b strings.Builder
	b.WriteString("Conditions, each as an example and in words:\n\n")
	for _, k := range grammar.Keys() {
		if !k.Scenario {
			fmt.Fprintf(&b, "  %s\n      %s\n", text.ShellWord(k.Name+"="+k.Example), k.Want)
		}
	}
	b.WriteString(`
NODES is an id or leader, several with commas, or all that are up. Events count
from now on, or with -since from the seq of an earlier answer on, so that nothing
is missed between an action and the wait:

  emulator ctl crash leader                  (prints its seq, say 181)
  emulator ctl wait event=BecomeLeader -since 181

In virtual time the clock is moved until the conditions hold.`)
	return b.String()
}

func setupWait(set *flag.FlagSet) func(*call, []string) error {
	timeout := set.Int64("timeout", 5000, "wait for `MS` milliseconds at most, 60000 being the longest")
	since := set.String("since", "", "events count after this `SEQ`")
	return func(c *call, conditions []string) error {
		query := url.Values{"timeout_ms": {strconv.FormatInt(*timeout, 10)}}
		if *since != "" {
			query.Set("since", *since)
		}
		for _, text := range conditions {
			key, value, ok := strings.Cut(text, "=")
			if !ok || !grammar.IsKey(key) {
				_, err := grammar.ParseText(text)
				return wrongf("wait: %v", err)
			}
			query.Add(key, value)
		}
		var a api.WaitAnswer
		if err := c.ask(api.Get("/v1/wait", query), &a); err != nil || c.json {
			return err
		}
		for _, cond := range a.Conditions {
			if _, err := fmt.Fprintf(c.out, "%s: %s\n", cond.Condition, cond.Seen); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(c.out, "after %s; seq %d\n", millis(a.WaitedMS), a.Seq)
		return err
	}
}
