package cmd

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

const scenarioFile = `
format = 1
name = "old_leader"

[cluster]
nodes = 5

[[step]]
once = "leader=unique"
let = { old = "leader" }

[[step]]
name = "cut"
isolate = "old"

[[step]]
name = "healed"
once = "event=BecomeLeader"
after_ms = 300
heal = "all"

[[step]]
request = { name = "dog", op = "put_topic", topic = "dog" }

[[expect]]
from = "healed"
that = ["leader=unique", "role=old:Follower", "logs_equal=all"]
within_ms = 1000

[[expect]]
that = "answer=dog:ok"
`

func call(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(context.Background(), args, &out, &err)
	return code, out.String(), err.String()
}

// A scenario is checked, run and recorded, and what was recorded is repeated.
func TestScenarioIsCheckedRunRecordedAndReplayed(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("old_leader.toml", []byte(scenarioFile), 0o666))

	code, stdout, stderr := call("check", "old_leader.toml")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Equal(t, stdout, "old_leader.toml: fine, 5 nodes, 4 steps, 2 expectations\n")

	code, stdout, stderr = call("run", "old_leader.toml", "-seed", "7", "-trace", ".")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Assert(t, strings.Contains(stdout, "1 of 1 scenario passed"), stdout)

	code, stdout, stderr = call("replay", "old_leader-7.jsonl")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Assert(t, strings.Contains(stdout, "repeated alike"), stdout)

	code, _, stderr = call("run", "old_leader.toml", "-clock", "real", "-trace", ".")
	assert.Equal(t, code, cli.OK, stderr)
	code, stdout, stderr = call("replay", "old_leader-1.jsonl")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Assert(t, strings.Contains(stdout, "repeated alike"), stdout)

	code, _, stderr = call("run", "nothing.toml")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, "nothing.toml"), stderr)
}
