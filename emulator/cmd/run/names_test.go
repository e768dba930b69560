package run

import (
	"testing"

	"gotest.tools/v3/assert"
)

// Files of different scenarios get different names, also where capitals make no difference.
func TestFileNamesDiffer(t *testing.T) {
	used := map[string]bool{}
	var got []string
	for _, name := range []string{"a", "a", "a-2", "A", "b"} {
		got = append(got, unused(used, name))
	}
	assert.DeepEqual(t, got, []string{"a", "a-2", "a-2-2", "A-3", "b"})
}
