package readjson

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// Decode reads an object into the struct that v points to; see the package for
// the tags of its fields. The error is an *Error.
func Decode(data []byte, v any, o Options) error {
	r := New(data, o)
	r.decode(reflect.ValueOf(v).Elem(), field{})
	return r.Err()
}

// A field is what a struct's tags say about a value.
type field struct {
	key   string
	index []int // of the field, see reflect.Value.FieldByIndex
	want  string
	must  bool
	enum  []string
	// low and high bound a number; nil: no more than the type does.
	low, high *float64
}

// fieldsOf lists the fields of a struct, those of embedded structs among them.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch key {
		case "-":
			continue
		case "":
			key = strings.ToLower(f.Name)
		}
		d := field{key: key, index: f.Index, want: f.Tag.Get("want"), must: f.Tag.Get("must") != ""}
		d.enum = Words(f)
		d.low, d.high = Range(f)
		list = append(list, d)
	}
	return list
}

// An Enum is a type of texts that lists which ones there are, in order, where a
// table knows them and a tag cannot.
type Enum interface{ Enum() []string }

// Words lists the texts that a field may have, by its tag enum or its type; nil
// when it may have any.
func Words(f reflect.StructField) []string {
	if words := f.Tag.Get("enum"); words != "" {
		return strings.Split(words, "|")
	}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if e, ok := reflect.Zero(t).Interface().(Enum); ok {
		return e.Enum()
	}
	return nil
}

// Range returns the bounds of a field that is a number, by its tags min and max; nil where
// it has none. It panics on a bound that is no number.
func Range(f reflect.StructField) (low, high *float64) {
	bound := func(tag string) *float64 {
		text, ok := f.Tag.Lookup(tag)
		if !ok {
			return nil
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(fmt.Sprintf("readjson: the tag %s of %s: %v", tag, f.Name, err))
		}
		return &n
	}
	return bound("min"), bound("max")
}

// allows reports whether a number is in the field's range.
func (f *field) allows(n float64) bool {
	return (f.low == nil || n >= *f.low) && (f.high == nil || n <= *f.high)
}

