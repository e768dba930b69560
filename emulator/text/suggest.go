package text

import (
	"strconv"
	"strings"
)

// Suggest ends a message about a word that is not in words: `did you mean "x"?`, or, when
// none is near, `want one of "a", "b" or "c"`.
func Suggest(written string, words []string) string {
	if meant := Meant(written, words); meant != "" {
		return meant
	}
	return "want " + OneOf(words)
}

// Meant asks for the nearest of the words, `did you mean "x"?`; it is empty when none is
// near.
func Meant(written string, words []string) string {
	if near := Nearest(written, words, 1); len(near) > 0 {
		return "did you mean " + strconv.Quote(near[0]) + "?"
	}
	return ""
}

// OneOf lists words: `one of "a", "b" or "c"`.
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
	return "one of " + Or(quoted)
}

// Or lists words: "a, b or c".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
