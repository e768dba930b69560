package source

import (
	"slices"

	"rrmq.example/emulator/emulator/text"
)

// maxHints bounds how many names Hint compares with.
const maxHints = 50

// Hint is a clause for an error about the name that a value gives: the nearest
// of the names that exist, or all of them if they are few.
func (v *Value) Hint(written string, names []string) string {
	if len(names) == 0 || v.problems.full() {
		return ""
	}
	if meant := text.Meant(written, names[:min(len(names), maxHints)]); meant != "" {
		return ", " + meant
	}
	const few = 10
	if len(names) > few {
		return ""
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return ", want " + text.OneOf(sorted)
}

// QuoteShort quotes s, cut to a length that fits into a message.
func QuoteShort(s string) string { return text.QuoteShort(s, 60) }
