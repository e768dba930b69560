package readjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"gotest.tools/v3/assert"
)

// A body has a field of each type that Decode fills.
type body struct {
	Name     string  `json:"name" want:"a name" must:"true"`
	On       bool    `json:"on"`
	Count    int     `json:"count"`
	ID       uint32  `json:"id" max:"99"`
	Factor   float64 `json:"factor"`
	Limit    *int    `json:"limit"`
	Class    string  `json:"class" enum:"vote|append"`
	Pair     [2]uint `json:"pair"`
	Raw      json.RawMessage
	Any      any `json:"any"`
	Own      own `json:"own"`
	Hidden   int `json:"-"`
	Inner    inner
	Inners   []inner
	embedded // its fields stand beside the others
}

type inner struct {
	Term uint `json:"term" must:"true"`
}

type embedded struct {
	Op *string `json:"op"`
}

// An own reads itself.
type own int

func (o *own) UnmarshalJSON(data []byte) error {
	if string(data) != `"own"` {
		return errors.New("is not own")
	}
	*o = 1
	return nil
}

func TestDecodeFillsFields(t *testing.T) {
	var b body
	assert.NilError(t, Decode([]byte(` {"name": "a\u00e9\ud83d\udc36", "on": true, "count": -3, "id": 99, "factor": 1.5e1, "limit": 0, "class": "vote",
		"pair": [1, 2], "raw": {"a": [1 ]}, "any": [1], "own": "own", "inner": {"term": 4}, "inners": [{"term": 5}, {"term": 6}], "op": "x"} `), &b, Options{}))
	zero, op := 0, "x"
	assert.Equal(t, fmt.Sprint(b.Limit != nil && *b.Limit == zero, *b.Op == op), "true true")
	b.Limit, b.Op = nil, nil
	assert.Equal(t, fmt.Sprintf("%+v", b), fmt.Sprintf("%+v", body{Name: "aé🐶", On: true, Count: -3, ID: 99, Factor: 15, Class: "vote",
		Pair: [2]uint{1, 2}, Raw: json.RawMessage(`{"a": [1 ]}`), Own: 1, Inner: inner{4}, Inners: []inner{{5}, {6}}}))
}

func TestDecodeTakesNullForAKeyLeftOut(t *testing.T) {
	b := body{Count: 7}
	assert.NilError(t, Decode([]byte(`{"name": "", "count": null, "limit": null, "inner": null, "inners": null, "any": null, "op": null}`), &b, Options{}))
	assert.Equal(t, b.Count, 7)
	assert.Assert(t, b.Limit == nil && b.Op == nil && b.Inners == nil)
}

