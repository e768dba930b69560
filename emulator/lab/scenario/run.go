package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/excerpt"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// ErrNoScenario means that the fixture has only a start state.
var ErrNoScenario = errors.New("no scenario")

// Options control a run. The zero value runs the scenario once, in virtual time, from the
// fixture's seed.
type Options struct {
	// File is the fixture's file, for the Verdict.
	File string
	// Seed replaces the fixture's seed.
	Seed *uint64
	// Real runs the nodes behind ports of their own, in real time.
	Real bool
	// Hasty ends the wait of a step for what an expectation has found missing up to its last
	// limit: the scenario has failed then, and waiting longer shows little.
	Hasty bool
	// Trace, if not nil, gets all records as JSON Lines, which emulator replay reads. Run
	// does not close it.
	Trace io.Writer
	// Stepped, if not nil, is called after each step with the target's time. It must return
	// at once.
	Stepped func(step *play.Step, at time.Duration)
	// Monitors see every record.
	Monitors []world.Monitor
	// Excerpt keeps the records of a run that failed, in its Verdict.
	Excerpt bool
	// Repeat and Repeats are the Verdict's; 0 means 1.
	Repeat, Repeats int
}

// Run runs the fixture's scenario against a cluster of the emulator's own. See
// the package's contract.
func Run(ctx context.Context, f *fixture.Fixture, o Options) (Verdict, error) {
	if f.Scenario == nil {
		return Verdict{}, fmt.Errorf("%s: %w", f.Name, ErrNoScenario)
	}
	seeded := *f
	if o.Seed != nil {
		seeded.Seed = *o.Seed
	}
	checkers := newCheckers()
	monitors := slices.Clone(o.Monitors)
	for _, c := range checkers {
		monitors = append(monitors, c)
	}
	var tape *excerpt.Tape
	if o.Excerpt {
		tape = excerpt.NewTape()
		o.Trace = both(o.Trace, tape)
	}
	if !o.Real {
		v, stopped, err := on(ctx, newVirtual(&seeded, o.Trace, monitors), &seeded, o)
		v.judge(checkers, f.Scenario.Violates, stopped)
		return v, errors.Join(err, v.keep(tape))
	}
	target, err := newReal(&seeded, o.Trace, monitors)
	if err != nil {
		r := newRunner(nil, &seeded, o)
		r.stop(Undecided, err.Error())
		return r.verdict(), err
	}
	v, stopped, err := on(ctx, target, &seeded, o)
	v.judge(checkers, f.Scenario.Violates, stopped)
	return v, errors.Join(err, v.keep(tape))
}

// both returns a writer to a trace, if there is one, and to a tape.
func both(trace io.Writer, tape *excerpt.Tape) io.Writer {
	if trace == nil {
		return tape
	}
	return io.MultiWriter(trace, tape)
}

// keep cuts the excerpt of a run that failed out of its tape.
func (v *Verdict) keep(tape *excerpt.Tape) (err error) {
	if tape == nil || v.Status != Failed {
		return nil
	}
	v.Excerpt, err = tape.Around(v.wentWrong())
	return err
}

// wentWrong returns the record with which a run went wrong, if it is known, and the time at
// which it did.
func (v *Verdict) wentWrong() (seq uint64, at time.Duration) {
	for i := range v.Checks {
		if c := &v.Checks[i]; c.Status == Failed && c.Seq > 0 && (seq == 0 || c.Seq < seq) {
			seq, at = c.Seq, c.When
		}
	}
	if seq > 0 {
		return seq, at
	}
	at = v.SimTime
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Status == Failed {
			at = min(at, f.When)
		}
	}
	return 0, at
}

// On runs the fixture's scenario against a target that has just started in the fixture's
// state, and closes the target. It ignores Options.Seed and Options.Trace.
func On(ctx context.Context, target Target, f *fixture.Fixture, o Options) (Verdict, error) {
	if f.Scenario == nil {
		return Verdict{}, errors.Join(fmt.Errorf("%s: %w", f.Name, ErrNoScenario), target.Close())
	}
	v, _, err := on(ctx, target, f, o)
	return v, err
}

// on is On for a fixture with a scenario. It also returns the status of a run that stopped
// before its end; Passed means that it did not.
func on(ctx context.Context, target Target, f *fixture.Fixture, o Options) (Verdict, Status, error) {
	began := time.Now()
	r := newRunner(target, f, o)
	err := r.run(ctx)
	err = errors.Join(err, target.Close())
	v := r.verdict()
	v.WallTime = time.Since(began)
	return v, r.status, err
}

// Command returns the command line that repeats a run of a file's scenario.
func Command(file string, seed uint64, real bool) string {
	words := []string{"emulator", "run", operand(file), "-seed", strconv.FormatUint(seed, 10)}
	if real {
		words = append(words, "-clock", "real")
	}
	return text.ShellWords(words...)
}

// CheckCommand returns the command line that lists the problems of a file.
func CheckCommand(file string) string { return text.ShellWords("emulator", "check", operand(file)) }

// operand writes a file's name so that it is no flag.
func operand(file string) string {
	if strings.HasPrefix(file, "-") {
		return "./" + file
	}
	return file
}
