package ctl

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	grammar "rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
)

// wait is emulator ctl wait.
func (o *options) wait() *cli.Command {
	var timeout time.Duration
	var since string
	var conditions [][2]string
	for _, k := range grammar.Keys() {
		if !k.Scenario {
			conditions = append(conditions, [2]string{text.ShellWord(k.Name + "=" + k.Example), k.Want})
		}
	}
	return o.command(cli.Command{
		Name:     "wait",
		Operands: "CONDITION...", Min: 1, Max: cli.Any,
		Summary: "wait until all conditions hold at the same moment",
		About: `Waits until all conditions hold at the same moment. In virtual time it advances the
clock until they do.

NODES is an id or leader, several separated by commas, or all that are up. Events count from
now on, or with -since after the seq of an earlier answer or after the newest change, so that
none is missed between a change and the wait.`,
		Flags: []*cli.Flag{
			cli.Timeout(&timeout, 5*time.Second, "wait at most `TIME`, up to 1m").Bare(time.Millisecond).Between(0, float64(time.Minute)),
			cli.String(&since, "since", "", "events count after `SEQ`; last: after the newest change"),
		},
		Notes: []cli.Note{{Title: "Conditions, each as an example and in words", Rows: conditions}},
		Examples: cli.Examples{
			{"emulator ctl wait leader=unique committed=12", "two conditions"},
			{"emulator ctl wait event=BecomeLeader -since last", "the leader that follows the newest change, such as a crash"},
			{"emulator ctl wait event=BecomeLeader -since 181", "the same, for a crash that printed seq 181"},
		},
		Exit: cli.Codes{
			cli.Failed:    "the conditions did not hold in time",
			cli.Undecided: "undecided: the cluster was replaced meanwhile, or interrupted",
		},
	}, func(c *call) error { return c.wait(timeout, since) })
}

func (c *call) wait(timeout time.Duration, since string) error {
	query := url.Values{"timeout_ms": {inMillis(timeout)}}
	if since != "" {
		query.Set("since", since)
	}
	for _, text := range c.Args {
		key, value, ok := strings.Cut(text, "=")
		if !ok || !grammar.IsKey(key) {
			_, err := grammar.ParseText(text)
			return cli.Usagef("%w", err)
		}
		query.Add(key, value)
	}
	var a api.WaitAnswer
	if err := c.ask(long(api.Get("/v1/wait", query)), &a); err != nil || c.json {
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

// inMillis writes a time in milliseconds.
func inMillis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64)
}
