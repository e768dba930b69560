package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/room/netns"
)

const python = "/usr/bin/python3"

// start starts a command and kills it at the end.
func start(t *testing.T, o Options, args ...string) *Process {
	t.Helper()
	p, err := Start(Command{Args: args, Dir: t.TempDir()}, o)
	assert.NilError(t, err)
	t.Cleanup(func() { assert.NilError(t, p.Kill()) })
	return p
}

// eachRoom runs a test without and with namespaces.
func eachRoom(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("plain", func(t *testing.T) { test(t, Options{}) })
	t.Run("namespace", func(t *testing.T) {
		o := Options{Namespace: &netns.Config{}}
		p, err := Start(Command{Args: []string{"/bin/true"}}, o)
		if err != nil {
			t.Skip(err)
		}
		<-p.Done()
		test(t, o)
	})
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

// waitDone waits for the end of a command and returns how it ended.
func waitDone(t *testing.T, p *Process) string {
	t.Helper()
	select {
	case <-p.Done():
	case <-time.After(30 * time.Second):
		t.Fatalf("still there: %v", p.Tail())
	}
	return p.Exit()
}

func TestExitSaysHowACommandEnded(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		for script, want := range map[string]string{
			"exit 0":          "exit status 0",
			"exit 3":          "exit status 3",
			"kill -SEGV $$":   "killed by SIGSEGV",
			"kill -KILL $$":   "killed by SIGKILL, which the grader did not send",
			"kill -TERM $$":   "killed by SIGTERM",
			"sleep 100& exit": "exit status 0",
		} {
			p := start(t, o, "/bin/sh", "-c", script)
			assert.Equal(t, waitDone(t, p), want, script)
			assert.Assert(t, p.Crashed())
		}
	})
}

func TestAnEndByTheGraderIsNoCrash(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, "/bin/sleep", "100")
		assert.Equal(t, p.Exit(), "")
		assert.NilError(t, p.Kill())
		assert.Equal(t, p.Exit(), "killed by the grader")
		assert.Assert(t, !p.Crashed())

		p = start(t, o, "/bin/sleep", "100")
		assert.NilError(t, p.Terminate(20*time.Second))
		assert.Equal(t, p.Exit(), "ended by the grader (SIGTERM)")
		assert.Assert(t, !p.Crashed())
		assert.NilError(t, p.Terminate(time.Second))
		assert.NilError(t, p.Kill())
		assert.Assert(t, errors.Is(p.Pause(), ErrEnded))
		assert.Assert(t, errors.Is(p.Resume(), ErrEnded))
	})
}

func TestTerminateKillsWhatIgnoresIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, "/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
		eventually(t, "it runs", func() bool { return len(p.Tail()) > 0 })
		assert.NilError(t, p.Terminate(50*time.Millisecond))
		assert.Equal(t, p.Exit(), "killed by the grader: still there 50ms after SIGTERM")
	})
}

func TestTerminateReachesTheWholeGroup(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, python, "-c", `
import os, signal, sys
def told(*a):
    os.write(1, (name + '\n').encode()) # in one piece: the other one writes, too
    if name == 'parent': os.wait()
    os._exit(0)
name = 'parent'
if os.fork() == 0: name = 'child'
signal.signal(signal.SIGTERM, told)
os.write(1, b'ready\n')
while True: signal.pause()`)
		eventually(t, "both run", func() bool { return len(p.Tail()) == 2 })
		assert.NilError(t, p.Terminate(20*time.Second))
		tail := p.Tail()[2:]
		slices.Sort(tail)
		assert.DeepEqual(t, tail, []string{"child", "parent"})
	})
}

// A command that exceeded a limit has crashed, even if it is killed meanwhile for another reason.
func TestTheFirstFaultOfACommandStays(t *testing.T) {
	p := &Process{done: make(chan struct{})}
	p.because("too much memory", true)
	p.because("killed by the grader", false)
	p.finish("killed by SIGKILL")
	assert.Equal(t, p.Exit(), "too much memory")
	assert.Assert(t, p.Crashed())
}

