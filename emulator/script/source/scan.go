package source

import (
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// The TOML library decides what a text means but does not report where a key stands.
// locate finds that out with a scan of the text that understands TOML's brackets,
// quotes and headers but not its types. For a text that the library accepts, it yields
// a mark for each table, list and value. For any other text it yields something
// harmless.

// Bounds on a text, beside MaxSize and MaxRest.
const (
	maxDepth = 16 // of tables and lists in each other
	maxKey   = 64 // bytes in a part of a key
	maxParts = 8  // of a dotted key
)

// A mark is the place of a key or a list's item.
type mark struct {
	place
	keys  map[string]*mark // of a table
	items []*mark          // of a list
	rows  *rows            // of a list that the library does not get
}

// child returns the mark of a key and makes a new key's.
func (m *mark) child(key string, at place) *mark {
	if m.keys == nil {
		m.keys = map[string]*mark{}
	}
	c := m.keys[key]
	if c == nil {
		c = &mark{place: at}
		m.keys[key] = c
	}
	return c
}

// open returns the table that a header or dotted key continues in: the last one of a
// list of tables.
func (m *mark) open() *mark {
	if len(m.items) > 0 {
		return m.items[len(m.items)-1]
	}
	return m
}

// A tooMuch is a reason not to give a text to the TOML library: deep nesting or a long
// key.
type tooMuch struct {
	at  place
	msg string
}

// locate marks all keys of a TOML text, and returns the text for the library: the items of
// rows are left out, and their line ends stay.
// most bounds the length of that text. Without rows the library gets everything.
func locate(text string, most int, rows bool) (*mark, string, *tooMuch) {
	s := &scanner{text: text, line: 1, most: most, rows: rows}
	// A byte order mark is no part of the first key. The library skips it too.
	if strings.HasPrefix(text, "\xef\xbb\xbf") {
		s.i = 3
	}
	root := &mark{place: place{line: 1}}
	s.document(root)
	if s.cut == 0 || s.over != nil {
		return root, text, s.over
	}
	s.rest.WriteString(text[s.kept:])
	return root, s.rest.String(), nil
}

type scanner struct {
	text  string
	i     int
	line  int
	depth int
	over  *tooMuch // the first thing that was too much; scanning ends there

	most int
	rows bool
	rest strings.Builder
	kept int // the offset up to which rest has the text
	cut  int // bytes of rows
}

func (s *scanner) done() bool {
	if s.i-s.cut > s.most {
		s.tooMuch(place{line: 1}, "is over 1 MiB long beside lists with one item on each line, want at most %d bytes there", s.most)
	}
	return s.i >= len(s.text) || s.over != nil
}

func (s *scanner) here() place { return place{line: s.line, offset: s.i} }

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.text) {
		return s.text[s.i]
	}
	return 0
}

func (s *scanner) next() {
	if s.i < len(s.text) {
		if s.text[s.i] == '\n' {
			s.line++
		}
		s.i++
	}
}

func (s *scanner) skipTo(i int) {
	for s.i < i && s.i < len(s.text) {
		s.next()
	}
}

// skip skips blanks, line ends and comments.
func (s *scanner) skip() {
	for !s.done() {
		switch s.peek() {
		case ' ', '\t', '\r', '\n':
			s.next()
		case '#':
			s.skipLine()
		default:
			return
		}
	}
}

func (s *scanner) skipBlanks() {
	for s.peek() == ' ' || s.peek() == '\t' {
		s.next()
	}
}

func (s *scanner) skipLine() {
	for s.i < len(s.text) && s.peek() != '\n' {
		s.next()
	}
}

// document scans the outermost level: headers and key = value lines.
func (s *scanner) document(root *mark) {
	table := root
	for s.skip(); !s.done(); s.skip() {
		if s.peek() == '[' {
			table = s.header(root)
		} else {
			s.assignment(table)
		}
		s.skipLine()
	}
}

// header scans [table] or [[list of tables]] and returns the table that it opens.
func (s *scanner) header(root *mark) *mark {
	at := s.here()
	s.next()
	list := s.peek() == '['
	if list {
		s.next()
	}
	m := root
	keys, places := s.keyPath()
	for k, key := range keys {
		m = m.open().child(key, places[k])
	}
	if list {
		item := &mark{place: at}
		m.items = append(m.items, item)
		return item
	}
	return m
}

// assignment scans key = value.
func (s *scanner) assignment(m *mark) {
	keys, places := s.keyPath()
	for k, key := range keys {
		m = m.child(key, places[k])
	}
	s.skipBlanks()
	if s.peek() != '=' {
		return
	}
	s.next()
	s.skipBlanks()
	if !s.takeRows(m) {
		s.value(m)
	}
}

