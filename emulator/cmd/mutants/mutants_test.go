package mutants

import (
	"context"
	"encoding/json"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// twoBugs are bugs that a suite may catch or miss.
const twoBugs = "vote_without_log,commit_old_term"

// goodSuite is the command line of a suite with one case.
func goodSuite(flags ...string) []string { return append(flags, "--", os.Args[0], "suite", "good") }

// A suite catches the bug that it triggers and checks, and misses the other.
func TestGoodSuite(t *testing.T) {
	e := runMutants(t, goodSuite("-clock", "virtual", "-bugs", twoBugs)...)
	e.must(cli.Failed, "passes on healthy nodes", "bug ", "vote_without_log", "caught", "commit_old_term", "missed",
		"MISSED", "commit_old_term (§5.4.2, Figure 8)", "A leader commits an entry of an earlier term", "caught 1 of 2 (50 %)")
	assert.Assert(t, !strings.Contains(e.stdout, "vote_without_log (§5.4.1)"), e.stdout)
	runMutants(t, goodSuite("-bugs", "vote_without_log")...).must(cli.OK, "caught 1 of 1 (100 %)")
}

// With -on the bug does no harm on nodes that do not matter for the suite.
func TestBugOnSomeNodes(t *testing.T) {
	for on, code := range map[string]int{"0": cli.Failed, "0,1": cli.OK, "majority": cli.OK, "minority": cli.Failed} {
		runMutants(t, goodSuite("-clock", "virtual", "-nodes", "3", "-bugs", "vote_without_log", "-on", on)...).must(code)
	}
}

func TestSuiteThatNeverFails(t *testing.T) {
	m := newController(t, inOrder("pass"))
	m.against("-bugs", twoBugs).must(cli.Failed, "caught 0 of 2 (0 %)")
	assert.Equal(t, len(m.saw), 3)
}

// A suite that fails on healthy nodes runs only once, unless -keep-going is given.
func TestSuiteThatAlwaysFails(t *testing.T) {
	m := newController(t, inOrder("fail"))
	m.against("-bugs", twoBugs).must(cli.Undecided, "FAILS ON HEALTHY NODES: exit status 7", "Its output:", "  | my order: fail", "no bug was tried")
	assert.Equal(t, len(m.saw), 1)
	m.against("-bugs", twoBugs, "-keep-going").must(cli.Undecided, "FAILS ON HEALTHY NODES", "caught 2 of 2 (100 %), but")
	assert.Equal(t, len(m.saw), 4)
}

func TestSuiteThatHangs(t *testing.T) {
	for _, how := range []string{"hang", "hang on"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			m := newController(t, inOrder("pass", how, "pass"))
			m.against("-bugs", twoBugs, "-timeout", "5s").must(cli.Failed, "caught (timed out)", "missed", "caught 1 of 2")
			m.mustEnd(1)
		})
	}
}

// The controller answers only when two commands have connected, each with its own
// cluster.
func TestBugsRunInParallel(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	m := newController(t, func(n int) string {
		if n == 1 || n == 2 {
			both.Done()
			both.Wait()
		}
		return "pass"
	})
	m.against("-bugs", "vote_*", "-parallel", "2").must(cli.Failed, "vote_without_log", "vote_by_length", "vote_twice")
	assert.Assert(t, m.saw[1]["EMULATOR_ADMIN"] != m.saw[2]["EMULATOR_ADMIN"])
}

// One run that notices the bug is enough.
func TestOneRunThatNoticesIsEnough(t *testing.T) {
	m := newController(t, inOrder("pass", "pass", "pass", "pass", "fail", "pass", "pass", "pass", "pass"))
	m.against("-bugs", twoBugs, "-repeat", "3", "-seed", "5").must(cli.Failed, "caught 1 of 3", "missed", "caught 1 of 2 (50 %)")
	var seeds []string
	for _, saw := range m.saw {
		seeds = append(seeds, saw["EMULATOR_SEED"])
	}
	assert.DeepEqual(t, seeds, []string{"5", "6", "7", "5", "6", "7", "5", "6", "7"})
	// One run that fails on healthy nodes ends the campaign.
	m = newController(t, inOrder("pass", "fail"))
	m.against("-repeat", "3").must(cli.Undecided, "FAILS ON HEALTHY NODES", "no bug was tried")
	assert.Equal(t, len(m.saw), 2)
}

// An interrupted campaign reports the results so far.
func TestInterruptedSuite(t *testing.T) {
	for _, test := range []struct {
		name string
		last int // the command during which it happens
		want []string
	}{
		{"healthy", 0, []string{"was interrupted on healthy nodes", "no bug was tried; interrupted"}},
		{"bug", 2, []string{"passes on healthy nodes", "vote_without_log", "caught", "caught 1 of 1 (100 %); ", " unknown; interrupted"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			m := newController(t, func(n int) string {
				if n == test.last {
					stop()
					return "hang"
				}
				return []string{"pass", "fail"}[n]
			})
			e := runMutantsIn(ctx, t, append([]string{"--"}, m.command()...)...)
			e.must(cli.Undecided, test.want...)
			assert.Assert(t, !strings.Contains(e.stdout, "  unknown"), "an interrupted run is no result:\n%s", e.stdout)
			m.mustEnd(test.last)
			assert.Equal(t, len(m.saw), test.last+1)
		})
	}
}