// A family is a program whose children leave its process group and its session, and
// which all append to a file of their own.
const family = `
import os, sys, time
def work(name):
    with open(name, 'wb', buffering=0) as f:
        while True:
            f.write(b'x')
            time.sleep(0.001)
def daemon(name):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: work(name)
        os._exit(0)
    os.wait()
daemon('daemon')
if os.fork() == 0: work('child')
work('main')
`

var members = []string{"main", "child", "daemon"}

// sizes returns how much each member of a family has written.
func sizes(dir string) string {
	var all []string
	for _, m := range members {
		info, err := os.Stat(filepath.Join(dir, m))
		if err != nil || info.Size() == 0 {
			return ""
		}
		all = append(all, fmt.Sprint(info.Size()))
	}
	return strings.Join(all, " ")
}

func startFamily(t *testing.T, o Options) (*Process, string) {
	t.Helper()
	dir := t.TempDir()
	p, err := Start(Command{Args: []string{python, "-c", family}, Dir: dir}, o)
	assert.NilError(t, err)
	t.Cleanup(func() { assert.NilError(t, p.Kill()) })
	eventually(t, "all members write", func() bool { return sizes(dir) != "" })
	return p, dir
}

// left returns processes that descend from a command, by the mark in their environment.
func left(p *Process) []int {
	var pids []int
	for _, s := range readAll() {
		if s.state != 'Z' && marked(s.pid, p.marker) {
			pids = append(pids, s.pid)
		}
	}
	return pids
}

func TestPauseStopsAllProcessesAndResumeLetsThemGoOn(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p, dir := startFamily(t, o)
		for range 5 {
			assert.NilError(t, p.Pause())
			before := sizes(dir)
			for _, s := range below(readAll(), p.keeper.Process.Pid) {
				assert.Assert(t, s.state == 'T', "process %d is %c", s.pid, s.state)
			}
			time.Sleep(5 * time.Millisecond) // they would write within
			assert.Equal(t, sizes(dir), before)
			assert.NilError(t, p.Resume())
			eventually(t, "all go on", func() bool {
				now, old := strings.Fields(sizes(dir)), strings.Fields(before)
				for i := range now {
					if now[i] == old[i] {
						return false
					}
				}
				return true
			})
		}
	})
}

func TestBothWaysToFindProcessesAgree(t *testing.T) {
	p, _ := startFamily(t, Options{})
	quick, ok := followed(p.keeper.Process.Pid)
	if !ok {
		t.Skip("this kernel has no lists of children")
	}
	var slow []int
	for _, s := range below(readAll(), p.keeper.Process.Pid) {
		slow = append(slow, s.pid)
	}
	slices.Sort(quick)
	slices.Sort(slow)
	assert.DeepEqual(t, quick, slow)
	assert.Equal(t, len(slow), 3)
}

func TestPauseStopsAProgramWithManyThreads(t *testing.T) {
	p := start(t, Options{}, python, "-c", `
import threading, time
threading.stack_size(65536)
for i in range(800): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
print('ready', flush=True)
time.sleep(100)`)
	eventually(t, "it runs", func() bool { return len(p.Tail()) > 0 })
	assert.NilError(t, p.Pause())
	tasks := 0
	for _, s := range below(readAll(), p.keeper.Process.Pid) {
		tasks += s.tasks
		assert.Assert(t, stands(s.pid, false))
	}
	assert.Assert(t, tasks > 800)
}

func TestPauseStopsWhatForksAllTheTime(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, "/bin/sh", "-c", "echo; while :; do /bin/true; done")
		eventually(t, "it runs", func() bool { return len(p.Tail()) > 0 })
		for range 10 {
			assert.NilError(t, p.Pause())
			for _, s := range below(readAll(), p.keeper.Process.Pid) {
				assert.Assert(t, stands(s.pid, true))
			}
			assert.NilError(t, p.Resume())
		}
	})
}

