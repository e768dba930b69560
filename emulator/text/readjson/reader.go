package readjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Options say how a text is read.
type Options struct {
	// Name is what problems call the whole text; "": "the JSON".
	Name string
	// MaxDepth bounds how deep lists and objects may be in each other; 0: 10000.
	MaxDepth int
	// IgnoreUnknown lets Decode skip keys that the struct lacks.
	IgnoreUnknown bool
	// Base is the pointer of the text within a larger one.
	Base string
}

// A Reader reads one JSON text in its order. Each call but those that only look
// reads one whole value. After a problem of syntax there is nothing more to read:
// Kind is Nothing and all else returns zeros.
type Reader struct {
	o        Options
	data     []byte
	dec      *jsontext.Decoder
	path     []step
	problems []Problem
	more     int  // problems that the list has no room for
	broken   bool // nothing more can be read

	moreUnreadable bool // one of more is

	line, counted int // line is that of byte counted
}

// New returns a Reader of data, which must not change meanwhile.
func New(data []byte, o Options) *Reader {
	if o.Name == "" {
		o.Name = "the JSON"
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = 10_000
	}
	r := &Reader{o: o, data: data, line: 1}
	// Both are problems here, but not ones that end the reading.
	r.dec = jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if len(bytes.TrimSpace(data)) == 0 {
		r.unreadable(0, "is empty, want JSON")
	}
	return r
}

// A Kind is a kind of JSON value.
type Kind int

// The kinds of values; Nothing is next where there is no further value.
const (
	Nothing Kind = iota
	Null
	Boolean
	Number
	String
	List
	Object
)

// String returns the kind with its article.
func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// Kind returns the kind of the next value without reading it.
func (r *Reader) Kind() Kind {
	if r.broken {
		return Nothing
	}
	switch r.dec.PeekKind() {
	case 'n':
		return Null
	case 't', 'f':
		return Boolean
	case '0':
		return Number
	case '"':
		return String
	case '[':
		return List
	case '{':
		return Object
	}
	return Nothing
}

// A Place is where something stands in a text.
type Place struct {
	Line   int // from 1
	Offset int // in bytes from the start
}

// Place returns the place of the next value.
func (r *Reader) Place() Place {
	at := int(r.dec.InputOffset())
	for at < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[at]) >= 0 {
		at++
	}
	r.line += bytes.Count(r.data[r.counted:at], []byte("\n"))
	r.counted = at
	return Place{r.line, at}
}

// token reads the next token.
func (r *Reader) token() (jsontext.Token, bool) {
	if r.broken {
		return jsontext.Token{}, false
	}
	t, err := r.dec.ReadToken()
	if err != nil {
		r.syntax(err)
		return jsontext.Token{}, false
	}
	return t, true
}

// syntax reports why the text is not JSON.
func (r *Reader) syntax(err error) {
	at := r.Place().Offset
	e, ok := errors.AsType[*jsontext.SyntacticError](err)
	if ok {
		at = min(int(e.ByteOffset), len(r.data))
	}
	switch {
	case err == io.EOF, ok && errors.Is(e.Err, io.ErrUnexpectedEOF):
		err = errors.New("it ends too early")
	case ok:
		err = e.Err
	}
	r.unreadable(at, "is not JSON: "+strings.TrimPrefix(err.Error(), "jsontext: "))
}

// unreadable reports a problem of the whole text, after which nothing can be read.
func (r *Reader) unreadable(offset int, message string) {
	r.broken = true
	r.problems = append(r.problems, Problem{
		Pointer: r.o.Base, Line: 1 + bytes.Count(r.data[:offset], []byte("\n")), Offset: offset,
		Message: message, Unreadable: true,
	})
}

// Broken reports whether the text is not JSON, or too deep. The last problem says
// why.
func (r *Reader) Broken() bool { return r.broken }

// MaxProblems is how many problems a Reader lists. It counts further ones.
const MaxProblems = 100

// FailAt reports a problem of the value that is next, or was read last. The
// caller took its place before it read the value.
func (r *Reader) FailAt(at Place, format string, args ...any) {
	p := Problem{}
	if !r.full() { // else nobody reads it
		p.Message = fmt.Sprintf(format, args...)
	}
	r.add(at, p)
}

// full reports whether further problems are only counted.
func (r *Reader) full() bool { return len(r.problems) >= MaxProblems }

func (r *Reader) add(at Place, p Problem) {
	switch {
	case r.broken:
		return // what follows from it would only confuse
	case r.full():
		r.more++
		r.moreUnreadable = r.moreUnreadable || p.Unreadable
		return
	}
	p.Pointer, p.Key, p.Line = pointerOf(r.o.Base, r.path), keyOf(r.path), at.Line
	p.Offset = at.Offset
	r.problems = append(r.problems, p)
}