// runLeaving runs commands that leave an endless process behind, and returns its
// controller.
func runLeaving(t *testing.T, how string) (left *controller) {
	t.Helper()
	arrived := make(chan struct{}, 2)
	left = newController(t, func(int) string { arrived <- struct{}{}; return "hang on" })
	m := newController(t, func(int) string { <-arrived; return "pass" })
	runMutants(t, "-bugs", "vote_twice", "--", os.Args[0], "suite", how, left.listener.Addr().String(), m.listener.Addr().String()).must(cli.Failed, "missed")
	assert.Equal(t, len(left.conns), 2)
	return left
}

// Processes that a command leaves behind end with it, and do not delay it.
func TestProcessesLeftBehindAreEnded(t *testing.T) {
	left := runLeaving(t, "leave")
	left.mustEnd(0)
	left.mustEnd(1)
}

// The command's environment names the cluster, but not the bug. After the command
// the cluster has ended, and its files are gone.
func TestCommandGetsItsClusterInTheEnvironment(t *testing.T) {
	t.Setenv("EMULATOR", "")
	m := newController(t, inOrder("pass"))
	m.against("-bugs", twoBugs, "-nodes", "3", "-seed", "9").must(cli.Failed)
	assert.Equal(t, len(m.saw), 3)
	program, err := os.Executable()
	assert.NilError(t, err)
	for _, saw := range m.saw {
		for name, value := range saw {
			assert.Check(t, !strings.Contains(value, "vote") && !strings.Contains(value, "commit"), "%s=%s", name, value)
		}
		assert.Equal(t, saw["EMULATOR"], program)
		assert.Equal(t, saw["EMULATOR_URL"], saw["EMULATOR_ADMIN"])
		assert.Equal(t, saw["EMULATOR_SEED"], "9")
		assert.Equal(t, saw["EMULATOR_FIXTURE"], "fresh")
		var config struct {
			Addresses []struct {
				IP   string
				Port int
			}
		}
		assert.NilError(t, json.Unmarshal([]byte(saw["CONFIG"]), &config))
		var nodes []string
		for _, a := range config.Addresses {
			u := url.URL{Scheme: "http", Host: net.JoinHostPort(a.IP, itoa(a.Port))}
			nodes = append(nodes, u.String())
		}
		assert.Equal(t, len(nodes), 3)
		assert.Equal(t, strings.Join(nodes, ","), saw["EMULATOR_NODES"])
		_, err := os.Stat(filepath.Dir(saw["EMULATOR_CONFIG"]))
		assert.Assert(t, os.IsNotExist(err), "%s is still there", saw["EMULATOR_CONFIG"])
		for _, u := range append(nodes, saw["EMULATOR_ADMIN"]) {
			c, err := net.Dial("tcp", strings.TrimPrefix(u, "http://"))
			if err == nil {
				c.Close()
			}
			assert.Check(t, err != nil, "%s still listens", u)
		}
	}
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}

// Placeholders in the arguments are replaced, {bug} too.
func TestPlaceholders(t *testing.T) {
	dir := t.TempDir()
	e := runMutants(t, "-bugs", "vote_twice", "-nodes", "1", "-out", dir, "--",
		os.Args[0], "suite", "say", "seed={seed}", "fixture={fixture}", "bug={bug}.", "{admin}", "{nodes}", "{config}")
	e.must(cli.Failed)
	healthy := read(t, dir, "healthy-1.txt")
	assert.Assert(t, strings.HasPrefix(healthy, "seed=1 fixture=fresh http://127.0.0.1:"), healthy)
	buggy := read(t, dir, "vote_twice-1.txt")
	assert.Assert(t, strings.HasPrefix(buggy, "seed=1 fixture=fresh bug=vote_twice. http://127.0.0.1:"), buggy)
	assert.Assert(t, strings.HasSuffix(buggy, "config.json\n") && !strings.Contains(buggy, "{"), buggy)
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	assert.NilError(t, err)
	return string(data)
}

