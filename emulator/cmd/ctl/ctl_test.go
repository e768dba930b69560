package ctl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/ctl"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/trace"
)

// deadline bounds the wait for an expected event.
const deadline = 20 * time.Second

// A shell runs commands against a cluster.
type shell struct {
	t   *testing.T
	c   *emulator.Cluster
	url string
}

func start(t *testing.T, fixture string) *shell {
	t.Helper()
	c := emulator.Start(t, fixture, emulator.Virtual())
	return &shell{t, c, c.AdminURL}
}

// A result is how a command ended.
type result struct {
	t              *testing.T
	code           int
	stdout, stderr string
}

func (s *shell) run(args ...string) *result {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	code := cli.Run(ctx, ctl.Command(), append([]string{"-url", s.url}, args...), nil, &stdout, &stderr)
	return &result{s.t, code, stdout.String(), stderr.String()}
}

// ok runs a command that must succeed, and returns its standard output.
func (s *shell) ok(args ...string) string {
	s.t.Helper()
	r := s.run(args...)
	assert.Equal(s.t, r.code, 0, "%q: %s", args, r.stderr)
	assert.Equal(s.t, r.stderr, "")
	return r.stdout
}

// fails checks the exit code of a command that printed only these errors.
func (r *result) fails(code int, says ...string) {
	r.t.Helper()
	assert.Check(r.t, r.code == code, "exit code %d, want %d", r.code, code)
	assert.Check(r.t, r.stdout == "", "standard output: %s", r.stdout)
	for _, s := range says {
		assert.Check(r.t, cmp.Contains(r.stderr, s))
	}
}

var url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// shown is text for a golden file: without ports.
func shown(text string) string { return url.ReplaceAllString(text, "http://127.0.0.1:PORT") }

// The output for people, of one long session.
func TestOutputOfASession(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_5")
	var all strings.Builder
	for _, line := range []string{
		"status",
		"wait leader=unique applied=0",
		"status",
		"crash leader",
		"restart 3",
		"crash -wipe 0,1",
		"restart 0 1",
		"pause 4",
		"pause 4",
		"resume 4",
		"isolate 2",
		"skew 2 1.5",
		"bug 1,2 vote_by_length",
		"status",
		"nodes 2",
		"heal 2",
		"timeout 2",
		"partition",
		"partition 0,1 2,3,4",
		"partition -isolate 3",
		"partition -oneway 0-2,1-2",
		"fault set slow from=0 to=1,2 type=append_entries entries=true delay_ms=5,20 probability=0.5 until_ms=99999",
		"fault set lost kind=response drop count=2 skip=1",
		"fault list",
		"status",
		"partition -none",
		"fault delete lost",
		"heal",
		"wait leader=unique queues_equal=all",
		"clock",
		"clock advance 12.5",
		"clock step 2",
		"clock pause",
		"clock run 0",
		"clock run",
		"fixture load figure_7_f",
		"wait logs_equal=0,1",
		"nodes -log 3 leader",
		"events -since -3",
		"events -event BecomeLeader,Nemesis -node 1",
	} {
		fmt.Fprintf(&all, "$ emulator ctl %s\n%s\n", line, s.ok(strings.Fields(line)...))
	}
	golden.Assert(t, shown(all.String()), "session.txt")
}

// Faults on links and on writes are set and listed with the words of their keys.
func TestFaultSetThrottleAndSlowDisk(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	for _, line := range []string{"fault set narrow throttle=10 from=0", "fault set disk slow_disk_ms=5,20 node=1"} {
		s.ok(strings.Fields(line)...)
	}
	out := s.ok("fault", "list")
	for _, want := range []string{"narrow", "from=0 throttle=10", "disk", "node=1 slow_disk_ms=5,20"} {
		assert.Assert(t, strings.Contains(out, want), out)
	}
}

// all stands for every node. Of nodes that are down none can be resumed.
func TestAll(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	assert.Equal(t, strings.Count(s.ok("nodes", "all"), "\nnode ")+1, 3)
	s.ok("pause", "all")
	s.ok("crash", "0")
	assert.Equal(t, strings.Count(s.ok("resume", "all"), "up"), 2)
	s.ok("heal", "all")
	assert.Equal(t, strings.Count(s.ok("nodes", "all", "-json"), `"url"`), 3)
	assert.Assert(t, !strings.Contains(s.ok("status"), "down"))
}

