package scenario

import (
	"strconv"
	"time"
)

// span writes how long something takes: in seconds, or in milliseconds when it
// is less than one.
func span(d time.Duration) string {
	if d >= time.Second {
		return decimal(d, time.Second) + " s"
	}
	return moment(d)
}

// moment writes a time of the world, in milliseconds.
func moment(d time.Duration) string { return decimal(d, time.Millisecond) + " ms" }

// decimal writes d in units, with three decimals at most.
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