func TestKillLeavesNoProcess(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		for _, paused := range []bool{false, true} {
			p, _ := startFamily(t, o)
			assert.Equal(t, len(left(p)), 3)
			if paused {
				assert.NilError(t, p.Pause())
			}
			assert.NilError(t, p.Kill())
			assert.Equal(t, len(left(p)), 0)
		}
	})
}

func TestKillEndsWhatForksWithoutEnd(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		// Each generation has one child in a new session and ends.
		p := start(t, o, python, "-c", `
import os, time
print('ready', flush=True)
if os.fork(): time.sleep(100)
while True:
    if os.fork(): os._exit(0)
    os.setsid()`)
		eventually(t, "it runs", func() bool { return len(p.Tail()) > 0 })
		assert.NilError(t, p.Kill())
		assert.Equal(t, len(left(p)), 0)
	})
}

func TestWhatAProgramLeavesEndsWithIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, "/bin/sh", "-c", "setsid sleep 100 & exit 7")
		assert.Equal(t, waitDone(t, p), "exit status 7")
		assert.Equal(t, len(left(p)), 0)
	})
}

func TestAKilledKeeperTakesAllWithIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p, _ := startFamily(t, o)
		assert.NilError(t, p.keeper.Process.Kill())
		assert.Equal(t, waitDone(t, p), "killed by SIGKILL, with the keeper that watched it")
		assert.Assert(t, p.Crashed())
		assert.Equal(t, len(left(p)), 0)
	})
}

// act is a grader that starts a family and waits to be killed, if the environment asks
// for one.
func act() {
	if os.Getenv("PROCESS_TEST") != "grader" {
		return
	}
	o := Options{Seccomp: os.Getenv("PROCESS_TEST_ROOM") == "seccomp"}
	if os.Getenv("PROCESS_TEST_ROOM") == "namespace" {
		o.Namespace = &netns.Config{}
	}
	dir := os.Getenv("PROCESS_TEST_DIR")
	p, err := Start(Command{Args: []string{python, "-c", family}, Dir: dir}, o)
	if err != nil {
		fmt.Println("no", err)
		os.Exit(1)
	}
	for sizes(dir) == "" {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(p.marker, p.keeper.Process.Pid)
	select {}
}

func TestAllEndsWithAKilledGrader(t *testing.T) {
	for _, room := range []string{"plain", "namespace", "seccomp"} {
		t.Run(room, func(t *testing.T) {
			self, err := os.Executable()
			assert.NilError(t, err)
			grader := exec.Command(self)
			grader.Env = append(os.Environ(), "PROCESS_TEST=grader", "PROCESS_TEST_ROOM="+room, "PROCESS_TEST_DIR="+t.TempDir())
			out, err := grader.StdoutPipe()
			assert.NilError(t, err)
			assert.NilError(t, grader.Start())
			said, _ := bufio.NewReader(out).ReadString('\n')
			marker, pid, _ := strings.Cut(strings.TrimSpace(said), " ")
			keeper, err := strconv.Atoi(pid)
			if err != nil {
				_ = grader.Process.Kill()
				_ = grader.Wait()
				t.Skip(said)
			}
			p := &Process{child: child{marker: marker}}
			assert.Equal(t, len(left(p)), 3)
			assert.NilError(t, grader.Process.Kill())
			_ = grader.Wait()
			eventually(t, "all are gone", func() bool {
				k, there := readStat(fmt.Sprintf("/proc/%d/stat", keeper))
				return len(left(p)) == 0 && (!there || k.state == 'Z') // the machine's init may be slow
			})
		})
	}
}

// Memory may run out: then the kernel may kill a keeper together with the grader.
func TestAProgramEndsWithItsKeeperAndItsGrader(t *testing.T) {
	self, err := os.Executable()
	assert.NilError(t, err)
	dir := t.TempDir()
	grader := exec.Command(self)
	grader.Env = append(os.Environ(), "PROCESS_TEST=grader", "PROCESS_TEST_DIR="+dir)
	out, err := grader.StdoutPipe()
	assert.NilError(t, err)
	assert.NilError(t, grader.Start())
	said, _ := bufio.NewReader(out).ReadString('\n')
	marker, pid, _ := strings.Cut(strings.TrimSpace(said), " ")
	keeper, err := strconv.Atoi(pid)
	assert.NilError(t, err)
	defer killMarked(marker) // children of the program, which nobody watches any more
	children := readAll()
	assert.NilError(t, grader.Process.Signal(syscall.SIGSTOP))
	assert.NilError(t, unix.Kill(keeper, unix.SIGKILL))
	assert.NilError(t, grader.Process.Kill())
	_ = grader.Wait()
	for _, s := range children {
		if s.parent == keeper && marked(s.pid, marker) && isMain(s.pid) {
			eventually(t, "the program is gone", func() bool {
				now, there := readStat(fmt.Sprintf("/proc/%d/stat", s.pid))
				return !there || now.state == 'Z'
			})
			return
		}
	}
}

// isMain reports whether a process of a family is the one that was started: it leads its
// session, and writes to the file main.
func isMain(pid int) bool {
	for _, fd := range names(fmt.Sprintf("/proc/%d/fd", pid)) {
		if to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, fd)); err == nil && filepath.Base(to) == "main" {
			return true
		}
	}
	return false
}

