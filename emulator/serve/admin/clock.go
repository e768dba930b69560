package admin

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

type clockAnswer struct {
	place
	clockState
}

type clockState struct {
	Mode    string  `json:"mode" enum:"real|virtual"`
	Paused  bool    `json:"paused" doc:"no event happens but those of step and advance"`
	Speed   float64 `json:"speed" doc:"world time that passes in a unit of wall time"`
	NextMS  *millis `json:"next_in_ms" doc:"null: nothing is to come"`
	Waiting int     `json:"waiting" doc:"the number of events to come"`
	Steps   uint64  `json:"steps" doc:"the number of events taken"`
}

func clockStateOf(k host.Clock) clockState {
	s := clockState{
		Mode: k.Mode.String(), Paused: k.Paused, Speed: k.Speed, Waiting: k.Waiting, Steps: k.Steps,
	}
	if k.HasNext {
		next := millis(max(0, k.NextAt-k.Now))
		s.NextMS = &next
	}
	return s
}

// showClock answers with the clock, at the place in the trace before what was
// done to it.
func (c *call) showClock(k host.Clock, before uint64) (any, error) {
	return clockAnswer{place{before, millis(k.Now)}, clockStateOf(k)}, nil
}

func (c *call) last() uint64 {
	var seq uint64
	c.host.Observe(func(o host.Observer) { seq = o.Trace().Last() })
	return seq
}

func getClock(c *call) (any, error) { return c.showClock(c.host.Clock(), c.last()) }

func pauseClock(c *call) (any, error) {
	before := c.last()
	return c.showClock(c.host.Pause(), before)
}

type runBody struct {
	Speed *float64 `json:"speed" want:"a number from 0 to 1000; without it, the mode's own: 1 for real time, 0 for virtual"`
}

func runClock(c *call) (any, error) {
	var b runBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	speed := -1.0 // the mode's own
	if b.Speed != nil {
		if speed = *b.Speed; !(speed >= 0 && speed <= host.MaxSpeed) {
			return nil, outOfRange("speed", speed, 0, host.MaxSpeed)
		}
	}
	before := c.last()
	k, err := c.host.Run(speed)
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}

type stepBody struct {
	Events int `json:"events" want:"a whole number from 1 to 1000000"`
}

func stepClock(c *call) (any, error) {
	b := stepBody{Events: 1}
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	if b.Events < 1 || b.Events > host.MaxSteps {
		return nil, outOfRange("events", float64(b.Events), 1, host.MaxSteps)
	}
	before := c.last()
	k, err := c.host.Step(b.Events)
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}

type advanceBody struct {
	MS float64 `json:"ms" want:"a number of milliseconds from 0 to 86400000" must:"true"`
}

func advanceClock(c *call) (any, error) {
	var b advanceBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	if most := host.MaxAdvance.Milliseconds(); !(b.MS >= 0 && b.MS <= float64(most)) {
		return nil, outOfRange("ms", b.MS, 0, float64(most))
	}
	before := c.last()
	k, err := c.host.Advance(time.Duration(b.MS * float64(time.Millisecond)))
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}

func outOfRange(key string, is, least, most float64) error {
	return &failure{err: errBody, flaws: []flaw{{Key: key, Message: fmt.Sprintf("is %v, want a number from %v to %.0f", is, least, most)}}}
}
