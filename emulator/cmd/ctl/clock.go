package ctl

import (
	"fmt"
	"net/http"
	"strconv"

	"rrmq.example/emulator/emulator/serve/api"
)

var clockCommand = &command{
	name: "clock", doc: "show how the cluster's clock stands",
	setup: plain(func(c *call, _ []string) error { return c.clock(api.Get("/v1/clock", nil)) }),
}

var clockPauseCommand = &command{
	name: "clock pause", doc: "stop the clock, and with it all that happens",
	setup: plain(func(c *call, _ []string) error {
		return c.clock(api.Send(http.MethodPost, "/v1/clock/pause", nil))
	}),
}

var clockRunCommand = &command{
	name: "clock run", operands: "[SPEED]", max: 1,
	doc:   "let the clock go on, SPEED times as fast as outside; without SPEED as it was started",
	setup: plain(withNumber("/v1/clock/run", "SPEED", "speed")),
}

var clockStepCommand = &command{
	name: "clock step", operands: "[N]", max: 1,
	doc:   "pause the clock and take the next event, or the next N",
	setup: plain(withNumber("/v1/clock/step", "N", "events")),
}

var clockAdvanceCommand = &command{
	name: "clock advance", operands: "MS", min: 1, max: 1,
	doc:   "move a clock on by MS milliseconds that is virtual or paused, and let all happen that is due",
	setup: plain(withNumber("/v1/clock/advance", "MS", "ms")),
}

// withNumber sends a change of the clock, with a number in its body if one is
// given.
func withNumber(path, name, key string) func(*call, []string) error {
	return func(c *call, operands []string) error {
		var body any
		if len(operands) > 0 {
			n, err := strconv.ParseFloat(operands[0], 64)
			if err != nil || n-n != 0 { // NaN and infinities are no JSON
				return wrongf("%s is %q, want a number", name, operands[0])
			}
			body = map[string]float64{key: n}
		}
		return c.clock(api.Send(http.MethodPost, path, body))
	}
}

func (c *call) clock(r api.Request) error {
	var a api.ClockAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	_, err := fmt.Fprintf(c.out, "%s; %d events taken, %d to come\n", clockWords(&a.ClockState, a.TimeMS), a.Steps, a.Waiting)
	return err
}

// clockWords says how a clock stands that shows a time.
func clockWords(k *api.ClockState, now api.Millis) string {
	text := k.Mode + ", at " + millis(now)
	switch {
	case k.Paused:
		text += ", paused"
	case k.Speed == 0:
		text += ", standing still"
	case k.Speed != 1:
		text += fmt.Sprintf(", %g times as fast as outside", k.Speed)
	}
	if k.NextMS != nil {
		text += ", next event in " + millis(*k.NextMS)
	}
	return text
}
