package source

import (
	"math"
	"time"
)

// maxDuration bounds every duration, so that no sum of them overflows.
const maxDuration = 24 * time.Hour

const maxMillis = int64(maxDuration / time.Millisecond)

// WantInt reads an integer from low to high, or reports the value.
func (v *Value) WantInt(what string, low, high int64) (int64, bool) {
	d, ok := v.data.(int64)
	switch {
	case ok && low <= d && d <= high:
		return d, true
	case low == high:
		v.Wrong("%s %d", what, low)
	default:
		v.Wrong("%s from %d to %d", what, low, high)
	}
	return 0, false
}

// WantMillis reads a time in milliseconds, low at least. It may have decimals, down to
// nanoseconds.
func (v *Value) WantMillis(low int64) (time.Duration, bool) {
	switch d := v.data.(type) {
	case float64:
		if d >= float64(low) && d <= float64(maxMillis) {
			return time.Duration(math.Round(d * float64(time.Millisecond))), true
		}
	case int64:
		if low <= d && d <= maxMillis {
			return time.Duration(d) * time.Millisecond, true
		}
	}
	v.Wrong("milliseconds from %d to %d", low, maxMillis)
	return 0, false
}

// WantTime is WantMillis, except that it also takes a time between 0 and low, which it
// never rounds to 0: a program may have measured it.
func (v *Value) WantTime(low int64) (time.Duration, bool) {
	if f, ok := v.data.(float64); ok && f > 0 {
		d, ok := v.WantMillis(0)
		return max(d, 1), ok
	}
	return v.WantMillis(low)
}

// WantList reads a list, or reports the value.
func (v *Value) WantList(want string) ([]*Value, bool) {
	d, ok := v.List()
	if !ok {
		v.Wrong("%s", want)
	}
	return d, ok
}
