package source

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rows are a list in a long text, such as the log of a node:
//
//	log = [
//	  { term = 1, op = "put_topic", topic = "dog" },
//	  { term = 2, op = "get_topics" },
//	]
//
// Each item stands on a line of its own, between the lines of the brackets. Such a list is
// not given to the TOML library, which takes a kilobyte for an item. It stays a text, and an
// item becomes a Value when it is asked for. So the length of the list hardly counts.
//
// The items are of plain TOML: inline tables with bare keys, lists, strings in double
// quotes, decimal numbers, true and false. The library reads every other list, and
// reports what is wrong with it. Both read a list alike.
type rows struct {
	text   string
	line   int      // of the first item
	starts []uint32 // the offsets of the items in the text
}

// maxRowValues bounds the values in an item.
const maxRowValues = 1 << 16

// scanRows scans rows that begin at the offset of their bracket, and returns the offset
// behind the closing one. It returns nil when the list is not like that.
func scanRows(text string, i, line int) (*rows, int) {
	i, ok := lineEnd(text, i+1)
	if !ok || len(text) > math.MaxUint32 {
		return nil, 0
	}
	r := &rows{text: text, line: line + 1}
	for {
		p := rowParser{text: text, i: i}
		p.skipBlanks()
		if p.peek() == ']' {
			if len(r.starts) == 0 {
				return nil, 0
			}
			return r, p.i + 1
		}
		start := p.i
		if _, ok := p.value(nil, 1); !ok {
			return nil, 0
		}
		p.skipBlanks()
		if p.peek() == ',' {
			p.i++
		} else {
			p.last = true
		}
		if i, ok = lineEnd(text, p.i); !ok {
			return nil, 0
		}
		r.starts = append(r.starts, uint32(start))
		if p.last {
			for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
				i++
			}
			if i < len(text) && text[i] == ']' {
				return r, i + 1
			}
			return nil, 0
		}
	}
}

// lineEnd returns the start of the next line if only blanks are left on this one.
func lineEnd(text string, i int) (int, bool) {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	if strings.HasPrefix(text[min(i, len(text)):], "\r\n") {
		return i + 2, true
	}
	return i + 1, i < len(text) && text[i] == '\n'
}

// item returns an item of the list that v is.
func (r *rows) item(v *Value, i int) *Value {
	p := rowParser{text: r.text, i: int(r.starts[i]), line: r.line + i, builds: v.problems}
	item, ok := p.value(v, 1)
	if !ok {
		panic("source: a row that was scanned cannot be read")
	}
	item.index = i
	return item
}

// A rowParser reads the value of one line.
type rowParser struct {
	text   string
	i      int
	line   int
	values int
	last   bool      // no comma follows
	builds *Problems // of the Values to make; nil: none are made
}

func (p *rowParser) peek() byte {
	if p.i < len(p.text) {
		return p.text[p.i]
	}
	return 0
}

func (p *rowParser) skipBlanks() {
	for p.peek() == ' ' || p.peek() == '\t' {
		p.i++
	}
}

// make returns a Value at the parser's place; nil if none are made.
func (p *rowParser) make(parent *Value) *Value {
	if p.builds == nil {
		return nil
	}
	return &Value{problems: p.builds, parent: parent, place: place{line: p.line, offset: p.i}}
}

// value reads a value; false if it is not plain.
func (p *rowParser) value(parent *Value, depth int) (*Value, bool) {
	if p.values++; p.values > maxRowValues || depth > maxDepth-2 {
		return nil, false
	}
	v := p.make(parent)
	var data any
	var ok bool
	switch c := p.peek(); {
	case c == '{':
		data, ok = p.table(v, depth)
	case c == '[':
		data, ok = p.list(v, depth)
	case c == '"':
		var s string
		s, ok = p.str()
		if v != nil {
			data = s
		}
	default:
		data, ok = p.scalar(v != nil)
	}
	if v != nil {
		v.data = data
	}
	return v, ok
}

