package tests

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// mutants is emulator mutants against a suite that is a script for a shell, with
// arguments of its own.
func mutants(t *testing.T, flags []string, script string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	words := append([]string{"mutants"}, flags...)
	words = append(words, "--", "sh", writeFile(t, "suite.sh", "set -eu\n"+script))
	cmd := command(t, append(words, args...)...)
	cmd.Env = append(cmd.Env, "EMULATOR="+cmd.Path)
	return cmd
}

// lagging is a cluster in which node 2 lacks what is committed.
const lagging = `format = 1
name = "lagging"
[cluster]
nodes = 3
election_timeout_ms = [20000, 30000]
[[node]]
id = 0
up = false
term = 1
log_terms = "1*1"
[[node]]
id = 1
term = 1
log_terms = "1*1"
[[node]]
id = 2
term = 1
`

// A suite with a single case, who may be elected (§5.4.1), passes on healthy nodes,
// catches the bug that its case is about, and misses another one.
func TestMutantsReportsCaughtBugs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	junit := filepath.Join(dir, "mutants.xml")
	flags := []string{"-clock", "virtual", "-bugs", "vote_without_log,read_local", "-report", "junit=" + junit, "-out", filepath.Join(dir, "runs")}
	o := launchCommand(t, mutants(t, flags, `
"$EMULATOR" ctl fixture load "$1"
"$EMULATOR" ctl timeout 2
"$EMULATOR" ctl wait term=1:2 role=2:Candidate -timeout 1000
"$EMULATOR" ctl clock advance 100
"$EMULATOR" ctl wait role=2:Candidate -timeout 1
`, writeFile(t, "lagging.toml", lagging))).outcome()
	o.must(t, 1, `passes on healthy nodes`, slow)
	for _, line := range []string{`vote_without_log +\S+ +caught `, `read_local +.* missed `, `caught 1 of 2 \(50 %\)`} {
		o.must(t, 1, line, slow)
	}

	content, err := os.ReadFile(junit)
	assert.NilError(t, err)
	var report struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	assert.NilError(t, xml.Unmarshal(content, &report))
	assert.Equal(t, len(report.Suites), 1, "%s", content)
	s := report.Suites[0]
	missed := map[string]bool{}
	for _, c := range s.Cases {
		missed[c.Name] = c.Failure != nil
	}
	assert.Check(t, s.Tests == len(s.Cases) && s.Failures == 1, "%s", content)
	assert.Check(t, missed["read_local"] && !missed["vote_without_log"] && len(missed) >= 2, "%v", missed)

	// verify accepts the recorded run.
	run(t, "verify", filepath.Join(dir, "runs", "healthy-1.jsonl")).must(t, 0, "accepted")
	run(t, "verify", filepath.Join(dir, "runs", "vote_without_log-1.jsonl")).must(t, 1, "ILLEGAL")
}

// After an interrupt during a run the table shows the results up to then, and no process
// of the suite is left.
func TestMutantsInterrupted(t *testing.T) {
	t.Parallel()
	begun, ended := make(chan struct{}, 2), make(chan struct{}, 2)
	master := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done() // who asked is gone
		ended <- struct{}{}
	}))
	defer master.Close()
	defer master.CloseClientConnections() // so that whatever is left over ends, too
	count := writeFile(t, "count", "")
	l := launchCommand(t, mutants(t, []string{"-bugs", "vote_without_log,vote_by_length,vote_twice"}, `
echo >>"$1"
case $(wc -l <"$1" | tr -d ' ') in
1) exit 0 ;;
2) exit 1 ;;
esac
"$EMULATOR" ctl -url "$2" status &
"$EMULATOR" ctl -url "$2" status
`, count, master.URL))
	wait(t, begun, "the suite")
	wait(t, begun, "what the suite has left in the background")
	l.interrupt()
	o := l.outcome()
	wait(t, ended, "the end of the suite")
	wait(t, ended, "the end of what it left in the background")
	o.must(t, 2, `vote_without_log +\S+ +caught `, slow)
	assert.Check(t, strings.Contains(o.stdout, "caught 1 of 1 (100 %); ") && strings.Contains(o.stdout, "; interrupted"), o.stdout)
	content, err := os.ReadFile(count)
	assert.NilError(t, err)
	assert.Equal(t, len(content), 3, "nothing is begun after the interrupt")
}
