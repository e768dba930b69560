package mutants

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/world"
)

// A suite that polls fails in virtual time, whose clock it does not move: that is said
// then, and only then.
func TestVirtualTimeHint(t *testing.T) {
	const hint = "With -clock virtual time stands still"
	m := newMaster(t, inOrder("fail"))
	m.against("-bugs", two, "-clock", "virtual").must(Undecided, "FAILS ON HEALTHY NODES", hint)
	e := m.against("-bugs", two)
	e.must(Undecided, "FAILS ON HEALTHY NODES")
	assert.Assert(t, !strings.Contains(e.stdout, hint))
}

func TestBugWithNodesHint(t *testing.T) {
	err := noBug("vote_twice@0", world.Bugs())
	assert.ErrorContains(t, err, `did you mean "vote_twice"? -on says which nodes have the bug; there are `)
}
