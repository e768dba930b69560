package admin

import (
	"context"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

const (
	sinceParam   = "since"
	timeoutParam = "timeout_ms"

	waitUnlessAsked = 5_000  // ms
	maxWait         = 60_000 // ms
)

// maxDrive bounds the wall time of a wait in virtual time.
const maxDrive = 5 * time.Minute

func getWait(c *call) (any, error) {
	conditions, err := c.conditions()
	if err != nil {
		return nil, err
	}
	timeout, err := c.millis(waitTimeout, waitUnlessAsked)
	if err != nil {
		return nil, err
	}
	since, err := c.placeIn(0, -1)
	if err != nil {
		return nil, err
	}
	began, err := c.checkWait(conditions, &since)
	if err != nil {
		return nil, err
	}
	from := uint64(condition.Now)
	if since.seq >= 0 {
		from = uint64(since.seq)
	}
	return c.wait(condition.NewWatch(conditions, from), timeout, since.run, began)
}

// conditions reads those of the query, in the order of their keys.
func (c *call) conditions() ([]condition.Condition, error) {
	var list []condition.Condition
	for _, k := range condition.Keys() {
		for _, value := range c.query[k.Name] {
			cond, err := condition.Parse(k.Name, value)
			if err == nil {
				err = cond.CheckAlone()
			}
			if err != nil {
				return nil, err
			}
			list = append(list, cond)
		}
	}
	if len(list) == 0 {
		return nil, &failure{err: errBadRequest, detail: "no condition is given, want one such as leader=unique; GET / lists them"}
	}
	return list, nil
}

// checkWait checks a wait against the cluster as it is, and tells its time. It fills in
// the run.
func (c *call) checkWait(conditions []condition.Condition, since *place) (time.Duration, error) {
	var nodes int
	var last uint64
	var now time.Duration
	var run string
	c.host.Observe(func(o host.View) { nodes, last, now, run = o.Nodes(), o.Trace().Last(), o.Now(), o.RunID() })
	if since.run != "" && since.run != run {
		return 0, replaced(since.run, run)
	}
	since.run = run
	for _, cond := range conditions {
		if err := cond.Check(nodes); err != nil {
			return 0, err
		}
	}
	if since.seq >= 0 {
		return now, checkSince(uint64(since.seq), last)
	}
	return now, nil
}

// checkSince refuses a place that the trace has not come to: it is one of a
// cluster that was replaced.
func checkSince(since, last uint64) error {
	if since <= last {
		return nil
	}
	return &failure{err: errSince, detail: fmt.Sprintf(
		"since is %d, and the newest record of the trace is %d; loading a fixture starts a new trace", since, last)}
}

// wait waits until all holds that is watched for in a run.
func (c *call) wait(watch *condition.Watch, timeout time.Duration, run string, began time.Duration) (any, error) {
	var a api.WaitAnswer
	var by string // the run that has taken run's place
	see := func(o host.View) {
		if o.RunID() != run {
			by = o.RunID()
			return
		}
		a.Place, a.Leader = here(o), api.NodeRef(o.Leader())
		a.WaitedMS = max(0, a.TimeMS-api.Millis(began))
		a.Conditions = watch.Results(o)
	}
	clock := c.host.Clock()
	drives := clock.Mode == host.Virtual && !clock.Paused && clock.Speed == 0
	limit := timeout
	if drives {
		limit = maxDrive
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), limit)
	defer cancel()
	if c.host.Wait(ctx, timeout, func(o host.View) bool {
		held := o.RunID() != run || watch.Holds(o)
		if held {
			see(o)
		}
		return held
	}) {
		if by != "" {
			return nil, replaced(run, by)
		}
		return a, nil
	}
	if !drives && ctx.Err() == nil {
		return nil, host.ErrClosed
	}
	if c.host.Observe(see); by != "" {
		return nil, replaced(run, by)
	}
	return nil, c.untrue(&a, timeout, clock.Paused)
}

// untrue says what did not come true.
func (c *call) untrue(a *api.WaitAnswer, timeout time.Duration, paused bool) error {
	detail := condition.Unmet(a.Conditions)
	if paused {
		detail += " (the clock is paused)"
	}
	for _, r := range a.Conditions {
		if r.Before > 0 {
			detail += fmt.Sprintf("; since=%d counts it, since=last counts events from the newest change", r.Before-1)
			break
		}
	}
	return &failure{
		err:    errUntrue,
		detail: fmt.Sprintf("still untrue after %v ms: %s", float64(timeout)/float64(time.Millisecond), detail),
		place:  &a.Place, conditions: a.Conditions,
	}
}
