package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Options say how a command is started.
type Options struct {
	Limits Limits
}

// A child is a job: all processes that the command starts belong to it.
type child struct {
	cmd *exec.Cmd
	job windows.Handle
}

// Start runs a command. It returns when the program was started or could not be.
func Start(c Command, o Options) (*Process, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no program to run")
	}
	limits := o.Limits.Filled()
	p := &Process{name: filepath.Base(c.Args[0]), output: newOutput(limits.Output, c.Output), done: make(chan struct{})}
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		_ = windows.CloseHandle(job)
		return nil, err
	}
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.Dir, c.Env, write, write
	err = cmd.Start()
	write.Close()
	if err == nil {
		err = join(job, cmd.Process.Pid)
	}
	if err != nil {
		read.Close()
		_ = windows.CloseHandle(job)
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	p.child = child{cmd: cmd, job: job}
	go p.wait(read)
	return p, nil
}

// newJob returns a job whose processes end when its handle is closed, as it is when
// the grader ends in any way.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("create a job: %w", err)
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return 0, errors.Join(fmt.Errorf("limit a job: %w", err), windows.CloseHandle(job))
	}
	return job, nil
}

func join(job windows.Handle, pid int) error {
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	return errors.Join(windows.AssignProcessToJobObject(job, h), windows.CloseHandle(h))
}

func (p *Process) wait(read *os.File) {
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer read.Close()
		p.output.drain(read)
	}()
	_ = p.cmd.Wait()
	_ = windows.TerminateJobObject(p.job, 1)
	_ = windows.CloseHandle(p.job)
	p.output.settle(drained)
	p.finish(fmt.Sprintf("exit status %d", p.cmd.ProcessState.ExitCode()))
}

func (p *Process) pause() error     { return ErrNoPause }
func (p *Process) resume() error    { return ErrNoPause }
func (p *Process) terminate() error { return p.kill() }
func (p *Process) kill() error      { return windows.TerminateJobObject(p.job, 1) }