func TestDecodeReportsProblems(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"Empty":         {" \n", "the body is empty, want JSON"},
		"NotJSON":       {"vote", "the body is not JSON: invalid character 'v' at start of value"},
		"CutOff":        {`{"name": "a`, "the body is not JSON: it ends too early"},
		"CutOffList":    {`{"name": "a", "inners": [`, "the body is not JSON: it ends too early"},
		"BadValue":      {`{"name": "a", "on": - false}`, "the body is not JSON: invalid character ' ' in number (expecting digit)"},
		"Two":           {`{"name": "a"} {}`, "the body is not JSON: more text follows the value"},
		"Trailing":      {`{"name": "a"}x`, "the body is not JSON: more text follows the value"},
		"NotAnObject":   {`[1]`, "the body is a list, want an object"},
		"NullBody":      {`null`, "the body is null, want an object"},
		"Missing":       {`{}`, "/name is missing, want a name"},
		"Null":          {`{"name": null}`, "/name is null, want a name"},
		"OtherCase":     {`{"Name": "a"}`, `/name is missing, want a name; /Name is an unknown key, did you mean "name"?`},
		"Unknown":       {`{"name": "a", "zzzzzz": {"a": [1]}}`, `/zzzzzz is an unknown key, want one of name, on`},
		"Twice":         {`{"name": "a", "name": "b"}`, "/name is given twice, want it once"},
		"TwiceLater":    {`{"name": "a", "on": true, "count": 3, "count": 4}`, "/count is given twice, want it once"},
		"TwiceEscaped":  {`{"name": "a", "n\u0061me": "b"}`, "/name is given twice, want it once"},
		"TwiceUnknown":  {`{"name": "a", "any": 1, "x": {"a": 1, "a": 2}}`, "/x/a is given twice"},
		"Bool":          {`{"name": "a", "on": 1}`, "/on is 1, want true or false"},
		"Int":           {`{"name": "a", "count": 1.0}`, "/count is 1.0, want a whole number"},
		"Negative":      {`{"name": "a", "id": -1}`, "/id is -1, want a whole number from 0 to 99"},
		"Max":           {`{"name": "a", "id": 100}`, "/id is 100, want a whole number from 0 to 99"},
		"MuchTooHigh":   {`{"name": "a", "inner": {"term": 99999999999999999999999}}`, "/inner/term is 99999999999999999999999, want a whole number of at least 0"},
		"Float":         {`{"name": "a", "factor": 1e999}`, "/factor is 1e999, want a number"},
		"Enum":          {`{"name": "a", "class": "pre"}`, `/class is "pre", want vote or append`},
		"Pair":          {`{"name": "a", "pair": [1, 2, 3]}`, "/pair is a list of 3, want a list of 2"},
		"PairItem":      {`{"name": "a", "pair": [1, null]}`, "/pair/1 is null, want a whole number of at least 0"},
		"Own":           {`{"name": "a", "own": 7}`, "/own is not own"},
		"Inner":         {`{"name": "a", "inner": []}`, "/inner is a list, want an object"},
		"Inners":        {`{"name": "a", "inners": [{"term": 1}, {"term": "x"}, 3]}`, `/inners/1/term is "x", want a whole number of at least 0; /inners/2 is 3, want an object`},
		"NotUTF8":       {"{\"name\": \"\xff\"}", "/name is not UTF-8"},
		"KeyNotUTF8":    {"{\"name\": \"a\", \"\xff\": 1}", "is not UTF-8"},
		"LoneSurrogate": {`{"name": "\ud83d"}`, "/name holds half of a surrogate pair, which is no text"},
		"InUnknown":     {`{"name": "a", "x": ["\udc36"]}`, "/x/0 holds half of a surrogate pair, which is no text"},
		"Deep":          {`{"name": "a", "x": [[[1]]]}`, "the body has more than 3 nested lists and objects"},
		"OddKey":        {`{"name": "a", "a/b~": 1}`, "/a~1b~0 is an unknown key"},
		"Together":      {`{"on": 1, "count": "x"}`, `/on is 1, want true or false; /count is "x", want a whole number; /name is missing, want a name`},
	} {
		t.Run(name, func(t *testing.T) {
			err := Decode([]byte(c.data), &body{}, Options{Name: "the body", MaxDepth: 3})
			if name == "OtherCase" { // its parts come in the order of the text
				for part := range strings.SplitSeq(c.want, "; ") {
					assert.ErrorContains(t, err, part)
				}
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestDecodeIgnoresUnknownKeysIfAsked(t *testing.T) {
	assert.NilError(t, Decode([]byte(`{"name": "a", "x": [{"y": null}]}`), &body{}, Options{IgnoreUnknown: true}))
	err := Decode([]byte(`{"name": "a", "x": [{"y": 1, "y": 2}]}`), &body{}, Options{IgnoreUnknown: true, Base: "/dict"})
	assert.Error(t, err, "/dict/x/0/y is given twice, want it once")
}

func TestProblemsNameTheirPlace(t *testing.T) {
	data := "{\"name\": \"a\",\n \"inners\": [\n{\"term\":\n\n-1}], \"a b\": 1}"
	err := Decode([]byte(data), &body{}, Options{})
	e, ok := errors.AsType[*Error](err)
	assert.Assert(t, ok)
	assert.Equal(t, len(e.Problems), 2)
	assert.Equal(t, e.Problems[0], Problem{Pointer: "/inners/0/term", Key: "inners[0].term", Line: 5, Offset: strings.Index(data, "-1"), Message: "is -1, want a whole number of at least 0"})
	assert.Equal(t, e.Problems[1].Key, `"a b"`)
	for _, p := range e.Problems {
		assert.Equal(t, PointerOf(p.Key), p.Pointer)
	}
	assert.Assert(t, !e.Unreadable())
	_, ok = errors.AsType[*Error](Decode([]byte("\n{"), &body{}, Options{}))
	assert.Assert(t, ok)
}

func TestProblemsBeyondTheBoundAreCounted(t *testing.T) {
	for _, c := range []struct {
		name, start, each, end string
		n, listed              int
		last                   string
		unreadable             bool
	}{
		{"AtTheBound", `{"name":"a"`, `,"name":"a"`, "}", 100, 100, "/name is given twice, want it once", false},
		{"OneMore", `{"name":"a"`, `,"name":"a"`, "}", 101, 101, "has 1 more problem", false},
		{"DoubleKeys", `{"name":"a"`, `,"name":"a"`, "}", 5000, 101, "has 4900 more problems", false},
		{"UnknownKeys", `{"name":"a"`, `,"y":[]`, "}", 5000, 101, "has 9899 more problems", false},
		{"UnreadableOnes", `{"name":"a","x":[1`, `,"\ud800"`, "]}", 101, 101, "has 2 more problems", true},
		{"ThenBroken", `{"name":"a"`, `,"name":"a"`, ",}", 5000, 102, "is not JSON: invalid character ',' at start of value", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Decode([]byte(c.start+strings.Repeat(c.each, c.n)+c.end), &body{}, Options{})
			e, ok := errors.AsType[*Error](err)
			assert.Assert(t, ok)
			assert.Equal(t, e.Unreadable(), c.unreadable)
			assert.Equal(t, e.Problems[len(e.Problems)-1].String(), c.last)
			assert.Equal(t, len(e.Problems), c.listed)
		})
	}
}

func TestPointerOfKey(t *testing.T) {
	for key, want := range map[string]string{
		"": "", "name": "/name", "faults[0].match.from[12]": "/faults/0/match/from/12", `"a b"."c/d~"`: "/a b/c~1d~0", `a."[x].y"[3]`: "/a/[x].y/3",
		"[2]": "/2", "[[": "", `"`: "",
	} {
		assert.Equal(t, PointerOf(key), want, key)
	}
}

// tree reads any value as encoding/json does with UseNumber.
func tree(r *Reader) any {
	switch r.Kind() {
	case Null:
		r.Scalar()
		return nil
	case Boolean:
		return r.Scalar() == "true"
	case Number:
		return json.Number(r.Scalar())
	case String, Nothing:
		return r.Scalar()
	case List:
		list := []any{}
		r.List(func(int) { list = append(list, tree(r)) })
		return list
	}
	object := map[string]any{}
	r.Object(func(m Member) { object[m.Key] = tree(r) })
	return object
}

// FuzzReader compares what is JSON, and what it says, with encoding/json.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		`{"topic": "dog", "message": "I \"love\" dogs! \ud83d\udc36"}`, `[1, -0, 1.5e+3, 01, 1., true, null]`, `{"a": 1, "a": 2}`,
		"", " ", "{", "[1,]", `{"a":1,}`, `{"a" 1}`, `{1: 2}`, "\"\xff\"", `"\ud800"`, `"\udc00\ud800"`, `"\ufffd�"`, "\"\n\"", `"\q"`,
		"\ufeff{}", "{}x", "{} {}", `{"":{"":[]}}`, "nul", "-", "\x00", `{"a":[{"b":"c"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := New(data, Options{})
		got := tree(r)
		problems := r.End()
		syntax := r.broken
		assert.Equal(t, !syntax, json.Valid(data), "%v", problems)
		if !utf8.Valid(data) {
			assert.Assert(t, len(problems) > 0)
		}
		if syntax {
			assert.Equal(t, problems[len(problems)-1].Pointer, "")
			return
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		assert.NilError(t, dec.Decode(&want))
		assert.DeepEqual(t, got, want)
		for _, p := range problems {
			assert.Assert(t, p.Line >= 1 && p.Line <= 1+bytes.Count(data, []byte("\n")), "%+v", p)
		}
	})
}

// FuzzDecode checks that what Decode takes encoding/json takes too, as the same.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"name": "a", "count": 1, "id": 2, "factor": 1.5, "inner": {"term": 3}, "inners": [{"term": 4}], "pair": [1, 2], "op": "x", "limit": 4}`,
		`{"name": "a", "raw": {"x": 1}, "any": null}`, `{"name": null}`, `{"name": "a", "inner": null}`, `{"NAME": "a"}`, `[]`, `{"name": "a", "own": "own"}`, `{"on": - false}`, `{"inner": [1, {"a": 1}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want body
		if err := Decode(data, &got, Options{}); err != nil {
			assert.Assert(t, err.Error() != "")
			return
		}
		assert.NilError(t, json.Unmarshal(data, &want))
		want.Any = nil // Decode leaves it
		a, err := json.Marshal(got)
		assert.NilError(t, err)
		b, err := json.Marshal(want)
		assert.NilError(t, err)
		assert.Equal(t, string(a), string(b))
	})
}

func BenchmarkDecode(b *testing.B) {
	data := []byte(`{"topic": "dog", "message": "I love dogs!", "id": 7}`)
	for b.Loop() {
		var v struct {
			Topic   string `json:"topic" must:"true"`
			Message string `json:"message" must:"true"`
		}
		if err := Decode(data, &v, Options{IgnoreUnknown: true}); err != nil {
			b.Fatal(err)
		}
	}
}
