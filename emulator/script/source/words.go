package source

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/text"
)

// didYouMean is a clause for an error about a word that is not one of words:
// the nearest, or all of them when none is near.
func didYouMean(written string, words []string) string {
	if near := text.Nearest(written, words, 1); len(near) > 0 {
		return "did you mean " + strconv.Quote(near[0]) + "?"
	}
	return "want " + OneOf(words)
}

// maxHints bounds how many names Hint compares with.
const maxHints = 50

// Hint is a clause for an error about the name that a value gives: the nearest
// of the names that exist, or all of them if they are few.
func (v *Value) Hint(written string, names []string) string {
	if len(names) == 0 || v.problems.full() {
		return ""
	}
	if near := text.Nearest(written, names[:min(len(names), maxHints)], 1); len(near) > 0 {
		return ", did you mean " + strconv.Quote(near[0]) + "?"
	}
	const few = 10
	if len(names) > few {
		return ""
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return ", want " + OneOf(sorted)
}

// OneOf lists words: one of "a", "b" or "c".
func OneOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	switch len(quoted) {
	case 0:
		return "none"
	case 1:
		return quoted[0]
	}
	last := len(quoted) - 1
	return "one of " + strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// QuoteShort quotes s, cut to a length that fits into a message.
func QuoteShort(s string) string {
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "..."
}