// A command says which node a word stood for.
func TestWordsForNodes(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	leader := s.ok("nodes", "leader", "-json")
	leader = regexp.MustCompile(`"id":(\d)`).FindStringSubmatch(leader)[1]
	assert.Assert(t, cmp.Contains(s.ok("fault", "set", "deaf", "from=leader", "drop"), "deaf: from="+leader+" drop"))
	assert.Assert(t, cmp.Contains(s.ok("partition", "leader"), "node "+leader+": 1 running, no majority"))
	assert.Assert(t, cmp.Contains(s.ok("partition", "-oneway", "leader-all"), "cut links: "+leader+"-"))
	assert.Assert(t, cmp.Contains(s.ok("crash", "leader"), "crashed node "+leader+" (leader): down"))
	assert.Assert(t, cmp.Contains(s.ok("pause", "follower"), "(follower): paused"))
	assert.Equal(t, strings.Count(s.ok("restart", "all"), "restarted node "), 3)
}

// An empty name removes the bug; heal and restart keep it.
func TestBugCommand(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	for _, c := range []struct{ line, want string }{
		{"bug 1,2 read_local", "node 2: up, Follower, term 0, vote -, log 0, committed 0, applied 0, with the bug read_local"},
		{"heal 1", "with the bug read_local"},
		{"crash 1", "with the bug read_local"},
	} {
		out := s.ok(strings.Fields(c.line)...)
		assert.Assert(t, strings.Contains(out, c.want), out)
	}
	assert.Assert(t, strings.Contains(s.ok("status"), "bugs     read_local in nodes 1, 2\n"), s.ok("status"))
	assert.Assert(t, !strings.Contains(s.ok("bug", "1", ""), "bug"))
	assert.Assert(t, strings.Contains(s.ok("status"), "bugs     read_local in node 2\n"), s.ok("status"))
	s.ok("bug", "0,1,2", "vote_twice")
	assert.Assert(t, strings.Contains(s.ok("status"), "bugs     vote_twice in all nodes\n"), s.ok("status"))
}

// With -json a program gets the API's answers, one a line.
func TestJSONPrintsTheAnswersOfTheAPI(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	api := func(path string) string {
		response, err := http.Get(s.url + path)
		assert.NilError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		assert.NilError(t, err)
		return string(body)
	}
	s.ok("wait", "leader=unique")
	for command, path := range map[string]string{
		"status": "/v1/cluster", "nodes 1": "/v1/nodes/1", "nodes 1 -log 0": "/v1/nodes/1?log=0", "partition": "/v1/partition", "fault list": "/v1/faults",
		"clock": "/v1/clock", "fixture list": "/v1/fixtures", "fixture show fresh_3": "/v1/fixtures/fresh_3", "fixture save": "/v1/fixture",
	} {
		assert.Check(t, cmp.Equal(s.ok(append(strings.Fields(command), "-json")...), api(path)), command)
	}
	for _, command := range []string{
		"crash 0 1", "restart -json 0 1", "heal", "partition 0", "partition -none", "wait leader=unique", "isolate leader", "heal 0",
		"fault set slow delay_ms=1", "fault delete slow", "fault delete -all", "clock step", "clock run", "wait term=1",
		"fixture load fresh_5", "skew 1 2", "pause 1", "timeout 0",
	} {
		for _, line := range strings.Split(strings.TrimSpace(s.ok(append(strings.Fields(command), "-json")...)), "\n") {
			var answer struct{ Seq *uint64 }
			assert.NilError(t, json.Unmarshal([]byte(line), &answer), "%s: %s", command, line)
			assert.Assert(t, answer.Seq != nil, command)
		}
	}
	// -json also prints a refusal.
	r := s.run("-json", "wait", "committed=9", "-timeout", "1")
	assert.Equal(t, r.code, 1)
	var refusal struct {
		Status     int
		Conditions []struct{ Holds bool }
	}
	assert.NilError(t, json.Unmarshal([]byte(r.stdout), &refusal))
	assert.Assert(t, refusal.Status == 504 && !refusal.Conditions[0].Holds)
	assert.Assert(t, cmp.Contains(r.stderr, "still untrue after 1 ms: committed=9: "))
	r = s.run("crash", "9", "-json")
	assert.Equal(t, r.code, 3)
	assert.Assert(t, json.Valid([]byte(r.stdout)), r.stdout)
	// Events are those of the trace, one a line.
	for _, line := range strings.Split(strings.TrimSpace(s.ok("events", "-json", "-since", "2", "-event", "Init")), "\n") {
		e, err := trace.Decode([]byte(line), nil)
		assert.NilError(t, err)
		assert.Assert(t, e.Kind == trace.Init && e.Seq > 2)
	}
}

