// Package bounds has the bounds of all texts that users write, in one table. Files,
// requests, flags and schemas go by it, so that a text that one of them takes is taken by
// all.
//
//	if wrong := bounds.Topic.Wrong(topic); wrong != "" { … }
//
// Bounds count bytes of UTF-8. A JSON Schema counts characters: a text within a bound never
// has more characters than the bound has bytes.
package bounds

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/text"
)

const (
	// Header bounds the request line and the headers of a request to a node or to the
	// admin API, in bytes.
	Header = 64 << 10
	// Body bounds the body of a request to a node, in bytes.
	Body = 1 << 20
	// otherHeaders is the room that a topic in a URL leaves to the rest of a request's line
	// and headers.
	otherHeaders = 4 << 10
	// escaped is the number of bytes that one byte takes in a URL at worst: %C3.
	escaped = 3
)

// A Text is the bound of one kind of text.
type Text struct {
	// Name says what the text is.
	Name string
	// Max is the greatest number of bytes.
	Max int
	// Line says that the text is one line, without control characters.
	Line bool
	// Where says where the text stands.
	Where string
}

// The table.
var (
	Name        = &Text{"name of a fixture or scenario", 200, true, "`name`"}
	Description = &Text{"description", 10_000, false, "`description`"}
	Paper       = &Text{"place in the paper", 1_000, true, "`paper`"}
	Part        = &Text{"part of a course", 200, true, "`grade.part`"}
	Tag         = &Text{"tag", 200, true, "`grade.tags`"}
	Because     = &Text{"reason of an expectation", 10_000, false, "`because`"}
	Step        = &Text{"name of a step", 200, true, "`name` of a step, `from`, `until`, `at`"}
	Member      = &Text{"name of a node or a request", 64, true, "`let`, `request.name`, in conditions"}
	Fault       = &Text{"name of a fault", 200, true, "`name` of a fault, `delete_fault`, `held_by`, `/v1/faults/{name}`, `ctl fault`"}
	Condition   = &Text{"condition", 10_000, false, "`once`, `that`, `/v1/wait`, `ctl wait`"}
	Prefix      = &Text{"prefix of topics", 200, true, "`load -prefix`"}
	Host        = &Text{"host", 253, true, "`ip` in config.json"}
	Topic       = &Text{"topic", (Header - otherHeaders) / escaped, false, "`topic` in files and requests"}
	Message     = &Text{"message", Body, false, "`message` in files and requests, with the rest of the file or body"}
)

// All lists the table.
func All() []*Text {
	return []*Text{Name, Description, Paper, Part, Tag, Because, Step, Member, Fault, Condition, Prefix, Host, Topic, Message}
}

// Wrong says what is wrong with a text and what would be right; "" if nothing is. A nil Text
// has no bounds.
func (t *Text) Wrong(s string) string {
	switch {
	case t == nil:
		return ""
	case len(s) > t.Max:
		return fmt.Sprintf("has %s, want at most %d", text.Count(len(s), "byte"), t.Max)
	case !t.Line:
		return ""
	}
	for _, r := range s {
		if breaksLine(r) {
			return fmt.Sprintf("holds the control character %U, want one line without any", r)
		}
	}
	return ""
}

func breaksLine(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// Fit returns the text, changed so that nothing is wrong with it.
func (t *Text) Fit(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if t.Line {
		s = strings.Map(func(r rune) rune {
			if breaksLine(r) {
				return ' '
			}
			return r
		}, s)
	}
	for len(s) > t.Max {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
