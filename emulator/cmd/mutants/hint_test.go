package mutants

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// A suite that polls fails in virtual time, because it does not advance the clock. The
// report gives a hint then, and only then.
func TestVirtualTimeHint(t *testing.T) {
	const hint = "With -clock virtual, time advances only when"
	m := newController(t, inOrder("fail"))
	m.against("-bugs", twoBugs, "-clock", "virtual").must(cli.Undecided, "FAILS ON HEALTHY NODES", hint)
	e := m.against("-bugs", twoBugs)
	e.must(cli.Undecided, "FAILS ON HEALTHY NODES")
	assert.Assert(t, !strings.Contains(e.stdout, hint))
}

func TestBugWithNodesHint(t *testing.T) {
	err := unknownBug("vote_twice@0", bugs.All())
	assert.ErrorContains(t, err, `did you mean "vote_twice"? -on says which nodes have the bug; there are `)
}
