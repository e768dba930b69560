package cases

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestParseReadsWhatFormatWrites(t *testing.T) {
	list := []one{{"A", "x\n\ny", "1\n2"}, {"B", "", "none"}, {"C", "x", ""}}
	const comment = "# about\n"
	gotComment, got := parse(t, format(comment, list))
	assert.Equal(t, gotComment, comment)
	assert.Assert(t, len(got) == len(list))
	for i := range list {
		assert.Equal(t, got[i], list[i])
	}
}
