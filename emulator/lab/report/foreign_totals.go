package report

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// isOpen reports whether a verdict on a program that others wrote is still to be decided, by a
// person or by another run. Until then its points are neither earned nor lost.
func isOpen(v *scenario.Verdict) bool {
	return v.Foreign != nil && (v.Foreign.Kind == course.Undecided || v.Foreign.Kind == course.Unprepared)
}

// A standing sums up a grading.
type standing struct {
	*tally
	counts    map[course.Kind]int
	flagged   []string // scenarios for a person to look at
	unreached []string // scenarios that had no time
	links     []string
	open      float64 // points that are undecided
	left      float64 // points that count on neither side for good
}

func stand(parts []part, t *tally) *standing {
	s := &standing{tally: t, counts: map[course.Kind]int{}}
	for _, p := range parts {
		for i := range p.results {
			if r := &p.results[i]; !r.Hidden && r.Foreign != nil {
				s.take(r)
			}
		}
	}
	return s
}

func (s *standing) take(r *result) {
	s.counts[r.Foreign.Kind]++
	switch {
	case isOpen(&r.Verdict) && unrun(&r.Verdict):
		s.unreached = append(s.unreached, line(r.Name))
	case r.Foreign.Flagged:
		s.flagged = append(s.flagged, line(r.Name))
	}
	switch {
	case isOpen(&r.Verdict):
		s.open = round(s.open + r.Grade.Points)
	case r.Foreign.Excluded:
		s.left = round(s.left + r.Grade.Points)
	}
	if l := line(r.Foreign.Links); l != "" && !slices.Contains(s.links, l) {
		s.links = append(s.links, l)
	}
}

// decided says how many points are decided and how many are not.
func (s *standing) decided() string {
	return fmt.Sprintf("%s of %s points decided; %s points undecided", points(s.earned), points(s.possible), points(s.open))
}

// points says what was earned. As long as points are undecided, it is no grade.
func (s *standing) points() string {
	switch {
	case s.open > 0:
		return s.decided() + ": not a grade yet"
	case s.possible > 0:
		return fmt.Sprintf("%s of %s points", points(s.earned), points(s.possible))
	}
	return ""
}

// foreignTotals writes the totals: the scenarios by kinds, the points, and what a person
// should look at.
func foreignTotals(parts []part, t *tally) []string {
	s := stand(parts, t)
	said := fmt.Sprintf("%d of %s passed", s.counts[course.Passed], text.Count(t.scenarios, "scenario"))
	for _, k := range slices.Backward(course.Kinds()[1:]) {
		if n := s.counts[k]; n > 0 {
			said += fmt.Sprintf(", %d %s", n, k)
		}
	}
	if t.hidden > 0 {
		said += fmt.Sprintf(", %d %s", t.hidden, hiddenWord)
	}
	if p := s.points(); p != "" {
		said += "; " + p
	}
	lines := []string{said + "."}
	if s.left > 0 {
		lines = append(lines, fmt.Sprintf("Not counted: %s points of scenarios that show nothing about the program.", points(s.left)))
	}
	list := func(label string, names []string) {
		switch {
		case len(names) == 0:
		case len(names) == t.scenarios && len(names) > 1:
			lines = append(lines, label+": all scenarios.")
		default:
			lines = append(lines, label+": "+strings.Join(names, ", ")+".")
		}
	}
	list("Not reached", s.unreached)
	list("For a person to look at", s.flagged)
	list("Links between the nodes", s.links)
	return lines
}
