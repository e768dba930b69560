package text

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestShellWords(t *testing.T) {
	assert.Equal(t, ShellWords("a", "b c", "it's", "", "*", "-bug=x@0,2-3"), `a 'b c' 'it'\''s' '' '*' -bug=x@0,2-3`)
	assert.Equal(t, ShellWords(), "")
	for _, word := range []string{"~", "$HOME", "a;b", "`", "a\nb", "#", "ä", "!!", "<", `\`} {
		assert.Equal(t, ShellWord(word), "'"+word+"'")
	}
}
