package ctl

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
)

// clock is emulator ctl clock.
func (o *options) clock() *cli.Command {
	c := o.command(cli.Command{
		Name:     "clock",
		Summary:  "show the cluster's clock",
		About:    "Shows the cluster's clock: its time, its speed, and when the next event is due.",
		Examples: cli.Examples{{"emulator ctl clock", "show the clock"}, {"emulator ctl clock pause", "stop it"}},
	}, func(c *call) error { return c.clock(api.Get("/v1/clock", nil)) })
	c.Commands = []*cli.Command{
		o.command(cli.Command{
			Name: "pause", Summary: "stop the clock, and with it the whole cluster",
		}, func(c *call) error { return c.clock(api.Send(http.MethodPost, "/v1/clock/pause", nil)) }),
		o.command(cli.Command{
			Name: "run", Operands: "[SPEED]", Max: 1, Summary: "let the clock run",
			About:    "Lets the clock run SPEED times as fast as real time; without SPEED, as it was started.",
			Examples: cli.Examples{{"emulator ctl clock run 2", "twice as fast as real time"}},
		}, changeClock("run", "speed", parseNumber)),
		o.command(cli.Command{
			Name: "step", Operands: "[N]", Max: 1, Summary: "pause the clock and take the next event, or the next N",
		}, changeClock("step", "events", parseNumber)),
		o.command(cli.Command{
			Name: "advance", Operands: "TIME", Min: 1, Max: 1, Summary: "advance a virtual or paused clock",
			About:    "Advances a virtual or paused clock by TIME, and takes every event that is due.",
			Examples: cli.Examples{{"emulator ctl clock advance 1.5s", "one and a half seconds"}},
		}, changeClock("advance", "ms", parseMillis)),
	}
	return c
}

// changeClock changes the clock by a verb. The operand, if there is one, is the value of
// a key of the body.
func changeClock(verb, key string, parse func(string) (float64, error)) func(*call) error {
	return func(c *call) error {
		var body any
		if len(c.Args) > 0 {
			n, err := parse(c.Args[0])
			if err != nil {
				return err
			}
			body = map[string]float64{key: n}
		}
		return c.clock(api.Send(http.MethodPost, "/v1/clock/"+verb, body))
	}
}

func parseNumber(word string) (float64, error) {
	n, err := strconv.ParseFloat(word, 64)
	if err != nil || n-n != 0 { // NaN and infinities are no JSON
		return 0, cli.Usagef("%q: want a number", word)
	}
	return n, nil
}

// parseMillis reads a time such as 1.5s; a number alone, its old form, is milliseconds.
func parseMillis(word string) (float64, error) {
	if n, err := parseNumber(word); err == nil {
		return n, nil
	}
	d, err := time.ParseDuration(word)
	if err != nil {
		return 0, cli.Usagef("%q: want a time such as 1.5s or 250ms", word)
	}
	return float64(d) / float64(time.Millisecond), nil
}

func (c *call) clock(r api.Request) error {
	var a api.ClockAnswer
	if err := c.ask(long(r), &a); err != nil || c.json {
		return err
	}
	_, err := fmt.Fprintf(c.out, "%s; %s taken, %d to come\n", clockWords(&a.ClockState, a.TimeMS), text.Count(a.Steps, "event"), a.Waiting)
	return err
}

// clockWords describes a clock that shows now.
func clockWords(k *api.ClockState, now api.Millis) string {
	text := k.Mode + ", at " + millis(now)
	switch {
	case k.Paused:
		text += ", paused"
	case k.Speed == 0:
		text += ", standing still"
	case k.Speed != 1:
		text += fmt.Sprintf(", %g times as fast as real time", k.Speed)
	}
	if k.NextMS != nil {
		text += ", next event in " + millis(*k.NextMS)
	}
	return text
}
