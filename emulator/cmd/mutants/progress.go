package mutants

import (
	"fmt"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/lab/mutants"
)

// A meter keeps the newest progress for the line on standard error.
type meter struct {
	mu  sync.Mutex // guards now
	now mutants.Progress
}

func (m *meter) set(p mutants.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = p
}

// line is the progress in words; "" before the first run.
func (m *meter) line() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.now
	if p.Current == "" {
		return ""
	}
	return fmt.Sprintf("%d of %d runs done, %d caught; %s for %.0f s",
		p.Done, p.Total, p.Caught, p.Current, time.Since(p.Since).Seconds())
}
