package source

import "iter"

// A List is a value's items. Reading them one after the other keeps no more than one of
// them in memory, where the text has each on a line of its own.
type List struct {
	v     *Value
	items []*Value // nil: rows
	rows  *rows
}

// asList returns the value's items; false if it is no list.
func (v *Value) asList() (List, bool) {
	switch d := v.data.(type) {
	case []*Value:
		return List{v: v, items: d}, true
	case *rows:
		return List{v: v, rows: d}, true
	}
	return List{}, false
}

// Len returns the number of items.
func (l List) Len() int {
	if l.rows != nil {
		return len(l.rows.starts)
	}
	return len(l.items)
}

// At returns an item.
func (l List) At(i int) *Value {
	if l.rows != nil {
		return l.rows.item(l.v, i)
	}
	return l.items[i]
}

// All yields the items in order.
func (l List) All() iter.Seq2[int, *Value] {
	return func(yield func(int, *Value) bool) {
		for i := range l.Len() {
			if !yield(i, l.At(i)) {
				return
			}
		}
	}
}

// values returns all items.
func (l List) values() []*Value {
	if l.rows == nil {
		return l.items
	}
	items := make([]*Value, l.Len())
	for i := range items {
		items[i] = l.At(i)
	}
	return items
}

// Rows reads a list that may be long.
func (t *Table) Rows(key, want string) (List, bool) {
	v := t.Get(key)
	if v == nil {
		return List{}, false
	}
	l, ok := v.asList()
	if !ok {
		v.Wrong("%s", want)
	}
	return l, ok
}
