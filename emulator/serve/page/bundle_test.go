package page

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"gotest.tools/v3/assert"
)

// modules returns a page of these modules: name, text and so on.
func modules(nameAndText ...string) fs.FS {
	all := fstest.MapFS{}
	for i := 0; i < len(nameAndText); i += 2 {
		all[nameAndText[i]] = &fstest.MapFile{Data: []byte(nameAndText[i+1])}
	}
	return all
}

// node runs a script as a module and returns what it prints.
func node(t *testing.T, script string) string {
	t.Helper()
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	file := filepath.Join(t.TempDir(), "bundle.mjs")
	assert.NilError(t, os.WriteFile(file, []byte(script), 0o600))
	out, err := exec.CommandContext(t.Context(), program, file).CombinedOutput()
	assert.NilError(t, err, "%s", out)
	return string(out)
}

// The bundle does what the modules do.
func TestBundleRunsTheModules(t *testing.T) {
	script, err := bundle(modules(
		"main.js", "// main\nimport {twice as double, Point,\n  names} from './lib/math.js'\nimport {text} from './lib/text.js';\n"+
			"await Promise.resolve()\nconst o = {import: 1, export: 2}\nconsole.log(double(21), new Point(1).x, names.join(), text(o.import), o.export)\n",
		"lib/math.js", "import {text} from './text.js'\n/** @param {import('./text.js').T} n */\nexport function twice(n) { return 2 * n / 1 }\n"+
			"export class Point { constructor(x) { this.x = text(x) } }\nconst list = ['a', 'b']\nexport {list as names}\nexport async function* later() {}\n",
		"lib/text.js", "export const text = (x) => `<${x > 0 ? `+${'}'}` : \"`\"}>`.replace(/[/}]`?/g, '') // http://nowhere\nexport {}\n",
		"vendor/LICENSE-x", "as you like */ </script>\n",
	))
	assert.NilError(t, err)
	assert.Equal(t, node(t, script), "42 <+> a,b <+> 2\n")
	assert.Assert(t, strings.HasPrefix(script, "/*! x\nas you like * / < /script>"), script)
	assert.Assert(t, !strings.Contains(script, "http:") && !strings.Contains(script, "import("), script)
}

// Nothing in a module ends the script in which it stands.
func TestBundleCannotBeEnded(t *testing.T) {
	script, err := bundle(modules("main.js", "console.log('</script><!--\u2028', `</SCRIPT>${1}</script>`, /<.script>/.test('</script>'))"))
	assert.NilError(t, err)
	assert.Assert(t, !strings.Contains(strings.ToLower(script), "</script") && !strings.ContainsAny(script, "\u2028") && !strings.Contains(script, "<!--"), script)
	assert.Equal(t, node(t, script), "</script><!--\u2028 </SCRIPT>1</script> true\n")
}

func TestBundleRefusesOtherSyntax(t *testing.T) {
	for text, want := range map[string]string{
		"import x from './x.js'":                   "line 1: syntax",
		"import * as x from './x.js'":              "line 1: syntax",
		"import './x.js'":                          "line 1: syntax",
		"import {a} from 'x'":                      "want import {a, b as c} from './x.js'",
		"import {a} from 'https://x/x.js'":         "want import",
		"import {default as a} from './x.js'":      "want {a, b as c}",
		"const a = 1\nimport {b} from './x.js'":    "line 2: syntax that the page's modules do not use: an import behind other statements",
		"function f() { return import('./x.js') }": "inside of something",
		"const x = import('./x.js')":               "behind other statements",
		"export default 1":                         "want export function, const or class",
		"export * from './x.js'":                   "want export function",
		"export let x = 1":                         "want export function",
		"export const {a} = {a: 1}":                "want export function",
		"export {a} from './x.js'":                 "export from another module",
		"import {b} from './x.js'":                 "main.js: x.js does not export b",
		"import {a} from './loop.js'":              "modules import each other: main.js, loop.js, main.js",
		"import {a} from './nothing.js'":           "nothing.js: file does not exist",
		"f(1":                                      "not closed",
		"const s = 'a\n'":                          "a string is not closed",
		"const s = `a${1}":                         "a template is not closed",
		"/* a":                                     "a comment is not closed",
	} {
		_, err := bundle(modules("main.js", text, "x.js", "export const a = 1", "loop.js", "import {a} from './main.js'\nexport {a}"))
		assert.ErrorContains(t, err, want, text)
	}
}

// The page's own modules can be put together, and boot without an error in their definitions.
func TestBundleOfThePage(t *testing.T) {
	script, err := bundle(web())
	assert.NilError(t, err)
	for _, outside := range []string{"import(", "importScripts", "</script", "<!--"} {
		assert.Check(t, !strings.Contains(script, outside), outside)
	}
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	// Without a browser the modules can be defined, and main.js finds no document.
	file := filepath.Join(t.TempDir(), "bundle.mjs")
	assert.NilError(t, os.WriteFile(file, []byte(script), 0o600))
	out, _ := exec.CommandContext(t.Context(), program, file).CombinedOutput()
	assert.Check(t, !strings.Contains(string(out), "SyntaxError"), "%s", out)
	assert.Check(t, strings.Contains(string(out), "is not defined"), "it ran to its end without a browser: %s", out)
}
