package condition

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/syntax"
)

// empty is the word for a log or a list without content.
const empty = "empty"

// quoted writes s as a JSON string.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // encoding a string into a buffer never fails
	return strings.TrimSuffix(b.String(), "\n")
}

// word writes s without quotes if it is one plain word without a meaning of its own.
func word(s string) string {
	if s == "" || s == empty || !syntax.IsPlain(s) {
		return quoted(s)
	}
	return s
}

// readQuoted reads the string in quotes at the start of s and returns the rest. It
// accepts JSON's escapes and Go's, because the commands of a trace are written with
// Go's.
func readQuoted(s string) (text, rest string, ok bool) {
	end := 1
	for end < len(s) && s[end] != '"' {
		if s[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(s) {
		return "", "", false
	}
	token := s[:end+1]
	if json.Unmarshal([]byte(token), &text) != nil {
		var err error
		if text, err = strconv.Unquote(token); err != nil {
			return "", "", false
		}
	}
	return valid(text), s[end+1:], true
}

// valid returns s as JSON can write it.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// readWord reads a string in quotes, or a bare one up to one of the bytes in stop. rest
// is empty or begins with that byte; wrong says what is wrong.
func readWord(s, stop string) (text, rest, wrong string) {
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, `"`) {
		return readBare(s, stop)
	}
	text, rest, ok := readQuoted(s)
	if !ok {
		return "", "", quote(s) + " is no string in quotes"
	}
	if !strings.Contains(stop, " ") {
		rest = strings.TrimLeft(rest, " \t")
	}
	if rest != "" && !strings.Contains(stop, rest[:1]) {
		return "", "", quote(rest) + " follows a string in quotes"
	}
	return text, rest, ""
}

func readBare(s, stop string) (text, rest, wrong string) {
	end := strings.IndexAny(s, stop)
	if end < 0 {
		end = len(s)
	}
	text = valid(strings.TrimRight(s[:end], " \t"))
	switch {
	case text == "":
		return "", "", "a word is missing"
	case strings.ContainsAny(text, `"[]`):
		return "", "", quote(text) + " is no plain word, want it in quotes"
	}
	return text, s[end:], ""
}
