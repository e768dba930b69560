package source

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// ErrInvalid is what every Errors is: the text was read, and its content is wrong.
var ErrInvalid = errors.New("invalid")

// maxProblems is how many problems one error lists.
const maxProblems = 1000

// A Problem is one thing that is wrong with a text.
type Problem struct {
	File    string // as given to the parser; empty for a request's body
	Line    int    // from 1; 0 when there is no text
	Key     string // the path of the key, such as node[1].log[3].term; empty for the text as a whole
	Message string // what is wrong, the value, and what would be right
}

// String writes the problem as "file:line: key: message". Without a file it
// omits the line as well, because the body of a request is mostly one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Errors are all problems of a text, in the order of their places in it.
type Errors []Problem

// Error lists the problems, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Is makes every Errors an ErrInvalid.
func (e Errors) Is(target error) bool { return target == ErrInvalid }

// Problems collects what is wrong with one text.
type Problems struct {
	file string
	list []placed
	// unlisted counts the problems that came after the list was full.
	unlisted int
	// foreign is set for a text in somebody else's format, and notes are what is
	// tolerated in it.
	foreign bool
	notes   []placed
	// lineless is set for a text that the user has never seen.
	lineless bool
}

// A placed Problem has its offset in the text, by which Err sorts.
type placed struct {
	Problem
	offset int
}

// NewProblems returns an empty collection. The file is for messages; it is
// empty for the body of a request.
func NewProblems(file string) *Problems { return &Problems{file: file} }

// NewForeign returns an empty collection for a text in somebody else's format,
// which is read liberally: a key given twice, a key that no reader asked for and
// bytes that are not UTF-8 are notes.
func NewForeign(file string) *Problems { return &Problems{file: file, foreign: true} }

// Add reports a problem that has a key and no place in a text.
func (p *Problems) Add(key, format string, args ...any) { p.add(place{}, key, format, args...) }

func (p *Problems) add(at place, key, format string, args ...any) {
	if p.full() {
		p.unlisted++
		return
	}
	p.list = append(p.list, p.at(at, key, format, args...))
}

func (p *Problems) at(at place, key, format string, args ...any) placed {
	if p.lineless {
		at.line = 0
	}
	return placed{
		Problem: Problem{File: p.file, Line: at.line, Key: key, Message: fmt.Sprintf(format, args...)},
		offset:  at.offset,
	}
}

// note reports what is tolerated in a foreign text, and a problem in any other.
func (p *Problems) note(at place, key, format string, args ...any) {
	switch {
	case !p.foreign:
		p.add(at, key, format, args...)
	case len(p.notes) < maxProblems:
		p.notes = append(p.notes, p.at(at, key, format, args...))
	}
}

// Notes returns what was tolerated, in the order of the text.
func (p *Problems) Notes() []Problem {
	sort.SliceStable(p.notes, func(i, j int) bool { return p.notes[i].offset < p.notes[j].offset })
	var notes []Problem
	for _, n := range p.notes {
		notes = append(notes, n.Problem)
	}
	return notes
}

// Count returns the number of problems so far. If it grows, something that was
// read in between is wrong.
func (p *Problems) Count() int { return len(p.list) + p.unlisted }

// full reports whether further problems are only counted. The list holds more
// than Err returns, because it is not sorted yet.
func (p *Problems) full() bool { return len(p.list) >= 10*maxProblems }

// Err returns nil or an Errors. Beside problems it lists the notes, which may
// explain them: a key that is missing is often a key that is misspelt.
func (p *Problems) Err() error {
	if len(p.list) == 0 {
		return nil
	}
	p.list, p.notes = append(p.list, p.notes...), nil
	sort.SliceStable(p.list, func(i, j int) bool { return p.list[i].offset < p.list[j].offset })
	listed := p.list[:min(len(p.list), maxProblems)]
	errs := make(Errors, 0, len(listed)+1)
	for _, l := range listed {
		errs = append(errs, l.Problem)
	}
	if more := p.Count() - len(listed); more > 0 {
		errs = append(errs, Problem{File: p.file, Message: fmt.Sprintf("and %d more problems", more)})
	}
	return errs
}
