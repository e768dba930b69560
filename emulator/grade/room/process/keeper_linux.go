package process

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"rrmq.example/emulator/emulator/grade/room/netns"
	"rrmq.example/emulator/emulator/grade/room/seccomp"
)

// asked is the variable of the environment that makes the binary a keeper.
const asked = "EMULATOR_KEEPER"

// Idle is a variable of the environment that makes the binary wait for its end, as a
// program to try things with.
const Idle = asked + "=idle"

// Connecting is a variable of the environment that makes the binary connect to a port,
// and end.
func Connecting(port int) string { return asked + "=connect " + strconv.Itoa(port) }

// lineFile is the descriptor of the keeper's line to the grader.
const lineFile = 3

// A spec says what a keeper starts.
type spec struct {
	Path      string
	Args, Env []string
	Dir       string
	UID, GID  int // -1: the keeper's own
	Limits    Limits
	Namespace *netns.Config
	Seccomp   bool
}

// A keeper starts one program and stays until all of its processes are gone. It ends
// them when the program or the grader ends.
type keeper struct {
	line  *line
	spec  spec
	alone chan struct{} // closed when no process is left

	mu   sync.Mutex
	main int // the program; 0 before it runs
}

// Main is the keeper, if the environment asks for one; else it returns at once.
func Main() {
	role, port, _ := strings.Cut(os.Getenv(asked), " ")
	switch role {
	case "":
		return
	case "connect":
		c, err := net.DialTimeout("tcp4", net.JoinHostPort("127.0.0.1", port), startPatience)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		_, _ = c.Read(make([]byte, 1))
		os.Exit(0)
	case "idle":
		for {
			time.Sleep(time.Hour)
		}
	}
	debug.SetGCPercent(-1) // it lives for a few messages
	// Signals of terminals and of careless programs are for others. A program that is
	// started has none of them ignored.
	signal.Notify(make(chan os.Signal, 1), unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2)
	keepFiles()
	l, err := lineOf(os.NewFile(lineFile, "grader"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "keeper:", err)
		os.Exit(1)
	}
	k := &keeper{line: l, alone: make(chan struct{})}
	if err := k.run(); err != nil {
		_ = l.send(message{Kind: kindFailed, Error: err.Error()})
	}
	k.killAll()
	os.Exit(0)
}

// keepFiles keeps files from the program that the grader itself has inherited.
func keepFiles() {
	for _, name := range names("/proc/self/fd") {
		if fd, err := strconv.Atoi(name); err == nil && fd >= lineFile {
			unix.CloseOnExec(fd)
		}
	}
}

// run obeys the grader until the line ends or says to kill.
func (k *keeper) run() error {
	m, _, err := k.line.receive()
	if err != nil {
		return err
	}
	if m.Kind != kindStart || m.Spec == nil {
		return fmt.Errorf("the first message is %q", m.Kind)
	}
	k.spec = *m.Spec
	fork, err := k.prepare()
	if err != nil {
		return err
	}
	for {
		m, _, err := k.line.receive()
		if err != nil {
			return nil //nolint:nilerr // the grader is gone
		}
		switch m.Kind {
		case kindGo:
			if err := k.start(fork); err != nil {
				return err
			}
		case kindSignal:
			_ = syscall.Kill(-k.program(), syscall.Signal(m.Signal))
		case kindKill:
			return nil
		case kindSockets:
			if err := k.sockets(m.Count); err != nil {
				return err
			}
		}
	}
}

// prepare makes what the program needs, and tells the grader that it is ready. It
// returns the thread that starts the program.
func (k *keeper) prepare() (*forker, error) {
	var files []int
	if k.spec.Namespace != nil {
		listeners, err := netns.Enter(*k.spec.Namespace)
		if err != nil {
			return nil, err
		}
		files = listeners
	} else if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("adopt orphans: %w", err)
	}
	if err := k.spec.limit(); err != nil {
		return nil, err
	}
	if k.spec.UID >= 0 {
		// So that the program can open /dev/stdout by its name.
		_ = unix.Fchown(1, k.spec.UID, k.spec.GID)
	}
	fork, err := newForker(k.spec.Seccomp)
	if err != nil {
		return nil, err
	}
	if k.spec.Seccomp {
		files = append(files, fork.notify)
	}
	err = k.line.send(message{Kind: kindReady}, files...)
	for _, fd := range files {
		_ = unix.Close(fd)
	}
	return fork, err
}

