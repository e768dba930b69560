package target

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
)

func TestLinksThatNobodyUsedWereBypassed(t *testing.T) {
	assert.Equal(t, unused(nil), "", "a single node has no links")
	idle := []scenario.LinkCount{{From: 0, To: 1}, {From: 1, To: 0}}
	assert.Assert(t, unused(idle) != "")
	for _, seen := range []scenario.LinkCount{{Requests: 1}, {Other: 1}, {Held: 1}, {Reset: 1}, {Lost: 1}} {
		assert.Equal(t, unused(append(idle, seen)), "")
	}
}
