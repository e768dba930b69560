package run

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/serve/page"
)

// secretScenario has words of its own wherever a word may stand.
const secretScenario = `
format = 1
name = "zebra_crossing"
description = "Giraffes wander southward."
paper = "page 4711471"
seed = 80868086

[cluster]
nodes = 3

[scenario]
run_ms = 1000

[grade]
part = "savannah"
points = 98765
visibility = "VISIBILITY"
tags = ["elephant"]

[[step]]
name = "waterhole"
once = "leader=unique"
crash = "leader"

[[step]]
name = "antelope"
after_ms = 500
request = { op = "put_message", topic = "rhinoceros", message = "hippopotamus", name = "warthog" }

[[expect]]
from = "waterhole"
that = "THAT"
always = true
because = "crocodiles bite"
`

// secretRun runs a hidden scenario between others for students, and returns everything
// that they could read: by name standard output, standard error, each file.
func secretRun(t *testing.T, visibility, that string, flags ...string) (map[string]string, int) {
	t.Helper()
	secret := strings.NewReplacer("VISIBILITY", visibility, "THAT", that).Replace(secretScenario)
	dir(t, map[string]string{"in/a.toml": passing, "in/buffalo.toml": secret, "in/c.toml": strings.ReplaceAll(passing, "elects", "elects_too")})
	args := append([]string{"in", "-audience", "student", "-v", "-traces", "out/traces", "-pictures", "out/pictures"}, flags...)
	assert.NilError(t, os.MkdirAll("out", 0o777))
	for _, k := range report.Kinds() {
		args = append(args, "-report", k.Name+"=out/"+k.Name)
	}
	o := run(args...)
	outputs := map[string]string{"stdout": o.stdout, "stderr": o.stderr}
	names := ""
	assert.NilError(t, filepath.WalkDir("out", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names += path + "\n"
		data, err := os.ReadFile(path)
		outputs[path] = string(data)
		if err == nil && path == filepath.Join("out", "html") { // the page itself has many words
			var story []byte
			story, err = page.Unpack(data)
			_, noscript, _ := strings.Cut(string(data), "<noscript>")
			noscript, _, _ = strings.Cut(noscript, "</noscript>")
			outputs[path] = strings.ReplaceAll(string(story), `":`, `": `) + noscript
		}
		return err
	}))
	outputs["names of files"] = names
	return outputs, o.code
}

// wall are times of the machine, which differ from run to run.
var wall = regexp.MustCompile(`[0-9.]+ m?s(econds)?\b|time="[0-9.]+"|"(duration|execution_time|wall_time_ms)": [0-9.e+-]+`)

// secretWords are the words that no student may read.
func secretWords() []string {
	common := "format description paper cluster scenario grade points visibility expect leader unique always because message waterhole" + passing
	words := regexp.MustCompile(`[A-Za-z]{5,}|98765|4711471|80868086`).FindAllString(secretScenario+" buffalo", -1)
	return slices.DeleteFunc(words, func(word string) bool { return word != "waterhole" && strings.Contains(common, word) })
}

func TestNoOutputForStudentsDependsOnAHiddenScenario(t *testing.T) {
	words := secretWords()
	assert.Assert(t, len(words) > 15)
	var first map[string]string
	for _, visibility := range []string{"hidden", "after_due_date", "after_published"} {
		for _, c := range []struct {
			that string
			code int // for staff
		}{
			{"term=all:<100000", cli.OK}, {"leader=none", cli.Failed}, {"answer=warthog:ok", cli.Failed},
		} {
			outputs, code := secretRun(t, visibility, c.that, "-fail-fast", "-parallel", "1")
			assert.Equal(t, code, cli.OK, outputs["stderr"])
			assert.Assert(t, strings.Contains(outputs["stdout"], "2 of 2 scenarios passed, 1 hidden; 4 of 4 points"), outputs["stdout"])
			for name, text := range outputs {
				text = wall.ReplaceAllString(text, "TIME")
				for _, word := range words {
					assert.Check(t, !strings.Contains(text, word), "%s has the word %s:\n%s", name, word, text)
				}
				outputs[name] = text
			}
			if first == nil {
				first = outputs
			}
			assert.DeepEqual(t, outputs, first)

			// Staff see all of it, so that the words could have been found.
			o := run("in/buffalo.toml", "-v")
			o.must(t, c.code, "zebra_crossing", "savannah", "waterhole", "98765")
		}
	}
}

func TestABadFileMayBeHidden(t *testing.T) {
	for _, that := range []string{"nonsense", "role=7:Leader"} {
		outputs, code := secretRun(t, "hidden", that)
		assert.Equal(t, code, cli.Usage)
		assert.Assert(t, strings.Contains(outputs["stderr"], "a scenario cannot run; -audience staff says which, and why"), outputs["stderr"])
		for name, text := range outputs {
			for _, word := range append(secretWords(), that) {
				assert.Check(t, !strings.Contains(text, word), "%s has the word %s:\n%s", name, word, text)
			}
		}
	}
}

func TestStudentsSeeNoPartsOfHiddenScenarios(t *testing.T) {
	dir(t, map[string]string{"a.toml": passing, "b.toml": strings.NewReplacer("VISIBILITY", "hidden", "THAT", "leader=unique").Replace(secretScenario)})
	run("a.toml", "b.toml", "-part", "none", "-audience", "student").complains(t, `the parts are "election"`)
	run("a.toml", "b.toml", "-part", "none").complains(t, `the parts are "election", "savannah"`)
}
