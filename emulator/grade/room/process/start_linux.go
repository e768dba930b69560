package process

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"rrmq.example/emulator/emulator/grade/room/netns"
)

// Options say how a command is started.
type Options struct {
	Limits Limits

	Namespace *netns.Config // it lives in a network of its own
	Seccomp   bool          // the kernel asks the grader about its connect calls

	Ready func(Prepared) error // is called before the program starts
}

// Prepared is what there is before the program starts.
type Prepared struct {
	Keeper   int // the process that all of the command's processes descend from
	UID, GID int // whose they are
	// Files are the listeners of the network, in the order of Namespace.Ports, and the
	// seccomp listener. Options.Ready owns them.
	Files []*os.File
}

// A child is a keeper, below which all processes of the command are.
type child struct {
	keeper  *exec.Cmd
	line    *line
	marker  string // a variable in the environment of all its processes
	inside  bool   // it lives in a namespace of processes
	main    int    // the program's process, as the keeper sees it
	options Options

	asking  sync.Mutex      // one request for sockets at a time
	sockets chan []*os.File // their answers; closed at the end
	spare   []*os.File      // sockets that are not used yet
	status  syscall.WaitStatus
	exited  bool // status is that of the program
}

// Start runs a command. It returns when the program was started or could not be.
func Start(c Command, o Options) (*Process, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no program to run")
	}
	o.Limits = o.Limits.Filled()
	p := &Process{name: filepath.Base(c.Args[0]), done: make(chan struct{})}
	s, err := p.specify(c, o)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	err = p.startKeeper(write)
	write.Close()
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	p.output = newOutput(o.Limits.Output, c.Output)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		defer read.Close()
		p.output.drain(read)
	}()
	if err := p.startProgram(s); err != nil {
		p.line.close()
		_ = p.keeper.Process.Kill()
		_ = p.keeper.Wait()
		<-drained
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	watched.add(p)
	go p.listen(drained)
	return p, nil
}

// specify says what the keeper starts.
func (p *Process) specify(c Command, o Options) (*spec, error) {
	s := &spec{
		Args: c.Args, Env: c.Env, Dir: c.Dir, UID: -1, GID: -1,
		Limits: o.Limits, Namespace: o.Namespace, Seccomp: o.Seccomp,
	}
	if s.Env == nil {
		s.Env = os.Environ()
	}
	if s.Dir == "" {
		s.Dir = "."
	}
	var err error
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return nil, err
	}
	if s.Path, err = lookUp(c.Args[0], s.Dir, s.Env); err != nil {
		return nil, err
	}
	marker := "EMULATOR_PROCESS=" + rand.Text()
	s.Env = append(s.Env[:len(s.Env):len(s.Env)], marker)
	if uid, gid, ok := ownerOf(s.Dir); ok {
		s.UID, s.GID = uid, gid
		s.Env = slices.DeleteFunc(s.Env, func(v string) bool { return strings.HasPrefix(v, "HOME=") })
		s.Env = append(s.Env, "HOME="+s.Dir)
	}
	p.child = child{marker: marker, options: o, inside: o.Namespace != nil, sockets: make(chan []*os.File, 1)}
	return s, nil
}

// lookUp finds a program as a shell in dir would.
func lookUp(name, dir string, env []string) (string, error) {
	missing := func(err error) error { return &exec.Error{Name: name, Err: err} }
	if strings.Contains(name, "/") {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, name)
		}
		if err := executable(path); err != nil {
			return "", missing(err)
		}
		return path, nil
	}
	path := os.Getenv("PATH")
	for _, v := range env {
		if p, ok := strings.CutPrefix(v, "PATH="); ok {
			path = p
		}
	}
	for _, place := range filepath.SplitList(path) {
		if !filepath.IsAbs(place) {
			place = filepath.Join(dir, place)
		}
		if found := filepath.Join(place, name); executable(found) == nil {
			return found, nil
		}
	}
	return "", missing(exec.ErrNotFound)
}

func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return syscall.EISDIR
	case info.Mode()&0o111 == 0:
		return fs.ErrPermission
	}
	return nil
}

// startKeeper starts the own binary as a keeper.
func (p *Process) startKeeper(output *os.File) error {
	l, far, err := newLine()
	if err != nil {
		return err
	}
	defer far.Close()
	var attempts []*syscall.SysProcAttr
	if p.inside {
		attempts = isolated()
	} else {
		attempts = []*syscall.SysProcAttr{{Setsid: true}}
	}
	for _, attr := range attempts {
		cmd := exec.Command("/proc/self/exe")
		cmd.Args[0] = "emulator-keeper"
		cmd.Env = []string{asked + "=1"}
		cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = output, output, []*os.File{far}
		cmd.SysProcAttr = attr
		if err = cmd.Start(); err == nil {
			p.keeper, p.line = cmd, l
			return nil
		}
	}
	l.close()
	return err
}

// isolated lists the ways to make namespaces, the first that works is to be taken:
// root's, and anybody's by a user namespace in which the keeper has the rights that it
// needs and the program has none.
func isolated() []*syscall.SysProcAttr {
	const flags = unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWIPC
	uid, gid := os.Geteuid(), os.Getegid()
	user := &syscall.SysProcAttr{
		Setsid:      true,
		Cloneflags:  flags | unix.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_NET_ADMIN, unix.CAP_SYS_ADMIN},
	}
	if uid != 0 {
		return []*syscall.SysProcAttr{user}
	}
	return []*syscall.SysProcAttr{{Setsid: true, Cloneflags: flags}, user}
}

