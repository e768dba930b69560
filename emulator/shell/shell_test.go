package shell

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestWords(t *testing.T) {
	assert.Equal(t, Words("a", "b c", "it's", "", "*", "-bug=x@0,2-3"), `a 'b c' 'it'\''s' '' '*' -bug=x@0,2-3`)
	assert.Equal(t, Words(), "")
	for _, word := range []string{"~", "$HOME", "a;b", "`", "a\nb", "#", "ä", "!!", "<", `\`} {
		assert.Equal(t, Word(word), "'"+word+"'")
	}
}