func TestOutputWithoutEndNeitherWaitsNorFillsMemory(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, python, "-c", `
import os, sys
for i in range(2000): os.write(1, b'x' * 10000)
for i in range(2000): os.write(2, b'line %d\n' % i * 50)
os.write(1, b'last\nunfinished')`)
		assert.Equal(t, waitDone(t, p), "exit status 0")
		tail := p.Tail()
		assert.DeepEqual(t, tail[len(tail)-3:], []string{"line 1999", "last", "unfinished"})
		assert.Assert(t, len(strings.Join(tail, "\n")) <= 32<<10)
	})
}

func TestLinesAreCutAndReadable(t *testing.T) {
	o := newOutput(1<<10, nil)
	o.add([]byte("caf\xc3"))
	o.add([]byte("\xa9 \xff\x00\x1b[1;31mred\x1b[0m\ttab\r\n"))
	o.add(bytes.Repeat([]byte("é"), 1000))
	o.add([]byte("\nend"))
	tail := o.tail()
	assert.Equal(t, len(tail), 3)
	assert.Equal(t, tail[0], "café \uFFFDred\ttab")
	assert.Assert(t, strings.HasSuffix(tail[1], "é…") && len(tail[1]) < maxLine+10)
	assert.Equal(t, tail[2], "end")
	for _, line := range tail {
		assert.Assert(t, utf8.ValidString(line))
	}
}

// A slow writer takes nothing until it is let go.
type slow struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *slow) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func TestASlowWriterLosesOutputAndIsToldSo(t *testing.T) {
	w := &slow{}
	w.mu.Lock()
	p, err := Start(Command{Args: []string{python, "-c", "import os\nfor i in range(1000): os.write(1, b'%099d\\n' % i * 100)"}, Output: w}, Options{})
	assert.NilError(t, err)
	assert.Equal(t, waitDone(t, p), "exit status 0")
	tail := p.Tail()
	assert.Equal(t, tail[len(tail)-1], fmt.Sprintf("%099d", 999))
	w.mu.Unlock()
	<-p.output.ended
	assert.Assert(t, strings.Contains(w.text.String(), "bytes left out"))
}

func TestALiveWriterGetsAll(t *testing.T) {
	w := &slow{}
	p, err := Start(Command{Args: []string{"/bin/sh", "-c", "echo one; echo two >&2"}, Output: w}, Options{})
	assert.NilError(t, err)
	waitDone(t, p)
	<-p.output.ended
	assert.Equal(t, w.text.String(), "one\ntwo\n")
}

