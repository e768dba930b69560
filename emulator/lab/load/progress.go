package load

import (
	"sync"
	"time"
)

// A Progress says how far a run is. Its zero value goes into Options.Progress,
// and anybody may ask it at any time.
type Progress struct {
	mu    sync.Mutex // guards the rest
	run   *run
	phase Phase
	tally *tally    // of the phase
	began time.Time // of the phase
	asked int       // requests when Now was called last
	at    time.Time
}

// Stats are how far a run is. Rate, P50 and P99 count since the last Stats.
type Stats struct {
	Phase    Phase
	Since    time.Duration // the phase began
	Left     time.Duration // of the load; 0: not known
	Requests Counts        // of the phase
	Rate     float64       // requests per second
	P50, P99 time.Duration
	Leader   int // the node that clients take for the leader
}

// begin notes that a phase begins, whose requests go into a tally.
func (p *Progress) begin(r *run, phase Phase, tally *tally) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run, p.phase, p.tally = r, phase, tally
	p.began, p.asked = time.Now(), 0
	p.at = p.began
}

// Now returns how far the run is; false before it begins.
func (p *Progress) Now() (Stats, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil {
		return Stats{}, false
	}
	now := time.Now()
	s := Stats{Phase: p.phase, Since: now.Sub(p.began), Leader: p.run.cluster.likelyLeader()}
	s.Requests, s.P50, s.P99 = p.tally.window()
	s.Rate = float64(s.Requests.All()-p.asked) / max(now.Sub(p.at).Seconds(), 1e-3)
	p.asked, p.at = s.Requests.All(), now
	if p.phase == PhaseLoad {
		s.Left = max(p.run.options.Duration-s.Since, 0)
	}
	return s, true
}
