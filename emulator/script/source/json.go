package source

import (
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text/readjson"
)

// ParseJSON reads a JSON text of at most MaxJSON bytes. It returns nil when the
// text cannot be read, with the reason in the problems.
func ParseJSON(data []byte, p *Problems) *Value {
	if len(data) > MaxJSON {
		p.add(place{line: 1}, "", "is over 1 MiB long, want at most %d bytes", MaxJSON)
		return nil
	}
	j := &jsonReader{problems: p, in: readjson.New(data, readjson.Options{MaxDepth: maxDepth})}
	v := j.value(nil, j.in.Place())
	problems := j.in.End()
	if j.in.Broken() {
		last := problems[len(problems)-1]
		p.add(place{last.Line, last.Offset}, "", "%s", strings.TrimPrefix(strings.TrimPrefix(last.Message, "is "), "has "))
		return nil
	}
	for _, problem := range problems {
		p.note(place{problem.Line, problem.Offset}, problem.Key, "%s", problem.Message)
	}
	return v
}

// A jsonReader makes Values of a JSON text.
type jsonReader struct {
	problems *Problems
	in       *readjson.Reader
}

// value reads the next value. Its place is that of its key, if it has one.
func (j *jsonReader) value(parent *Value, at readjson.Place) *Value {
	v := &Value{problems: j.problems, parent: parent, place: place{line: at.Line, offset: at.Offset}}
	switch j.in.Kind() {
	case readjson.Null:
		j.in.Scalar()
	case readjson.Boolean:
		v.data = j.in.Scalar() == "true"
	case readjson.Number:
		v.data = jsonNumber(j.in.Scalar())
	case readjson.List:
		list := []*Value{}
		j.in.List(func(i int) {
			item := j.value(v, j.in.Place())
			item.index = i
			list = append(list, item)
		})
		v.data = list
	case readjson.Object:
		v.data = j.object(v)
	default:
		v.data = j.in.Scalar()
	}
	return v
}

func (j *jsonReader) object(v *Value) *keys {
	t := &keys{object: true, values: map[string]*Value{}}
	j.in.Object(func(m readjson.Member) {
		child := j.value(v, m.Place)
		child.key = m.Key
		switch known := t.values[m.Key] != nil; {
		case len(m.Key) > maxKey:
			j.in.FailAt(m.Place, "is a key of %d bytes, want at most %d", len(m.Key), maxKey)
		case !known:
			t.names = append(t.names, m.Key)
			t.values[m.Key] = child
		case j.problems.foreign: // there the last one counts
			t.values[m.Key] = child
		}
	})
	return t
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
