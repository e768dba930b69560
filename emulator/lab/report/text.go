package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// printable makes any text safe to show: lines end in \n, a tab becomes a space, and an
// unprintable character becomes a Go escape.
func printable(s string) string {
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

// line puts a text on one line.
func line(s string) string {
	return strings.ReplaceAll(strings.TrimRight(printable(s), "\n"), "\n", " ")
}

// cut shortens a line to at most that number of characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-3]) + "..."
}

// wrap breaks lines at spaces so that no line has more than width characters; a longer
// word is broken also. The continuation of a line begins with hang. A width of 0 leaves
// lines as they are.
func wrap(s string, width int, hang string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		left, room, indent := []rune(l), width, ""
		for width > 0 && len(left) > room {
			at := lastSpace(left[:room+1])
			out = append(out, indent+strings.TrimRight(string(left[:at]), " "))
			for at < len(left) && left[at] == ' ' {
				at++
			}
			left, room, indent = left[at:], width-len(hang), hang
		}
		if indent == "" || len(left) > 0 {
			out = append(out, indent+string(left))
		}
	}
	return out
}

// lastSpace is the index of the last space behind a word, or the last index.
func lastSpace(s []rune) int {
	word := 0
	for word < len(s) && s[word] == ' ' {
		word++
	}
	for i := len(s) - 1; i > word; i-- {
		if s[i] == ' ' {
			return i
		}
	}
	return len(s) - 1
}

// simTime writes a time of the world, in seconds.
func simTime(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + " s"
}

// wallTime writes a real time.
func wallTime(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/1e6, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

// points writes a number of points.
func points(p float64) string { return strconv.FormatFloat(round(p), 'f', -1, 64) }

// plural writes a number with its noun.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// snake writes a status for programs, such as not_observable.
func snake(s scenario.Status) string { return strings.ReplaceAll(s.String(), " ", "_") }
