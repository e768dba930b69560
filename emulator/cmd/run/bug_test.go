package run

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// A scenario that shows what a bug does would fail with any other, so -bug leaves it
// out: what fails then is what another scenario has noticed.
func TestBugOfItsOwn(t *testing.T) {
	planted := strings.Replace(passing, "nodes = 5", "nodes = 5\nbug = \"vote_twice\"", 1)
	inStep := passing + "\n[[step]]\nbug = { node = 0, name = \"vote_twice\" }\n"
	dir(t, map[string]string{"mine/elects.toml": passing, "mine/planted.toml": planted, "mine/step.toml": inStep})

	run("mine").must(t, cli.OK, "3 of 3 scenarios passed")
	o := run("mine", "-bug", "match_index_goes_back")
	o.must(t, cli.OK, "1 of 1 scenario passed")
	assert.Assert(t, strings.Contains(o.stderr, "2 of 3 scenarios are left out with -bug"), o.stderr)

	o = run("mine/planted.toml", "-bug", "read_local")
	assert.Equal(t, o.code, cli.Usage)
	assert.Assert(t, strings.Contains(o.stderr, "all of these have their own"), o.stderr)
}
