package scenario

import (
	"strconv"
	"time"
)

// span writes a duration: in seconds, or in milliseconds below one second.
func span(d time.Duration) string {
	if d >= time.Second {
		return decimal(d, time.Second) + " s"
	}
	return moment(d)
}

// moment writes a time of the world, in milliseconds.
func moment(d time.Duration) string { return decimal(d, time.Millisecond) + " ms" }

// decimal writes d in units, with at most three decimals.
func decimal(d, unit time.Duration) string {
	s := strconv.FormatFloat(float64(d)/float64(unit), 'f', 3, 64)
	end := len(s)
	for s[end-1] == '0' {
		end--
	}
	if s[end-1] == '.' {
		end--
	}
	return s[:end]
}
