package source

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/BurntSushi/toml"
)

// ParseTOML reads a TOML text of at most MaxSize bytes, with at most MaxRest of them beside
// lists with one item on each line. It returns nil when the text cannot be read, with the
// reason in the problems.
func ParseTOML(data []byte, p *Problems) *Value {
	if len(data) > MaxSize {
		p.add(place{line: 1}, "", "is over %d MiB long, want at most %d bytes", MaxSize>>20, MaxSize)
		return nil
	}
	return p.readTOML(string(data), MaxRest, true)
}

// ParseWritten reads a TOML text that the program has written itself. Its length
// is not bounded, and its problems have no lines, because no user has seen it.
func ParseWritten(data []byte, p *Problems) *Value {
	p.lineless = true
	return p.readTOML(string(data), math.MaxInt, true)
}

func (p *Problems) readTOML(text string, most int, rows bool) *Value {
	marks, rest, over := locate(text, most, rows)
	if over != nil {
		p.add(over.at, "", "%s", over.msg)
		return nil
	}
	m, err := decodeTOML(rest)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		p.add(place{line: max(syntax.Position.Line, 1)}, "", "not TOML: %s", syntax.Message)
		return nil
	case err != nil:
		p.add(place{line: 1}, "", "not TOML: %v", err)
		return nil
	}
	return fromTOML(m, marks, &Value{problems: p, place: place{line: 1}}).asRoot()
}

// asRoot makes the value the whole text.
func (v *Value) asRoot() *Value {
	v.parent = nil
	return v
}

// decodeTOML calls the library and turns a panic, which is a bug of the library,
// into an error.
func decodeTOML(text string) (m map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser cannot read it: %v", r)
		}
	}()
	_, err = toml.Decode(text, &m)
	return m, err
}

// fromTOML joins what the library has read with its places. A value without a
// mark of its own gets its parent's place.
func fromTOML(data any, m *mark, parent *Value) *Value {
	v := &Value{problems: parent.problems, parent: parent, place: parent.place}
	if m != nil {
		v.place = m.place
	} else {
		m = &mark{}
	}
	switch d := data.(type) {
	case map[string]any:
		v.data = keysFromTOML(d, m, v)
	case []map[string]any:
		list := make([]*Value, len(d))
		for i, data := range d {
			list[i] = itemFromTOML(data, m, v, i)
		}
		v.data = list
	case []any:
		if m.rows != nil {
			v.data = m.rows
			break
		}
		list := make([]*Value, len(d))
		for i, data := range d {
			list[i] = itemFromTOML(data, m, v, i)
		}
		v.data = list
	case bool, int64, float64, string:
		v.data = d
	default:
		v.data = unsupported("a date or time")
	}
	return v
}

func keysFromTOML(d map[string]any, m *mark, table *Value) *keys {
	t := &keys{values: make(map[string]*Value, len(d))}
	for key, data := range d {
		child := fromTOML(data, m.keys[key], table)
		child.key = key
		t.names, t.values[key] = append(t.names, key), child
	}
	sort.Slice(t.names, func(i, j int) bool {
		a, b := t.values[t.names[i]], t.values[t.names[j]]
		if a.offset != b.offset {
			return a.offset < b.offset
		}
		return a.key < b.key
	})
	return t
}

func itemFromTOML(data any, m *mark, parent *Value, i int) *Value {
	var item *mark
	if i < len(m.items) {
		item = m.items[i]
	}
	v := fromTOML(data, item, parent)
	v.index = i
	return v
}
