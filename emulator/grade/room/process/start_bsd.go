//go:build unix && !linux

package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options say how a command is started.
type Options struct {
	Limits Limits
}

// A child is a process group.
type child struct {
	cmd *exec.Cmd
}

// Start runs a command. It returns when the program was started or could not be.
func Start(c Command, o Options) (*Process, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no program to run")
	}
	limits := o.Limits.Filled()
	p := &Process{name: filepath.Base(c.Args[0]), output: newOutput(limits.Output, c.Output), done: make(chan struct{})}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.Dir, c.Env, write, write
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	write.Close()
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd = cmd
	stopWatching := watch(cmd.Process.Pid)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer read.Close()
		p.output.drain(read)
	}()
	go func() {
		_ = cmd.Wait()
		_ = p.signal(syscall.SIGKILL)
		stopWatching()
		p.output.settle(drained)
		p.finish(words(cmd.ProcessState.Sys().(syscall.WaitStatus)))
	}()
	return p, nil
}

// asked is the variable of the environment that makes the binary a keeper, of the
// process group that it names.
const asked = "EMULATOR_KEEPER"

// Main is the keeper, if the environment asks for one; else it returns at once. The
// keeper kills a process group when the grader is gone.
func Main() {
	group, err := strconv.Atoi(os.Getenv(asked))
	if err != nil {
		return
	}
	if word, _ := io.ReadAll(os.Stdin); len(word) == 0 {
		_ = syscall.Kill(-group, syscall.SIGKILL)
	}
	os.Exit(0)
}

// watch starts a keeper of a process group and returns what ends it.
func watch(group int) func() {
	self, err := os.Executable()
	if err != nil {
		return func() {}
	}
	keeper := exec.Command(self)
	keeper.Env = []string{asked + "=" + strconv.Itoa(group)}
	keeper.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	line, err := keeper.StdinPipe()
	if err != nil || keeper.Start() != nil {
		return func() {}
	}
	return func() {
		_, _ = line.Write([]byte("done"))
		line.Close()
		_ = keeper.Wait()
	}
}

func (p *Process) signal(s syscall.Signal) error { return syscall.Kill(-p.cmd.Process.Pid, s) }

func (p *Process) resume() error    { return p.signal(syscall.SIGCONT) }
func (p *Process) terminate() error { return p.signal(syscall.SIGTERM) }
func (p *Process) kill() error      { return p.signal(syscall.SIGKILL) }

const stopPatience = 5 * time.Second

func (p *Process) pause() error {
	began := time.Now()
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		if err := p.signal(syscall.SIGSTOP); err != nil {
			return err
		}
		if p.stands() {
			return nil
		}
		if time.Since(began) > stopPatience {
			return fmt.Errorf("%s still runs %v after SIGSTOP", p.name, stopPatience)
		}
		time.Sleep(wait)
	}
}

// stands reports whether ps shows all processes of the group as stopped.
func (p *Process) stands() bool {
	out, err := exec.Command("ps", "-A", "-o", "pgid=,state=").Output()
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) == 2 && f[0] == strconv.Itoa(p.cmd.Process.Pid) && f[1][0] != 'T' && f[1][0] != 'Z' {
			return false
		}
	}
	return true
}
