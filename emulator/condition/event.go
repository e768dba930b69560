package condition

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/world"
)

// event is event=KIND[:NODES].
type event struct {
	kind world.Kind
	at   selection
}

// ParseEvent reads the name of a kind of records, in whatever letter case. The
// error is an ErrInvalid.
func ParseEvent(name string) (world.Kind, error) {
	kind, wrong := readKind(name)
	if wrong != "" {
		return 0, fmt.Errorf("%w event: %s", ErrInvalid, wrong)
	}
	return kind, nil
}

func readKind(name string) (world.Kind, string) {
	var all []string
	for k := range world.RuleEnded + 1 {
		if strings.EqualFold(k.String(), name) {
			return k, ""
		}
		all = append(all, k.String())
	}
	return 0, "there is no event " + quote(name) + ", " + suggest(name, all)
}

func readEvent(value string) (spec, string) {
	name, nodes, named := strings.Cut(value, ":")
	kind, wrong := readKind(name)
	if wrong != "" {
		return nil, wrong
	}
	e := event{kind: kind}
	if named {
		e.at, wrong = readSelection(nodes)
	}
	return e, wrong
}

func (e event) String() string {
	if e.at.ids == nil {
		return e.kind.String()
	}
	return e.kind.String() + ":" + e.at.String()
}

func (e event) nodes() selection { return e.at }

func (e event) tester() tester { return &search{event: e} }

// A search looks for an event in a trace that grows.
type search struct {
	event
	trace *world.Trace
	since uint64 // where the search began
	done  uint64 // the last record looked at
	lost  uint64 // records that were gone before they could be looked at
	found uint64 // 0: not yet
}

// begin starts the search behind a record.
func (s *search) begin(t *world.Trace, since uint64) {
	s.trace, s.since, s.done = t, since, since
}

func (s *search) holds(o Observer) bool {
	t := o.Trace()
	if s.trace != t { // another cluster has been loaded
		s.begin(t, 0)
	}
	if s.found > 0 {
		return true
	}
	if first := t.First(); s.done+1 < first {
		s.lost += first - s.done - 1
		s.done = first - 1
	}
	for s.done < t.Last() {
		s.done++
		if r := t.At(s.done); r.Kind == s.kind && (s.at.ids == nil || s.at.includes(r.Node)) {
			s.found = s.done
			return true
		}
	}
	return false
}

func (s *search) seen(Observer) string {
	switch {
	case s.found > 0:
		return fmt.Sprintf("record %d", s.found)
	case s.lost > 0:
		return fmt.Sprintf("none in records %d to %d, of which the oldest %d are no longer held", s.since+1, s.done, s.lost)
	case s.done <= s.since:
		return fmt.Sprintf("no record after %d", s.since)
	}
	where := ""
	if s.at.ids != nil {
		where = " of node " + s.at.String()
	}
	return fmt.Sprintf("no %s%s in records %d to %d", s.kind, where, s.since+1, s.done)
}
