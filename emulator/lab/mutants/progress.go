package mutants

import (
	"sync"
	"time"

	"rrmq.example/emulator/emulator/sim/bugs"
)

// Progress is how far the runs are.
type Progress struct {
	Total, Done int // runs against bugs
	Caught      int // of those that are done
	// Current is the bug whose run began last, or "healthy", and Since when it did.
	Current string
	Since   time.Time
}

// progress counts runs, and tells the counts.
type progress struct {
	tell func(Progress) // may be nil

	mu  sync.Mutex // guards now, and the calls of tell
	now Progress
}

// begin notes which run begins.
func (p *progress) begin(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now.Current, p.now.Since = name, time.Now()
	p.changed()
}

// done counts a run against a bug.
func (p *progress) done(bug *bugs.Bug, o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if bug == nil {
		return
	}
	p.now.Done++
	if o.noticed() {
		p.now.Caught++
	}
	p.changed()
}

func (p *progress) changed() {
	if p.tell != nil {
		p.tell(p.now)
	}
}