// takeRows scans rows, and reports whether there are any here.
func (s *scanner) takeRows(m *mark) bool {
	if !s.rows || s.depth > 0 || s.peek() != '[' {
		return false
	}
	r, end := scanRows(s.text, s.i, s.line)
	if r == nil {
		return false
	}
	m.rows = r
	s.rest.WriteString(s.text[s.kept : s.i+1])
	for range len(r.starts) + 1 {
		s.rest.WriteByte('\n')
	}
	s.kept = end - 1
	s.cut += end - s.i
	s.line += len(r.starts) + 1
	s.i = end
	return true
}

// keyPath scans a.b."c d" and returns the place of each part.
func (s *scanner) keyPath() (keys []string, places []place) {
	for !s.done() {
		s.skipBlanks()
		at := s.here()
		keys, places = append(keys, s.key()), append(places, at)
		if len(keys) > maxParts {
			s.tooMuch(at, "a key of more than %d parts, want at most %[1]d", maxParts)
		}
		s.skipBlanks()
		if s.peek() != '.' {
			break
		}
		s.next()
	}
	return keys, places
}

// key scans one part of a key, bare or quoted.
func (s *scanner) key() string {
	at, start := s.here(), s.i
	var key string
	switch s.peek() {
	case '"':
		s.quoted()
		key = unquoteKey(s.text[start:s.i])
	case '\'':
		s.quoted()
		key = strings.Trim(s.text[start:s.i], "'")
	default:
		for s.i < len(s.text) && !strings.ContainsRune(" \t\r\n.=[]{},#\"'", rune(s.peek())) {
			s.next()
		}
		key = s.text[start:s.i]
	}
	if s.i-start > maxKey {
		s.tooMuch(at, "a key of %d bytes, want at most %d", s.i-start, maxKey)
	}
	return key
}

// unquoteKey reads a key in double quotes. Escapes are rare, so it leaves them to the
// library.
func unquoteKey(quoted string) string {
	if !strings.Contains(quoted, `\`) {
		return strings.Trim(quoted, `"`)
	}
	if len(quoted) > maxKey || strings.Contains(quoted, "\n") {
		return quoted
	}
	var doc struct{ K string }
	if _, err := toml.Decode("K = "+quoted, &doc); err != nil {
		return quoted
	}
	return doc.K
}

// value scans a value, which stands after = or in a list.
func (s *scanner) value(m *mark) {
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.nested(m, s.list)
	case '{':
		s.nested(m, s.inlineTable)
	default:
		for s.i < len(s.text) && !strings.ContainsRune(",]}#\r\n", rune(s.peek())) {
			s.next()
		}
	}
}

func (s *scanner) nested(m *mark, inner func(*mark)) {
	if s.depth++; s.depth > maxDepth {
		s.tooMuch(s.here(), "more than %d nested lists and tables, want at most %[1]d", maxDepth)
		return
	}
	s.next()
	inner(m)
	s.depth--
}

func (s *scanner) list(m *mark) {
	for s.skip(); !s.done(); s.skip() {
		switch s.peek() {
		case ']':
			s.next()
			return
		case ',':
			s.next()
		default:
			item, before := &mark{place: s.here()}, s.i
			m.items = append(m.items, item)
			s.value(item)
			if s.i == before { // no value begins like this
				s.next()
			}
		}
	}
}

func (s *scanner) inlineTable(m *mark) {
	for s.skip(); !s.done(); s.skip() {
		switch s.peek() {
		case '}':
			s.next()
			return
		case ',':
			s.next()
		default:
			before := s.i
			s.assignment(m)
			if s.i == before { // no key begins like this
				s.next()
			}
		}
	}
}

// quoted skips a string of any of TOML's four kinds.
func (s *scanner) quoted() {
	q := s.text[s.i : s.i+1]
	if long := strings.Repeat(q, 3); strings.HasPrefix(s.text[s.i:], long) {
		s.longString(long)
		return
	}
	for i := s.i + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '\\' && q == `"`:
			i++
		case c == q[0]:
			s.skipTo(i + 1)
			return
		case c == '\n':
			s.skipTo(i)
			return
		}
	}
	s.skipTo(len(s.text))
}

// longString skips a string in triple quotes, which may end in up to two further quotes
// of its content.
func (s *scanner) longString(quotes string) {
	i := s.i + len(quotes)
	for i < len(s.text) && !strings.HasPrefix(s.text[i:], quotes) {
		if s.text[i] == '\\' && quotes[0] == '"' {
			i++
		}
		i++
	}
	i += len(quotes)
	for extra := 0; extra < 2 && i < len(s.text) && s.text[i] == quotes[0]; extra++ {
		i++
	}
	s.skipTo(i)
}

func (s *scanner) tooMuch(at place, format string, args ...any) {
	if s.over == nil {
		s.over = &tooMuch{at: at, msg: fmt.Sprintf(format, args...)}
	}
}
