package apidoc

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/emulator/text/readjson"
)

// Schemas gives Go types their schemas. Those of structs have a name, and stand
// once in a document.
type Schemas struct {
	own   map[reflect.Type]*Schema
	named Ordered[*Schema] // in the order in which they were first asked for
	types map[string]reflect.Type
	names map[reflect.Type]string // of those that are not named after their types
}

// NewSchemas knows what the tags of types say.
func NewSchemas() *Schemas {
	return &Schemas{own: map[reflect.Type]*Schema{}, types: map[string]reflect.Type{}, names: map[reflect.Type]string{}}
}

// Set gives the type of v a schema that replaces the one of its fields and tags.
func (c *Schemas) Set(v any, s *Schema) { c.own[reflect.TypeOf(v)] = s }

// Call gives the schema of v's type, a struct, another name than the type has.
func (c *Schemas) Call(v any, name string) { c.names[reflect.TypeOf(v)] = name }

// Name gives a schema a name, and a reference to it.
func (c *Schemas) Name(name string, s *Schema) *Schema {
	c.named.Put(name, s)
	return reference(name)
}

func reference(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }

// Named are all schemas that have names.
func (c *Schemas) Named() Ordered[*Schema] { return c.named }

// A use is what a type is for.
type use int

const (
	answer use = iota // keys without omitempty are always there
	strict            // a body: only keys with must have to be there, and no others may
	lax               // a body whose other keys are ignored
)

// of is the schema of what a Go value, and all others of its type, look like in
// JSON.
func (c *Schemas) of(v any, use use) *Schema {
	switch v := v.(type) {
	case *Schema:
		return v
	case OneOfThese:
		if len(v) == 1 {
			return c.of(v[0], use)
		}
		schemas := make([]*Schema, len(v))
		for i := range v {
			schemas[i] = c.of(v[i], use)
		}
		return OneOf("", schemas...)
	}
	return c.ofType(reflect.TypeOf(v), use)
}

// Of is the schema of answers of a Go value's type.
func (c *Schemas) Of(v any) *Schema { return c.of(v, answer) }

// OneOfThese stands for values of several types.
type OneOfThese []any

func (c *Schemas) ofType(t reflect.Type, use use) *Schema {
	if s, ok := c.own[t]; ok {
		return s
	}
	switch t.Kind() {
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &Schema{Type: integer}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Integer("", 0)
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: number}
	case reflect.String:
		return &Schema{Type: text}
	case reflect.Pointer:
		return c.ofType(t.Elem(), use)
	case reflect.Slice:
		return List(c.ofType(t.Elem(), use), "")
	case reflect.Array:
		return ListOf(t.Len(), c.ofType(t.Elem(), use), "")
	case reflect.Struct:
		return c.ofStruct(t, use)
	}
	return &Schema{} // whatever
}

// ofStruct names the schema of a struct after its type.
func (c *Schemas) ofStruct(t reflect.Type, use use) *Schema {
	name, ok := c.names[t]
	if !ok {
		name = capital(t.Name())
	}
	if other, ok := c.types[name]; ok {
		if other != t {
			panic(fmt.Sprintf("apidoc: %s and %s are both named %s", t, other, name))
		}
		return reference(name)
	}
	c.types[name] = t
	s := &Schema{Type: object}
	ref := c.Name(name, s) // before its fields, which may refer to it
	c.fields(s, t, use)
	if use == strict {
		s.Strict()
	}
	return ref
}

// fields adds a struct's fields, those of embedded structs among them.
func (c *Schemas) fields(s *Schema, t reflect.Type, use use) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			inner, optional := f.Type, false
			if inner.Kind() == reflect.Pointer {
				inner, optional = inner.Elem(), true
			}
			before := len(s.Required)
			c.fields(s, inner, use)
			if optional { // of a nil pointer there is nothing
				s.Required = s.Required[:before]
			}
			continue
		}
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		optional := strings.Contains(options, "omitempty")
		s.Properties.Put(key, c.field(&f, use, optional))
		if use != answer && f.Tag.Get("must") != "" || use == answer && !optional {
			s.Required = append(s.Required, key)
		}
	}
}

// field is the schema of a field by its type and tags.
func (c *Schemas) field(f *reflect.StructField, use use, optional bool) *Schema {
	s := *c.ofType(f.Type, use)
	if name := f.Tag.Get("schema"); name != "" {
		s = *replaced(f.Type, name)
	}
	if doc := f.Tag.Get("want") + f.Tag.Get("doc"); doc != "" {
		s.Doc = doc
	}
	if low, err := strconv.ParseFloat(f.Tag.Get("minimum"), 64); err == nil {
		s.Minimum = &low
	}
	if low, high := readjson.Range(*f); low != nil || high != nil {
		if low != nil {
			s.Minimum = low
		}
		s.Maximum = high
	}
	for _, b := range bounds.All() {
		if b.Name == f.Tag.Get("bound") {
			s.MaxLength = b.Max
		}
	}
	if words := readjson.Words(*f); words != nil {
		s.Enum = enum(f.Type, words)
	}
	isNull := f.Tag.Get("null") != "" || f.Type.Kind() == reflect.Pointer && !optional && use == answer
	if isNull {
		return s.Null()
	}
	return &s
}

// enum gives the values of a tag, which are texts or, for a boolean, what they say.
func enum(t reflect.Type, words []string) []any {
	if t.Kind() != reflect.Bool {
		return Enum("", words...).Enum
	}
	var values []any
	for _, w := range words {
		values = append(values, w == "true")
	}
	return values
}

var raw = reflect.TypeFor[json.RawMessage]()

// replaced is a schema by its name, or a list of these.
func replaced(t reflect.Type, name string) *Schema {
	if t.Kind() == reflect.Slice && t != raw {
		return List(replaced(t.Elem(), name), "")
	}
	return reference(name)
}
