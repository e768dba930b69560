package text

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Cut returns at most the first most bytes of s, without part of a character. It reports
// whether it left anything out.
func Cut(s string, most int) (string, bool) {
	if len(s) <= most {
		return s, false
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most], true
}

// Short returns s cut to at most most bytes, with dots after a cut.
func Short(s string, most int) string {
	if s, cut := Cut(s, most); cut {
		return s + "..."
	}
	return s
}

// QuoteShort quotes s cut to at most most bytes, with dots behind the quotes after a cut.
func QuoteShort(s string, most int) string {
	if s, cut := Cut(s, most); cut {
		return strconv.Quote(s) + "..."
	}
	return strconv.Quote(s)
}

// Clip shortens a line to at most columns characters, with the dots at its end.
func Clip(s string, columns int) string {
	if utf8.RuneCountInString(s) <= columns {
		return s
	}
	return string([]rune(s)[:max(columns-3, 0)]) + "..."
}

// Printable makes any text safe to show on a terminal: lines end in \n, a tab is a space,
// and a Go escape stands for what cannot be printed.
func Printable(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
