package grade

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

func TestMissingModuleIsForAPersonToLookAt(t *testing.T) {
	for _, c := range []struct {
		kind course.Kind
		line string
		want bool
	}{
		{course.NotStarted, "node 0 | ModuleNotFoundError: No module named 'apscheduler'", true},
		{course.Crashed, "node 3 | Error: Cannot find module 'express'", true},
		{course.NotStarted, "node 0 | SyntaxError: invalid syntax", false},
		{course.Wrong, "node 0 | No module named 'x'", false},
	} {
		f := &scenario.Foreign{Kind: c.kind, Output: []string{c.line}}
		blameModule(f)
		assert.Equal(t, f.Flagged, c.want, c.line)
		assert.Equal(t, len(f.Story) == 1, c.want)
	}
}
