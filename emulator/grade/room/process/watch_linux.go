package process

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// watched holds the commands that run and are not paused, and looks once a second whether
// one uses more than its limits. One look serves all of them.
var watched watcher

type watcher struct {
	mu  sync.Mutex
	all map[*Process]bool
}

// glance is the time between two looks.
const glance = time.Second

func (w *watcher) add(p *Process) {
	if p.options.Limits.None {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = make(map[*Process]bool)
		go w.run()
	}
	w.all[p] = true
}

func (w *watcher) remove(p *Process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, p)
}

// run looks until no command runs.
func (w *watcher) run() {
	for {
		time.Sleep(glance)
		w.mu.Lock()
		var running []*Process
		for p := range w.all {
			if p.ended() { // it was resumed when it ended
				delete(w.all, p)
				continue
			}
			running = append(running, p)
		}
		if len(running) == 0 {
			w.all = nil
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		all := readAll()
		for _, p := range running {
			if why := p.excess(all); why != "" {
				go func() { _ = p.end(why, true) }()
			}
		}
	}
}

// excess says which limit a command exceeds, or "".
func (p *Process) excess(all []stat) string {
	tasks, bytes := 0, int64(0)
	for _, s := range below(all, p.keeper.Process.Pid) {
		tasks += s.tasks
		bytes += s.pages * int64(os.Getpagesize())
	}
	l := p.options.Limits
	switch {
	case tasks > l.Tasks:
		return fmt.Sprintf("killed by the grader: it had %d threads and processes, more than the limit of %d", tasks, l.Tasks)
	case l.Memory > 0 && bytes > l.Memory:
		return fmt.Sprintf("killed by the grader: it used %d MB of memory, more than the limit of %d MB", bytes>>20, l.Memory>>20)
	}
	return ""
}
