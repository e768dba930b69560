package source

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// rowTexts are lists with one item on each line, plain and not.
var rowTexts = []string{
	"a = [\n  { b = 1, c = \"x\" },\n  { b = -2.50 }\n]\nd = 1\n",
	"[[n]]\nlog = [\n\t{ t = 1, op = \"\\u00e9\\n\\\\\" } ,\t\r\n 2,\n]\n[[n]]\nlog = [\n[1, [true, false]],\n]",
	"a = [\n 1, # comment\n]\n", "a = [\n\n 1,\n]\n", "a = [\n 1, 2,\n]\n", "a = [\n]", "a = [ # c\n 1\n]", "a = [\n 1\n 2\n]",
	"a = [\n { b = 1, b = 2 },\n]", "a = [\n { b.c = 1 },\n]", "a = [\n { \"b\" = 1 },\n]", "a = [\n {},\n []\n ]", "a = [\n {b=1,},\n]",
	"a = [\n 01,\n]", "a = [\n 0x1f,\n]", "a = [\n 1_000,\n]", "a = [\n 1e3,\n]", "a = [\n 1.,\n]", "a = [\n 2020-01-01,\n]", "a = [\n -0,\n -0.0,\n]",
	"a = [\n \"\",\n \"\"\"x\"\"\",\n]", "a = [\n '',\n]", "a = [\n \"\\ud800\",\n]", "a = [\n \"\\U0001F600\",\n \"\\q\",\n]", "a = [\n \"\\u12\",\n]",
	"a = [\n 1,\n]\na = [\n 1,\n]", "a = [\n 1,\n] b = 2", "a = [\n 1,\n]]", "a = { b = [\n 1,\n] }", "a.b = [\n 1,\n]\n[a]\nb = 1",
	"a = \"\"\"\nb = [\n 1,\n]\n\"\"\"", "a = '''\nb = [\n 1,\n]\n", "a = [\n \"\x01\",\n]", "a = [\n \"\xff\",\n]", "a = [\n [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]],\n]",
	"\ufeffa = [\n 1,\n]", "a = [\n 1", "a = [\n 1,", "a = [\n 999999999999999999,\n 9999999999999999999,\n]", "a = [\n {a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1},\n]",
	"a = [\n [],\n [\"x\"],\n true,\n false,\n]", "a = [\n \"\\b\\t\\f\\r\\\"\",\n]", "a = [\n \"tab\there\",\n \"größe\",\n]", "a = [\n [1,],\n]",
}

// show writes a value with the place and path of everything in it.
func show(v *Value) string {
	var b strings.Builder
	var walk func(v *Value)
	walk = func(v *Value) {
		fmt.Fprintf(&b, "%d:%d %s ", v.line, v.offset, v.Path())
		if d, ok := v.data.(*keys); ok {
			fmt.Fprintf(&b, "%q\n", d.names)
			for _, name := range d.names {
				walk(d.values[name])
			}
			return
		}
		list, ok := v.List()
		if !ok {
			fmt.Fprintf(&b, "%T %v\n", v.data, v.data)
		}
		for _, item := range list {
			walk(item)
		}
	}
	walk(v)
	return b.String()
}

// checkRows: a text means the same with and without rows.
func checkRows(t *testing.T, text string) {
	t.Helper()
	p, plain := NewProblems("x"), NewProblems("x")
	v, w := p.readTOML(text, math.MaxInt, true), plain.readTOML(text, math.MaxInt, false)
	assert.Equal(t, fmt.Sprint(p.Err()), fmt.Sprint(plain.Err()), "%q", text)
	if v != nil {
		assert.Equal(t, show(v), show(w), "%q", text)
	}
}

func TestRowsMeanWhatTheLibraryReads(t *testing.T) {
	rows := 0
	for _, text := range rowTexts {
		checkRows(t, text)
		if m, _, _ := locate(text, math.MaxInt, true); m.keys["a"] != nil && m.keys["a"].rows != nil {
			rows++
		}
	}
	assert.Assert(t, rows >= 10, "%d texts have rows", rows)
}

// The length of a list with one item on each line hardly counts, and everything else is
// bounded.
func TestLongTexts(t *testing.T) {
	const items = 100_000
	list := "a = [\n" + strings.Repeat("  { b = 1, c = \"some more text\" },\n", items) + "]\n"
	p := NewProblems("x")
	v := ParseTOML([]byte(list+"d = x\n"), p)
	assert.Assert(t, v == nil)
	assert.ErrorContains(t, p.Err(), fmt.Sprintf("x:%d: not TOML", items+3)) // the lines of the rest stay right

	p = NewProblems("x")
	v = ParseTOML([]byte(list), p)
	l, ok := v.Table("a table").Rows("a", "a list")
	assert.Assert(t, ok)
	assert.Equal(t, l.Len(), items)
	l.At(items - 1).At("b").Report("is wrong")
	assert.Error(t, p.Err(), fmt.Sprintf("x:%d: a[%d].b: is wrong", items+1, items-1))

	for _, text := range []string{
		list + strings.Repeat("# comment\n", MaxRest/10+1),
		"a = [" + strings.Repeat("1,\n", MaxRest/3) + "]",
		"a = [\n" + strings.Repeat("1, # comment\n", MaxRest/12) + "]",
		"a = [" + strings.Repeat("1,", MaxRest/2) + "]",
		"a = \"" + strings.Repeat("x", MaxRest) + "\"",
	} {
		p = NewProblems("x")
		assert.Assert(t, ParseTOML([]byte(text), p) == nil, text[:20])
		assert.Error(t, p.Err(), "x:1: is over 1 MiB long beside lists with one item on each line, want at most 1048576 bytes there")
	}
}