// next skips a comma between items, and reports the end of a table or list.
func (p *rowParser) next(closing byte) (end, ok bool) {
	p.skipBlanks()
	switch p.peek() {
	case closing:
		p.i++
		return true, true
	case ',':
		p.i++
		p.skipBlanks()
		return false, true
	}
	return false, false
}

func (p *rowParser) list(v *Value, depth int) (any, bool) {
	p.i++
	p.skipBlanks()
	items := []*Value{}
	if p.peek() == ']' {
		p.i++
		return items, true
	}
	for {
		item, ok := p.value(v, depth+1)
		if !ok {
			return nil, false
		}
		if item != nil {
			item.index = len(items)
			items = append(items, item)
		}
		end, ok := p.next(']')
		if !ok || end {
			return items, ok
		}
	}
}

func (p *rowParser) table(v *Value, depth int) (any, bool) {
	p.i++
	var t *keys
	if v != nil {
		t = &keys{values: make(map[string]*Value, 4)}
	}
	var room [8]string
	names := room[:0]
	p.skipBlanks()
	if p.peek() == '}' {
		p.i++
		return t, true
	}
	for {
		at := p.i
		for isBareKeyByte(p.peek()) {
			p.i++
		}
		name := p.text[at:p.i]
		if name == "" || len(name) > maxKey || len(names) == 2*len(room) || contains(names, name) {
			return nil, false
		}
		names = append(names, name)
		p.skipBlanks()
		if p.peek() != '=' {
			return nil, false
		}
		p.i++
		p.skipBlanks()
		item, ok := p.value(v, depth+1)
		if !ok {
			return nil, false
		}
		if t != nil {
			item.offset, item.key = at, strings.Clone(name)
			t.names, t.values[item.key] = append(t.names, item.key), item
		}
		end, ok := p.next('}')
		if !ok || end {
			return t, ok
		}
	}
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// scalar reads a number, true or false.
func (p *rowParser) scalar(wanted bool) (any, bool) {
	at := p.i
	for isBareKeyByte(p.peek()) || p.peek() == '.' {
		p.i++
	}
	word := p.text[at:p.i]
	if word == "true" || word == "false" {
		return word == "true", true
	}
	digits := strings.TrimPrefix(word, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || len(digits) > 18 || hasFraction && !isDigits(fraction) {
		return nil, false
	}
	if !wanted {
		return nil, true
	}
	if hasFraction {
		f, err := strconv.ParseFloat(word, 64)
		return f, err == nil
	}
	i, err := strconv.ParseInt(word, 10, 64)
	return i, err == nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// str reads a string in double quotes, on one line.
func (p *rowParser) str() (string, bool) {
	at := p.i + 1
	plain := true
	i := at
	for ; i < len(p.text) && p.text[i] != '"'; i++ {
		switch c := p.text[i]; {
		case c == '\\':
			plain = false
			i++
		case c < ' ' && c != '\t' || c == 0x7f:
			return "", false
		}
	}
	if i >= len(p.text) || !utf8.ValidString(p.text[at:i]) {
		return "", false
	}
	p.i = i + 1
	if i == at && p.peek() == '"' { // a string in triple quotes
		return "", false
	}
	switch s := p.text[at:i]; {
	case !plain:
		return unescape(s, p.builds != nil)
	case p.builds == nil:
		return "", true
	default:
		return strings.Clone(s), true // the text is long and need not stay
	}
}

// unescape replaces the escapes of a string; false if one of them is not plain.
func unescape(s string, wanted bool) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			if wanted {
				b.WriteByte(s[i])
			}
			continue
		}
		i++
		if i == len(s) {
			return "", false
		}
		var r rune
		if k := strings.IndexByte(`btnfr"\`, s[i]); k >= 0 {
			r = rune("\b\t\n\f\r\"\\"[k])
		} else {
			size := map[byte]int{'u': 4, 'U': 8}[s[i]]
			if size == 0 || i+size >= len(s) {
				return "", false
			}
			n, err := strconv.ParseUint(s[i+1:i+1+size], 16, 32)
			if r = rune(n); err != nil || !utf8.ValidRune(r) {
				return "", false
			}
			i += size
		}
		if wanted {
			b.WriteRune(r)
		}
	}
	return b.String(), true
}
