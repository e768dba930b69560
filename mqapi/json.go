package mqapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxNumber bounds terms and indices from outside. Beyond 2^53 not every JSON
// reader can tell two integers apart, and elections go on from any term.
const maxNumber = 1 << 52

// An object reads the members of one JSON object and remembers the first
// thing that was wrong, so that a reader looks at err once, at the end.
// Package encoding/json does the scanning; matching its keys by letter case,
// taking null for absent and mending broken text are left out on purpose.
type object struct {
	members map[string]json.RawMessage
	path    string // of the object within the body, with a dot behind it
	err     *error // shared with the objects within
}

// parseObject reads data, which must be one JSON object and nothing else.
func parseObject(data []byte) object {
	o := object{err: new(error)}
	if len(bytes.TrimSpace(data)) == 0 {
		o.fail("empty, want a JSON object")
	} else if !utf8.Valid(data) {
		o.fail("not valid UTF-8")
	} else if k := kind(data); k != "an object" && json.Valid(data) {
		o.fail("must be an object, not %s", k)
	} else if err := json.Unmarshal(data, &o.members); err != nil {
		o.fail("not a JSON object: %v", err)
	}
	return o
}

func (o object) fail(format string, args ...any) {
	if *o.err == nil {
		*o.err = fmt.Errorf(format, args...)
	}
}

// member gives the raw value of a key that must be there, of the given kind.
// After any failure it gives nil.
func (o object) member(key, want string) json.RawMessage {
	raw, present := o.members[key]
	if *o.err != nil {
		return nil
	}
	if !present {
		o.fail("%s%s: missing, want %s", o.path, key, want)
	} else if k := kind(raw); k != want {
		o.fail("%s%s: must be %s, not %s", o.path, key, want, k)
	}
	if *o.err != nil {
		return nil
	}
	return raw
}

// text reads a string.
func (o object) text(key string) string {
	raw := o.member(key, "a string")
	if raw == nil {
		return ""
	}
	if hasLoneSurrogate(raw) {
		o.fail("%s%s: holds half of a surrogate pair, which is no text", o.path, key)
		return ""
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		o.fail("%s%s: %v", o.path, key, err)
	}
	return s
}

// number reads an integer from 0 to most, written as such.
func (o object) number(key string, most uint64) uint64 {
	raw := o.member(key, "a number")
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		o.fail("%s%s: must be an integer of at least 0, not %.20s", o.path, key, raw)
	} else if err != nil || n > most {
		o.fail("%s%s: must be at most %d", o.path, key, most)
	}
	return n
}

// object reads an object.
func (o object) object(key string) object {
	inner := object{path: o.path + key + ".", err: o.err}
	if raw := o.member(key, "an object"); raw != nil {
		inner.unmarshal(raw)
	}
	return inner
}

// objects reads an array of objects.
func (o object) objects(key string) []object {
	raw := o.member(key, "an array")
	if raw == nil {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		o.fail("%s%s: %v", o.path, key, err)
	}
	objects := make([]object, len(items))
	for i, item := range items {
		if k := kind(item); k != "an object" {
			o.fail("%s%s[%d]: must be an object, not %s", o.path, key, i, k)
			return nil
		}
		objects[i] = object{path: fmt.Sprintf("%s%s[%d].", o.path, key, i), err: o.err}
		objects[i].unmarshal(item)
	}
	return objects
}

func (o *object) unmarshal(raw json.RawMessage) {
	if err := json.Unmarshal(raw, &o.members); err != nil {
		o.fail("%s %v", o.path, err)
	}
}

// kind names the kind of a JSON value by its first byte.
func kind(raw []byte) string {
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

// hasLoneSurrogate tells whether a JSON string escapes one half of a surrogate
// pair without the other. encoding/json would put U+FFFD in its place, and a
// message would come out other than it went in.
func hasLoneSurrogate(raw []byte) bool {
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

// appendText appends s as a JSON string. Unlike encoding/json it leaves <, >
// and & as they are.
func appendText(b []byte, s string) []byte {
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

// appendTexts appends an array of strings.
func appendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}
