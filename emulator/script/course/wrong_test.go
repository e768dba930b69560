package course

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/source"
)

// file is a course file with keys of [start] and further tables.
func file(start, tables string) string {
	if !strings.Contains(start, "command") {
		start = "command = [\"node\", \"{index}\"]\n" + start
	}
	return "format = 1\n[start]\n" + start + "\n" + tables
}

func many(n int) string { return "[" + strings.Repeat(`"{index}", `, n) + "]" }

func TestEachWrongWordIsNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a word that is none", file(`command = ["node", 3, "{index}"]`, ""), "start.command[1]: is 3, want a word, in quotes"},
		{"a blank command", file(`command = [" ", "{index}"]`, ""), "start.command[0]:"},
		{"a zero byte in a word", file(`command = ["node", "{index}\u0000"]`, ""), "start.command[1]: holds a zero byte"},
		{"no word", file(`command = []`, ""), "start.command: has 0 words, want from 1 to 100"},
		{"too many words", file("command = "+many(101), ""), "has 101 words, want from 1 to 100"},
		{"a variable without a name", file(`env = { "" = "x" }`, ""), "has a name that no variable can have"},
		{"a variable with = in its name", file(`env = { "a=b" = "x" }`, ""), "has a name that no variable can have"},
		{"a variable with a zero byte in its name", file(`env = { "a\u0000" = "x" }`, ""), "has a name that no variable can have"},
		{"a zero byte in a variable", file(`env = { A = "x\u0000" }`, ""), "start.env.A: holds a zero byte"},
		{"a number in a variable", file(`env = { A = 3 }`, ""), "start.env.A: is 3, want a string"},
		{"an unknown word in a variable", file(`env = { A = "{idx}" }`, ""), `start.env.A: has the word "{idx}", which stands for nothing`},
		{"no file of addresses in a variable", file(`env = { A = "{config}" }`, ""), "start.config_file is missing"},
		{"the folder above", file(`directory = ".."`, ""), "start.directory:"},
		{"no folder", file(`directory = ""`, ""), "start.directory:"},
		{"a backslash", file(`config_file = "a\\b"`, ""), "start.config_file:"},
		{"a zero byte in a path", file(`program = "a\u0000b"`, ""), "start.program:"},
		{"another address", file(`ip = "127.0.0.2"`, ""), "start.ip:"},
		{"a build without a command", file("", "[build]\nlimit_ms = 5"), "build.command: is missing"},
		{"a build of no words", file("", "[build]\ncommand = []"), "build.command: has 0 words"},
		{"an unknown key of a build", file("", "[build]\ncommand = [\"make\"]\nlimit = 5"), "build.limit: unknown key"},
		{"an unknown key of files", file("", "[files]\nstates = []"), "files.states: unknown key"},
		{"an unknown key of promises", file("", "[promises]\nread = \"any\""), "promises.read: unknown key"},
		{"an unknown key of limits", file("", "[limits]\ngood = 5"), "limits.good: unknown key"},
		{"an unknown key of messages", file("", "[messages.request_vote]\npath = \"/x\"\ntype = \"x\""), "messages.request_vote.type: unknown key"},
		{"too many globs", file("", "[files]\nstate = "+many(101)), "files.state: has 101 globs, want at most 100"},
		{"an empty glob", file("", "[files]\nstate = [\"\"]"), "files.state[0]:"},
		{"a glob that is none", file("", "[files]\nstate = [\"[\"]"), "files.state[0]:"},
		{"a number for a glob", file("", "[files]\nstate = [3]"), "files.state[0]:"},
		{"a part with a long name", "parts = [\"" + strings.Repeat("x", 500) + "\"]\n" + file("", ""), "parts[0]:"},
		{"a time above an hour", file("ready_ms = 3600001", ""), "start.ready_ms: is 3600001, want at most 3600000"},
		{"no time at all", file("ready_ms = 0", ""), "start.ready_ms:"},
		{"a share below 0", file("", "[shares]\nflaky = -0.5"), "shares.flaky:"},
		{"a share above 1", file("", "[shares]\nflaky = 1.5"), "shares.flaky:"},
		{"a share that is no number", file("", "[shares]\nflaky = nan"), "shares.flaky:"},
		{"a share of what passes", file("", "[shares]\npassed = 1"), "shares.passed:"},
		{"a share of what does not count", file("", "[shares]\nundecided = 1"), "shares.undecided:"},
		{"a field without its value", file("", "[messages.request_vote]\npath = \"/x\"\nfield = \"f\""), "has only one of field and value"},
		{"a promise that is none", file("", "[promises]\nreads = \"some\""), "promises.reads:"},
		{"the same limits", file("", "[limits]\ngood_ms = 5\nlate_ms = 5"), "limits.late_ms: is 5, not above good_ms = 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("c", []byte(c.text))
			assert.ErrorIs(t, err, source.ErrInvalid)
			assert.ErrorContains(t, err, c.want)
			list, ok := errors.AsType[source.Errors](err)
			assert.Assert(t, ok && len(list) == 1, "%v", err)
		})
	}
}

