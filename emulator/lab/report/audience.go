package report

import (
	"fmt"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/play"
)

// An Audience is the people who will read the verdicts.
type Audience uint8

// The audiences. Staff see everything.
const (
	Staff Audience = iota
	Students
)

// hiddenWord stands for the status and for the part of a hidden scenario.
const hiddenWord = "hidden"

// Sees reports whether the audience may see a scenario. Students see those that are
// visible at once. A run knows neither the due date nor the moment when grades are
// published, so that it hides what Gradescope would show from then on.
func (a Audience) Sees(g play.Grade) bool { return a == Staff || g.Visibility == "visible" }

// Show returns the verdicts as the audience may see them: each hidden scenario becomes one
// verdict that says only that it exists, however many runs it had. It gets a number by its
// place among the hidden ones; status, points and part are withheld, as Gradescope does.
func (a Audience) Show(verdicts []scenario.Verdict) []scenario.Verdict {
	type key struct{ file, name string }
	seen := map[key]bool{}
	var shown []scenario.Verdict
	for _, v := range verdicts {
		k := key{v.File, v.Name}
		switch {
		case a.Sees(v.Grade):
			shown = append(shown, v)
		case !seen[k]:
			seen[k] = true
			shown = append(shown, scenario.Verdict{
				Name: fmt.Sprintf("hidden scenario %d", len(seen)), Hidden: true, Status: scenario.NotObservable,
				Grade: play.Grade{Part: hiddenWord, Visibility: "hidden"},
			})
		}
	}
	return shown
}
