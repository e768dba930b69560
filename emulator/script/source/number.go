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

// WantMillis reads whole milliseconds, low at least.
func (v *Value) WantMillis(low int64) (time.Duration, bool) {
	ms, ok := v.WantInt("whole milliseconds", low, maxMillis)
	return time.Duration(ms) * time.Millisecond, ok
}

// wantFraction reads milliseconds with decimals, down to nanoseconds.
func (v *Value) wantFraction(low int64) (time.Duration, bool) {
	if f, ok := v.data.(float64); ok && f >= float64(low) && f <= float64(maxMillis) {
		return time.Duration(math.Round(f * float64(time.Millisecond))), true
	}
	if d, ok := v.data.(int64); ok && low <= d && d <= maxMillis {
		return time.Duration(d) * time.Millisecond, true
	}
	v.Wrong("milliseconds from %d to %d", low, maxMillis)
	return 0, false
}

// WantTime reads whole milliseconds as a user writes them, or the decimals of a
// time that a program has measured. A time above 0 never rounds to 0.
func (v *Value) WantTime(low int64) (time.Duration, bool) {
	if f, ok := v.data.(float64); ok && f > 0 {
		d, ok := v.wantFraction(0)
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
