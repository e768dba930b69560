package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of JavaScript.
type token struct {
	kind  tokenKind
	text  string
	depth int // of the brackets around it
	line  int
}

type tokenKind int

const (
	space tokenKind = iota // and line breaks
	comment
	word // a name, keyword or number
	sign // a bracket, an operator
	literal
)

// A scanner splits JavaScript into tokens.
type scanner struct {
	in        string
	at        int
	line      int
	depth     int
	templates []int // the depths of the ${ that are open
	last      token // the last one that is no space or comment
	tokens    []token
}

// scan splits a module into its tokens.
func scan(in string) ([]token, error) {
	s := &scanner{in: in, line: 1}
	for s.at < len(in) {
		if err := s.next(); err != nil {
			return nil, err
		}
	}
	if s.depth != 0 || len(s.templates) > 0 {
		return nil, fmt.Errorf("line %d: a bracket or template is not closed", s.line)
	}
	return s.tokens, nil
}

// add takes the next n bytes as a token.
func (s *scanner) add(kind tokenKind, n int) {
	t := token{kind, s.in[s.at : s.at+n], s.depth, s.line}
	s.tokens = append(s.tokens, t)
	if kind != space && kind != comment {
		s.last = t
	}
	s.line += strings.Count(t.text, "\n")
	s.at += n
}

func (s *scanner) next() error {
	rest := s.in[s.at:]
	c, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(c) || c == '\ufeff':
		s.add(space, len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsSpace)))
	case strings.HasPrefix(rest, "//"):
		n := strings.IndexByte(rest, '\n')
		if n < 0 {
			n = len(rest)
		}
		s.add(comment, n)
	case strings.HasPrefix(rest, "/*"):
		n := strings.Index(rest, "*/")
		if n < 0 {
			return fmt.Errorf("line %d: a comment is not closed", s.line)
		}
		s.add(comment, n+2)
	case c == '"' || c == '\'':
		return s.quoted(byte(c))
	case c == '`':
		return s.template(1)
	case c == '}' && len(s.templates) > 0 && s.templates[len(s.templates)-1] == s.depth:
		s.templates = s.templates[:len(s.templates)-1]
		s.depth--
		return s.template(1)
	case isNamePart(c):
		s.add(word, len(rest)-len(strings.TrimLeftFunc(rest, isNamePart)))
	case c == '/' && s.regexpMayCome():
		return s.regexp()
	default:
		s.sign(c, size)
	}
	return nil
}

func isNamePart(c rune) bool {
	return c == '$' || c == '_' || c == '#' || unicode.IsLetter(c) || unicode.IsDigit(c)
}

func (s *scanner) sign(c rune, size int) {
	if strings.ContainsRune(")]}", c) {
		s.depth--
	}
	s.add(sign, size)
	if strings.ContainsRune("([{", c) {
		s.depth++
	}
}

// quoted reads a string.
func (s *scanner) quoted(quote byte) error {
	for i := s.at + 1; i < len(s.in); i++ {
		switch s.in[i] {
		case '\\':
			i++
		case '\n':
			return fmt.Errorf("line %d: a string is not closed", s.line)
		case quote:
			s.add(literal, i+1-s.at)
			return nil
		}
	}
	return fmt.Errorf("line %d: a string is not closed", s.line)
}

// template reads a template from its beginning, or from the end of an expression in it, to
// the next expression or its end.
func (s *scanner) template(skip int) error {
	for i := s.at + skip; i < len(s.in); i++ {
		switch {
		case s.in[i] == '\\':
			i++
		case s.in[i] == '`':
			s.add(literal, i+1-s.at)
			return nil
		case strings.HasPrefix(s.in[i:], "${"):
			s.add(literal, i+2-s.at)
			s.last.kind, s.last.text = sign, "{" // an expression follows
			s.depth++
			s.templates = append(s.templates, s.depth)
			return nil
		}
	}
	return fmt.Errorf("line %d: a template is not closed", s.line)
}

// operands are words behind which an expression begins, not an operator.
const operands = " return typeof instanceof in of new delete void throw case do else yield await "

// regexpMayCome reports whether a slash begins a regular expression here, and is no division.
func (s *scanner) regexpMayCome() bool {
	switch s.last.kind {
	case word:
		return strings.Contains(operands, " "+s.last.text+" ")
	case literal:
		return false
	}
	return !strings.ContainsAny(s.last.text, ")]}") || s.last.text == ""
}

// regexp reads a regular expression.
func (s *scanner) regexp() error {
	inClass := false
	for i := s.at + 1; i < len(s.in); i++ {
		switch c := s.in[i]; {
		case c == '\\':
			i++
		case c == '\n':
			return fmt.Errorf("line %d: a regular expression is not closed", s.line)
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '/' && !inClass:
			end := i + 1
			for end < len(s.in) && isNamePart(rune(s.in[end])) {
				end++
			}
			s.add(literal, end-s.at)
			return nil
		}
	}
	return fmt.Errorf("line %d: a regular expression is not closed", s.line)
}
