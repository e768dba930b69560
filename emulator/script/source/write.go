package source

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Writer writes TOML line by line: to another writer, in portions, or into memory.
type Writer struct {
	out io.Writer // nil: all stays in b
	b   []byte
	err error
}

// portion is how many bytes a Writer gathers before it writes them.
const portion = 32 << 10

// NewWriter returns a Writer to out; call Flush at the end.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Bytes returns the text of a Writer into memory.
func (w *Writer) Bytes() []byte { return w.b }

// Flush writes what has been gathered, and returns the first error of the writer below.
func (w *Writer) Flush() error {
	if w.out != nil && w.err == nil && len(w.b) > 0 {
		_, w.err = w.out.Write(w.b)
	}
	w.b = w.b[:0]
	return w.err
}

// Line writes a line.
func (w *Writer) Line(format string, args ...any) {
	w.b = fmt.Appendf(w.b, format, args...)
	w.endLine()
}

// LineOf writes a line that write appends.
func (w *Writer) LineOf(write func([]byte) []byte) {
	w.b = write(w.b)
	w.endLine()
}

func (w *Writer) endLine() {
	w.b = append(w.b, '\n')
	if w.out != nil && len(w.b) >= portion {
		_ = w.Flush() // the last Flush returns the error
	}
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
func Quote(s string) string { return string(AppendQuote(nil, s)) }

// AppendQuote appends what Quote writes.
func AppendQuote(b []byte, s string) []byte {
	b = append(b, '"')
	plain := 0 // what is before it has been appended
	for i, r := range s {
		var escape string
		switch {
		case r == '"':
			escape = `\"`
		case r == '\\':
			escape = `\\`
		case r == '\n':
			escape = `\n`
		case r == '\t':
			escape = `\t`
		case r < ' ' || r == 0x7f:
			escape = fmt.Sprintf(`\u%04X`, r)
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			return appendValid(b, s, plain)
		default:
			continue
		}
		b = append(append(b, s[plain:i]...), escape...)
		plain = i + 1
	}
	return append(append(b, s[plain:]...), '"')
}

// appendValid goes on with a string that is not valid UTF-8.
func appendValid(b []byte, s string, from int) []byte {
	rest := AppendQuote(nil, strings.ToValidUTF8(s[from:], "\uFFFD"))
	return append(b, rest[1:]...)
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
