//go:build unix

package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer read.Close()
		p.output.drain(read)
	}()
	go func() {
		_ = cmd.Wait()
		_ = p.signal(syscall.SIGKILL)
		select {
		case <-drained:
		case <-time.After(time.Second):
		}
		p.finish(words(cmd.ProcessState.Sys().(syscall.WaitStatus)))
	}()
	return p, nil
}

func (p *Process) signal(s syscall.Signal) error { return syscall.Kill(-p.cmd.Process.Pid, s) }

func (p *Process) pause() error     { return p.signal(syscall.SIGSTOP) }
func (p *Process) resume() error    { return p.signal(syscall.SIGCONT) }
func (p *Process) terminate() error { return p.signal(syscall.SIGTERM) }
func (p *Process) kill() error      { return p.signal(syscall.SIGKILL) }
