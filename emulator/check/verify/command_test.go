package verify

import (
	"testing"

	"gotest.tools/v3/assert"
)

// What is illegal stays so, though other files could not be judged; a wrong
// command line is worse than both.
func TestWorse(t *testing.T) {
	order := []int{Accepted, Undecided, Illegal, Usage, Environment}
	for i, a := range order {
		for k, b := range order {
			assert.Equal(t, worse(a, b), order[max(i, k)], "%d and %d", a, b)
		}
	}
}
