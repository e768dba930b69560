package report

import (
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// line puts a text on one line.
func line(s string) string {
	return strings.ReplaceAll(strings.TrimRight(text.Printable(s), "\n"), "\n", " ")
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

// snake writes a status for programs, such as not_observable.
func snake(s scenario.Status) string { return strings.ReplaceAll(s.String(), " ", "_") }
