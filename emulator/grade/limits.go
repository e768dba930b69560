package grade

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
)

// withLimits returns a fixture whose limits of time are the course's: those in its file are
// written for the limits of course.Initial, and stretched or shrunk in proportion.
func withLimits(f *fixture.Fixture, l course.Limits) *fixture.Fixture {
	usual := course.Initial().Limits
	if l == usual {
		return f
	}
	good := func(d time.Duration) time.Duration { return scaled(d, l.Good, usual.Good) }
	late := func(d time.Duration) time.Duration { return scaled(d, l.Late, usual.Late) }
	c, s := *f, *f.Scenario
	c.Scenario = &s
	s.Expects = slices.Clone(s.Expects)
	for i := range s.Expects {
		e := &s.Expects[i]
		if e.Kind != play.ExpectWithin {
			continue
		}
		e.Within = good(e.Within)
		if e.Late > 0 {
			e.Late = max(late(e.Late), e.Within+time.Millisecond)
		}
	}
	if l.Late <= usual.Late {
		return &c // steps wait as long as before, because a slow program is not unprepared
	}
	s.TimeLimit = late(s.TimeLimit)
	s.Steps = slices.Clone(s.Steps)
	for i := range s.Steps {
		s.Steps[i].Within = late(s.Steps[i].Within)
	}
	return &c
}

// hasty returns a fixture whose first step waits no longer than the course's last limit, after
// which an election does not come at all.
func hasty(f *fixture.Fixture, l course.Limits) *fixture.Fixture {
	if len(f.Scenario.Steps) == 0 || len(f.Scenario.Steps[0].Once) == 0 || f.Scenario.Steps[0].Within <= l.Late {
		return f
	}
	c, s := *f, *f.Scenario
	c.Scenario = &s
	s.Steps = slices.Clone(s.Steps)
	s.Steps[0].Within = l.Late
	return &c
}

func scaled(d, to, from time.Duration) time.Duration {
	return time.Duration(float64(d) * (float64(to) / float64(from))).Round(time.Millisecond)
}
