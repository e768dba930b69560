package admin

import (
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

func clockStateOf(k host.Clock) api.ClockState {
	s := api.ClockState{
		Mode: k.Mode.String(), Paused: k.Paused, Speed: k.Speed, Waiting: k.Waiting, Steps: k.Steps,
	}
	if k.HasNext {
		next := api.Millis(max(0, k.NextAt-k.Now))
		s.NextMS = &next
	}
	return s
}

// showClock answers with the clock, at the place in the trace before what was
// done to it.
func (c *call) showClock(k host.Clock, before uint64) (any, error) {
	return api.ClockAnswer{
		Place: api.Place{Seq: before, TimeMS: api.Millis(k.Now)}, ClockState: clockStateOf(k),
	}, nil
}

func (c *call) last() uint64 {
	var seq uint64
	c.host.Observe(func(o host.View) { seq = o.Trace().Last() })
	return seq
}

func getClock(c *call) (any, error) { return c.showClock(c.host.Clock(), c.last()) }

func pauseClock(c *call) (any, error) {
	before := c.last()
	return c.showClock(c.host.Pause(), before)
}

func runClock(c *call) (any, error) {
	var b api.RunBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	speed := -1.0 // the mode's own
	if b.Speed != nil {
		speed = *b.Speed
	}
	before := c.last()
	k, err := c.host.Run(speed)
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}

func stepClock(c *call) (any, error) {
	b := api.StepBody{Events: 1}
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	before := c.last()
	k, err := c.host.Step(c.r.Context(), b.Events)
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}

func advanceClock(c *call) (any, error) {
	var b api.AdvanceBody
	if err := readJSON(c.body, &b); err != nil {
		return nil, err
	}
	before := c.last()
	k, err := c.host.Advance(c.r.Context(), time.Duration(b.MS*float64(time.Millisecond)))
	if err != nil {
		return nil, err
	}
	return c.showClock(k, before)
}
