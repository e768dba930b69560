package judge

import (
	"context"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

// Foreign decides what a run has shown. It also sets the verdict's status.
func Foreign(_ context.Context, v *scenario.Verdict, e *Evidence) *scenario.Foreign {
	v.Status = scenario.Undecided
	return &scenario.Foreign{Kind: course.Undecided, Excluded: true, Flagged: true, Links: e.Links}
}
