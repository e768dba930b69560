package explore

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/lab/explore"
)

// progressLine says how far an exploration is.
func progressLine(o *options, s *explore.Summary) func() string {
	return func() string {
		reached := 0
		counts := s.Coverage.Situations()
		for _, c := range counts {
			if c.Count > 0 {
				reached++
			}
		}
		of, left := "", o.Duration-s.WallTime
		if runs := o.Runs; runs > 0 {
			of = fmt.Sprintf(" of %d", runs)
			byRuns := time.Duration(float64(s.WallTime) / float64(s.Runs) * float64(runs-s.Runs))
			if o.Duration == 0 || byRuns < left {
				left = byRuns
			}
		}
		return fmt.Sprintf("%d%s runs, %d failed, %.0f a minute, %d of %d rare situations reached, %.0f s left",
			s.Runs, of, s.Failed, perMinute(s), reached, len(counts), max(left, 0).Seconds())
	}
}

// perMinute returns the number of runs in a minute.
func perMinute(s *explore.Summary) float64 {
	if s.WallTime <= 0 {
		return 0
	}
	return float64(s.Runs) / s.WallTime.Minutes()
}
