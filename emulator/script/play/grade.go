package play

import (
	"strings"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text/bounds"
)

// visibilities are those of Gradescope; the first is the default.
var visibilities = []string{"visible", "hidden", "after_due_date", "after_published"}

// ReadGrade reads [grade] of a file that may have problems. If its visibility cannot be read,
// the scenario is hidden.
func ReadGrade(s *source.Table) Grade {
	v := s.Get("grade")
	g := readGrade(v)
	if v != nil && (!v.IsTable() || v.Has("visibility") && !v.At("visibility").Is(g.Visibility)) {
		g.Visibility = "hidden"
	}
	return g
}

// readGrade reads [grade], which may be missing.
func readGrade(v *source.Value) Grade {
	g := Grade{Visibility: visibilities[0]}
	if v == nil {
		return g
	}
	s := v.Table("keys among part, points, visibility, tags and runs")
	s.TextWithin("part", bounds.Part, &g.Part)
	readPoints(s, &g)
	if i, ok := s.Choice("visibility", visibilities); ok {
		g.Visibility = visibilities[i]
	}
	if list, ok := s.Items("tags", `a list of words, such as ["partition"]`); ok {
		g.Tags = readTags(list)
	}
	if n, ok := s.Int("runs", "a number of runs", 1, MaxRuns); ok && n > 1 {
		g.Runs = int(n)
	}
	s.End()
	return g
}

func readPoints(s *source.Table, g *Grade) {
	v := s.Get("points")
	if v == nil {
		return
	}
	points, ok := v.Number()
	if ok && points >= 0 && points <= MaxPoints { // and so no NaN
		g.Points = points
		return
	}
	v.Wrong("a number of points from 0 to %d", MaxPoints)
}

func readTags(list []*source.Value) []string {
	var tags []string
	seen := map[string]bool{}
	for _, item := range list {
		tag, ok := item.Text()
		switch {
		case !ok || strings.TrimSpace(tag) == "":
			item.Wrong("a word")
		case !item.Within(bounds.Tag):
		case seen[tag]:
			item.Report("is %s a second time, want each tag once", item.Show())
		default:
			seen[tag] = true
			tags = append(tags, tag)
		}
	}
	return tags
}
