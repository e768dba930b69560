package bounds

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gotest.tools/v3/assert"
)

func TestWrongSaysWhatWouldBeRight(t *testing.T) {
	line := &Text{Max: 8, Line: true}
	free := &Text{Max: 8}
	for _, c := range []struct {
		text       string
		line, free string
	}{
		{"", "", ""},
		{"12345678", "", ""},
		{"äöüß", "", ""},
		{"123456789", "has 9 bytes, want at most 8", "has 9 bytes, want at most 8"},
		{"äöüßa", "has 9 bytes, want at most 8", "has 9 bytes, want at most 8"},
		{"a\nb", "holds the control character U+000A, want one line without any", ""},
		{"a\x7f", "holds the control character U+007F, want one line without any", ""},
		{"a\u2028b", "holds the control character U+2028, want one line without any", ""},
	} {
		assert.Equal(t, line.Wrong(c.text), c.line, "%q", c.text)
		assert.Equal(t, free.Wrong(c.text), c.free, "%q", c.text)
	}
}

func TestFitMakesTextsRight(t *testing.T) {
	for text, want := range map[string]string{
		"dog": "dog", "a\nb\xff": "a b\ufffd", strings.Repeat("ä", 200): strings.Repeat("ä", 100), strings.Repeat("x", 199) + "ä": strings.Repeat("x", 199),
	} {
		got := Name.Fit(text)
		assert.Equal(t, got, want)
		assert.Equal(t, Name.Wrong(got), "")
	}
	assert.Equal(t, Description.Fit("a\nb"), "a\nb")
}

func TestEachBoundIsListedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range All() {
		assert.Assert(t, b.Name != "" && b.Where != "" && b.Max > 0 && !seen[b.Name], "%+v", b)
		assert.Assert(t, utf8.ValidString(b.Where))
		seen[b.Name] = true
	}
}
