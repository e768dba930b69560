package mutants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/text/outfile"
)

// A campaign runs the command against all clusters, the healthy one first.
type campaign struct {
	options  *Options
	live     sync.Mutex // guards options.Live
	progress progress
}

func newCampaign(o *Options) *campaign {
	return &campaign{options: o, progress: progress{tell: o.Progress}}
}

// run runs the whole campaign. An error means a port, the disk, or a command that
// cannot be started.
func (c *campaign) run(ctx context.Context) (*Report, error) {
	o := c.options
	r := &Report{options: o}
	for _, b := range o.Bugs {
		r.Bugs = append(r.Bugs, Result{Bug: b})
	}
	c.progress.now.Total = len(o.Bugs) * o.Repeat
	for k := range o.Repeat {
		run, err := c.runOnce(ctx, nil, k)
		if err != nil {
			return r, err
		}
		if run.Outcome == Interrupted {
			r.Interrupted = true
			return r, nil
		}
		r.Healthy.Runs = append(r.Healthy.Runs, run)
		if run.Outcome != Passed && !o.KeepGoing {
			return r, nil
		}
	}
	err := c.runBugs(ctx, r)
	r.Interrupted = ctx.Err() != nil
	return r, err
}

// runBugs runs the command against each bug, several at once if the options say so.
func (c *campaign) runBugs(ctx context.Context, r *Report) error {
	o := c.options
	runs := make([]*Run, len(r.Bugs)*o.Repeat) // nil: not ended
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var (
		mu      sync.Mutex // guards next and errs
		next    int
		errs    []error
		workers sync.WaitGroup
	)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next <= len(runs) && inner.Err() == nil
	}
	for range min(o.Parallel, len(runs)) {
		workers.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				run, err := c.runOnce(inner, r.Bugs[i/o.Repeat].Bug, i%o.Repeat)
				switch {
				case err != nil:
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					stop()
				case run.Outcome != Interrupted:
					runs[i] = &run
				}
			}
		})
	}
	workers.Wait()
	for i, run := range runs {
		if run != nil {
			result := &r.Bugs[i/o.Repeat]
			result.Runs = append(result.Runs, *run)
		}
	}
	return errors.Join(errs...)
}

// runOnce runs the command against a cluster with the bug, nil for none.
func (c *campaign) runOnce(ctx context.Context, bug *bugs.Bug, repeat int) (run Run, err error) {
	o := c.options
	name, planted := "healthy", ""
	if bug != nil {
		name, planted = bug.Name, bug.Name
	}
	seed := o.Seed + uint64(repeat)
	said, trace := o.keep(name, seed)
	c.progress.begin(name)
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		c.progress.done(bug, run.Outcome)
	}()
	t := &tail{}
	output := []io.Writer{t}
	if said != "" {
		// The name is the program's own, and what a command prints looks like nothing.
		file, err := outfile.Live(said, outfile.Options{Overwrite: true})
		if err != nil {
			return run, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		limited := &capped{to: file, left: maxFile}
		defer func() { err = errors.Join(err, limited.err) }()
		output = append(output, limited)
	}
	if o.Live != nil {
		live := &lines{mu: &c.live, to: o.Live, prefix: name + " | "}
		defer live.end()
		output = append(output, live)
	}
	cluster, err := startCluster(o, planted, seed, trace)
	if err != nil {
		return run, err
	}
	words := append([]string{o.Command[0]}, cluster.fill(o.Command[1:])...)
	run, err = runCommand(ctx, words, cluster.environment(), o.Timeout, io.MultiWriter(output...))
	err = errors.Join(err, cluster.close())
	run.Seed, run.Output, run.OutputFile, run.TraceFile = seed, t.String(), said, trace
	run.Clusters, run.Sightings = cluster.watch.end()
	return run, err
}

// keep returns the names of the files for a run's output and trace; "" for none.
func (o *Options) keep(name string, seed uint64) (output, trace string) {
	if o.Out == "" {
		return "", ""
	}
	base := filepath.Join(o.Out, fmt.Sprintf("%s-%d", name, seed))
	return base + ".txt", base + ".jsonl"
}
