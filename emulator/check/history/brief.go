package history

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
)

const (
	// maxBrief is the number of bytes of a text that are shown: a message may have a
	// million.
	maxBrief = 200
	// maxListed is the number of topics of an answer that are shown.
	maxListed = 10
)

// Brief cuts a long text to its beginning, for people.
func Brief(s string) string {
	if begin, cut := text.Cut(s, maxBrief); cut {
		return fmt.Sprintf("%s… (%d bytes)", begin, len(s))
	}
	return s
}

func briefCommand(c machine.Command) string {
	c.Args[0], c.Args[1] = Brief(c.Args[0]), Brief(c.Args[1])
	return c.String()
}

// BriefList quotes texts for people: only the first ones, if they are many.
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
