package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/serve/api"
)

// maxDepth bounds how deep lists and objects may be in each other.
const maxDepth = 16

// A noBody has no keys.
type noBody struct{}

// readable tells whether data is one JSON object and nothing else.
func readable(data []byte) error {
	wrong := func(format string, args ...any) error {
		return &failure{err: errBadRequest, detail: "the body " + fmt.Sprintf(format, args...)}
	}
	if !utf8.Valid(data) {
		return wrong("is not UTF-8")
	}
	if d := depth(data); d > maxDepth {
		return wrong("has more than %d lists and objects in each other", maxDepth)
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return wrong("is not JSON: %v", err)
	}
	if bytes.TrimLeft(data, " \t\r\n")[0] != '{' {
		return wrong("is %s, want an object", kindOf(raw))
	}
	return nil
}

// depth is how deep the brackets go, in what may be JSON.
func depth(data []byte) (deepest int) {
	d, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			d++
			deepest = max(deepest, d)
		case c == '}', c == ']':
			d--
		}
	}
	return deepest
}

// kindOf names the kind of a JSON value.
func kindOf(raw []byte) string {
	switch raw = bytes.TrimLeft(raw, " \t\r\n"); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '[':
		return "a list"
	case raw[0] == '"':
		return "a string"
	case raw[0] == 't', raw[0] == 'f':
		return "a boolean"
	case raw[0] == 'n':
		return "null"
	}
	return "a number"
}

// readJSON reads an object strictly into the fields of the struct that v points
// to. No data at all is an object without keys; null counts as a key left out.
// A field's tag want says what its value should be, in words; must that it can't
// be left out.
func readJSON(data []byte, v any) error {
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte("{}")
	}
	if err := readable(data); err != nil {
		return err
	}
	members, flaws, err := readMembers(data)
	if err != nil {
		return err
	}
	into := reflect.ValueOf(v).Elem()
	var known []string
	for i := range into.NumField() {
		f := into.Type().Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known = append(known, key)
		flaws = append(flaws, readField(members[key], into.Field(i), key, f.Tag)...)
	}
	for _, key := range sortedMembers(members) {
		if !slices.Contains(known, key) {
			flaws = append(flaws, api.Flaw{Key: short(key), Message: unknownKey(key, known)})
		}
	}
	if len(flaws) > 0 {
		return &failure{err: errBody, flaws: flaws}
	}
	return nil
}

func unknownKey(key string, known []string) string {
	if len(known) == 0 {
		return "unknown key, want none"
	}
	return "unknown key, " + suggestWord(key, known)
}

// readField reads one member.
func readField(raw json.RawMessage, into reflect.Value, key string, tag reflect.StructTag) []api.Flaw {
	want := tag.Get("want")
	if raw == nil || kindOf(raw) == "null" {
		if tag.Get("must") != "" {
			return []api.Flaw{{Key: key, Message: "is missing, want " + want}}
		}
		return nil
	}
	if err := json.Unmarshal(raw, into.Addr().Interface()); err != nil {
		return []api.Flaw{{Key: key, Message: fmt.Sprintf("is %s, want %s", short(string(raw)), want)}}
	}
	return nil
}

// readMembers splits an object. Package json would take the last of two members
// of one key.
func readMembers(data []byte) (map[string]json.RawMessage, []api.Flaw, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	members := map[string]json.RawMessage{}
	var flaws []api.Flaw
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		key, _ := token.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil && err != io.EOF {
			return nil, nil, err
		}
		if _, twice := members[key]; twice {
			flaws = append(flaws, api.Flaw{Key: short(key), Message: "is given twice, want it once"})
		}
		members[key] = raw
	}
	return members, flaws, nil
}

func sortedMembers(members map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// short cuts what a user wrote to what fits into a message.
func short(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}
