package submission

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// Errors of Open that are about the command line or the machine.
var (
	ErrNone    = errors.New("no submission")
	ErrCommand = errors.New("a command of the course is missing")
)

// A Problem is why a submission cannot be graded.
type Problem struct {
	Reason string // for the author: what is wrong, where, and what would be right
	// Upload means that what was handed in cannot be read. A person should look at it: it may
	// have been damaged on its way.
	Upload bool
	// Machine means that the machine may be at fault, so that it decides nothing.
	Machine bool
	// Output has the last lines of a build that failed.
	Output []string
}

func (p *Problem) Error() string { return p.Reason }

func problem(format string, args ...any) error { return &Problem{Reason: fmt.Sprintf(format, args...)} }

// Bounds on a submission.
const (
	MaxFiles = 50_000
	MaxBytes = 512 << 20
)

// A Builder runs a command in a directory with limits, and writes what it prints to output.
// Its error says in its first line how the command ended.
type Builder func(ctx context.Context, dir string, args []string, output io.Writer) error

// Options control Open.
type Options struct {
	Course *course.Course
	// Build runs the course's build; nil only for a course without one.
	Build Builder
	// Temp is the folder for working directories; "" is the machine's.
	Temp string
	// MaxFiles and MaxBytes replace the bounds; 0 keeps them.
	MaxFiles, MaxBytes int64
}

// A Submission is a copy of what was handed in, ready to be copied for each run.
type Submission struct {
	// Notes say what Open left out or decided, for people.
	Notes []string
	// Below is the program's folder in what was handed in; "." is all of it.
	Below string

	work *work
	base string // the program's folder in the working directory
}

// Open copies and builds the submission at a path. If the error is a Problem, the Submission
// is not nil: it has the Notes, and Close must be called.
func Open(ctx context.Context, path string, o Options) (*Submission, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNone, path, reasonOf(err))
	}
	read, err := reader(path, info)
	if problem, ok := errors.AsType[*Problem](err); ok {
		return &Submission{}, problem
	}
	if err != nil {
		return nil, err
	}
	if err := checkCommands(o.Course); err != nil {
		return nil, err
	}
	w, err := newWork(o.Temp)
	if err != nil {
		return nil, err
	}
	s := &Submission{work: w}
	if err := s.prepare(ctx, read, o); err != nil {
		if _, ok := errors.AsType[*Problem](err); ok {
			return s, err
		}
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Submission) prepare(ctx context.Context, read func(context.Context, *tree) error, o Options) error {
	base := filepath.Join(s.work.dir, "submission")
	t, err := newTree(base, o)
	if err != nil {
		return err
	}
	defer func() { _ = t.root.Close() }()
	if err := read(ctx, t); err != nil {
		if problem, ok := errors.AsType[*Problem](err); ok {
			problem.Upload = true
		}
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	s.Notes = append(s.Notes, t.notes()...)
	below, note, err := findProgram(t.root, &o.Course.Start, len(o.Course.Build.Args) > 0)
	if note != "" {
		s.Notes = append(s.Notes, note)
	}
	if err != nil {
		return err
	}
	s.Below = filepath.FromSlash(below)
	s.base = filepath.Join(base, s.Below)
	if note, err := makeExecutable(s.base, o.Course.Build.Args); err != nil {
		return err
	} else if note != "" {
		s.Notes = append(s.Notes, note)
	}
	if err := build(ctx, s.base, o); err != nil {
		return err
	}
	if err := checkBuilt(s.base, t); err != nil {
		return err
	}
	note, err = checkProgram(s.base, &o.Course.Start)
	if note != "" {
		s.Notes = append(s.Notes, note)
	}
	return err
}

// reasonOf is an error of a file without its path, which the caller names.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// Copy makes a fresh copy of the submission and returns its folder. remove removes it, and
// whatever was written there.
func (s *Submission) Copy() (dir string, remove func() error, err error) {
	dir, err = s.work.next()
	if err != nil {
		return "", nil, err
	}
	if err := copyTree(s.base, dir); err != nil {
		return "", nil, errors.Join(err, removeAll(dir))
	}
	return dir, func() error { return removeAll(dir) }, nil
}

// Close removes the working directory.
func (s *Submission) Close() error {
	if s.work == nil {
		return nil // it was no archive
	}
	return s.work.close()
}

// few lists names for a note, as people can read them.
func few(all []string) string {
	const most = 5
	names := make([]string, len(all))
	for i, name := range all {
		names[i] = shown(name)
	}
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + " and " + text.Count(more, "other")
	}
	return strings.Join(names, ", ")
}

// shown is a name as people can read it, on one line.
func shown(name string) string {
	return text.Short(strings.ReplaceAll(text.Printable(name), "\n", `\n`), 200)
}

// Check reports, before anything is done, whether a path can be read. The error is an ErrNone.
// Open may still find a Problem, which is a verdict on that submission alone.
func Check(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		_, err = os.ReadDir(path)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrNone, path, reasonOf(err))
	}
	if _, err = reader(path, info); errors.Is(err, ErrNone) {
		return err
	}
	return nil
}