// startProgram has the keeper start the program.
func (p *Process) startProgram(s *spec) error {
	if err := p.line.send(message{Kind: kindStart, Spec: s}); err != nil {
		return err
	}
	_, files, err := p.expect(kindReady)
	if err != nil {
		return err
	}
	if p.options.Ready != nil {
		ready := Prepared{Keeper: p.keeper.Process.Pid, UID: s.UID, GID: s.GID, Files: files}
		if s.UID < 0 {
			ready.UID, ready.GID = os.Geteuid(), os.Getegid()
		}
		err = p.options.Ready(ready)
	} else {
		closeAll(files)
	}
	if err != nil {
		return err
	}
	if err := p.line.send(message{Kind: kindGo}); err != nil {
		return err
	}
	m, _, err := p.expect(kindStarted)
	p.main = m.PID
	return err
}

// startPatience bounds the wait for a keeper on a busy machine.
const startPatience = 30 * time.Second

func (p *Process) expect(kind string) (message, []*os.File, error) {
	if err := p.line.conn.SetReadDeadline(time.Now().Add(startPatience)); err != nil {
		return message{}, nil, err
	}
	m, files, err := p.line.receive()
	switch {
	case err != nil:
		return m, nil, fmt.Errorf("the keeper does not answer (does main call room.Main?): %w", err)
	case m.Kind == kindFailed:
		return m, nil, errors.New(m.Error)
	case m.Kind != kind:
		closeAll(files)
		return m, nil, fmt.Errorf("the keeper answers %q, not %q", m.Kind, kind)
	}
	return m, files, p.line.conn.SetReadDeadline(time.Time{})
}

// listen takes the keeper's messages until it is gone, and with it all processes.
func (p *Process) listen(drained <-chan struct{}) {
	for {
		m, files, err := p.line.receive()
		if err != nil {
			break
		}
		switch m.Kind {
		case kindSockets:
			p.sockets <- files
		case kindExit:
			p.status, p.exited = syscall.WaitStatus(m.Status), true
		}
	}
	p.dropSockets()
	broken := p.keeper.Wait() != nil
	p.line.close()
	if broken && !p.inside {
		killMarked(p.marker)
	}
	p.output.settle(drained)
	watched.remove(p)
	exit := "killed by SIGKILL, with the keeper that watched it"
	if p.exited {
		exit = words(p.status)
	}
	p.finish(exit)
}

// killMarked kills what a keeper left that somebody killed.
func killMarked(marker string) {
	for range 100 {
		found := false
		for _, s := range readAll() {
			if s.state == 'Z' || !marked(s.pid, marker) {
				continue
			}
			found = true
			_ = unix.Kill(s.pid, unix.SIGKILL)
		}
		if !found {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func marked(pid int, marker string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && strings.Contains("\x00"+string(env), "\x00"+marker)
}

// batch is how many sockets the grader asks a keeper for at once.
const batch = 8

// Socket returns a TCP socket in the command's network that is not connected yet.
func (p *Process) Socket() (*os.File, error) {
	p.asking.Lock()
	defer p.asking.Unlock()
	if len(p.spare) == 0 {
		if err := p.line.send(message{Kind: kindSockets, Count: batch}); err != nil {
			return nil, ErrEnded
		}
		files, ok := <-p.sockets
		if !ok || len(files) == 0 {
			return nil, ErrEnded
		}
		p.spare = files
	}
	last := len(p.spare) - 1
	f := p.spare[last]
	p.spare = p.spare[:last]
	return f, nil
}

// dropSockets closes sockets that nobody asked for.
func (p *Process) dropSockets() {
	close(p.sockets)
	p.asking.Lock()
	defer p.asking.Unlock()
	closeAll(p.spare)
	p.spare = nil
	for files := range p.sockets {
		closeAll(files)
	}
}

// Tree returns the command's processes.
func (p *Process) Tree() []int { return Below(p.keeper.Process.Pid) }

func (p *Process) pause() error {
	err := stopAll(p.keeper.Process.Pid)
	if err == nil {
		watched.remove(p) // it uses no more than it has
	}
	return err
}

func (p *Process) resume() error {
	watched.add(p)
	return signalAll(p.keeper.Process.Pid, unix.SIGCONT)
}

func (p *Process) terminate() error {
	return p.line.send(message{Kind: kindSignal, Signal: int(unix.SIGTERM)})
}

// keeperPatience is how long a keeper may take to kill everything before it is killed
// itself.
const keeperPatience = 5 * time.Second

func (p *Process) kill() error {
	if p.inside {
		// It is the first process of its namespace: all others die with it.
		return p.keeper.Process.Kill()
	}
	if err := p.line.send(message{Kind: kindKill}); err != nil {
		return err
	}
	timer := time.NewTimer(keeperPatience)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
	}
	err := signalAll(p.keeper.Process.Pid, unix.SIGKILL)
	return errors.Join(err, p.keeper.Process.Kill())
}
