package source

import (
	"encoding/json"
	"testing"
)

func FuzzParseTOML(f *testing.F) {
	for _, text := range []string{
		"", "a = 1", "a.b.c.d = 1", "[[a]]\n[[a.b]]\n[a.b.c]", "x = [[[[[]]]]]", "k = \"\"\"\n\"\"\"\"\"", "k = '''a''''",
		"\"\\x41\\e\" = 1", "a = { b = [1, { c = 2 }] } # d", "[a]\nb = 2020-01-01T00:00:00Z", "\ufeffa = 1e9",
	} {
		f.Add(text)
	}
	for _, text := range rowTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkMarks(t, text)
		checkRows(t, text)
		p := NewProblems("x.toml")
		if v := ParseTOML([]byte(text), p); (v == nil) != (p.Err() != nil) {
			t.Fatalf("value %v, error %v", v, p.Err())
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, text := range []string{"", "{}", `{"a": [1, {"b": null}], "c": 1e999}`, `{"a": 1, "a": 2}`, "[[[[[[[[[[[[[[[[[[[[", `"x" y`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := NewProblems("x.json")
		v := ParseJSON([]byte(text), p)
		if v == nil && p.Err() == nil {
			t.Fatal("nothing was read, and no problem says why")
		}
		foreign := NewForeign("x.json")
		if w := ParseJSON([]byte(text), foreign); (w == nil) != (v == nil) || (w == nil) != (foreign.Err() != nil) {
			t.Fatalf("value %v, in a foreign text %v, error %v", v, w, foreign.Err())
		}
		if v == nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q is not JSON", text)
		}
		if (p.Err() != nil) != (len(foreign.Notes()) > 0) {
			t.Fatalf("problems %v, notes %v", p.Err(), foreign.Notes())
		}
	})
}
