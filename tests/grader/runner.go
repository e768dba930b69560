package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"rrmq.example/emulator/tests/submissions"
)

// A job is one call of the program that is graded here.
type job struct {
	name, group string
	submission  string   // the folder to grade
	course      string   // the course file; "": the default
	flags       []string // further flags of emulator grade
	command     []string // instead of emulator grade
	busy        bool     // while every core computes something else
	judge       func(result, string) []string
}

// A runner runs jobs. Everything that it starts works below the folder work.
type runner struct {
	work     string
	parallel int    // scenarios at once; 0: as many as the grader likes
	kept     string // the folder for outputs of jobs with complaints
	emulator string
}

// prepare builds the program and finds its way about.
func (r *runner) prepare(ctx context.Context) error {
	bin := filepath.Join(r.work, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	own := filepath.Join(bin, "emulator")
	if r.emulator == "" {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", own, "rrmq.example/emulator")
		build.Stdout, build.Stderr = os.Stdout, os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("building the program: %w", err)
		}
	} else {
		given, err := filepath.Abs(r.emulator)
		if err != nil {
			return err
		}
		if err := os.Symlink(given, own); err != nil {
			return err
		}
	}
	r.emulator = own
	// Debian's Python has Debian's flask, and may not be the first in PATH.
	path := []string{bin, "/usr/bin", os.Getenv("PATH")}
	return os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator)))
}

// tooBusy is what the grader says when it does not trust limits of time.
const tooBusy = "the machine was too busy to tell"

// run runs a job and judges it.
func (r *runner) run(ctx context.Context, j job) (result, error) {
	dir, err := os.MkdirTemp(r.work, "job-")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	tmp, report := filepath.Join(dir, "tmp"), filepath.Join(dir, "report.json")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		return result{}, err
	}
	args := j.command
	if len(args) == 0 {
		args = append([]string{r.emulator, "grade", "-report", "json=" + report}, j.flags...)
		if r.parallel > 0 {
			args = append(args, "-parallel", strconv.Itoa(r.parallel))
		}
		if j.course != "" {
			args = append(args, "-course", j.course)
		}
		args = append(args, j.submission)
	}
	if j.busy {
		defer burn()()
	}
	exit, output, err := call(ctx, args, tmp)
	if err != nil || ctx.Err() != nil {
		return result{}, err
	}
	res := result{Exit: exit}
	if len(j.command) == 0 {
		err = res.read(report)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return res, err
		}
	}
	res.Complaints = j.judge(res, output)
	if n := strings.Count(output, tooBusy); n > 0 && len(res.Complaints) > 0 {
		res.Complaints = slices.Insert(res.Complaints, 0, fmt.Sprintf("%d verdicts are undecided because %s: run it again with -again", n, tooBusy))
	}
	res.Complaints = append(res.Complaints, leftovers(tmp)...)
	if len(res.Complaints) > 0 {
		if err := r.keep(j, output, report); err != nil {
			return res, err
		}
	}
	return res, nil
}

// call runs a command to its end and returns its exit code and what it printed. When the
// context ends it asks the command to end.
func call(ctx context.Context, args []string, tmp string) (int, string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, out.String(), err
	}
	return cmd.ProcessState.ExitCode(), out.String(), nil
}

// burn keeps every core busy until the returned function is called.
func burn() (stop func()) {
	var ended atomic.Bool
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for !ended.Load() {
			}
		})
	}
	return func() { ended.Store(true); all.Wait() }
}

// leftovers lists processes and files that a job has left behind. A process of the job works
// in its folder for temporary files.
func leftovers(tmp string) []string {
	var found []string
	processes, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range processes {
		cwd, err := os.Readlink(link)
		if err == nil && strings.HasPrefix(cwd, tmp) {
			name, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
			found = append(found, fmt.Sprintf("left behind: process %q", bytes.ReplaceAll(name, []byte{0}, []byte{' '})))
		}
	}
	files, _ := os.ReadDir(tmp)
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), "pytest-of-") { // pytest keeps the folders of its last runs
			found = append(found, "left behind: "+f.Name())
		}
	}
	return found
}

// keep keeps what a job printed, and its report.
func (r *runner) keep(j job, output, report string) error {
	dir := filepath.Join(r.kept, filepath.FromSlash(j.name))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if data, err := os.ReadFile(report); err == nil {
		if err := os.WriteFile(filepath.Join(dir, "report.json"), data, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "output.txt"), []byte(output), 0o644)
}

// read takes the verdicts from a report in JSON.
func (r *result) read(file string) error {
	report, err := submissions.ReadReport(file)
	if err != nil {
		return err
	}
	r.Points, r.MaxPoints, r.report = report.Points, report.MaxPoints, report.Verdicts
	r.Kinds = map[string]string{}
	for _, v := range report.Verdicts {
		r.Kinds[v.Scenario] = v.Kind
	}
	return nil
}

// verdicts returns the verdicts in order of the scenarios' names. Those of a result that was
// read from the file lack the parts.
func (r *result) verdicts() []submissions.Verdict {
	if r.report != nil {
		return r.report
	}
	var all []submissions.Verdict
	for name, kind := range r.Kinds {
		all = append(all, submissions.Verdict{Scenario: name, Kind: kind})
	}
	submissions.SortVerdicts(all)
	return all
}