// An error says in a sentence what is wrong, and has the right exit code.
func TestErrorsAreSentencesWithExitCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		assert.NilError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	one := write("one.toml", "format = 1\n\ncolour = 2\n[cluster]\nnodes = 3\n")
	two := write("two.toml", "format = 1\ncolour = 2\nnodes = 3\n")
	s := start(t, "fresh_3")
	s.run("nodes", "leader").fails(3, "there is no leader among the nodes that are up: node 0 is Follower in term 0")
	for name, c := range map[string]struct {
		line string
		code int
		says []string
	}{
		"Nothing":          {"", 3, []string{"which command?", "emulator ctl -h tells more"}},
		"Command":          {"statsu", 3, []string{`there is no command "statsu"; did you mean "status"?`}},
		"CommandFarOff":    {"xyzzy", 3, []string{"want one of status, nodes, crash"}},
		"GroupAlone":       {"fault", 3, []string{"emulator ctl fault: which command? There are list, set, delete"}},
		"Group":            {"fixture laod x", 3, []string{`emulator ctl fixture: there is no command "laod"; did you mean "load"?`}},
		"Flag":             {"status -jsno", 3, []string{"-jsno", "emulator ctl status -h tells more"}},
		"FlagBefore":       {"-jsno status", 3, []string{"-jsno", "emulator ctl -h tells more"}},
		"Operand":          {"status now", 3, []string{`emulator ctl status: it takes no operands, "now" is one`}},
		"TooMany":          {"skew 1 2 3", 3, []string{"3 operands are too many, want ID FACTOR"}},
		"TooFew":           {"crash", 3, []string{"emulator ctl crash: an operand is missing, want ID..."}},
		"Node":             {"crash 9", 3, []string{"node 9: no such node, the cluster has nodes 0 to 2"}},
		"NodeNoNumber":     {"crash boss", 3, []string{`no such node: "boss" is no node's id, want an id, "leader"`}},
		"NodeSlash":        {"crash 1/restart", 3, []string{"no such node"}},
		"Bug":              {"bug 0 vote_twize", 3, []string{"no such bug; did you mean \"vote_twice\"?"}},
		"Skew":             {"skew 0 fast", 3, []string{`FACTOR is "fast"`}},
		"SkewInfinite":     {"skew 0 Inf", 3, []string{`FACTOR is "Inf"`}},
		"SkewRange":        {"skew 0 0", 3, []string{"the skew must be from 0.001 to 1000"}},
		"Group_":           {"partition 0,x", 3, []string{`GROUP "0,x": "x" is no node's id`}},
		"GroupTwice":       {"partition 0,1 1,2", 3, []string{"names node 1 twice"}},
		"GroupNode":        {"partition 0,9", 3, []string{"groups[0][1]", "9"}},
		"OneWay":           {"partition -oneway 0-1-2", 3, []string{`"0-1-2" is no link, want FROM-TO`}},
		"Isolate":          {"partition -isolate boss", 3, []string{"boss"}},
		"NoneAndGroup":     {"partition -none 0", 3, []string{"so it takes no GROUP and no other cuts"}},
		"FaultKey":         {"fault set slow delay=5", 3, []string{"delay: ", "delay_ms"}},
		"FaultTwo":         {"fault set slow delay=5 form=0", 3, []string{"The request has invalid values:\n", "\n  delay: ", "\n  form: "}},
		"FaultValue":       {"fault set slow delay_ms=x", 3, []string{"delay_ms"}},
		"FaultTwice":       {"fault set slow drop drop=true", 3, []string{"drop is given twice"}},
		"FaultNoKey":       {"fault set slow =5", 3, []string{"has no key"}},
		"FaultJSON":        {"fault set slow {", 3, []string{"not JSON"}},
		"FaultJSONAndMore": {`fault set slow {"drop":true} count=1`, 3, []string{"want one of the two"}},
		"FaultNone":        {"fault delete slow", 3, []string{`fault "slow": no such fault`}},
		"FaultDelete":      {"fault delete", 3, []string{"want NAME... or -all"}},
		"FaultDeleteBoth":  {"fault delete slow -all", 3, []string{"want one of the two"}},
		"Wait":             {"wait leader", 3, []string{"want KEY=VALUE"}},
		"WaitKey":          {"wait leeder=unique", 3, []string{"did you mean \"leader\"?"}},
		"WaitNear":         {"wait leader=uniqe", 3, []string{"did you mean \"unique\"?"}},
		"WaitValue":        {"wait role=0:Boss", 3, []string{"Boss"}},
		"WaitUntrue":       {"wait committed=5 term=1 -timeout 900", 1, []string{"still untrue after 900 ms: committed=5: node 0 has committed 0"}},
		"WaitForAFraction": {"wait committed=5 -timeout 1500us", 1, []string{"still untrue after 1.5 ms"}},
		"WaitNegative":     {"wait committed=0 -timeout -1", 3, []string{"-timeout -1ms: want 0s to 1m"}},
		"CheckNegative":    {"history check -timeout -5", 3, []string{"-timeout -5ms: want 0s to 1m"}},
		"WaitTimeout":      {"wait committed=5 -timeout 2h", 3, []string{"-timeout 2h: want 0s to 1m"}},
		"WaitSince":        {"wait event=Timeout -since 99999999", 3, []string{"since is 99999999"}},
		"EventsKind":       {"events -event BecomeLeeder", 3, []string{"did you mean \"BecomeLeader\"?"}},
		"EventsSince":      {"events -since soon", 3, []string{`: -since is "soon", want`}},
		"EventsNode":       {"events -node 9", 3, []string{`: -node is "9", want`}},
		"HistoryLimit":     {"history -limit 0", 3, []string{`: -limit is "0", want`}},
		"FollowKind":       {"events -follow -event BecomeLeeder", 3, []string{"did you mean \"BecomeLeader\"?"}},
		"FixtureName":      {"fixture load figure_77", 3, []string{`did you mean "figure_7`, "emulator ctl fixture list lists all"}},
		"FixtureNoFile":    {"fixture load nosuch.toml", 3, []string{"there is no file nosuch.toml, and there is no fixture"}},
		"FixtureSaveDir":   {"fixture save " + dir, 3, []string{dir + ": it is a directory, want the name of a file"}},
		"PictureDir":       {"history picture " + dir, 3, []string{dir + ": it is a directory, want the name of a file"}},
		"FixtureShow":      {"fixture show figure_77", 3, []string{`did you mean "figure_7`}},
		"FixtureFile":      {"fixture load no/such.toml", 3, []string{"no/such.toml"}},
		"FixtureInvalid":   {"fixture load " + one, 3, []string{one + ":3: colour: "}},
		"FixtureInvalid2":  {"fixture load " + two, 3, []string{"\n  " + two + ":2: colour: ", "\n  " + two + ":3: nodes: "}},
		"FixtureSave":      {"fixture save " + filepath.Join(dir, "no/such.toml"), 3, []string{"no such file or directory"}},
		"ClockSpeed":       {"clock run fast", 3, []string{`"fast": want a number`}},
		"ClockSpeedRange":  {"clock run 9999", 3, []string{"speed"}},
		"ClockSteps":       {"clock step 1.5", 3, []string{"events"}},
		"ClockAdvance":     {"clock advance", 3, []string{"an operand is missing, want TIME"}},
		"ClockBack":        {"clock advance -- -5", 3, []string{"ms"}},
		"URL":              {"status -url ftp://localhost", 3, []string{`"ftp://localhost" is not the URL of an emulator`}},
		"URLNoHost":        {"status -url http://", 3, []string{"is not the URL"}},
		"URLPort":          {"status -url 8500", 3, []string{`"8500" is not the URL of an emulator, want one such as http://127.0.0.1:8500`}},
		"URLPortAlone":     {"status -url :8500", 3, []string{`":8500" is not the URL`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := (&shell{t, s.c, s.url}).run(strings.Fields(c.line)...)
			r.fails(c.code, c.says...)
			assert.Check(t, strings.HasPrefix(r.stderr, "emulator ctl"), r.stderr)
		})
	}
}

