package source

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Writer writes TOML line by line.
type Writer struct{ b strings.Builder }

// Bytes returns the text.
func (w *Writer) Bytes() []byte { return []byte(w.b.String()) }

// Line writes a line.
func (w *Writer) Line(format string, args ...any) {
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

// Text writes a string key, unless the string is empty.
func (w *Writer) Text(key, s string) {
	if s != "" {
		w.Line("%s = %s", key, Quote(s))
	}
}

// Join writes the items of a list with commas.
func Join[T any](list []T, write func(T) string) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = write(v)
	}
	return strings.Join(words, ", ")
}

// Quote writes a basic string of TOML, as valid UTF-8.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Key writes a key, quoted where it must be.
func Key(key string) string {
	if isBareKey(key) {
		return key
	}
	return Quote(key)
}

// Float writes a number that TOML reads as a float again.
func Float(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".eIN") {
		s += ".0"
	}
	return s
}

// Millis writes a duration in milliseconds, exact to the nanosecond.
func Millis(d time.Duration) string {
	return strconv.FormatFloat(toMillis(d), 'f', -1, 64)
}

// toMillis converts a duration to milliseconds, exact to the nanosecond.
func toMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// CeilMillis converts a duration to whole milliseconds, rounded up.
func CeilMillis(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}
