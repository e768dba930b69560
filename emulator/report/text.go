package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/scenario"
)

// text makes what may be anything safe to show: lines end in \n, a tab is a
// space, and what cannot be printed is a Go escape.
func text(s string) string {
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

// line is text on one line.
func line(s string) string {
	return strings.ReplaceAll(strings.TrimRight(text(s), "\n"), "\n", " ")
}

// cut shortens a line to so many characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-3]) + "..."
}

// wrap breaks lines between words, and longer words anywhere, so that none has
// more than width characters. A width of 0 leaves them as they are.
func wrap(s string, width int) []string {
	var out []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		if width == 0 || utf8.RuneCountInString(paragraph) <= width {
			out = append(out, paragraph)
			continue
		}
		out = append(out, wrapWords(strings.Fields(paragraph), width)...)
	}
	return out
}

func wrapWords(words []string, width int) []string {
	var out []string
	now, length := "", 0
	for _, word := range words {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n <= width {
			now, length = now+" "+word, length+1+n
			continue
		}
		if length > 0 {
			out = append(out, now)
		}
		for n > width {
			head := []rune(word)[:width]
			out = append(out, string(head))
			word, n = word[len(string(head)):], n-width
		}
		now, length = word, n
	}
	if length > 0 {
		out = append(out, now)
	}
	return out
}

// simTime writes a time of the world.
func simTime(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + " s"
}

// wallTime writes a time of the clock on the wall.
func wallTime(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/1e6, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

// points writes a number of points.
func points(p float64) string { return strconv.FormatFloat(round(p), 'f', -1, 64) }

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// snake writes a status as a name for programs.
func snake(s scenario.Status) string { return strings.ReplaceAll(s.String(), " ", "_") }