// If no emulator answers, the error names the URL, and how to name another.
func TestUnreachableEmulatorIsNamed(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") }))
	defer page.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }))
	defer broken.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("http://elsewhere.example/", http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	for name, c := range map[string]struct{ url, says string }{
		"Elsewhere": {elsewhere.URL, "it redirects to http://elsewhere.example/, and no emulator does"},
		"Gone":      {gone.URL, "connection refused"},
		"Page":      {page.URL, "its answer cannot be read"},
		"Other":     {other.URL, `the answer "404 Not Found" is not an emulator's`},
		"Broken":    {broken.URL, "EOF"},
	} {
		for _, command := range [][]string{{"status"}, {"crash", "0"}, {"fault", "set", "x", "drop"}, {"events"}, {"events", "-follow"}} {
			says := c.says
			if name == "Page" && len(command) == 2 && command[0] == "events" {
				says = `its answer is "text/html; charset=utf-8" and no stream of events`
			}
			t.Run(name+strings.Join(command, ""), func(t *testing.T) {
				r := (&shell{t: t, url: c.url}).run(command...)
				r.fails(4, "no emulator answers at "+c.url, says, "EMULATOR_URL=URL")
			})
		}
	}
}

// The environment names the emulator, and a URL may be short.
func TestEnvironmentNamesTheEmulator(t *testing.T) {
	c := emulator.Start(t, "fresh_1", emulator.Virtual())
	for _, url := range []string{c.AdminURL, c.AdminURL + "/", strings.TrimPrefix(c.AdminURL, "http://")} {
		t.Setenv(api.URLVariable, url)
		var stdout, stderr bytes.Buffer
		assert.Equal(t, cli.Run(t.Context(), ctl.Command(), []string{"status"}, nil, &stdout, &stderr), 0, stderr.String())
		assert.Assert(t, cmp.Contains(stdout.String(), c.Node(0).URL))
	}
}

