package history

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/sim/machine"
)

const (
	// maxBrief is how many bytes of a text are shown, for a message may have a million.
	maxBrief = 200
	// maxListed is how many topics of an answer are shown.
	maxListed = 10
)

// Brief gives a text for people: what it begins with, if it is long.
func Brief(text string) string {
	if len(text) <= maxBrief {
		return text
	}
	end := maxBrief
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:end], len(text))
}

func briefCommand(c machine.Command) string {
	c.Args[0], c.Args[1] = Brief(c.Args[0]), Brief(c.Args[1])
	return c.String()
}

// BriefList quotes texts for people: the first of them, if they are many.
func BriefList(texts []string) string {
	var b strings.Builder
	for i, text := range texts[:min(len(texts), maxListed)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", Brief(text))
	}
	if more := len(texts) - maxListed; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}