func TestLimitsAreThoseOfTheCommand(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p := start(t, o, "/bin/sh", "-c", "ulimit -n; ulimit -c; ulimit -v; ulimit -f")
		waitDone(t, p)
		var had unix.Rlimit
		assert.NilError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &had))
		assert.DeepEqual(t, p.Tail(), []string{fmt.Sprint(min(4096, had.Max)), "0", "unlimited", fmt.Sprint(1 << 21)})
	})
}

func TestLimitsHaveALeast(t *testing.T) {
	l := Limits{Tasks: 5, Descriptors: 5}.Filled()
	assert.Equal(t, l.Tasks, 2_000)
	assert.Equal(t, l.Descriptors, 2_048)
}

func TestMoreMemoryThanTheLimitIsACrash(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		o.Limits.Memory = 100 << 20
		p := start(t, o, python, "-c", "import time\nx = b'x' * (200 << 20)\ntime.sleep(100)")
		assert.Assert(t, strings.Contains(waitDone(t, p), "more than the limit of 100 MB"), p.Exit())
		assert.Assert(t, p.Crashed())
	})
}

func TestMoreTasksThanTheLimitIsACrash(t *testing.T) {
	o := Options{Limits: Limits{Tasks: 2_000}}
	p := start(t, o, python, "-c", `
import threading, time
threading.stack_size(32768)
for i in range(2100): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
time.sleep(100)`)
	assert.Assert(t, strings.Contains(waitDone(t, p), "more than the limit of 2000"), p.Exit())
	assert.Assert(t, p.Crashed())
}

func TestAFileLargerThanTheLimitIsNamed(t *testing.T) {
	o := Options{Limits: Limits{File: 1 << 20}}
	p := start(t, o, "/bin/sh", "-c", "exec dd if=/dev/zero of=big bs=65536 count=100 2>/dev/null")
	assert.Equal(t, waitDone(t, p), "killed by SIGXFSZ: it wrote a file larger than the limit")
}

func TestAProgramThatCannotStartIsAnError(t *testing.T) {
	dir := t.TempDir()
	assert.NilError(t, os.WriteFile(filepath.Join(dir, "plain.txt"), nil, 0o644))
	assert.NilError(t, os.WriteFile(filepath.Join(dir, "broken"), []byte("#!/no/such/program\n"), 0o755))
	eachRoom(t, func(t *testing.T, o Options) {
		for name, want := range map[string]error{
			"no-such-program-anywhere": exec.ErrNotFound,
			"./missing":                fs.ErrNotExist,
			"./plain.txt":              fs.ErrPermission,
			"./":                       syscall.EISDIR,
		} {
			_, err := Start(Command{Args: []string{name}, Dir: dir}, o)
			assert.Assert(t, errors.Is(err, want), "%s: %v", name, err)
		}
		_, err := Start(Command{Args: []string{"./broken"}, Dir: dir}, o)
		assert.ErrorContains(t, err, "no such file or directory")
	})
	_, err := Start(Command{}, Options{})
	assert.ErrorContains(t, err, "no program")
}

func TestTheEnvironmentIsTheCommands(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		p, err := Start(Command{Args: []string{"sh", "-c", "echo $A $EMULATOR_KEEPER; pwd"}, Dir: "/tmp", Env: []string{"A=b", "PATH=/bin:/usr/bin"}}, o)
		assert.NilError(t, err)
		waitDone(t, p)
		assert.DeepEqual(t, p.Tail(), []string{"b", "/tmp"})
	})
}

