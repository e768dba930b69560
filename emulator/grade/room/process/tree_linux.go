package process

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A stat is what /proc says of a process.
type stat struct {
	pid, parent int
	state       byte
	tasks       int
	pages       int64 // resident
}

// read reads a small file of /proc with as few calls as possible.
func read(path string, buffer []byte) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = unix.Close(fd) }()
	n, err := unix.Read(fd, buffer)
	if err != nil {
		return nil
	}
	return buffer[:n]
}

// names lists a directory of /proc.
func names(path string) []string {
	dir, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer dir.Close()
	all, _ := dir.Readdirnames(-1)
	return all
}

// readStat reads a file /proc/PID/stat or /proc/PID/task/TID/stat.
func readStat(path string) (stat, bool) {
	var buffer [1 << 10]byte
	text := string(read(path, buffer[:]))
	// The name, in parentheses, may hold anything.
	end := strings.LastIndexByte(text, ')')
	if end < 0 {
		return stat{}, false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 22 {
		return stat{}, false
	}
	pid, _, _ := strings.Cut(text, " ")
	var s stat
	s.pid, _ = strconv.Atoi(pid)
	s.state = fields[0][0]
	s.parent, _ = strconv.Atoi(fields[1])
	s.tasks, _ = strconv.Atoi(fields[17])
	s.pages, _ = strconv.ParseInt(fields[21], 10, 64)
	return s, true
}

// readAll reads what /proc says of all processes.
func readAll() []stat {
	entries := names("/proc")
	all := make([]stat, 0, len(entries))
	for _, name := range entries {
		if name[0] < '0' || name[0] > '9' {
			continue
		}
		if s, ok := readStat("/proc/" + name + "/stat"); ok {
			all = append(all, s)
		}
	}
	return all
}

// below returns the processes of all that descend from root, without it.
func below(all []stat, root int) []stat {
	children := make(map[int][]stat)
	for _, s := range all {
		children[s.parent] = append(children[s.parent], s)
	}
	tree := slices.Clone(children[root])
	for i := 0; i < len(tree); i++ {
		tree = append(tree, children[tree[i].pid]...)
	}
	return tree
}

// Below returns the processes that descend from one.
func Below(root int) []int {
	if pids, ok := followed(root); ok {
		return pids
	}
	var pids []int
	for _, s := range below(readAll(), root) {
		pids = append(pids, s.pid)
	}
	return pids
}

// manyTasks is from how many threads on it is quicker to look at all processes of the
// machine than at the children of each thread.
const manyTasks = 100

// followed follows the lists of children in /proc from one process down. It does not
// work on kernels without such lists. A list may miss a process if another one ends at
// the same time; it is complete when all stand still.
func followed(root int) (pids []int, ok bool) {
	tasks := 0
	pids = []int{root}
	var buffer [4 << 10]byte
	for i := 0; i < len(pids); i++ {
		dir := "/proc/" + strconv.Itoa(pids[i]) + "/task/"
		for _, task := range names(dir) {
			list := read(dir+task+"/children", buffer[:])
			if tasks++; tasks > manyTasks || len(list) == len(buffer) || list == nil && i == 0 {
				return nil, false
			}
			for _, child := range strings.Fields(string(list)) {
				if pid, err := strconv.Atoi(child); err == nil {
					pids = append(pids, pid)
				}
			}
		}
	}
	return pids[1:], true
}

// stands reports whether no thread of a process runs.
func stands(pid int, waiting bool) bool {
	dir := "/proc/" + strconv.Itoa(pid) + "/task/"
	for _, task := range names(dir) {
		t, ok := readStat(dir + task + "/stat")
		if !ok {
			continue
		}
		switch t.state {
		case 'T', 't', 'Z', 'X':
		case 'D':
			// A thread in vfork waits for its child, which stands still itself.
			if !waiting {
				return false
			}
		default:
			return false
		}
	}
	return true
}

const (
	stopPatience = 5 * time.Second
	// diskPatience is how long a thread that waits for a disk may keep Pause waiting.
	diskPatience = 500 * time.Millisecond
)

// stopAll stops all processes below root and returns when they stand still. Those that
// are started meanwhile are found by the next look, until two looks in a row find that
// nothing moves.
func stopAll(root int) error {
	began, still := time.Now(), 0
	for wait := 200 * time.Microsecond; still < 2; wait = min(2*wait, 20*time.Millisecond) {
		moving := 0
		for _, pid := range Below(root) {
			if stands(pid, time.Since(began) > diskPatience) {
				continue
			}
			moving++
			if err := unix.Kill(pid, unix.SIGSTOP); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("stop process %d: %w", pid, err)
			}
		}
		if moving == 0 {
			still++
			continue
		}
		still = 0
		if time.Since(began) > stopPatience {
			return fmt.Errorf("%d processes still run %v after SIGSTOP", moving, stopPatience)
		}
		time.Sleep(wait)
	}
	return nil
}

// signalAll sends a signal to all processes below root.
func signalAll(root int, s unix.Signal) error {
	var errs []error
	for _, pid := range Below(root) {
		if err := unix.Kill(pid, s); err != nil && !errors.Is(err, unix.ESRCH) {
			errs = append(errs, fmt.Errorf("%v for process %d: %w", s, pid, err))
		}
	}
	return errors.Join(errs...)
}
