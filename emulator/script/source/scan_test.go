package source

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// places lists the lines of all values below v, by their paths.
func places(v *Value) []string {
	var list []string
	var walk func(v *Value)
	walk = func(v *Value) {
		if v.parent != nil {
			list = append(list, fmt.Sprintf("%d %s", v.line, v.Path()))
		}
		switch d := v.data.(type) {
		case *keys:
			for _, key := range d.names {
				walk(d.values[key])
			}
		case []*Value:
			for _, item := range d {
				walk(item)
			}
		}
	}
	walk(v)
	return list
}

func TestTOMLValuesHaveTheirLines(t *testing.T) {
	text := "\ufeff# [comment]\n" + `a = 1 # b = 2
"quo ted" = "]" ; 'lit.eral' = '#'
b.c . "d" = [ # a comment
  [1, 2],
  { x = "}", y = ["a", ''] },   # and one
]
s = """
[no header]
k = 1
""""
l = '''
[[none]]
'''
e = "\"]\\"
"\u0066" = 1

[t.u]
v = 2020-01-01T00:00:00Z
[[t.w]]
x = 1
[[t.w]]
x = { y.z = 1, q = {
  r = 2 } }
[t.w.sub]
k = true
[[t.w.n]]
k = 1
`
	text = strings.Replace(text, " ; ", "\n", 1)
	p := NewProblems("")
	v := p.readTOML(text, MaxRest, true)
	assert.NilError(t, p.Err())
	assert.DeepEqual(t, places(v), []string{
		`2 a`, `3 "quo ted"`, `4 "lit.eral"`,
		`5 b`, `5 b.c`, `5 b.c.d`,
		`6 b.c.d[0]`, `6 b.c.d[0][0]`, `6 b.c.d[0][1]`,
		`7 b.c.d[1]`, `7 b.c.d[1].x`, `7 b.c.d[1].y`, `7 b.c.d[1].y[0]`, `7 b.c.d[1].y[1]`,
		`9 s`, `13 l`, `16 e`, `17 f`,
		`19 t`, `19 t.u`, `20 t.u.v`,
		`21 t.w`, `21 t.w[0]`, `22 t.w[0].x`,
		`23 t.w[1]`, `24 t.w[1].x`, `24 t.w[1].x.y`, `24 t.w[1].x.y.z`, `24 t.w[1].x.q`, `25 t.w[1].x.q.r`,
		`26 t.w[1].sub`, `27 t.w[1].sub.k`,
		`28 t.w[1].n`, `28 t.w[1].n[0]`, `29 t.w[1].n[0].k`,
	})
}

func TestJSONValuesHaveTheirLines(t *testing.T) {
	p := NewProblems("")
	v := ParseJSON([]byte(`{
  "a": 1, "b": [
    {"c": null},
    "x", 2.5],
  "d":
    true
}
`), p)
	assert.NilError(t, p.Err())
	assert.DeepEqual(t, places(v), []string{`2 a`, `2 b`, `3 b[0]`, `3 b[0].c`, `4 b[1]`, `4 b[2]`, `5 d`})
}

// checkPlaces: every value that the library read has a mark, in the order of
// the text below its table.
func checkMarks(t *testing.T, text string) {
	marks, _, over := locate(text, math.MaxInt, false)
	if over != nil {
		return
	}
	m, err := decodeTOML(text)
	if err != nil {
		return
	}
	var walk func(path string, data any, m *mark)
	walk = func(path string, data any, m *mark) {
		if m == nil {
			t.Fatalf("%s has no mark in %q", path, text)
		}
		if m.line < 1 || m.offset > len(text) || m.line != 1+strings.Count(text[:m.offset], "\n") {
			t.Fatalf("%s is marked at line %d, offset %d in %q", path, m.line, m.offset, text)
		}
		item := func(i int) *mark {
			if i < len(m.items) {
				return m.items[i]
			}
			return nil
		}
		switch d := data.(type) {
		case map[string]any:
			keys := make([]string, 0, len(d))
			for k := range d {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				walk(joinKey(path, k), d[k], m.keys[k])
			}
		case []map[string]any:
			for i, v := range d {
				walk(fmt.Sprintf("%s[%d]", path, i), v, item(i))
			}
		case []any:
			for i, v := range d {
				walk(fmt.Sprintf("%s[%d]", path, i), v, item(i))
			}
		}
	}
	walk("", m, marks)
}
