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

// Meant asks for the nearest of the words, `did you mean "x" or "y"?`; it is empty when none
// is near.
func Meant(written string, words []string) string { return ask(Nearest(written, words, maxMeant)) }

// MeantTypo is Meant for words that do something: only those that one edit leads to.
func MeantTypo(written string, words []string) string { return ask(Typos(written, words, maxMeant)) }

// maxMeant bounds how many words are asked for.
const maxMeant = 3

func ask(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + Or(quoted(near)) + "?"
}

func quoted(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = strconv.Quote(w)
	}
	return list
}

// OneOf lists words: `one of "a", "b" or "c"`.
func OneOf(words []string) string {
	switch list := quoted(words); len(list) {
	case 0:
		return "none"
	case 1:
		return list[0]
	default:
		return "one of " + Or(list)
	}
}

// Or lists words: "a, b or c".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
