package text

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks paragraphs into lines of at most width columns, where words allow it, and
// ends each with a newline. Line breaks within a paragraph do not count; an empty line
// ends one. A line that begins with a space stays as it is.
func Wrap(paragraphs string, width int) string {
	var b strings.Builder
	column := 0
	end := func() {
		if column > 0 {
			b.WriteByte('\n')
		}
		column = 0
	}
	for line := range strings.Lines(paragraphs) {
		line = strings.TrimRight(line, " \n")
		if line == "" || line[0] == ' ' {
			end()
			b.WriteString(line + "\n")
			continue
		}
		for word := range strings.FieldsSeq(line) {
			n := utf8.RuneCountInString(word)
			switch {
			case column == 0:
			case column+1+n > width:
				end()
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += n
		}
	}
	end()
	return b.String()
}
