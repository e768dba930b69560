// Package jsonbody reads the JSON objects that a node's clients send, strictly,
// and appends texts to JSON.
package jsonbody

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// An Object reads the members of one JSON object and remembers the first
// thing that was wrong, so that a reader looks at err once, at the end.
// Package encoding/json does the scanning; matching its keys by letter case,
// taking null for absent and mending broken text are left out on purpose.
type Object struct {
	Members map[string]json.RawMessage
	Path    string // of the object within the body, with a dot behind it
	Err     *error // shared with the objects within
}

// Parse reads data, which must be one JSON object and nothing else.
func Parse(data []byte) Object {
	o := Object{Err: new(error)}
	if len(bytes.TrimSpace(data)) == 0 {
		o.Fail("empty, want a JSON object")
	} else if !utf8.Valid(data) {
		o.Fail("not valid UTF-8")
	} else if k := Kind(data); k != "an object" && json.Valid(data) {
		o.Fail("must be an object, not %s", k)
	} else if err := json.Unmarshal(data, &o.Members); err != nil {
		o.Fail("not a JSON object: %v", err)
	}
	return o
}

func (o Object) Fail(format string, args ...any) {
	if *o.Err == nil {
		*o.Err = fmt.Errorf(format, args...)
	}
}

// member gives the raw value of a key that must be there, of the given kind.
// After any failure it gives nil.
func (o Object) member(key, want string) json.RawMessage {
	raw, present := o.Members[key]
	if *o.Err != nil {
		return nil
	}
	if !present {
		o.Fail("%s%s: missing, want %s", o.Path, key, want)
	} else if k := Kind(raw); k != want {
		o.Fail("%s%s: must be %s, not %s", o.Path, key, want, k)
	}
	if *o.Err != nil {
		return nil
	}
	return raw
}

// Text reads a string.
func (o Object) Text(key string) string {
	raw := o.member(key, "a string")
	if raw == nil {
		return ""
	}
	if HasLoneSurrogate(raw) {
		o.Fail("%s%s: holds half of a surrogate pair, which is no text", o.Path, key)
		return ""
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		o.Fail("%s%s: %v", o.Path, key, err)
	}
	return s
}

// Number reads an integer from 0 to most, written as such.
func (o Object) Number(key string, most uint64) uint64 {
	raw := o.member(key, "a number")
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		o.Fail("%s%s: must be an integer of at least 0, not %.20s", o.Path, key, raw)
	} else if err != nil || n > most {
		o.Fail("%s%s: must be at most %d", o.Path, key, most)
	}
	return n
}

// Object reads an object.
func (o Object) Object(key string) Object {
	inner := Object{Path: o.Path + key + ".", Err: o.Err}
	if raw := o.member(key, "an object"); raw != nil {
		inner.unmarshal(raw)
	}
	return inner
}

// Objects reads an array of objects.
func (o Object) Objects(key string) []Object {
	raw := o.member(key, "an array")
	if raw == nil {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		o.Fail("%s%s: %v", o.Path, key, err)
	}
	objects := make([]Object, len(items))
	for i, item := range items {
		if k := Kind(item); k != "an object" {
			o.Fail("%s%s[%d]: must be an object, not %s", o.Path, key, i, k)
			return nil
		}
		objects[i] = Object{Path: fmt.Sprintf("%s%s[%d].", o.Path, key, i), Err: o.Err}
		objects[i].unmarshal(item)
	}
	return objects
}

func (o *Object) unmarshal(raw json.RawMessage) {
	if err := json.Unmarshal(raw, &o.Members); err != nil {
		o.Fail("%s %v", o.Path, err)
	}
}

// Kind names the kind of a JSON value by its first byte.
func Kind(raw []byte) string {
	switch raw = bytes.TrimLeft(raw, " \t\r\n"); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '[':
		return "an array"
	case raw[0] == '"':
		return "a string"
	case raw[0] == 't', raw[0] == 'f':
		return "a boolean"
	case raw[0] == 'n':
		return "null"
	}
	return "a number"
}

// HasLoneSurrogate tells whether a JSON string escapes one half of a surrogate
// pair without the other. encoding/json would put U+FFFD in its place, and a
// message would come out other than it went in.
func HasLoneSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		unit, ok := escapedUnit(raw[i:])
		if !ok {
			i++ // the escaped byte may be a backslash
			continue
		}
		i += 5
		if !utf16.IsSurrogate(unit) {
			continue
		}
		low, ok := escapedUnit(raw[i+1:])
		if !ok || utf16.DecodeRune(unit, low) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

// escapedUnit reads the UTF-16 unit that s starts with, as in \u00e9.
func escapedUnit(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n), err == nil
}

// AppendText appends s as a JSON string. Unlike encoding/json it leaves <, >
// and & as they are.
func AppendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i, r := range s {
		switch {
		case r == '"', r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ':
			b = append(b, `\u00`...)
			b = append(b, hex[r>>4], hex[r&15])
		case r < utf8.RuneSelf:
			b = append(b, s[i])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// AppendTexts appends an array of strings.
func AppendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendText(b, s)
	}
	return append(b, ']')
}
