package tests

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/fixtures"
)

// must checks how a run has ended: its exit code, a pattern that its standard
// output matches ("" for none), and what standard error says, if anything.
func (o outcome) must(t testing.TB, code int, stdout string, stderr ...string) {
	t.Helper()
	assert.Check(t, o.code == code, "exit code %d, want %d", o.code, code)
	if stdout == "" {
		assert.Check(t, o.stdout == "", "standard output:\n%s", o.stdout)
	} else {
		assert.Check(t, regexp.MustCompile(stdout).MatchString(o.stdout), "standard output does not match %s:\n%s", stdout, o.stdout)
	}
	if len(stderr) == 0 {
		assert.Check(t, o.stderr == "", "standard error:\n%s", o.stderr)
	}
	for _, s := range stderr {
		assert.Check(t, strings.Contains(o.stderr, s), "standard error does not say %q:\n%s", s, o.stderr)
	}
	assert.Assert(t, !strings.Contains(o.stderr, "goroutine "), "it panicked:\n%s", o.stderr)
}

// The fixtures at the top are listed as they always were, and those of each
// folder below its name.
func TestListShowsFixtures(t *testing.T) {
	t.Parallel()
	o := run(t, "-list")
	o.must(t, 0, `(?m)^missing_and_extra_entries +A follower lacks entries`)
	assert.Check(t, strings.Contains(o.stdout, "\n\nqueue: message queue\n"))
	blocks := strings.Split(strings.TrimSpace(o.stdout), "\n\n")
	listed := func(block, pattern string) {
		t.Helper()
		files, err := fs.Glob(fixtures.FS, pattern)
		assert.NilError(t, err)
		lines := strings.Split(block, "\n")
		assert.Equal(t, len(lines), len(files), pattern)
		for i, file := range files {
			name, description, _ := strings.Cut(lines[i], " ")
			assert.Check(t, name+".toml" == path.Base(file))
			assert.Check(t, strings.TrimSpace(description) != "", "%s is not described", name)
		}
	}
	listed(blocks[0], "*.toml")
	folders, err := fs.Glob(fixtures.FS, "*/*.toml")
	assert.NilError(t, err)
	for i, file := range folders {
		folders[i] = path.Dir(file)
	}
	folders = slices.Compact(folders)
	assert.Equal(t, len(blocks), 1+len(folders))
	for i, folder := range folders {
		head, rest, _ := strings.Cut(blocks[1+i], "\n")
		assert.Check(t, strings.HasPrefix(head, folder+": "))
		listed(rest, folder+"/*.toml")
	}
}

func TestVersionAndHelpPrint(t *testing.T) {
	t.Parallel()
	run(t, "-version").must(t, 0, `^emulator \S+\n$`)
	o := run(t, "-h")
	o.must(t, 0, `^Usage:`)
	for _, flag := range []string{
		"fixture", "config", "nodes", "base-port", "admin", "seed", "clock", "trace", "log", "list", "version",
	} {
		assert.Check(t, strings.Contains(o.stdout, "\n  -"+flag), "-h does not tell of -%s", flag)
	}
	run(t, "-help").must(t, 0, `^Usage:`)
}