// -out keeps each run's output and trace, -v shows the output at once, and reports
// go to their files.
func TestOutputFilesAndReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	xml := filepath.Join(t.TempDir(), "mutants.xml")
	e := runMutants(t, goodSuite("-clock", "virtual", "-bugs", twoBugs, "-out", dir, "-v", "-json", "-report", "junit="+xml)...)
	assert.Equal(t, e.code, cli.Failed)
	var said struct {
		Summary struct{ Caught, Missed int }
		Bugs    []struct {
			Name, Status string
			Runs         []struct {
				Outcome    string
				Output     string
				Clusters   int
				OutputFile string `json:"output_file"`
				TraceFile  string `json:"trace_file"`
			}
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(e.stdout), &said), e.stdout)
	assert.Equal(t, said.Summary.Caught, 1)
	assert.Equal(t, said.Summary.Missed, 1)
	vote := said.Bugs[slices.Index([]string{said.Bugs[0].Name, said.Bugs[1].Name}, "vote_without_log")]
	assert.Equal(t, vote.Status, "caught")
	assert.Equal(t, vote.Runs[0].Clusters, 2)
	assert.Assert(t, strings.Contains(vote.Runs[0].Output, "node 2 leads"), vote.Runs[0].Output)
	assert.Equal(t, read(t, dir, "vote_without_log-1.txt"), vote.Runs[0].Output)
	assert.Equal(t, vote.Runs[0].TraceFile, filepath.Join(dir, "vote_without_log-1.jsonl"))
	assert.Assert(t, strings.Contains(e.stderr, "vote_without_log | node 2 leads"), e.stderr)
	assert.Assert(t, strings.Contains(e.stderr, "caught 1 of 2"), "the table goes to standard error")
	data, err := os.ReadFile(xml)
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(data), `tests="3" failures="1" errors="0"`), "%s", data)
	// The trace can repeat the run, because it has the bug.
	assert.Assert(t, strings.Contains(read(t, dir, "vote_without_log-1.jsonl"), `"bug":"vote_without_log"`))
}

func TestMutantsRefusesBadUsage(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "no", "where")
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"no command", nil, "an operand is missing, want -- COMMAND..."},
		{"no flag", []string{"-frobnicate", "--", "true"}, "-frobnicate"},
		{"no bug", []string{"-bugs", "vote_twixe", "--", "true"}, `no such bug: "vote_twixe"; did you mean "vote_twice"?`},
		{"bad pattern", []string{"-bugs", "[", "--", "true"}, "syntax error in pattern"},
		{"no fixture", []string{"-fixture", "nowhere", "--", "true"}, "nowhere"},
		{"fixture and nodes", []string{"-fixture", "fresh_5", "-nodes", "3", "--", "true"}, "-nodes is for new nodes"},
		{"nodes", []string{"-nodes", "0", "--", "true"}, "-nodes 0: want 1 to"},
		{"clock", []string{"-clock", "sand", "--", "true"}, "want real or virtual"},
		{"on nobody", []string{"-on", "5", "--", "true"}, "no such node"},
		{"on no minority", []string{"-nodes", "2", "-on", "minority", "--", "true"}, "no such node"},
		{"on", []string{"-on", "leader", "--", "true"}, "want all, majority, minority, or ids"},
		{"timeout", []string{"-timeout", "0s", "--", "true"}, "want more than 0"},
		{"repeat", []string{"-repeat", "0", "--", "true"}, "-repeat 0"},
		{"admin", []string{"-admin", "nonsense", "--", "true"}, `-admin "nonsense": want HOST:PORT`},
		{"remote", []string{"-admin", "8.8.8.8:1", "--", "true"}, `-admin "8.8.8.8:1": want HOST:PORT with localhost`},
		{"parallel", []string{"-parallel", "0", "--", "true"}, "-parallel 0"},
		{"parallel ports", []string{"-parallel", "2", "-base-port", "9000", "--", "true"}, "cannot share ports"},
		{"port", []string{"-base-port", "65534", "--", "true"}, "the last port would be 65538"},
		{"seed", []string{"-seed", "9007199254740993", "--", "true"}, "-seed"},
		{"report kind", []string{"-report", "junti=x", "--", "true"}, `did you mean "junit"?`},
		{"report file", []string{"-report", "junit=" + nowhere, "--", "true"}, "no such file or directory"},
		{"two reports", []string{"-json", "-report", "tap=-", "--", "true"}, "another output goes there already"},
	} {
		t.Run(test.name, func(t *testing.T) { runMutants(t, test.args...).fails(cli.Usage, test.want) })
	}
}

func TestEnvironmentErrors(t *testing.T) {
	runMutants(t, "--", "no-such-command-anywhere").fails(cli.Environment, "the command cannot be started", "no-such-command-anywhere")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	m := newController(t, inOrder("pass"))
	e := m.against("-admin", l.Addr().String())
	assert.Equal(t, e.code, cli.Environment)
	assert.Assert(t, strings.Contains(e.stderr, "healthy: the admin API cannot have its port"), e.stderr)
	assert.Equal(t, len(m.saw), 0)
}

func TestHelpListsVariablesAndReports(t *testing.T) {
	runMutants(t, "-h").must(cli.OK, "-keep-going", "EMULATOR_URL", "junit", "Examples:", "Exit codes:")
}

// Without -bugs all bugs are tried.
func TestAllBugs(t *testing.T) {
	chosen, err := chooseBugs("*")
	assert.NilError(t, err)
	assert.Equal(t, len(chosen), len(bugs.All()))
}
