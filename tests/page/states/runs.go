package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// plainTime is how long a cluster runs without a scenario, and randomTime how long a random
// run lasts, by the cluster's own time.
const (
	plainTime  = 2 * time.Second
	randomTime = 4 * time.Second
)

// fixtures makes the runs of the program's own fixtures, and calls each.
func fixtures(each func(run) error) error {
	for _, info := range fixture.List() {
		f, err := fixture.Named(info.Name)
		if err != nil {
			return err
		}
		if err := each(plain(info.Name+" alone", f, plainTime)); err != nil {
			return err
		}
		if f.Scenario == nil {
			continue
		}
		r, err := played(info.Name, f)
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// random makes n random runs, and calls each. Every third one has no planted bug.
func random(n int, each func(run) error) error {
	all := bugs.All()
	for i := range n {
		o := explore.Options{Seed: 1, SimTime: randomTime, Nodes: 3 + 2*(i%2)}
		name := fmt.Sprintf("random %d", i)
		if i%3 != 0 {
			o.Bug = all[i%len(all)].Name
			name += " with " + o.Bug
		}
		if err := randomRun(name, o, i, each); err != nil {
			return err
		}
	}
	return nil
}

// randomRun makes a random run, and one that begins in the middle of it.
func randomRun(name string, o explore.Options, i int, each func(run) error) error {
	result, err := explore.Run(context.Background(), o, i)
	if err != nil {
		return err
	}
	r, err := played(name, result.Fixture)
	if err != nil {
		return err
	}
	if err := each(r); err != nil {
		return err
	}
	w := world.New(r.fixture.Config(), nil)
	for _, in := range r.inputs {
		if in.Time > randomTime/2 {
			break
		}
		if err := w.Repeat(&in); err != nil {
			return err
		}
	}
	w.RunUntil(randomTime / 2)
	return each(plain(name+", frozen", fixture.Freeze(r.fixture, w.Freeze()), plainTime))
}

// A run is what the world does again, step by step.
type run struct {
	name    string
	header  trace.Header
	fixture *fixture.Fixture
	inputs  []trace.Record
	time    time.Duration // at its end
	steps   uint64        // at its end; 0: any number
}

// plain is a run of the fixture without its scenario.
func plain(name string, f *fixture.Fixture, length time.Duration) run {
	return run{name: name, header: trace.Header{Name: f.Name, Clock: "virtual", Fixture: string(f.TOML())}, fixture: f, time: length}
}

// played is the run of the fixture's scenario.
func played(name string, f *fixture.Fixture) (run, error) {
	var file bytes.Buffer
	if _, err := scenario.Run(context.Background(), f, scenario.Options{Trace: &file}); err != nil {
		return run{}, err
	}
	in := trace.NewReader(&file)
	header, err := in.Run()
	if err != nil {
		return run{}, err
	}
	r := run{name: name, header: header}
	if r.fixture, err = fixture.Parse(header.Name, []byte(header.Fixture)); err != nil {
		return run{}, err
	}
	for {
		line, err := in.Record()
		if err != nil {
			return r, wholeRun(in, err)
		}
		record, err := trace.Decode(line, r.fixture.Machine)
		if err != nil {
			return run{}, err
		}
		if record.Kind.IsInput() {
			r.inputs = append(r.inputs, record)
		}
		r.time, r.steps = record.Time, record.Step
	}
}

// wholeRun returns nil if reading has ended because the run did.
func wholeRun(in *trace.Reader, err error) error {
	if ending := in.Ending(); err == io.EOF && ending.Whole() {
		return nil
	}
	return err
}
