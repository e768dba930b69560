package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/world"
)

// A ClockMode says what makes time move.
type ClockMode uint8

// The modes.
const (
	Real    ClockMode = iota // the world's time passes with the wall clock's
	Virtual                  // the world's time stands still unless it is moved
)

// String gives the mode's name.
func (m ClockMode) String() string {
	if m == Virtual {
		return "virtual"
	}
	return "real"
}

// MaxSpeed bounds Clock.Speed.
const MaxSpeed = 1000

// MaxAdvance bounds how far one Advance goes, and MaxSteps how many events one
// Step takes.
const (
	MaxAdvance = 24 * time.Hour
	MaxSteps   = 1_000_000
)

// ErrClock says that the clock can't do what was asked for.
var ErrClock = errors.New("the clock can't do that")

// A Clock is the state of the world's clock.
type Clock struct {
	Mode ClockMode
	// Paused: no event happens but those that Step and Advance take.
	Paused bool
	// Speed is the world time that passes in a unit of wall time; 0: none does.
	Speed float64
	// Now is the world's time.
	Now time.Duration
	// NextAt is when the next event is due; meaningless when HasNext is false.
	NextAt  time.Duration
	HasNext bool
	// Waiting is the number of events to come, Steps that of those taken.
	Waiting int
	Steps   uint64
}

// clock tells the world's time from the wall's. The owner of the world owns it too.
type clock struct {
	mode   ClockMode
	paused bool
	speed  float64
	wall   time.Time     // at some moment,
	base   time.Duration // and the world's time then
}

func newClock(mode ClockMode) clock {
	c := clock{mode: mode, wall: time.Now()}
	c.speed = c.ownSpeed()
	return c
}

// ownSpeed is the speed at which a clock starts.
func (c *clock) ownSpeed() float64 {
	if c.mode == Virtual {
		return 0
	}
	return 1
}

// now is the time up to which the world may run; it is w's own when the clock
// stands still.
func (c *clock) now(w *world.World) time.Duration {
	if c.paused || c.speed == 0 {
		return w.Now()
	}
	passed := time.Since(c.wall)
	if c.speed != 1 {
		passed = time.Duration(float64(passed) * c.speed)
	}
	return max(w.Now(), c.base+passed)
}

// set makes the clock go on from the world's time in another way.
func (c *clock) set(w *world.World, paused bool, speed float64) {
	c.paused, c.speed = paused, speed
	c.wall, c.base = time.Now(), w.Now()
}

// until is how long to wait in wall time for the world's time t; false when it
// does not come by itself.
func (c *clock) until(w *world.World, t time.Duration) (time.Duration, bool) {
	if c.paused || c.speed == 0 {
		return 0, false
	}
	return time.Duration(float64(t-c.now(w)) / c.speed), true
}

func (c *clock) view(w *world.World) Clock {
	v := Clock{
		Mode: c.mode, Paused: c.paused, Speed: c.speed,
		Now: w.Now(), Waiting: w.Waiting(), Steps: w.Steps(),
	}
	v.NextAt, v.HasNext = w.NextAt()
	return v
}

// Clock tells how the clock stands.
func (h *Host) Clock() Clock {
	var v Clock
	h.own(func(w *world.World) { v = h.clock.view(w) })
	return v
}

// Pause stops the clock, and with it all that happens: what clients send and
// what a nemesis does leads to nothing until the clock goes on.
func (h *Host) Pause() Clock {
	h.own(func(w *world.World) {
		h.setClock(true, h.clock.speed)
		h.stops++
	})
	return h.Clock()
}

// Run lets the clock go on, at a speed of 0 to MaxSpeed; a negative speed is
// the mode's own: 1 in real time, 0 in virtual time.
func (h *Host) Run(speed float64) (Clock, error) {
	if !(speed <= MaxSpeed) {
		return Clock{}, fmt.Errorf("%w: speed %g, want 0 to %d", ErrClock, speed, MaxSpeed)
	}
	if speed < 0 {
		speed = h.clock.ownSpeed()
	}
	h.own(func(w *world.World) { h.setClock(false, speed) })
	return h.Clock(), nil
}

// Step pauses the clock and takes n events, 1 to MaxSteps, or as many as there are. It ends
// with the context; what happened until then stays.
func (h *Host) Step(ctx context.Context, n int) (Clock, error) {
	if n < 1 || n > MaxSteps {
		return Clock{}, fmt.Errorf("%w: %d events, want 1 to %d", ErrClock, n, MaxSteps)
	}
	var of *world.World
	for more := true; more; {
		if ctx.Err() != nil {
			return Clock{}, ctx.Err()
		}
		h.own(func(w *world.World) {
			if of == nil {
				of = w
			}
			h.setClock(true, h.clock.speed)
			for b := h.newBudget(); more && !b.spent(); n-- {
				more = n > 0 && w == of && w.Step()
			}
			h.setClock(true, h.clock.speed)
		})
	}
	return h.Clock(), nil
}

// Advance moves the clock on by d, 0 to MaxAdvance, and takes all events that
// are due until then, whether or not the clock is paused. It needs a clock that
// does not move by itself. Advance ends with the context; what happened until then stays.
func (h *Host) Advance(ctx context.Context, d time.Duration) (Clock, error) {
	if d < 0 || d > MaxAdvance {
		return Clock{}, fmt.Errorf("%w: %v, want 0 to %v", ErrClock, d, MaxAdvance)
	}
	var (
		target  time.Duration
		started bool
		moves   bool
		done    bool
		of      *world.World
		stops   uint
	)
	for !done && !moves {
		if ctx.Err() != nil {
			return Clock{}, ctx.Err()
		}
		h.own(func(w *world.World) {
			if !started {
				started, target, of, stops = true, w.Now()+d, w, h.stops
			}
			if moves = !h.clock.paused && h.clock.speed != 0; moves {
				return
			}
			b := h.newBudget()
			done = w != of || h.stops != stops || h.ended || b.run(w, target)
			h.setClock(h.clock.paused, h.clock.speed)
		})
	}
	if moves {
		return Clock{}, fmt.Errorf("%w: it is moving by itself; pause it first", ErrClock)
	}
	return h.Clock(), nil
}
