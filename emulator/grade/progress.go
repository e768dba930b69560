package grade

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/script/course"
)

// A Progress says how far a grading is. The zero value is ready, and a nil one takes no
// notes. Its methods may be called at the same time.
type Progress struct {
	mu      sync.Mutex
	began   time.Time
	all     int
	ended   int
	counts  map[course.Kind]int
	now     []string // the scenarios that run
	isAlone bool
}

func (p *Progress) begin(all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.all, p.ended, p.now, p.counts = time.Now(), all, 0, nil, map[course.Kind]int{}
}

func (p *Progress) running(name string, alone bool) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now, p.isAlone = append(p.now, name), alone
}

func (p *Progress) stopped(name string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.now, name); i >= 0 {
		p.now = slices.Delete(p.now, i, i+1)
	}
}

func (p *Progress) done(k course.Kind) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	p.counts[k]++
}

// String is one line; "" before the grading begins.
func (p *Progress) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == 0 {
		return ""
	}
	said := fmt.Sprintf("%d of %d scenarios done", p.ended, p.all)
	for _, k := range course.Kinds() {
		if n := p.counts[k]; n > 0 {
			said += fmt.Sprintf(", %d %s", n, k)
		}
	}
	said += fmt.Sprintf(", %.0f s", time.Since(p.began).Seconds())
	if len(p.now) > 0 {
		said += "; now " + strings.Join(p.now, ", ")
	}
	return said
}
