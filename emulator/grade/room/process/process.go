package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A Command is a program to run.
type Command struct {
	Args   []string  // the program and its arguments
	Dir    string    // its working directory
	Env    []string  // its environment, as of os.Environ; nil: the grader's own
	Output io.Writer // gets all of its output while it runs; nil: only Tail keeps it
}

// Limits bound what one node uses. A zero field means the default.
type Limits struct {
	Tasks       int   // threads and processes; default 4,000, at least 2,000
	Descriptors int   // open files of one process; default 4,096, at least 2,048
	File        int64 // bytes of one file; default 1 GiB
	Memory      int64 // resident bytes of all its processes; 0 means no limit
	Output      int   // bytes of output that Tail keeps; default 32 KiB
	None        bool  // no limits, except that of Output
}

// Honest programs need at least this much: those that wait for cut links without time
// limits collect hundreds of threads and connections.
const (
	leastTasks       = 2_000
	leastDescriptors = 2_048
)

// Filled returns the limits with defaults for what is not set.
func (l Limits) Filled() Limits {
	fill := func(n *int, least, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
		*n = max(*n, least)
	}
	fill(&l.Tasks, leastTasks, 4_000)
	fill(&l.Descriptors, leastDescriptors, 4_096)
	fill(&l.Output, 1<<10, 32<<10)
	if l.File == 0 {
		l.File = 1 << 30
	}
	return l
}

// A Process is a command that was started.
type Process struct {
	name   string
	output *output
	done   chan struct{}

	mu     sync.Mutex
	ending string // why the grader ends it; "" while it does not
	fault  bool   // it is ended for what it did
	exit   string
	paused bool // it stands still
	rounds int  // times that it was resumed

	child
}

var (
	// ErrNoPause says that this system cannot stop processes.
	ErrNoPause = errors.New("processes cannot be paused on Windows")
	// ErrEnded says that a process ended, so that it can be neither paused nor resumed.
	ErrEnded = errors.New("the process has ended")
)

// Done is closed when no process of the command is left.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit says in words how the command ended: "exit status 1", "killed by SIGSEGV",
// "killed by the grader". It is "" while the command runs.
func (p *Process) Exit() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit
}

// Crashed reports whether the command ended although the grader did not end it, or
// was ended because it exceeded a limit.
func (p *Process) Crashed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit != "" && (p.ending == "" || p.fault)
}

// Tail returns the last lines of the output.
func (p *Process) Tail() []string { return p.output.tail() }

// Pause stops all processes of the command and returns when they stand still.
func (p *Process) Pause() error {
	if p.ended() {
		return fmt.Errorf("pause %s: %w", p.name, ErrEnded)
	}
	if err := p.pause(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = true
	return nil
}

// Rests reports whether no process of the command does anything, because it is paused or has
// ended, and how often it was resumed: if that number stays, it has rested all the time.
func (p *Process) Rests() (rests bool, resumed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused || p.exit != "", p.rounds
}

// Resume lets paused processes go on.
func (p *Process) Resume() error {
	if p.ended() {
		return fmt.Errorf("resume %s: %w", p.name, ErrEnded)
	}
	p.mu.Lock()
	p.paused = false
	p.rounds++
	p.mu.Unlock()
	return p.resume()
}

// Kill ends all processes of the command by SIGKILL and waits until none is left.
func (p *Process) Kill() error { return p.end("killed by the grader", false) }

// Terminate sends SIGTERM, and SIGKILL when a process is left after the grace.
func (p *Process) Terminate(grace time.Duration) error {
	if p.ended() {
		return nil
	}
	p.because("ended by the grader (SIGTERM)", false)
	if err := p.terminate(); err == nil {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-p.done:
			return nil
		case <-timer.C:
		}
	}
	return p.end(fmt.Sprintf("killed by the grader: still there %v after SIGTERM", grace), false)
}

// patience bounds the wait for processes that were killed.
const patience = 10 * time.Second

func (p *Process) end(why string, fault bool) error {
	if p.ended() {
		return nil
	}
	p.because(why, fault)
	err := p.kill()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
		return errors.Join(fmt.Errorf("%s is still there %v after SIGKILL", p.name, patience), err)
	}
}

// because notes why the grader ends the command. The first fault stays.
func (p *Process) because(why string, fault bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault {
		return
	}
	p.ending, p.fault = why, fault
}

// finish notes how the command ended and wakes all who wait.
func (p *Process) finish(exit string) {
	p.mu.Lock()
	if p.ending != "" {
		exit = p.ending
	}
	p.exit = exit
	p.mu.Unlock()
	close(p.done)
}

func (p *Process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Build runs one command with the same limits and waits for its end. When ctx ends, the
// command is killed. The error of a command that failed holds its last lines.
func Build(ctx context.Context, c Command, l Limits) error {
	p, err := Start(c, Options{Limits: l})
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("%s: %w\n%s", p.name, context.Cause(ctx), strings.Join(p.Tail(), "\n")), p.Kill())
	}
	if exit := p.Exit(); exit != success {
		return fmt.Errorf("%s: %s\n%s", p.name, exit, strings.Join(p.Tail(), "\n"))
	}
	return nil
}

// success is what Exit says of a command that ended well.
const success = "exit status 0"