// limit sets limits on the keeper, from which the program inherits them.
func (s *spec) limit() error {
	limits := map[int]uint64{unix.RLIMIT_CORE: 0}
	if !s.Limits.None {
		limits[unix.RLIMIT_NOFILE] = uint64(s.Limits.Descriptors)
		limits[unix.RLIMIT_FSIZE] = uint64(s.Limits.File)
		if s.UID > 0 || s.UID < 0 && os.Getuid() != 0 {
			// The kernel also counts the user's tasks in other nodes.
			limits[unix.RLIMIT_NPROC] = uint64(s.Limits.Tasks) * 8
		}
	}
	for what, most := range limits {
		var old syscall.Rlimit
		if err := syscall.Getrlimit(what, &old); err != nil {
			return fmt.Errorf("limit %d: %w", what, err)
		}
		most = min(most, old.Max)
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("limit %d: %w", what, err)
		}
	}
	return nil
}

func (k *keeper) start(fork *forker) error {
	pid, err := fork.start(&k.spec)
	if err != nil {
		return err
	}
	k.mu.Lock()
	k.main = pid
	k.mu.Unlock()
	err = k.line.send(message{Kind: kindStarted, PID: pid})
	go k.reap()
	return err
}

// program returns the program's process id.
func (k *keeper) program() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.main
}

// reap waits for all children. When the program ends, so does everything.
func (k *keeper) reap() {
	defer close(k.alone)
	main := k.program()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WALL, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return // no child is left
		case pid == main:
			_ = k.line.send(message{Kind: kindExit, Status: uint32(status)})
			go func() {
				k.killAll()
				os.Exit(0)
			}()
		}
	}
}

// killAll returns when no process of the program is left.
func (k *keeper) killAll() {
	main := k.program()
	if main == 0 || os.Getpid() == 1 {
		return // the kernel kills what is left in the namespace of process 1
	}
	_ = syscall.Kill(-main, syscall.SIGKILL)
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		_ = signalAll(os.Getpid(), unix.SIGKILL)
		timer := time.NewTimer(wait)
		select {
		case <-k.alone:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// sockets makes TCP sockets in the keeper's network and passes them to the grader.
func (k *keeper) sockets(count int) error {
	fds, err := netns.Sockets(min(count, maxFiles))
	if err != nil {
		return err
	}
	err = k.line.send(message{Kind: kindSockets}, fds...)
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
	return err
}

// A forker is a thread that starts the program. The program dies with it
// (PR_SET_PDEATHSIG) and inherits its filter.
type forker struct {
	notify int
	specs  chan *spec
	result chan forked
}

type forked struct {
	pid int
	err error
}

func newForker(filter bool) (*forker, error) {
	f := &forker{specs: make(chan *spec), result: make(chan forked)}
	go func() {
		runtime.LockOSThread() // for good
		var err error
		if filter {
			f.notify, err = seccomp.Install()
		}
		f.result <- forked{err: err}
		for s := range f.specs {
			pid, err := s.fork()
			f.result <- forked{pid: pid, err: err}
		}
	}()
	return f, (<-f.result).err
}

func (f *forker) start(s *spec) (int, error) {
	f.specs <- s
	r := <-f.result
	return r.pid, r.err
}

func (s *spec) fork() (int, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	attr := &syscall.ProcAttr{
		Dir:   s.Dir,
		Env:   s.Env,
		Files: []uintptr{null.Fd(), 1, 2},
		Sys:   &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL},
	}
	if s.UID >= 0 {
		attr.Sys.Credential = &syscall.Credential{Uid: uint32(s.UID), Gid: uint32(s.GID)}
	}
	// If memory runs out, the kernel ends the program before the grader. The program
	// inherits that; in a namespace, /proc may show other processes by its number.
	const score = "/proc/self/oom_score_adj"
	if old, err := os.ReadFile(score); err == nil && os.WriteFile(score, []byte("700"), 0) == nil {
		defer func() { _ = os.WriteFile(score, old, 0) }()
	}
	// A user namespace gave the keeper its rights as ambient ones.
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	return syscall.ForkExec(s.Path, s.Args, attr)
}
