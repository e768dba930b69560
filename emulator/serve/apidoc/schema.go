package apidoc

import (
	"bytes"
	"encoding/json"
)

// A Schema is a JSON Schema, of draft 2020-12, as far as it is needed here.
type Schema struct {
	Ref        string           `json:"$ref,omitempty"`
	Doc        string           `json:"description,omitempty"`
	Type       any              `json:"type,omitempty"` // a string, or several
	Const      any              `json:"const,omitempty"`
	Enum       []any            `json:"enum,omitempty"`
	Pattern    string           `json:"pattern,omitempty"`
	Minimum    *float64         `json:"minimum,omitempty"`
	Above      *float64         `json:"exclusiveMinimum,omitempty"`
	Maximum    *float64         `json:"maximum,omitempty"`
	MaxLength  int              `json:"maxLength,omitempty"`
	Items      *Schema          `json:"items,omitempty"`
	MinItems   int              `json:"minItems,omitempty"`
	MaxItems   int              `json:"maxItems,omitempty"`
	Properties Ordered[*Schema] `json:"properties,omitempty"`
	Required   []string         `json:"required,omitempty"`
	Additional any              `json:"additionalProperties,omitempty"` // false, or a *Schema
	OneOf      []*Schema        `json:"oneOf,omitempty"`
}

// Ordered are members of a JSON object, in the order in which they are written.
type Ordered[V any] []Member[V]

// A Member is a key and its value.
type Member[V any] struct {
	Key   string
	Value V
}

// MarshalJSON implements json.Marshaler.
func (o Ordered[V]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := plain(m.Key)
		if err != nil {
			return nil, err
		}
		value, err := plain(m.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Get gives the value of a key.
func (o Ordered[V]) Get(key string) (V, bool) {
	for _, m := range o {
		if m.Key == key {
			return m.Value, true
		}
	}
	var none V
	return none, false
}

// Put sets the value of a key, in its place if it has one, else at the end.
func (o *Ordered[V]) Put(key string, value V) {
	for i := range *o {
		if (*o)[i].Key == key {
			(*o)[i].Value = value
			return
		}
	}
	*o = append(*o, Member[V]{key, value})
}

// plain writes JSON in which "<" and "&" are what they are.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// Write writes a document: indented, with a line break at its end.
func Write(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// The types of JSON.
const (
	text    = "string"
	integer = "integer"
	number  = "number"
	list    = "array"
	object  = "object"
	null    = "null"
)

// Text is the schema of any text.
func Text(doc string) *Schema { return &Schema{Type: text, Doc: doc} }

// Boolean is the schema of true and false.
func Boolean(doc string) *Schema { return &Schema{Type: "boolean", Doc: doc} }

// Const is the schema of one value.
func Const(value any, doc string) *Schema { return &Schema{Const: value, Doc: doc} }

// Enum is the schema of one of several texts.
func Enum(doc string, values ...string) *Schema {
	s := &Schema{Type: text, Doc: doc}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}

// Integer is the schema of whole numbers from low on.
func Integer(doc string, low float64) *Schema {
	return &Schema{Type: integer, Doc: doc, Minimum: &low}
}

// IntegerTo is the schema of whole numbers from low to high.
func IntegerTo(doc string, low, high float64) *Schema {
	return &Schema{Type: integer, Doc: doc, Minimum: &low, Maximum: &high}
}

// Number is the schema of any number.
func Number(doc string) *Schema { return &Schema{Type: number, Doc: doc} }

// NumberTo is the schema of numbers from low to high.
func NumberTo(doc string, low, high float64) *Schema {
	return &Schema{Type: number, Doc: doc, Minimum: &low, Maximum: &high}
}

// NumberAbove is the schema of numbers above low and up to high.
func NumberAbove(doc string, low, high float64) *Schema {
	return &Schema{Type: number, Doc: doc, Above: &low, Maximum: &high}
}

// TextTo is the schema of texts of at most this many characters.
func TextTo(doc string, most int) *Schema { return &Schema{Type: text, Doc: doc, MaxLength: most} }

// List is the schema of a list.
func List(of *Schema, doc string) *Schema { return &Schema{Type: list, Items: of, Doc: doc} }

// ListOf is the schema of a list of n items.
func ListOf(n int, of *Schema, doc string) *Schema {
	return &Schema{Type: list, Items: of, MinItems: n, MaxItems: n, Doc: doc}
}

// OneOf is the schema of what exactly one of several schemas describes.
func OneOf(doc string, schemas ...*Schema) *Schema { return &Schema{OneOf: schemas, Doc: doc} }

// Object is the schema of an object whose keys are all there.
func Object(doc string, properties ...Member[*Schema]) *Schema {
	s := &Schema{Type: object, Doc: doc, Properties: properties}
	for _, p := range properties {
		s.Required = append(s.Required, p.Key)
	}
	return s
}

// Key is a key of an object.
func Key(name string, s *Schema) Member[*Schema] { return Member[*Schema]{name, s} }

// Optional lets keys be left out.
func (s *Schema) Optional(names ...string) *Schema {
	var required []string
	for _, key := range s.Required {
		if !has(names, key) {
			required = append(required, key)
		}
	}
	s.Required = required
	return s
}

// Strict forbids all other keys.
func (s *Schema) Strict() *Schema {
	s.Additional = false
	return s
}

// Null is the schema of null and what s describes.
func (s *Schema) Null() *Schema {
	switch t := s.Type.(type) {
	case string:
		c := *s
		c.Type = []string{t, null}
		if c.Enum != nil {
			c.Enum = append(c.Enum[:len(c.Enum):len(c.Enum)], nil)
		}
		return &c
	case nil:
		return OneOf(s.Doc, &Schema{Ref: s.Ref, OneOf: s.OneOf}, &Schema{Type: null})
	}
	return s
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
