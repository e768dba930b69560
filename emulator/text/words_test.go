package text

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"1 line":     Count(1, "line"),
		"0 lines":    Count(0, "line"),
		"2 entries":  Count(uint64(2), "entry"),
		"1 entry":    Count(1, "entry"),
		"3 days":     Count(3, "day"),
		"2 boxes":    Count(2, "box"),
		"2 patches":  Count(2, "patch"),
		"2 messages": Count(2, "message"),
	} {
		assert.Equal(t, got, want)
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name, written string
		words         []string
		want          string
	}{
		{"Near", "crsh", []string{"crash", "pause"}, `did you mean "crash"?`},
		{"AsNear", "pash", []string{"crash", "pass", "push"}, `did you mean "pass" or "push"?`},
		{"FarOff", "banana", []string{"crash", "pause", "heal"}, `want one of "crash", "pause" or "heal"`},
		{"One", "banana", []string{"crash"}, `want "crash"`},
		{"None", "banana", nil, "want none"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, Suggest(c.written, c.words), c.want) })
	}
	assert.Equal(t, Or([]string{"a", "b", "c"}), "a, b or c")
	assert.Equal(t, Or(nil), "")
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		name, s            string
		most               int
		short, quote, clip string
	}{
		{"Fits", "abcd", 4, "abcd", `"abcd"`, "abcd"},
		{"Longer", "abcde", 4, "abcd...", `"abcd"...`, "a..."},
		{"WholeCharacters", "aäöü", 4, "aä...", `"aä"...`, "aäöü"},
		{"Nothing", "", 4, "", `""`, ""},
		{"NoRoom", "ä", 1, "...", `""...`, "ä"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, Short(c.s, c.most), c.short)
			assert.Equal(t, QuoteShort(c.s, c.most), c.quote)
			assert.Equal(t, Clip(c.s, c.most), c.clip)
		})
	}
}

func TestPrintable(t *testing.T) {
	assert.Equal(t, Printable("a\tb\r\nc\x1b[31m\xff\u200b"), "a b\nc\\x1b[31m\\xff\\u200b")
}

func TestWrap(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Joins", "a b\nc", "a b c\n"},
		{"Breaks", "aaaa bbbb cc", "aaaa\nbbbb cc\n"},
		{"LongWord", "a bbbbbbbbbbbb c", "a\nbbbbbbbbbbbb\nc\n"},
		{"Paragraphs", "a\n\nb", "a\n\nb\n"},
		{"Indented", "a\n  as  it is, whatever its length\nb", "a\n  as  it is, whatever its length\nb\n"},
		{"Empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, Wrap(c.text, 8), c.want) })
	}
}

func TestStyle(t *testing.T) {
	assert.Equal(t, Style{}.Bad("FAILED"), "FAILED")
	assert.Equal(t, Style{Color: true}.Good("passed"), "\x1b[32mpassed\x1b[0m")
	assert.Equal(t, Style{Color: true}.Bad(""), "")
}
