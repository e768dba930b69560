// Command grader grades the grader: it runs emulator grade on programs of which it knows
// what is wrong with them, again and again, and compares the verdicts.
//
//	go run ./tests/grader [-results FILE] [-emulator FILE] [GROUP...]
//
// # Contract
//
//  1. Work is a list of jobs, each with a name. The result of a job is a line of JSON in the
//     file of results, written when the job is done. A job with a result is not run again, so
//     that an interrupted run goes on where it was.
//  2. The outputs of a job with complaints stay beside the file of results.
//  3. At the end, and with -table at once, it prints tables of all results.
//
// The groups, in order, all of them without any named:
//
//	submissions  each program of tests/submissions with the whole set, three times
//	reference    emulator node with the whole set, ten times
//	idle, busy   emulator node with the whole set, fifty times; in busy every core computes
//	             something else
//	bugs         emulator node with each planted bug and the whole set, once
//	aimed        each planted bug with the scenarios that are aimed at it, three times
//	course       the suite tests/course with emulator node, a hundred times
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// settings are the command line.
type settings struct {
	results  string
	emulator string
	table    bool
	again    bool
	list     bool
	only     string
	parallel int
	groups   []string
}

func main() {
	var s settings
	flag.StringVar(&s.results, "results", "grader.jsonl", "the `FILE` of results")
	flag.StringVar(&s.emulator, "emulator", "", "the program, a `FILE`; built if there is none")
	flag.BoolVar(&s.table, "table", false, "print the tables of the results, and run nothing")
	flag.BoolVar(&s.again, "again", false, "run jobs with complaints again")
	flag.BoolVar(&s.list, "list", false, "list the jobs that are left, and run nothing")
	flag.StringVar(&s.only, "only", "", "only jobs whose name matches the `GLOB`")
	flag.IntVar(&s.parallel, "parallel", 0, "the grader runs `N` scenarios at once; 0: as many as it likes")
	flag.Parse()
	s.groups = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "grader:", err)
		os.Exit(3)
	}
}

func (s *settings) run(ctx context.Context) error {
	done, err := readResults(s.results)
	if err != nil {
		return err
	}
	if s.table {
		return s.print(done)
	}
	work, err := os.MkdirTemp("", "grader-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	r := &runner{work: work, kept: s.results + ".kept", emulator: s.emulator, parallel: s.parallel}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	jobs, err := s.jobs(ctx, r, done)
	if err != nil {
		return err
	}
	for i, j := range jobs {
		if s.list {
			fmt.Println(j.name)
			continue
		}
		if err := s.one(ctx, r, j, fmt.Sprintf("%d of %d", i+1, len(jobs))); err != nil {
			return err
		}
		if ctx.Err() != nil {
			fmt.Println("interrupted: the same command goes on from here")
			return nil
		}
	}
	if s.list {
		return nil
	}
	if done, err = readResults(s.results); err != nil {
		return err
	}
	return s.print(done)
}

// jobs returns the jobs that are left.
func (s *settings) jobs(ctx context.Context, r *runner, done map[string]result) ([]job, error) {
	for _, g := range s.groups {
		if !slices.Contains(groups, g) {
			return nil, fmt.Errorf("there is no group %q; the groups are %q", g, groups)
		}
	}
	var left []job
	for _, g := range groups {
		if len(s.groups) > 0 && !slices.Contains(s.groups, g) {
			continue
		}
		all, err := r.jobsOf(ctx, g)
		if err != nil {
			return nil, err
		}
		for _, j := range all {
			if s.only != "" {
				if ok, err := filepath.Match(s.only, j.name); err != nil || !ok {
					continue
				}
			}
			old, ran := done[j.name]
			if !ran || s.again && len(old.Complaints) > 0 {
				left = append(left, j)
			}
		}
	}
	return left, nil
}

// one runs a job and keeps its result, unless it was interrupted.
func (s *settings) one(ctx context.Context, r *runner, j job, place string) error {
	began := time.Now()
	res, err := r.run(ctx, j)
	if err != nil || ctx.Err() != nil {
		return err
	}
	res.Job, res.Group, res.Began = j.name, j.group, began.UTC().Format(time.RFC3339)
	res.Seconds = time.Since(began).Round(10 * time.Millisecond).Seconds()
	word := "as expected"
	if n := len(res.Complaints); n > 0 {
		word = fmt.Sprintf("%d complaints, first: %s", n, res.Complaints[0])
	}
	fmt.Printf("%s  %-50s %6.1f s  %s\n", place, j.name, res.Seconds, word)
	return appendResult(s.results, res)
}

func (s *settings) print(done map[string]result) error { return writeTables(os.Stdout, done) }
