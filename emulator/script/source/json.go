package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ParseJSON reads a JSON text of at most MaxSize bytes. It returns nil when the
// text cannot be read, with the reason in the problems. Unlike package json it
// refuses a key that is given twice, and it knows where each value stands.
func ParseJSON(data []byte, p *Problems) *Value {
	if p.tooLong(data) {
		return nil
	}
	j := &jsonReader{problems: p, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
	j.dec.UseNumber()
	v, err := j.value(nil, 0)
	if err == nil {
		if _, err = j.dec.Token(); err == io.EOF {
			return v
		}
		j.here()
		err = errors.New("more text follows the JSON value, want nothing")
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = errors.New("not JSON: it ends too early")
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		err = fmt.Errorf("not JSON: %w", err)
	}
	p.add(j.here(), "", "%v", err)
	return nil
}

type jsonReader struct {
	problems *Problems
	data     []byte
	dec      *json.Decoder
	// line is the line of the byte at counted.
	line, counted int
}

// here returns the place of the next token.
func (j *jsonReader) here() place {
	at := int(j.dec.InputOffset())
	for at < len(j.data) && strings.IndexByte(" \t\r\n,:", j.data[at]) >= 0 {
		at++
	}
	at = max(min(at, len(j.data)), j.counted)
	j.line += bytes.Count(j.data[j.counted:at], []byte("\n"))
	j.counted = at
	return place{line: j.line, offset: at}
}

func (j *jsonReader) value(parent *Value, depth int) (*Value, error) {
	v := &Value{problems: j.problems, parent: parent, place: j.here()}
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d nested lists and objects, want at most %[1]d", maxDepth)
	}
	token, err := j.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return v, j.list(v, depth)
		}
		return v, j.object(v, depth)
	case json.Number:
		v.data = jsonNumber(t.String())
	default: // nil, bool, string
		v.data = t
	}
	return v, nil
}

// jsonNumber returns an int64 if the number is written as one, else a float64. A
// number that fits neither is unsupported.
func jsonNumber(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !strings.ContainsAny(s, ".eE") {
		return unsupported("a number out of range")
	}
	return f
}

func (j *jsonReader) list(v *Value, depth int) error {
	list := []*Value{}
	for j.dec.More() {
		item, err := j.value(v, depth+1)
		if err != nil {
			return err
		}
		item.index = len(list)
		list = append(list, item)
	}
	v.data = list
	_, err := j.dec.Token()
	return err
}

func (j *jsonReader) object(v *Value, depth int) error {
	t := &keys{object: true, values: map[string]*Value{}}
	v.data = t
	for j.dec.More() {
		at := j.here()
		token, err := j.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if len(key) > maxKey {
			return fmt.Errorf("a key of %d bytes, want at most %d", len(key), maxKey)
		}
		if t.values[key] != nil {
			return fmt.Errorf("key %q is given twice", key)
		}
		child, err := j.value(v, depth+1)
		if err != nil {
			return err
		}
		child.key, child.place = key, at
		t.names, t.values[key] = append(t.names, key), child
	}
	_, err := j.dec.Token()
	return err
}