// A sentence names each problem of the command line, and nothing starts.
func TestBadUsageExitsWith3(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.toml")
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"UnknownFlag":       {[]string{"-fixtur", "fresh_5"}, []string{"-fixtur", "emulator -h tells more"}},
		"UnknownSubcommand": {[]string{"serve"}, []string{`"serve"`, "subcommand"}},
		"UnknownFixture":    {[]string{"-fixture", "mising_and_extra_entries"}, []string{`did you mean "missing_and_extra_entries"?`}},
		"UnknownFarOff":     {[]string{"-fixture", "xyzzy"}, []string{`"xyzzy"`, "-list"}},
		"MissingFile":       {[]string{"-fixture", missing}, []string{missing, "no such file"}},
		"DirectoryForFile":  {[]string{"-fixture", t.TempDir() + "/"}, []string{"directory"}},
		"MissingConfig":     {[]string{"-config", missing}, []string{missing}},
		"FixtureAndConfig":  {[]string{"-fixture", "fresh_5", "-config", "config.json"}, []string{"-fixture and -config"}},
		"NodesAndFixture":   {[]string{"-fixture", "fresh_5", "-nodes", "3"}, []string{"-nodes"}},
		"NoNodes":           {[]string{"-nodes", "0"}, []string{"-nodes 0"}},
		"TooManyNodes":      {[]string{"-nodes", "1000000"}, []string{"-nodes 1000000"}},
		"NodesNoNumber":     {[]string{"-nodes", "five"}, []string{"five"}},
		"BasePort":          {[]string{"-base-port", "65536"}, []string{"65536"}},
		"BasePortTooHigh":   {[]string{"-base-port", "65533"}, []string{"65537"}},
		"Clock":             {[]string{"-clock", "atomic"}, []string{`"atomic"`, "real or virtual"}},
		"Log":               {[]string{"-log", "xml"}, []string{`"xml"`, "text or json"}},
		"SeedNegative":      {[]string{"-seed", "-1"}, []string{"-1"}},
		"AdminFar":          {[]string{"-base-port", "0", "-admin", "0.0.0.0:0"}, []string{"not a loopback address"}},
		"AdminNonsense":     {[]string{"-base-port", "0", "-admin", "nonsense"}, []string{`"nonsense": missing port in address, want HOST:PORT, such as 127.0.0.1:8500`}},
		"TraceIsDirectory":  {[]string{"-base-port", "0", "-admin", "127.0.0.1:0", "-trace", t.TempDir()}, []string{"is a directory"}},
		"TraceUnwritable":   {[]string{"-base-port", "0", "-admin", "127.0.0.1:0", "-trace", "/no/such/directory/trace"}, []string{"/no/such/directory/trace"}},
		"Bug":               {[]string{"-bug", "vote_twize"}, []string{"did you mean \"vote_twice\"?", "emulator bugs"}},
		"BugNowhere":        {[]string{"-nodes", "3", "-bug", "vote_twice@2-3"}, []string{"node 3, the cluster has nodes 0 to 2"}},
		"BugsNone":          {[]string{"bugs", "vote_twize"}, []string{"did you mean \"vote_twice\"?"}},
		"BugInRun":          {[]string{"run", "all", "-bug", "vote_twice@99"}, []string{"no such nodes: node 99"}},
		"CheckNothing":      {[]string{"check"}, []string{"emulator check: an operand is missing, want FILE"}},
		"ReplayDirectory":   {[]string{"replay", "."}, []string{"is a directory"}},
		"FreezeDirectory":   {[]string{"replay", "x", "-freeze", "."}, []string{`-freeze ".": is a directory, want a file`}},
		"VerifyDirectory":   {[]string{"verify", "."}, []string{"is a directory"}},
		"SaveDirectory":     {[]string{"systematic", "-save", "."}, []string{`-save ".": is a directory, want a file`}},
		"ReplayNothing":     {[]string{"replay"}, []string{"emulator replay: an operand is missing, want TRACE"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, c.args...).must(t, 3, "", c.says...)
		})
	}
}

// bad has five problems, on as many lines.
const bad = `format = 1
name = "bad"
colour = "red"
[cluster]
nodes = 3
heartbeat_ms = "often"
[[node]]
id = 0
role = "boss"
log = [ { term = 1, op = "put_topic" } ]
[[node]]
id = 7
`

// An invalid fixture is refused with all its problems, each with file, line and
// key, both when it is to be run and when it is checked.
func TestInvalidFixtureIsReported(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "bad.toml", bad)
	problems := []string{
		file + ":3: colour:",
		file + ":6: cluster.heartbeat_ms:",
		file + ":9: node[0].role:",
		file + ":10: node[0].log[0].topic:",
		file + ":12: node[1].id:",
	}
	run(t, "-fixture", file).must(t, 3, "", problems...)
	run(t, "check", file).must(t, 3, "", problems...)
}

