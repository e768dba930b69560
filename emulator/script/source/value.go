package source

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/text/bounds"
)

// A place is a position in a text.
type place struct {
	line   int // from 1
	offset int // bytes from the start
}

// A Value is one value of a text with its place and path.
type Value struct {
	place
	problems *Problems
	parent   *Value // nil for the whole text
	key      string // in the parent, if that is a table
	index    int    // in the parent, if that is a list

	// data is nil (JSON's null), a bool, an int64, a float64, a string, a
	// []*Value, a *rows, a *keys, or an unsupported.
	data any
}

// An unsupported is a value of a type that no reader takes, such as a date. It
// holds the name of the type.
type unsupported string

// keys are the keys of a table with their values, in the order of the text.
type keys struct {
	object bool // JSON's name for a table
	names  []string
	values map[string]*Value
}

// Line returns the value's line, from 1.
func (v *Value) Line() int { return v.line }

// Problems returns where the problems of the value's text are collected.
func (v *Value) Problems() *Problems { return v.problems }

// Sound returns a function that reports whether nothing has been found wrong
// since the call of Sound.
func (v *Value) Sound() func() bool {
	before := v.problems.Count()
	return func() bool { return v.problems.Count() == before }
}

// Path names the value, for example node[1].log[3].term.
func (v *Value) Path() string {
	if v.parent == nil {
		return ""
	}
	if _, list := v.parent.asList(); list {
		return fmt.Sprintf("%s[%d]", v.parent.Path(), v.index)
	}
	return joinKey(v.parent.Path(), v.key)
}

// Where names the value and its line, for a message about another value.
func (v *Value) Where() string { return fmt.Sprintf("%s (line %d)", v.Path(), v.line) }

// Path joins keys (string) and indices (int) to a path as Value.Path writes it.
func Path(parts ...any) string {
	path := ""
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			path += fmt.Sprintf("[%d]", p)
		case string:
			path = joinKey(path, p)
		}
	}
	return path
}

// joinKey adds a key to a path, quoted where it must be.
func joinKey(path, key string) string {
	if !isBareKey(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func isBareKey(s string) bool {
	for i := range len(s) {
		if !isBareKeyByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isBareKeyByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// At returns the value under a path of keys (string) and indices (int). Where
// the text does not have it, At returns the nearest value above.
func (v *Value) At(path ...any) *Value {
	for _, p := range path {
		var next *Value
		switch p := p.(type) {
		case string:
			if t, ok := v.data.(*keys); ok {
				next = t.values[p]
			}
		case int:
			if l, ok := v.asList(); ok && p < l.Len() {
				next = l.At(p)
			}
		}
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

// Has reports whether the value is a table with this key. A null of JSON counts
// as missing.
func (v *Value) Has(key string) bool {
	t, ok := v.data.(*keys)
	return ok && t.values[key] != nil && t.values[key].data != nil
}

// Is reports whether the value is this bool, int64, float64 or string.
func (v *Value) Is(data any) bool { return v.data == data }

// IsTable reports whether the value is a table, or an object of JSON.
func (v *Value) IsTable() bool {
	_, ok := v.data.(*keys)
	return ok
}

// Text returns the value if it is a string.
func (v *Value) Text() (string, bool) {
	s, ok := v.data.(string)
	return s, ok
}

// Within reports a string that breaks a bound, and returns false then.
func (v *Value) Within(b *bounds.Text) bool {
	s, _ := v.data.(string)
	wrong := b.Wrong(s)
	if wrong != "" {
		v.Report("%s", wrong)
	}
	return wrong == ""
}

// Note reports something about the value that is tolerated in a foreign text.
func (v *Value) Note(format string, args ...any) {
	v.problems.note(v.place, v.Path(), format, args...)
}

// Int returns the value if it is an integer.
func (v *Value) Int() (int64, bool) {
	i, ok := v.data.(int64)
	return i, ok
}

// Bool returns the value if it is true or false.
func (v *Value) Bool() (value, ok bool) {
	value, ok = v.data.(bool)
	return value, ok
}

// Number returns the value if it is an integer or a float.
func (v *Value) Number() (float64, bool) {
	switch d := v.data.(type) {
	case float64:
		return d, true
	case int64:
		return float64(d), true
	}
	return 0, false
}

// List returns the value's items if it is a list.
func (v *Value) List() ([]*Value, bool) {
	list, ok := v.asList()
	return list.values(), ok
}

// ListOrOne returns the items of a list, or the value itself as the only one.
func (v *Value) ListOrOne() []*Value {
	if list, ok := v.List(); ok {
		return list
	}
	return []*Value{v}
}

// Show writes the value for a message, cut short.
func (v *Value) Show() string {
	switch d := v.data.(type) {
	case nil:
		return "null"
	case string:
		return QuoteShort(d)
	case *keys:
		if d.object {
			return "an object"
		}
		return "a table"
	case []*Value, *rows:
		return "a list"
	case unsupported:
		return string(d)
	case float64:
		return Float(d)
	default:
		return fmt.Sprint(d)
	}
}

// Report adds a problem at the value.
func (v *Value) Report(format string, args ...any) {
	v.problems.add(v.place, v.Path(), format, args...)
}

// ReportKey adds a problem at the key of a table, or at the table where the key
// is missing. Both ways the problem has the key's path.
func (v *Value) ReportKey(key, format string, args ...any) {
	v.problems.add(v.At(key).place, joinKey(v.Path(), key), format, args...)
}

// Wrong reports that the value is not what it should be.
func (v *Value) Wrong(want string, args ...any) {
	v.Report("is %s, want %s", v.Show(), fmt.Sprintf(want, args...))
}

// Missing reports a key that a table must have. A value that is no table has
// been reported already.
func (v *Value) Missing(key, want string, args ...any) {
	if v.IsTable() {
		v.problems.add(v.place, joinKey(v.Path(), key), "is missing, want %s", fmt.Sprintf(want, args...))
	}
}
