// Package verify is the command line of emulator verify: it opens trace files, has
// package check/verify judge them, and prints the verdicts.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/trace"
)

// Command is emulator verify.
func Command() *cli.Command {
	var asJSON bool
	return &cli.Command{
		Name:     "verify",
		Operands: "TRACE...", Min: 1, Max: cli.Any,
		Summary: "judge recorded runs by raft.tla and the paper, record by record",
		About: `Judges recorded runs (emulator -trace, emulator run -traces) by raft.tla and the Raft
paper, record by record. Each server's action must be allowed, and its next state must follow
from the action. Each message must have the right content, and only a sent message may arrive.
Only committed entries may be applied or answered, and clients must get the message queue's
results.

The judge has its own statement of these rules and shares no code with the servers, so it
also finds their errors. It starts no cluster and repeats nothing; emulator replay does that.
The judge does not check progress: an election that never starts breaks no rule.

A TRACE of - is standard input. A trace without its end mark, as after a kill, is judged as far
as it goes, and is undecided unless a record is illegal.`,
		Flags: []*cli.Flag{
			cli.JSON(&asJSON, "print one JSON object for all files, with each violation as the trace records it"),
		},
		Examples: cli.Examples{
			{"emulator -fixture figure_8_c -trace run.jsonl", "record a run until you interrupt it,"},
			{"emulator verify run.jsonl", "and judge it"},
			{"emulator run replication -repeat 100 -traces runs && emulator verify runs/*.jsonl", "judge a hundred runs"},
			{"emulator verify -json run.jsonl | jq .runs[].violation", "print the violations for a program"},
			{"zcat run.jsonl.gz | emulator verify -", "judge a compressed trace"},
		},
		Exit: cli.Codes{
			cli.OK:          "accepted: correct servers can produce every record",
			cli.Failed:      "illegal: raft.tla does not allow a record; the report shows the first one of each run",
			cli.Undecided:   "undecided: interrupted, a trace is not whole, or not all servers have started",
			cli.Usage:       "bad usage, or a file is not a trace",
			cli.Environment: "a file cannot be read",
		},
		Run: func(ctx context.Context, c *cli.Call) error { return run(ctx, c, asJSON) },
	}
}

// run judges the files and prints the verdicts.
func run(ctx context.Context, c *cli.Call, asJSON bool) error {
	meter := newMeter(c.Stderr, c.Args)
	var files []file
	code := cli.OK
	for _, name := range c.Args {
		f := judge(ctx, name, c.Stdin, meter)
		meter.line.Clear()
		if !asJSON {
			f.print(c.Stdout)
		}
		f.note(c.Stderr)
		if f.err != nil && !errors.Is(f.err, context.Canceled) {
			fmt.Fprintf(c.Stderr, "emulator verify: %s: %v\n", name, f.err)
		}
		files = append(files, f)
		code = worse(code, f.code())
		if ctx.Err() != nil {
			fmt.Fprintf(c.Stderr, "emulator verify: interrupted in %s; %d of %d files have been judged to the end\n", name, len(files)-1, len(c.Args))
			code = worse(code, cli.Undecided)
			break
		}
	}
	switch {
	case asJSON:
		if err := printJSON(c.Stdout, files, code); err != nil {
			return err
		}
	case len(files) > 1:
		printAll(c.Stdout, files)
	}
	return cli.Exit(code)
}

// worse returns the worse of two exit codes. Failed is worse than Undecided: an
// illegal record stays illegal, whatever remains unknown.
func worse(a, b int) int {
	if a == cli.Failed && b == cli.Undecided || a == cli.Undecided && b == cli.Failed {
		return cli.Failed
	}
	return max(a, b)
}

// A file is the result of judging one trace file.
type file struct {
	name  string
	runs  []verify.Run
	lines int
	wall  time.Duration
	err   error
}

// judge judges one file.
func judge(ctx context.Context, name string, stdin io.Reader, m *meter) file {
	f := file{name: name}
	began := time.Now()
	in, err := cli.Input(ctx, name, stdin)
	if err != nil {
		f.err = err
		return f
	}
	defer in.Close()
	f.err = verify.File(ctx, m.reader(name, in), func(r verify.Run) {
		f.lines += int(r.Records) + r.Rest + 1
		f.runs = append(f.runs, r)
	})
	f.wall = time.Since(began)
	return f
}

// code returns the exit code for this file.
func (f *file) code() int {
	code := cli.OK
	for i := range f.runs {
		switch f.runs[i].Verdict() {
		case verify.Illegal:
			code = worse(code, cli.Failed)
		case verify.Undecided:
			code = worse(code, cli.Undecided)
		}
	}
	switch err := f.err; {
	case err == nil:
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		code = worse(code, cli.Undecided)
	case errors.Is(err, trace.ErrNotTrace), errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EISDIR):
		code = cli.Usage
	default:
		code = cli.Environment
	}
	return code
}

// rate returns the number of lines judged in a second.
func (f *file) rate() float64 { return float64(f.lines) / max(f.wall.Seconds(), 1e-9) }

// grouped writes a number with a comma at each thousand.
func grouped(n int) string {
	s := fmt.Sprint(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
