package run

import (
	"os"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// popping gets a message twice where a node pops without the log.
const popping = `
format = 1
name = "pops"

[cluster]
nodes = 3

[[step]]
once = "leader=unique"
request = { op = "put_topic", topic = "dog" }

[[step]]
after_ms = 10
request = { op = "put_message", topic = "dog", message = "wuff" }

[[step]]
after_ms = 10
request = { op = "get_message", topic = "dog" }

[[step]]
name = "crashed"
after_ms = 10
crash = "leader"

[[step]]
once = "leader=unique"
request = { op = "put_message", topic = "dog", message = "grr" }

[[step]]
after_ms = 10
request = { op = "get_message", topic = "dog" }

[[expect]]
that = "leader=unique"
within_ms = 5000
`

func TestPictureShowsOnlyWrongAnswers(t *testing.T) {
	dir(t, map[string]string{"pops.toml": popping})
	run("pops.toml", "-pictures", "fine").must(t, cli.OK, "1 of 1 scenario passed")
	files, err := os.ReadDir("fine")
	assert.NilError(t, err)
	assert.Equal(t, len(files), 0)

	o := run("pops.toml", "-pictures", "wrong", "-bug", "read_local", "-seed", "3")
	o.must(t, cli.Failed, "delivered_twice", `"wuff" was put once and taken`)
	page, err := os.ReadFile("wrong/pops-3.html")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(page), "wuff") && strings.Contains(string(page), "was crashed"))

	run("pops.toml", "-pictures", "pops.toml").must(t, cli.Usage)
}
