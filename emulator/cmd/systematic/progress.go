package systematic

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/lab/systematic"
)

// sofar says how far an exploration is.
func sofar(began time.Time, s systematic.Stats) func() string {
	return func() string {
		return fmt.Sprintf("%d states, %.0f/s; following schedules of %d choices from %d states",
			s.States, float64(s.States)/time.Since(began).Seconds(), s.Depth, s.Frontier)
	}
}
