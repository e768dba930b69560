package load

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// A teller tells how a run goes.
type teller struct {
	mu    sync.Mutex // guards the rest
	run   *run
	phase string
	tally *tally    // of the phase
	began time.Time // of the phase
	asked int       // when it was told last
	at    time.Time
}

// phaseBegins tells of the requests of this phase from now on.
func (t *teller) phaseBegins(r *run, phase string, tally *tally) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.run, t.phase, t.tally = r, phase, tally
	t.began, t.asked = time.Now(), 0
	t.at = t.began
}

// line says how it goes since the last line.
func (t *teller) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.run == nil {
		return ""
	}
	since := now.Sub(t.began).Seconds()
	if t.phase == phaseCheck {
		return fmt.Sprintf("check   %5.1f s", since)
	}
	all, p50, p99 := t.tally.sofar()
	rate := float64(all.All()-t.asked) / max(now.Sub(t.at).Seconds(), 1e-3)
	t.asked, t.at = all.All(), now
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %6.1f s  %.0f/s  done %d", t.phase, since, rate, all.Done)
	for _, c := range []struct {
		name string
		n    int
	}{{"refused", all.Refused}, {"failed", all.Failed}, {"unknown", all.Unknown}} {
		if c.n > 0 {
			fmt.Fprintf(&b, "  %s %d", c.name, c.n)
		}
	}
	fmt.Fprintf(&b, "  p50 %s  p99 %s  leader %d", short(p50), short(p99), t.run.cluster.first())
	if left := t.run.options.Duration.Seconds() - since; t.phase == phaseLoad && left > 0 {
		fmt.Fprintf(&b, "  %.0f s left", left)
	}
	return b.String()
}

// short writes a duration with three digits that count.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0fµs", float64(d)/1e3)
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2fms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0fms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2fs", d.Seconds())
}