// Scalar reads a value that is no list or object: the text of a string, or what
// the JSON has for any other.
func (r *Reader) Scalar() string {
	at := r.Place()
	t, ok := r.token()
	if !ok {
		return ""
	}
	s := t.String()
	if t.Kind() == '"' && strings.ContainsRune(s, utf8.RuneError) {
		r.checkText(at, r.data[at.Offset:r.dec.InputOffset()])
	}
	return s
}

// checkText reports a string in which the tokenizer had to replace something.
func (r *Reader) checkText(at Place, quoted []byte) {
	if _, err := jsontext.AppendUnquote(nil, quoted); err == nil {
		return
	}
	message := "holds half of a surrogate pair, which is no text"
	if !utf8.Valid(quoted) {
		message = "is not UTF-8"
	}
	r.add(at, Problem{Message: message, Unreadable: true})
}

// Raw reads any value and returns what the JSON has. Problems within are left to
// its reader.
func (r *Reader) Raw() []byte {
	if r.broken {
		return nil
	}
	raw, err := r.dec.ReadValue()
	if err != nil {
		r.syntax(err)
		return nil
	}
	return bytes.Clone(raw)
}

// A Member is a key of an object with its place.
type Member struct {
	Key string
	Place
}

// Object reads an object. It calls member for each of its keys, and member reads
// the value.
func (r *Reader) Object(member func(Member)) {
	if !r.enter() {
		return
	}
	seen := map[string]bool{}
	for !r.broken && r.dec.PeekKind() != '}' {
		m := Member{Place: r.Place()}
		r.path = append(r.path, step{index: -1})
		m.Key = r.Scalar()
		if r.broken {
			return
		}
		r.path[len(r.path)-1].key = m.Key
		if seen[m.Key] {
			r.FailAt(m.Place, "is given twice, want it once")
		}
		seen[m.Key] = true
		member(m)
		if r.broken {
			return
		}
		r.path = r.path[:len(r.path)-1]
	}
	r.token()
}

// List reads a list. For each of its items it calls item, which reads the item.
func (r *Reader) List(item func(index int)) {
	if !r.enter() {
		return
	}
	for i := 0; !r.broken && r.dec.PeekKind() != ']'; i++ {
		r.path = append(r.path, step{index: i})
		item(i)
		if r.broken {
			return
		}
		r.path = r.path[:len(r.path)-1]
	}
	r.token()
}

// enter reads the bracket with which a list or an object begins.
func (r *Reader) enter() bool {
	if _, ok := r.token(); !ok {
		return false
	}
	if r.dec.StackDepth() > r.o.MaxDepth {
		r.unreadable(int(r.dec.InputOffset())-1, fmt.Sprintf("has more than %d nested lists and objects", r.o.MaxDepth))
		return false
	}
	return true
}

// Skip reads any value and reports problems within.
func (r *Reader) Skip() {
	switch r.Kind() {
	case Object:
		r.Object(func(Member) { r.Skip() })
	case List:
		r.List(func(int) { r.Skip() })
	default:
		r.Scalar()
	}
}

// End checks that nothing follows the value that was read, and returns all
// problems.
func (r *Reader) End() []Problem {
	if !r.broken {
		if _, err := r.dec.ReadToken(); err != io.EOF {
			r.unreadable(r.Place().Offset, "is not JSON: more text follows the value")
		}
	}
	if r.more > 0 {
		last := r.problems[MaxProblems-1]
		more := Problem{Pointer: r.o.Base, Line: last.Line, Offset: last.Offset, Message: More(r.more), Unreadable: r.moreUnreadable}
		r.problems = slices.Insert(r.problems, MaxProblems, more) // what ended the reading stays last
		r.more = 0
	}
	return r.problems
}

// More is the message of a problem that stands for n problems beyond MaxProblems.
func More(n int) string {
	if n == 1 {
		return "has 1 more problem"
	}
	return fmt.Sprintf("has %d more problems", n)
}

// Err is End for a caller to whom every problem is an error; nil without any.
func (r *Reader) Err() error {
	return (&Error{Name: r.o.Name, Problems: r.End()}).OrNil()
}

// Check reports why a text is not strict JSON: its syntax, keys given twice, and text
// that is not UTF-8. It is for callers that read the text with encoding/json.
func Check(data []byte, o Options) error {
	if jsontext.Value(data).IsValid() { // in a fraction of the time
		return nil
	}
	r := New(data, o)
	r.Skip()
	return r.Err()
}
