package bugs

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestAllHasUniqueNamesAndFullDescriptions(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range All() {
		assert.Assert(t, !seen[b.Name], b.Name)
		seen[b.Name] = true
		for _, text := range []string{b.Name, b.Rule, b.Paper, b.Does, b.Wrong} {
			assert.Assert(t, text != "", b.Name)
		}
		found, err := Find(b.Name)
		assert.NilError(t, err)
		assert.Equal(t, found, b)
	}
	assert.Assert(t, len(seen) >= 32)
}

func TestFindSuggestsTheNearestName(t *testing.T) {
	_, err := Find("vote_twize")
	assert.ErrorIs(t, err, ErrUnknown)
	assert.ErrorContains(t, err, `did you mean "vote_twice"`)
	none, err := Find("")
	assert.NilError(t, err)
	assert.Assert(t, none == nil)
}