func TestCheckReportsProblems(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var files []string
	entries, err := fs.Glob(fixtures.FS, "*.toml")
	assert.NilError(t, err)
	folders, err := fs.Glob(fixtures.FS, "*/*.toml")
	assert.NilError(t, err)
	for _, e := range append(entries, folders...) {
		content, err := fixtures.FS.ReadFile(e)
		assert.NilError(t, err)
		files = append(files, filepath.Join(dir, path.Base(e)))
		assert.NilError(t, os.WriteFile(files[len(files)-1], content, 0o600))
	}
	o := run(t, append([]string{"check"}, files...)...)
	o.must(t, 0, `: fine, 2 nodes`)
	assert.Equal(t, strings.Count(o.stdout, ": fine, "), len(files))

	config := writeFile(t, "config.json", `{"addresses": [{"ip": "127.0.0.1", "port": 8567}]}`)
	run(t, "check", config).must(t, 0, `config\.json: fine, 1 node`)
	// check reads the other files although one is bad.
	broken := writeFile(t, "broken.toml", "format = ")
	run(t, "check", broken, config).must(t, 3, `config\.json: fine`, broken+":1")
	run(t, "check", filepath.Join(dir, "missing.toml")).must(t, 3, "", "missing.toml", "no such file")
	two := `{"addresses": [{"ip": "127.0.0.1", "port": 8567, "role": "leader", "term": 1},
		{"ip": "127.0.0.1", "port": 8568, "role": "leader", "term": 1}]}`
	run(t, "check", writeFile(t, "two.json", two)).must(t, 3, "", "two.json")
}

// A seed is said in the ready line, and the same one draws the same timeouts.
func TestSeedFlagRepeatsARun(t *testing.T) {
	t.Parallel()
	timeouts := map[string]int{}
	for _, seed := range []string{"7", "7", "8"} {
		p := start(t, "-seed", seed, "-clock", "virtual")
		assert.Equal(t, fmt.Sprint(p.ready.Seed), seed)
		p.admin.wait("leader=unique")
		var when []int64
		for _, e := range p.admin.events(0) {
			if e.of("Timeout", -1) {
				when = append(when, e.TimeNS, int64(*e.Node))
			}
		}
		timeouts[fmt.Sprint(when)]++
	}
	assert.Equal(t, len(timeouts), 2, "%v", timeouts)
}

// Without flags there are five new nodes; -nodes says how many else.
func TestNodesFlagSetsTheSize(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "json")
	assert.Equal(t, len(p.nodes), 5)
	assert.Equal(t, p.ready.Fixture, "fresh")
	assert.Equal(t, p.ready.Seed, uint64(1))
	p.settled()
}

// The bugs are listed, and those that the command line plants are there.
func TestBugFlagPlants(t *testing.T) {
	t.Parallel()
	run(t, "bugs").must(t, 0, `(?m)^follower_takes_writes +rule takesRequests, §8$`)
	p := start(t, "-nodes", "3", "-clock", "virtual", "-bug", "follower_takes_writes@0-1", "-bug", "vote_twice@1")
	var bugs []string
	for id := range p.nodes {
		var n struct{ Bug string }
		p.admin.ok("GET", fmt.Sprintf("/v1/nodes/%d", id), "", &n)
		bugs = append(bugs, n.Bug)
	}
	assert.DeepEqual(t, bugs, []string{"follower_takes_writes", "vote_twice", ""})
}

// A trace that cannot be written is an error when the program ends.
func TestTraceOnFullDisk(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	p := start(t, "-nodes", "1", "-trace", "/dev/full")
	p.admin.wait("leader=0")
	assert.NilError(t, p.cmd.Process.Signal(os.Interrupt))
	<-p.exited
	o := outcome{p.cmd.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
	o.must(t, 4, "", "the trace is not complete", "no space left")
}
