package grade

import (
	"fmt"
	"regexp"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// missingModule matches the line that an interpreter prints when a program imports a module
// that it cannot find.
var missingModule = regexp.MustCompile(`(?:No module named|Cannot find module) ['"]?([\w./@-]+)`)

// blameModule flags a verdict on a program that ended because it lacks a module: the module
// may be missing on the grader's machine.
func blameModule(f *scenario.Foreign) {
	if f.Kind != course.NotStarted && f.Kind != course.Crashed {
		return
	}
	for _, line := range f.Output {
		if m := missingModule.FindStringSubmatch(line); m != nil {
			f.Flagged = true
			f.Story = append(append([]string(nil), f.Story...), fmt.Sprintf(
				"The program lacks the module %s. If the course provides it, install it on this machine and grade again.", text.QuoteShort(m[1], 100)))
			return
		}
	}
}