// A fixture that was saved loads again, and flags may come anywhere.
func TestFixtureFile(t *testing.T) {
	t.Parallel()
	s := start(t, "figure_7")
	file := filepath.Join(t.TempDir(), "saved.toml")
	assert.Equal(t, s.ok("fixture", "save", file), "")
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	assert.Equal(t, string(data), "# Written by emulator ctl fixture save.\n"+s.ok("fixture", "save"))
	s.ok("fixture", "save", file) // what was saved may be saved again
	_, err = fixture.Parse(file, data)
	assert.NilError(t, err)
	assert.Equal(t, s.ok("fixture", "save"), s.ok("fixture", "save", "-"))
	s.ok("fixture", "load", "fresh_1")
	assert.Equal(t, s.c.Size(), 1)
	var stdout, stderr bytes.Buffer
	assert.Equal(t, cli.Run(t.Context(), ctl.Command(), []string{"-url", s.url, "fixture", "load", "-"}, bytes.NewReader(data), &stdout, &stderr), 0, stderr.String())
	assert.Equal(t, s.c.Size(), 7)
	s.ok("fixture", "load", "fresh_1")
	assert.Equal(t, cli.Run(t.Context(), ctl.Command(), []string{"-url", s.url, "fixture", "load", "-"}, strings.NewReader("format = 2\n"), &stdout, &stderr), 3)
	assert.Assert(t, cmp.Contains(stderr.String(), "stdin:1: format: is 2"))
	s.ok("fixture", "load", file, "-url", s.url)
	assert.Equal(t, s.c.Size(), 7)
	assert.Assert(t, cmp.Contains(s.ok("fixture", "list"), "figure_7_f  "))
	assert.Assert(t, cmp.Contains(s.ok("fixture", "show", "figure_7_f.toml"), "format = 1\n"))
}

// A long trace comes completely, in pages; a note says that older events are gone.
func TestEventsPages(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_13")
	s.c.Advance(20 * time.Second)
	lines := strings.Split(strings.TrimSpace(s.ok("events")), "\n")
	assert.Assert(t, len(lines) > 10_000)
	assert.Equal(t, uint64(len(lines)), s.c.Seq())
	s.c.Advance(60 * time.Second)
	r := s.run("events", "-since", "5", "-event", "BecomeLeader")
	assert.Equal(t, r.code, 0)
	assert.Assert(t, cmp.Contains(r.stderr, "are no longer kept"))
}

// An interrupt ends a command that waits.
func TestInterruptEndsAWait(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3")
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	code := make(chan int)
	go func() {
		code <- cli.Run(ctx, ctl.Command(), []string{"-url", c.AdminURL, "wait", "committed=99", "-timeout", "60000"}, nil, &stdout, &stderr)
	}()
	cancel()
	assert.Equal(t, <-code, 2)
	assert.Equal(t, stderr.String(), "emulator ctl wait: interrupted\n")
}