func TestACommandInheritsNoOtherFiles(t *testing.T) {
	null, err := os.Open(os.DevNull)
	assert.NilError(t, err)
	defer null.Close()
	kept, err := unix.FcntlInt(null.Fd(), unix.F_DUPFD, 50) // as one that the grader has inherited itself
	assert.NilError(t, err)
	defer func() { assert.NilError(t, unix.Close(kept)) }()
	for _, o := range []Options{{}, {Seccomp: true}, {Namespace: &netns.Config{Ports: []int{8500}}}} {
		p, err := Start(Command{Args: []string{"/bin/sh", "-c", "echo /proc/$$/fd/*; cat /proc/self/oom_score_adj"}}, o)
		if err != nil {
			t.Log(err)
			continue
		}
		waitDone(t, p)
		assert.Equal(t, len(p.Tail()), 2, "%v", p.Tail())
		for _, file := range strings.Fields(p.Tail()[0]) {
			n, err := strconv.Atoi(filepath.Base(file))
			assert.NilError(t, err)
			assert.Assert(t, n <= 3 || n == 10 || n == 255, file) // 3: what reads the directory; 10, 255: scripts of shells
		}
		assert.Equal(t, p.Tail()[1], "700")
	}
}

func TestSignalsAreNotIgnoredInTheCommand(t *testing.T) {
	p := start(t, Options{}, python, "-c", `
import signal
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1): print(signal.getsignal(s) == signal.SIG_IGN)
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))`)
	waitDone(t, p)
	assert.DeepEqual(t, p.Tail(), []string{"False", "False", "False", "False", "set()"})
}

func TestBuildGivesTheOutputOfWhatFailed(t *testing.T) {
	assert.NilError(t, Build(t.Context(), Command{Args: []string{"/bin/true"}}, Limits{}))
	err := Build(t.Context(), Command{Args: []string{"/bin/sh", "-c", "echo wrong type; exit 2"}}, Limits{})
	assert.Error(t, err, "sh: exit status 2\nwrong type")

	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errors.New("more than 50ms"))
	defer cancel()
	err = Build(ctx, Command{Args: []string{"/bin/sleep", "100"}}, Limits{})
	assert.ErrorContains(t, err, "sleep: more than 50ms")
}

func TestNoDescriptorIsLeft(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		assert.NilError(t, err)
		return len(entries)
	}
	eachRoom(t, func(t *testing.T, o Options) {
		run := func() {
			p, err := Start(Command{Args: []string{"/bin/sleep", "100"}}, o)
			assert.NilError(t, err)
			if o.Namespace != nil {
				s, err := p.Socket()
				assert.NilError(t, err)
				s.Close()
			}
			assert.NilError(t, p.Kill())
		}
		run()
		before := count()
		for range 10 {
			run()
		}
		assert.Equal(t, count(), before)
	})
}

func TestNobodyLooksAtWhatIsPaused(t *testing.T) {
	eachRoom(t, func(t *testing.T, o Options) {
		o.Limits.Memory = 100 << 20
		p := start(t, o, python, "-c", "import time; time.sleep(100)")
		isWatched := func() bool {
			watched.mu.Lock()
			defer watched.mu.Unlock()
			return watched.all[p]
		}
		for round := range 3 {
			rests, resumed := p.Rests()
			assert.Assert(t, !rests && resumed == round && isWatched())
			assert.NilError(t, p.Pause())
			rests, resumed = p.Rests()
			assert.Assert(t, rests && resumed == round && !isWatched())
			assert.NilError(t, p.Resume())
		}
		assert.NilError(t, p.Kill())
		rests, _ := p.Rests()
		assert.Assert(t, rests && !isWatched())
		watched.add(p) // a resume that comes too late
		eventually(t, "it is forgotten", func() bool { return !isWatched() })
	})
}

func TestLimitsHoldAfterAPause(t *testing.T) {
	o := Options{Limits: Limits{Memory: 100 << 20}}
	p := start(t, o, python, "-c", `
import time, os
print('ready', flush=True)
while not os.path.exists('go'): time.sleep(0.01)
x = b'x' * (200 << 20)
time.sleep(100)`)
	eventually(t, "it runs", func() bool { return len(p.Tail()) > 0 })
	assert.NilError(t, p.Pause())
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", p.Tree()[0]))
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o644))
	assert.NilError(t, p.Resume())
	assert.Assert(t, strings.Contains(waitDone(t, p), "more than the limit of 100 MB"), p.Exit())
}
