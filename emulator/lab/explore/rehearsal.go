package explore

import (
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/world"
)

// A rehearsal makes a schedule: clients and a nemesis do what comes to their mind
// to a world that moves on meanwhile, and each thing done is noted as a step. The
// scenario of these steps then gives the same run: a step is done when all has
// happened that was due at its time, here as there.
type rehearsal struct {
	dice
	options *Options
	nodes   int
	fixture *fixture.Fixture
	world   *world.World
	now     time.Duration

	swarmed []weighted
	polite  bool // a majority stays up and running
	clients clients
	rules   int // set so far
	undo    []undo
	aimed   time.Duration // when a strike follows something at once; 0: none
}

// An undo ends a fault.
type undo struct {
	at time.Duration
	// action gives what is to be done then; nil when nothing is, because something
	// else has ended the fault.
	action func(*rehearsal) play.Action
}

// drawSchedule returns the fixture of a run: its start state and its scenario. The
// error is ErrOptions.
func drawSchedule(o Options, run int) (*fixture.Fixture, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	return schedule(&o, run), nil
}

// schedule is Schedule with Options that are complete.
func schedule(o *Options, run int) *fixture.Fixture {
	seed := runSeed(o.Seed, run)
	r := &rehearsal{dice: newDice(seed), options: o, nodes: o.Nodes, fixture: start(o)}
	f := r.fixture
	f.Seed = seed
	begin, strike := r.swarm()
	r.swarmed = strike
	if o.Fixture == nil {
		for _, k := range begin {
			k.begin(r)
		}
	}
	config := f.Config()
	config.TraceSize = 1 // nobody reads it
	r.world = world.New(config, nil)
	r.play()
	return f
}

// start is the fixture that runs begin with, with an empty scenario.
func start(o *Options) *fixture.Fixture {
	var f fixture.Fixture
	if o.Fixture != nil {
		f = *o.Fixture
		f.Nodes = slices.Clone(f.Nodes)
		f.Faults = slices.Clone(f.Faults)
	} else {
		f = *fixture.Fresh(o.Nodes)
		f.Name = "explored"
	}
	f.Scenario = &play.Scenario{RunTime: o.SimTime, TimeLimit: max(play.DefaultTimeLimit, o.SimTime+10*time.Second)}
	if o.Bug != "" {
		for _, id := range o.BugNodes {
			f.Nodes[id].Bug = o.Bug
		}
	}
	return &f
}

// Bounds on what happens in a run: requests and strikes come at least so often or
// so seldom. MaxSteps leaves room for what undoes strikes.
const (
	mostRequests = 500
	mostStrikes  = 150
	mostSteps    = play.MaxSteps - 50
)

// play lets things happen until the run ends or everything is healed.
func (r *rehearsal) play() {
	r.polite = r.Chance(0.7)
	r.clients.meet(r.dice, r.fixture.MachineType())
	end, healed := r.healing()
	every := r.Span(max(15*time.Millisecond, r.options.SimTime/mostRequests), 150*time.Millisecond)
	struck := r.Span(max(40*time.Millisecond, r.options.SimTime/mostStrikes), 2*time.Second)
	aims := pick(r.dice, 0, 0.1, 0.4)
	request, strike := r.next(0, every), r.next(0, struck)
	if len(r.swarmed) == 0 {
		strike = end
	}
	for len(r.fixture.Scenario.Steps) < mostSteps {
		at := min(request, strike)
		if len(r.undo) > 0 {
			at = min(at, r.undo[0].at)
		}
		if r.aimed > 0 {
			at = min(at, r.aimed)
		}
		if at >= end {
			break
		}
		r.until(at)
		switch {
		case len(r.undo) > 0 && at == r.undo[0].at:
			action := r.undo[0].action(r)
			r.undo = slices.Delete(r.undo, 0, 1)
			if action != nil {
				r.do(action)
			}
		case at == r.aimed:
			r.aimed = 0
			r.strike()
		case at == strike:
			r.strike()
			strike = r.next(at, struck)
			r.aim(aims)
		default:
			if request = r.next(at, every); r.ask() {
				r.aim(aims)
			}
		}
	}
	if healed {
		r.expectProgress(end)
	}
}

// aim has a strike follow at once, at times: while messages are on their way and
// writes are not done.
func (r *rehearsal) aim(chance float64) {
	if len(r.swarmed) > 0 && r.Chance(chance) {
		r.aimed = r.now + time.Duration(r.Between(1, 15))*time.Millisecond
	}
}

// next is when something happens again that happens every so often.
func (r *rehearsal) next(after, every time.Duration) time.Duration {
	wait := time.Duration(r.ExpFloat64() * float64(every)).Round(time.Millisecond)
	return after + max(wait, time.Millisecond)
}

// until moves the world on.
func (r *rehearsal) until(t time.Duration) {
	r.world.RunUntil(t)
	r.now = t
}

// later has something undone after a time.
func (r *rehearsal) later(after time.Duration, action func(*rehearsal) play.Action) {
	u := undo{r.now + after, action}
	place, _ := slices.BinarySearchFunc(r.undo, u, func(a, b undo) int {
		if a.at <= b.at {
			return -1 // behind what is undone at the same time
		}
		return 1
	})
	r.undo = slices.Insert(r.undo, place, u)
}

// do performs an action, and notes it as a step.
func (r *rehearsal) do(action play.Action) {
	s := r.fixture.Scenario
	s.Steps = append(s.Steps, play.Step{At: r.now, Within: play.DefaultWithin, Action: action})
	if err := perform(r.world, action); err != nil {
		panic(fmt.Sprintf("explore: %+v: %v", action, err)) // callers choose possible actions only
	}
}
