package systematic

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/systematic"
	"rrmq.example/emulator/emulator/script/fixture"
)

// explore runs emulator systematic with these words.
func explore(ctx context.Context, words string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(ctx, Command(), strings.Fields(words), nil, &out, &errs)
	return code, out.String(), errs.String()
}

func TestSystematicReportsASearch(t *testing.T) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name, words string
		ctx         context.Context
		code        int
		says        []string // on standard output
		errs        string   // on standard error
	}{
		{name: "OK", words: "-depth 6", code: cli.OK, says: []string{
			"fresh, 3 nodes: schedules of up to 6 choices", "total         934  by ", "Every property holds in every state that schedules of up to 6 choices lead to",
		}},
		{name: "Exhausted", words: "-nodes 1 -depth 50", code: cli.OK, says: []string{"exhausted: longer schedules lead to no new state"}},
		{name: "Violated", words: "-bug vote_twice", code: cli.Failed, says: []string{
			"VIOLATED after 4 choices, and no schedule is shorter. one_vote_per_term", "   1  the election timer of node 0 runs out\n",
			"emulator run takes the same steps and fails one_vote_per_term",
		}},
		{name: "OneNode", words: "-bug vote_twice@2 -depth 5", code: cli.Failed, says: []string{"node 2 voted for node"}},
		{name: "OnlyThese", words: "-bug vote_twice -depth 6 -check log_matching", code: cli.OK},
		{name: "TooMany", words: "-max-states 100", code: cli.Undecided, says: []string{"Undecided: there are more than 100 states"}},
		{name: "Interrupted", words: "", ctx: over, code: cli.Undecided, says: []string{"Interrupted. "}},
		{name: "Help", words: "-h", code: cli.OK, says: []string{"-in-flight N", "Exit codes:", "state_machine_safety"}},
		{name: "Flag", words: "-deep 3", code: cli.Usage, errs: "there is no flag -deep"},
		{name: "Word", words: "fresh_3", code: cli.Usage, errs: `it takes no operands, "fresh_3" is one`},
		{name: "Nodes", words: "-nodes 6", code: cli.Usage, errs: "-nodes 6: want 1 to 5"},
		{name: "Both", words: "-nodes 3 -fixture fresh_3", code: cli.Usage, errs: "with -fixture the file says"},
		{name: "Bug", words: "-bug vote_thrice", code: cli.Usage, errs: "did you mean \"vote_twice\"?"},
		{name: "BugNodes", words: "-bug vote_twice@0,3", code: cli.Usage, errs: "no such nodes: node 3, the cluster has nodes 0 to 2"},
		{name: "Bound", words: "-term 0", code: cli.Usage, errs: "the bound term is 0, want 1 to 255"},
		{name: "Fixture", words: "-fixture no_such_fixture", code: cli.Usage, errs: "no_such_fixture"},
		{name: "Out", words: "-bug vote_twice -save " + filepath.Join(t.TempDir(), "none", "x.toml"), code: cli.Usage, errs: "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := c.ctx
			if ctx == nil {
				ctx = context.Background()
			}
			code, stdout, stderr := explore(ctx, c.words)
			assert.Equal(t, code, c.code, stdout+stderr)
			for _, s := range c.says {
				assert.Assert(t, strings.Contains(stdout, s), "want %q in\n%s", s, stdout)
			}
			assert.Assert(t, strings.Contains(stderr, c.errs), stderr)
		})
	}
}

// The file of -save is a complete fixture.
func TestSaveWritesAFixture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "found.toml")
	code, stdout, _ := explore(context.Background(), "-bug commit_without_majority -save "+file)
	assert.Equal(t, code, cli.Failed)
	assert.Assert(t, strings.Contains(stdout, "Written to "+file))
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	f, err := fixture.Parse(file, data)
	assert.NilError(t, err)
	assert.Equal(t, f.Nodes[1].Bug, "commit_without_majority")
	assert.Assert(t, f.Scenario != nil)
}

// The JSON object has everything that the text says.
func TestJSONHasTheWholeReport(t *testing.T) {
	code, stdout, _ := explore(context.Background(), "-json -bug quorum_off_by_one")
	assert.Equal(t, code, cli.Failed)
	var o resultObject
	assert.NilError(t, json.Unmarshal([]byte(stdout), &o))
	assert.Equal(t, o.End, "violated")
	assert.Equal(t, o.Bounds, systematic.DefaultBounds)
	assert.DeepEqual(t, o.Levels[:2], []int{1, 1})
	assert.Equal(t, len(o.Violation.Steps), 2)
	assert.Equal(t, o.Violation.Steps[1].Nodes[1].Role, "Leader")
	assert.Equal(t, o.Violation.Failed[0], "election_safety")
	assert.Assert(t, o.Violation.Same)

	code, stdout, _ = explore(context.Background(), "-json -depth 4")
	assert.Equal(t, code, cli.OK)
	assert.Assert(t, strings.Contains(stdout, `"end":"depth"`) && strings.Contains(stdout, `"violation":null`), stdout)
}