func TestValuesAtTheirBoundsAreTaken(t *testing.T) {
	c, err := Parse("c", []byte(file("command = "+many(100)+`
config_file = "a/../nodes.json"
directory = "./src/"
ip = "http://127.0.0.1"
internal_port = true
ready_ms = 3600000
env = { A = "{config}", B = "" }`, `
[build]
command = ["./build.sh", ""]
limit_ms = 1
[files]
state = ["./nodes/*.json", "*.log"]
[promises]
reads = "linearizable"
durable = true
followers_refuse = false
[limits]
good_ms = 1
late_ms = 2
[shares]
flaky = 0
wrong = 1
`)))
	assert.NilError(t, err)
	assert.Equal(t, len(c.Start.Args), 100)
	assert.Equal(t, c.Start.ConfigFile, "nodes.json")
	assert.Equal(t, c.Start.Dir, "src")
	assert.Equal(t, c.Start.IP, "http://127.0.0.1")
	assert.DeepEqual(t, c.Start.Env, []string{"A={config}", "B="})
	assert.DeepEqual(t, c.Build.Args, []string{"./build.sh", ""})
	assert.DeepEqual(t, c.State, []string{"nodes/*.json", "*.log"})
	assert.DeepEqual(t, c.Promises, Promises{Reads: Linearizable, Durable: true})
	assert.Equal(t, c.Share(Flaky), 0.0)
	assert.Equal(t, c.Share(Wrong), 1.0)
	_, err = Parse("c", []byte(file("", "[files]\nstate = "+many(100))))
	assert.NilError(t, err)
	_, err = Parse("c", []byte(file("", "[messages.request_vote]\npath = \"/x\"")))
	assert.NilError(t, err)
}

func TestAProgramThatNoArgumentNamesIsUnknown(t *testing.T) {
	for command, want := range map[string]string{
		"node.py {index}":                   "",
		"run http://x/node.py {index}":      "",
		"run {config}.py node.py {index}":   "",
		"run --file=a.py node.py {index}":   "node.py",
		"./bin/node config.toml {index}":    "bin/node",
		"run ... {index}":                   "",
		"run /etc/x.py src/node.py {index}": "",
	} {
		assert.Equal(t, programOf(strings.Fields(command), "."), want, command)
	}
}

func TestKindsThatDoNotCountAreForAPersonOrExplainThemselves(t *testing.T) {
	counts := map[Kind]bool{Passed: true, Flaky: true, TooSlow: true, NotAvailable: true, Crashed: true, NotStarted: true, Wrong: true}
	person := map[Kind]bool{Undecided: true, Unprepared: true, Flaky: true}
	for _, k := range Kinds() {
		assert.Equal(t, k.Counts(), counts[k], "%s", k)
		assert.Equal(t, k.ForPerson(), person[k], "%s", k)
	}
}

func TestOnlyAFileWithACoursesKeysIsACourseFile(t *testing.T) {
	for text, want := range map[string]bool{
		"format = 1\n[start]\ncommand = 3":     true,
		"parts = []":                           true,
		"format = 1\nname = \"x\"":             false,
		"[cluster]\nnodes = 3":                 false,
		"[start]\nx = 1\n[cluster]\nnodes = 3": false,
		"[start":                               false,
		"":                                     false,
	} {
		assert.Equal(t, Is([]byte(text)), want, fmt.Sprintf("%q", text))
	}
}

func TestAPatternNeedsBothBraces(t *testing.T) {
	for _, path := range []string{"/{x", "/x}"} {
		m := Message{Path: path}
		assert.Assert(t, m.MatchPath(path) && !m.MatchPath("/3"), path)
	}
}

func TestNodesWithoutASecondPortHaveNone(t *testing.T) {
	s := Start{IP: "127.0.0.1"}
	assert.Assert(t, !strings.Contains(string(s.Config([]Address{{1, 2}})), "internal_port"))
}
