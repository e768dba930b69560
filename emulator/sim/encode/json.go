// Package encode appends JSON by hand, for the trace, whose records are written while a
// cluster runs: without reflection and without allocations.
package encode

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"rrmq.example/emulator/raft"
)

// AppendUint appends the text before a number, and the number.
func AppendUint[N uint64 | raft.Term | raft.Index](b []byte, before string, n N) []byte {
	return strconv.AppendUint(append(b, before...), uint64(n), 10)
}

// AppendNode appends a node's id, or null for raft.None.
func AppendNode(b []byte, before string, id raft.NodeID) []byte {
	b = append(b, before...)
	if id == raft.None {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, int64(id), 10)
}

// AppendFloat appends a number so that it can be read back exactly.
func AppendFloat(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'g', -1, 64) }

// AppendID appends a UUID, without quotes.
func AppendID(b []byte, id uuid.UUID) []byte {
	const hex = "0123456789abcdef"
	for i, x := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hex[x>>4], hex[x&15])
	}
	return b
}

// AppendText appends s as a JSON string.
func AppendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, s[start:i]...)
				b = append(b, "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, c)
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendEscape appends a character that needs an escape in a JSON string.
func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// AppendMillis appends a duration in milliseconds, exactly, with as many decimals as
// necessary.
func AppendMillis(b []byte, d time.Duration) []byte {
	if d < 0 {
		b = append(b, '-')
	}
	n := uint64(d)
	if d < 0 {
		n = -n
	}
	const milli = uint64(time.Millisecond)
	b = strconv.AppendUint(b, n/milli, 10)
	if rest := n % milli; rest > 0 {
		digits := strconv.AppendUint(nil, milli+rest, 10)
		digits[0] = '.'
		b = append(b, strings.TrimRight(string(digits), "0")...)
	}
	return b
}

// ParseMillis reads a number of milliseconds. It reads the output of AppendMillis exactly,
// and other notations, such as 1e3, as exactly as a float64 holds them. A missing number is
// 0.
func ParseMillis(n json.Number) (time.Duration, error) {
	s := n.String()
	if s == "" {
		return 0, nil
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) <= 6 && !strings.ContainsAny(s, "eE") {
		n, err := strconv.ParseInt(whole+fraction+"000000"[len(fraction):], 10, 64)
		return time.Duration(n), err
	}
	f, err := strconv.ParseFloat(s, 64)
	return time.Duration(f * float64(time.Millisecond)), err
}
