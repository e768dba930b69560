package course

import (
	"slices"

	"rrmq.example/emulator/emulator/script/source"
)

// ownKeys are keys of course files that fixtures do not have, and fixtureKeys the other way
// round. All other keys say nothing.
var (
	ownKeys     = []string{"start", "build", "files", "promises", "limits", "shares", "messages", "parts"}
	fixtureKeys = []string{"cluster", "node", "step", "expect", "scenario", "grade", "violates", "fault", "partition"}
)

// Is reports whether a text is a course file, if perhaps one with problems, and no fixture.
func Is(data []byte) bool {
	v := source.ParseTOML(data, source.NewProblems(""))
	if v == nil {
		return false
	}
	s := v.Table("a table")
	return slices.ContainsFunc(ownKeys, s.Has) && !slices.ContainsFunc(fixtureKeys, s.Has)
}
