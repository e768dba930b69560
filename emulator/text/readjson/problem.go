package readjson

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// A Problem is one thing that is wrong with a text.
type Problem struct {
	Pointer string // the JSON Pointer of its place; "" for the whole text
	Key     string // the same place as people write it: faults[0].name
	Line    int    // from 1
	Offset  int    // in bytes from the start
	Message string // what is wrong and what would be right, to follow the place
	// Unreadable is true for what is not JSON, not UTF-8 or too deep. Any other
	// problem is one of meaning.
	Unreadable bool
}

// String returns the problem with its place.
func (p Problem) String() string {
	if p.Pointer == "" {
		return p.Message
	}
	return p.Pointer + " " + p.Message
}

// An Error holds all problems of a text, at least one.
type Error struct {
	Name     string // of the text, such as "the body"
	Problems []Problem
}

// Error returns all problems in one line.
func (e *Error) Error() string {
	words := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		words[i] = p.String()
		if p.Pointer == "" {
			words[i] = e.Name + " " + words[i]
		}
	}
	return strings.Join(words, "; ")
}

// Unreadable reports whether a problem is not one of meaning.
func (e *Error) Unreadable() bool {
	for _, p := range e.Problems {
		if p.Unreadable {
			return true
		}
	}
	return false
}

// Add adds a problem of meaning at a place.
func (e *Error) Add(pointer, message string) {
	e.Problems = append(e.Problems, Problem{Pointer: pointer, Message: message})
}

// OrNil returns the error if it holds a problem.
func (e *Error) OrNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// A step leads from a value to one within it.
type step struct {
	key   string
	index int // in a list; -1: key is that of an object
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// pointerOf writes a path as a JSON Pointer.
func pointerOf(base string, path []step) string {
	var b strings.Builder
	b.WriteString(base)
	for _, s := range path {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(escapePointer.Replace(short(s.key)))
		}
	}
	return b.String()
}

// keyOf writes a path for people: keys with dots, indices in brackets.
func keyOf(path []step) string {
	var b strings.Builder
	for i, s := range path {
		switch {
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if isBare(s.key) {
			b.WriteString(short(s.key))
		} else {
			b.WriteString(strconv.Quote(short(s.key)))
		}
	}
	return b.String()
}

// PointerOf turns the Key of a problem into its Pointer.
func PointerOf(key string) string {
	var path []step
	for key != "" {
		s := step{index: -1}
		end := strings.IndexAny(key, ".[")
		switch {
		case key[0] == '.':
			key = key[1:]
			continue
		case key[0] == '[':
			end = strings.IndexByte(key, ']') + 1
			s.index, _ = strconv.Atoi(strings.Trim(key[:end], "[]"))
		case key[0] == '"':
			quoted, _ := strconv.QuotedPrefix(key)
			s.key, _ = strconv.Unquote(quoted)
			end = len(quoted)
		case end < 0:
			end = len(key)
			fallthrough
		default:
			s.key = key[:end]
		}
		if end <= 0 {
			break // it is no Key
		}
		path, key = append(path, s), key[end:]
	}
	return pointerOf("", path)
}

// isBare reports whether a key needs no quotes in a path.
func isBare(key string) bool {
	for _, c := range []byte(key) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return key != ""
}

// short cuts what a user wrote to the length that fits into a message.
func short(s string) string { return text.Short(s, 60) }
