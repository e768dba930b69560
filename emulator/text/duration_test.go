package text

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

func TestDurationHasThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0µs", 17 * time.Microsecond: "17µs", 4251 * time.Microsecond: "4.25ms",
		312 * time.Millisecond: "312ms", 1500 * time.Millisecond: "1.50s",
	} {
		assert.Equal(t, Duration(d), want)
	}
}
