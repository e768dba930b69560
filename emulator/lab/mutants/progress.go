package mutants

import (
	"fmt"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/sim/world"
)

// A count tells how far it is.
type count struct {
	total int // runs against bugs

	mu      sync.Mutex // guards the rest
	current string     // what was begun last
	since   time.Time
	ran     int
	caught  int
}

func (c *count) line() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == "" {
		return ""
	}
	return fmt.Sprintf("%d of %d runs done, %d caught; %s for %.0f s",
		c.ran, c.total, c.caught, c.current, time.Since(c.since).Seconds())
}

// begin says what is run now.
func (c *count) begin(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current, c.since = name, time.Now()
}

// done counts a run against a bug.
func (c *count) done(bug *world.Bug, o Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bug == nil {
		return
	}
	c.ran++
	if o.noticed() {
		c.caught++
	}
}