// wanted says what a value of a type should be.
func (f *field) wanted(t reflect.Type) string {
	switch {
	case f.want != "":
		return f.want
	case f.enum != nil:
		return strings.Join(f.enum, " or ")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return f.wanted(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if f.high != nil {
			return fmt.Sprintf("a whole number from 0 to %.0f", *f.high)
		}
		return "a whole number of at least 0"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.Array:
		return fmt.Sprintf("a list of %d", t.Len())
	case reflect.Struct:
		return "an object"
	}
	return "a string"
}

var rawType = reflect.TypeFor[json.RawMessage]()

// decode reads the next value into a variable.
func (r *Reader) decode(into reflect.Value, f field) {
	t := into.Type()
	switch {
	case r.broken:
	case t == rawType:
		into.SetBytes(r.Raw())
	case r.Kind() == Null && f.key != "" && !f.must:
		r.Scalar() // as if it were left out
	case t.Kind() == reflect.Pointer:
		into.Set(reflect.New(t.Elem()))
		r.decode(into.Elem(), f)
	case t.Kind() == reflect.Interface:
		r.Skip()
	case readsItself(into):
		r.unmarshal(into, f)
	case r.Kind() != kindFor(t):
		r.wrong(f.wanted(t))
	case t.Kind() == reflect.Struct:
		r.decodeStruct(into)
	case t.Kind() == reflect.Slice:
		into.Set(reflect.MakeSlice(t, 0, 0))
		r.List(func(int) {
			item := reflect.New(t.Elem()).Elem()
			r.decode(item, field{})
			into.Set(reflect.Append(into, item))
		})
	case t.Kind() == reflect.Array:
		r.decodeArray(into, f)
	default:
		r.decodeScalar(into, f)
	}
}

// readsItself reports whether a variable's type reads its own JSON.
func readsItself(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(json.Unmarshaler)
	return ok
}

// unmarshal has a type read the next value itself.
func (r *Reader) unmarshal(into reflect.Value, f field) {
	at := r.Place()
	raw := r.Raw()
	switch err := json.Unmarshal(raw, into.Addr().Interface()); {
	case r.broken || err == nil:
	case f.want != "":
		r.FailAt(at, "is %s, want %s", short(string(raw)), f.want)
	default:
		r.FailAt(at, "%v", err)
	}
}

// wrong reads a value that is not what it should be.
func (r *Reader) wrong(want string) {
	at, kind := r.Place(), r.Kind()
	if r.Skip(); r.broken {
		return
	}
	shown := kind.String()
	if kind < List {
		shown = short(string(r.data[at.Offset:r.dec.InputOffset()]))
	}
	r.FailAt(at, "is %s, want %s", shown, want)
}

// kindFor is the kind of JSON value that a type holds.
func kindFor(t reflect.Type) Kind {
	switch t.Kind() {
	case reflect.Bool:
		return Boolean
	case reflect.String:
		return String
	case reflect.Slice, reflect.Array:
		return List
	case reflect.Struct:
		return Object
	}
	return Number
}

// decodeStruct reads an object.
func (r *Reader) decodeStruct(into reflect.Value) {
	at := r.Place()
	fields := fieldsOf(into.Type())
	given := map[string]bool{}
	r.Object(func(m Member) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == m.Key })
		switch {
		case i >= 0:
			given[m.Key] = true
			r.decode(into.FieldByIndex(fields[i].index), fields[i])
		case r.o.IgnoreUnknown:
			r.Skip()
		default:
			meant := ""
			if !r.full() { // else nobody reads it
				meant = suggest(m.Key, fields)
			}
			r.FailAt(m.Place, "is an unknown key, %s", meant)
			r.Skip()
		}
	})
	for _, f := range fields {
		if f.must && !given[f.key] {
			r.path = append(r.path, step{key: f.key, index: -1})
			r.FailAt(at, "is missing, want %s", f.wanted(into.FieldByIndex(f.index).Type()))
			r.path = r.path[:len(r.path)-1]
		}
	}
}

// suggest is a clause about a key that the struct lacks.
func suggest(key string, fields []field) string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	meant := text.Meant(key, keys)
	switch {
	case meant != "":
		return meant
	case len(keys) == 0:
		return "want none"
	case len(keys) == 1:
		return fmt.Sprintf("want %q", keys[0])
	}
	return "want one of " + strings.Join(keys, ", ")
}

// decodeArray reads a list of a certain length.
func (r *Reader) decodeArray(into reflect.Value, f field) {
	at := r.Place()
	n := 0
	r.List(func(i int) {
		if n++; i < into.Len() {
			r.decode(into.Index(i), field{})
		} else {
			r.Skip()
		}
	})
	if n != into.Len() {
		r.FailAt(at, "is a list of %d, want %s", n, f.wanted(into.Type()))
	}
}

// decodeScalar reads a boolean, a string or a number.
func (r *Reader) decodeScalar(into reflect.Value, f field) {
	at := r.Place()
	s := r.Scalar()
	ok := true
	switch t := into.Type(); t.Kind() {
	case reflect.Bool:
		into.SetBool(s == "true")
	case reflect.String:
		into.SetString(s)
		if ok = f.enum == nil || slices.Contains(f.enum, s); !ok {
			s = strconv.Quote(s)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, t.Bits())
		into.SetInt(n)
		ok = err == nil && f.allows(float64(n))
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(s, t.Bits())
		into.SetFloat(n)
		ok = err == nil && f.allows(n)
	default:
		n, err := strconv.ParseUint(s, 10, t.Bits())
		into.SetUint(n)
		ok = err == nil && f.allows(float64(n))
	}
	if !ok {
		r.FailAt(at, "is %s, want %s", short(s), f.wanted(into.Type()))
	}
}
