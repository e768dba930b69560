// Package verify is the command line of emulator verify: it opens trace files, has
// package check/verify judge them, and prints the verdicts.
package verify

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text"
)

// The exit codes of emulator verify.
const (
	Accepted    = 0
	Illegal     = 1 // a record that correct servers cannot have made
	Undecided   = 2 // interrupted, or a run that ends before all servers have begun
	Usage       = 3 // the command line is wrong, or a file is no trace
	Environment = 4 // a file could not be read to its end
)

const usage = `Usage:
  emulator verify [-json] TRACE...

Judges recorded runs (-trace) by raft.tla and the Raft paper, record by record:
what each server did was allowed, its state after it is the one that follows, each
message says what it must, none arrives that was not sent, nothing is answered or
applied that is not committed, and clients got what the message queue gives. The
judge has its own statement of all that and shares no code with the servers, so it
also finds what is wrong with them. It needs no cluster and repeats nothing; that
is what emulator replay does. - reads standard input.

What servers leave undone is no violation: an election that never comes, say. The
last line of a file may be cut off, as when the program was killed.

Flags:
`

const examples = `
Examples:
  emulator -fixture figure_8_c -trace run.jsonl     record a run, until interrupted,
  emulator verify run.jsonl                         and judge it
  emulator run replication -repeat 100 -trace runs && emulator verify runs/*.jsonl
  emulator verify -json run.jsonl | jq .runs[].violation
  zcat run.jsonl.gz | emulator verify -

Exit codes:
  0  accepted: correct servers can have done all of it
  1  illegal: a record is not what raft.tla allows; the first one of each run is told
  2  interrupted, or a run ends before all of its servers have begun
  3  bad usage, or a file that is not a trace
  4  a file could not be read
`

// Main is emulator verify with these arguments. It returns the exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("emulator verify", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	asJSON := set.Bool("json", false, "write one JSON object for all files, with a violation as the trace has it")
	err := text.Flag(set, set.Parse(args))
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		set.SetOutput(stdout)
		set.PrintDefaults()
		fmt.Fprint(stdout, examples)
		return Accepted
	case err == nil && set.NArg() == 0:
		err = errors.New("there is nothing to judge; want trace files, or - for standard input")
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator verify: %v\nemulator verify -h tells more\n", err)
		return Usage
	}
	out := &checked{out: stdout}
	meter := newMeter(stderr, set.Args())
	var files []file
	code := Accepted
	for _, name := range set.Args() {
		f := judge(ctx, name, stdin, meter)
		meter.line.Clear()
		if !*asJSON {
			f.print(out)
		}
		if f.err != nil && !errors.Is(f.err, context.Canceled) {
			fmt.Fprintf(stderr, "emulator verify: %s: %v\n", name, f.err)
		}
		files = append(files, f)
		code = worse(code, f.code())
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "emulator verify: interrupted in %s; %d of %d files have been judged to the end\n", name, len(files)-1, set.NArg())
			code = worse(code, Undecided)
			break
		}
	}
	if len(files) > 1 && !*asJSON {
		printAll(out, files)
	}
	if *asJSON {
		out.err = printJSON(stdout, files, code)
	}
	if out.err != nil {
		fmt.Fprintf(stderr, "emulator verify: %v\n", out.err)
		return Environment
	}
	return code
}

// worse is the exit code of two: what is illegal is so, whatever else could not be
// found out.
func worse(a, b int) int {
	if a == Illegal && b == Undecided || a == Undecided && b == Illegal {
		return Illegal
	}
	return max(a, b)
}

// A file is what was found out about one.
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
	in := newInterruptible(ctx, stdin)
	if name != "-" {
		opened, err := open(ctx, name)
		if err != nil {
			f.err = err
			return f
		}
		defer opened.Close()
		in = newInterruptible(ctx, opened)
	}
	f.err = verify.File(ctx, m.reader(name, in), func(r verify.Run) {
		f.lines += int(r.Records) + r.Rest + 1
		f.runs = append(f.runs, r)
	})
	f.wall = time.Since(began)
	return f
}

// code is the exit code for the file alone.
func (f *file) code() int {
	code := Accepted
	for i := range f.runs {
		switch f.runs[i].Verdict() {
		case verify.Illegal:
			code = worse(code, Illegal)
		case verify.Undecided:
			code = worse(code, Undecided)
		}
	}
	switch err := f.err; {
	case err == nil:
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		code = worse(code, Undecided)
	case errors.Is(err, trace.ErrNotTrace), errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		code = Usage
	default:
		code = Environment
	}
	return code
}

// rate is the number of lines judged in a second.
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
