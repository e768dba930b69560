package source

import (
	"iter"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
)

// A Table reads the keys of one table, each by its type. A key that is missing
// leaves its destination unchanged. End reports the keys that no reader asked for.
type Table struct {
	*Value
	keys   *keys
	asked  []string
	before int // problems when the table was opened
}

// Table opens the value as a table. A value of another type is reported, and
// reads as an empty table.
func (v *Value) Table(want string) *Table {
	t := &Table{Value: v, keys: &keys{}, before: v.problems.Count()}
	if k, ok := v.data.(*keys); ok {
		t.keys = k
	} else {
		v.Wrong("%s", want)
	}
	return t
}

// EmptyTable opens a table that the text leaves out, as if it stood empty at the
// place of v.
func (v *Value) EmptyTable(key string) *Table {
	empty := &Value{place: v.place, problems: v.problems, parent: v, key: key, data: &keys{}}
	return empty.Table("a table")
}

// Sound reports whether nothing has been found wrong since the table was opened.
func (t *Table) Sound() bool { return t.problems.Count() == t.before }

// Get returns the value of a key; nil when it is missing or a null of JSON.
func (t *Table) Get(key string) *Value {
	t.asked = append(t.asked, key)
	v := t.keys.values[key]
	if v == nil || v.data == nil {
		return nil
	}
	return v
}

// Allow accepts keys that are read elsewhere, or that other problems explain.
func (t *Table) Allow(keys ...string) { t.asked = append(t.asked, keys...) }

// Asked reports whether a reader has asked for the key.
func (t *Table) Asked(key string) bool { return slices.Contains(t.asked, key) }

// Each yields all keys, in the order of the text. It is for tables whose keys
// are data; such a table needs no End.
func (t *Table) Each() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		for _, name := range t.keys.names {
			if !yield(name, t.keys.values[name]) {
				return
			}
		}
	}
}

// Len returns the number of keys.
func (t *Table) Len() int { return len(t.keys.names) }

// End reports the unknown keys, which a foreign text may have. Call it when all known ones have been read.
func (t *Table) End() {
	for name, v := range t.Each() {
		if t.Asked(name) {
			continue
		}
		hint := ""
		if !t.problems.full() { // nobody would see the hint, and it is costly
			hint = text.Suggest(name, t.asked)
		}
		v.problems.note(v.place, v.Path(), "unknown key, %s", hint)
	}
}

// Text reads a string. Like all readers of a key, it returns whether the key is
// there and sound.
func (t *Table) Text(key string, dst *string) bool {
	v := t.Get(key)
	if v == nil {
		return false
	}
	d, ok := v.data.(string)
	if !ok {
		v.Wrong(`a string, in quotes`)
		return false
	}
	*dst = d
	return true
}

// TextWithin reads a string with a bound. A string that breaks it is changed until it fits,
// so that what depends on it is not reported as well.
func (t *Table) TextWithin(key string, b *bounds.Text, dst *string) bool {
	if !t.Text(key, dst) {
		return false
	}
	if !t.At(key).Within(b) {
		*dst = b.Fit(*dst)
		return false
	}
	return true
}

// Bool reads true or false.
func (t *Table) Bool(key string, dst *bool) bool {
	v := t.Get(key)
	if v == nil {
		return false
	}
	d, ok := v.data.(bool)
	if !ok {
		v.Wrong(`true or false`)
		return false
	}
	*dst = d
	return true
}

// Int reads an integer from low to high.
func (t *Table) Int(key, what string, low, high int64) (int64, bool) {
	v := t.Get(key)
	if v == nil {
		return 0, false
	}
	return v.WantInt(what, low, high)
}

// Uint reads an integer from low to high.
func (t *Table) Uint(key, what string, low, high int64, dst *uint64) bool {
	n, ok := t.Int(key, what, low, high)
	if ok {
		*dst = uint64(n)
	}
	return ok
}

// Float reads a number above 0, up to high.
func (t *Table) Float(key string, high float64, dst *float64) {
	v := t.Get(key)
	if v == nil {
		return
	}
	if f, _ := v.Number(); f > 0 && f <= high { // and so no NaN
		*dst = f
		return
	}
	v.Wrong("a number above 0 and not above %v", high)
}

// Choice reads one of some words and returns its index among them.
func (t *Table) Choice(key string, words []string) (int, bool) {
	return t.choice(key, words, func(a, b string) bool { return a == b })
}

// ChoiceFold is Choice with words in upper or lower case.
func (t *Table) ChoiceFold(key string, words []string) (int, bool) {
	return t.choice(key, words, strings.EqualFold)
}

func (t *Table) choice(key string, words []string, equal func(a, b string) bool) (int, bool) {
	v := t.Get(key)
	if v == nil {
		return 0, false
	}
	if d, ok := v.data.(string); ok {
		for i, word := range words {
			if equal(d, word) {
				return i, true
			}
		}
	}
	v.Wrong("%s", text.OneOf(words))
	return 0, false
}

// Items reads a list.
func (t *Table) Items(key, want string) ([]*Value, bool) {
	v := t.Get(key)
	if v == nil {
		return nil, false
	}
	return v.WantList(want)
}

// Millis reads milliseconds, low at least.
func (t *Table) Millis(key string, low int64, dst *time.Duration) {
	if v := t.Get(key); v != nil {
		if d, ok := v.WantMillis(low); ok {
			*dst = d
		}
	}
}

// HasMillis reads a time in milliseconds, and reports whether there is one.
func (t *Table) HasMillis(key string, dst *time.Duration) bool {
	v := t.Get(key)
	if v == nil {
		return false
	}
	d, ok := v.WantMillis(0)
	if ok {
		*dst = d
	}
	return ok
}
