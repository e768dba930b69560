package source

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A time above 0 never becomes 0, which may stand for no time at all.
func TestWantTimeNeverRoundsToZero(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0.0000001": 1, "0.000001": 1, "0.0000026": 3, "0": 0, "1.5": 1500 * time.Microsecond,
	} {
		t.Run(text, func(t *testing.T) {
			p := NewProblems("x")
			v := ParseTOML([]byte("in_ms = "+text), p)
			got, ok := v.data.(*keys).values["in_ms"].WantTime(0)
			assert.Assert(t, ok, "%v", p.Err())
			assert.Equal(t, got, want)
		})
	}
}

func TestErrCountsTheProblemsThatItDoesNotKeep(t *testing.T) {
	p := NewProblems("x")
	for i := range 10*maxProblems + 7 {
		p.add(place{line: 1, offset: i}, "k", "is wrong")
	}
	err := p.Err().(Errors)
	assert.Equal(t, len(err), maxProblems+1)
	assert.Equal(t, err[maxProblems].Message, fmt.Sprintf("and %d more problems", 9*maxProblems+7))
}
