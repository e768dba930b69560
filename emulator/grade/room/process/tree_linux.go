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

// readStat reads a file /proc/PID/stat or /proc/PID/task/TID/stat.
func readStat(path string) (stat, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return stat{}, false
	}
	// The name, in parentheses, may hold anything.
	end := strings.LastIndexByte(string(text), ')')
	if end < 0 {
		return stat{}, false
	}
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 22 {
		return stat{}, false
	}
	pid, _, _ := strings.Cut(string(text), " ")
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
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	all := make([]stat, 0, len(names))
	for _, name := range names {
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
	var pids []int
	for _, s := range below(readAll(), root) {
		pids = append(pids, s.pid)
	}
	return pids
}

// stands reports whether no thread of a process runs.
func (s stat) stands(waiting bool) bool {
	dir := "/proc/" + strconv.Itoa(s.pid) + "/task/"
	tasks, err := os.ReadDir(dir)
	if err != nil {
		return true // gone
	}
	for _, task := range tasks {
		t, ok := readStat(dir + task.Name() + "/stat")
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
		tree := below(readAll(), root)
		moving := 0
		for _, s := range tree {
			if s.stands(time.Since(began) > diskPatience) {
				continue
			}
			moving++
			if err := unix.Kill(s.pid, unix.SIGSTOP); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("stop process %d: %w", s.pid, err)
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

// signalAll sends a signal to all processes below root. It returns how many there are.
func signalAll(root int, s unix.Signal) (int, error) {
	var errs []error
	tree := below(readAll(), root)
	for _, p := range tree {
		if err := unix.Kill(p.pid, s); err != nil && !errors.Is(err, unix.ESRCH) {
			errs = append(errs, fmt.Errorf("%v for process %d: %w", s, p.pid, err))
		}
	}
	return len(tree), errors.Join(errs...)
}
