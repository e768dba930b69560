package condition

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/raft"
)

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

// happening is EVENT[:NODES], the records that event= and count= are about.
type happening struct {
	kind world.Kind
	at   selection
}

func (h happening) String() string {
	if h.at.isAll() {
		return h.kind.String()
	}
	return h.kind.String() + ":" + h.at.String()
}

func (h happening) mentions() []member { return h.at.members }

// what says which records are meant.
func (h happening) what() string {
	if h.at.isAll() {
		return h.kind.String()
	}
	return h.kind.String() + " of node " + h.at.String()
}

// event is event=EVENT[:NODES].
type event struct{ happening }

func readEvent(value string) (spec, string) {
	name, nodes, named := strings.Cut(value, ":")
	kind, wrong := readKind(name)
	if wrong != "" {
		return nil, wrong
	}
	e := event{happening{kind: kind}}
	if named {
		e.at, wrong = readSelection(nodes)
	}
	return e, wrong
}

func (e event) tester() tester { return &finder{search: search{happening: e.happening}} }

// count is count=EVENT[:NODES]:NUMBER.
type count struct {
	happening
	bound bound
}

func readCount(value string) (spec, string) {
	name, rest, ok := strings.Cut(value, ":")
	kind, wrong := readKind(name)
	switch {
	case wrong != "":
		return nil, wrong
	case !ok:
		return nil, "it does not say how many"
	}
	c := count{happening: happening{kind: kind}}
	if at := strings.LastIndexByte(rest, ':'); at >= 0 {
		if c.at, wrong = readSelection(rest[:at]); wrong != "" {
			return nil, wrong
		}
		rest = rest[at+1:]
	}
	c.bound, wrong = readBound(rest, exactly)
	return c, wrong
}

func (c count) String() string { return c.happening.String() + ":" + c.bound.String() }
func (c count) tester() tester {
	return &counter{search: search{happening: c.happening}, bound: c.bound}
}

// A search looks through a trace that grows, at each record once. When a name
// comes to stand for another node than before, it starts anew: what it finds
// depends on the trace and on who is meant now, and not on when it was asked.
type search struct {
	happening
	trace *world.Trace
	since uint64 // where the search began
	done  uint64 // the last record looked at
	lost  uint64 // records that were gone before they could be looked at
	found uint64 // how many records are such ones
	last  uint64 // the newest of these
	when  time.Duration
	ids   []raft.NodeID // who is meant, unless all are
	spare []raft.NodeID
}

// begin starts the search behind a record.
func (f *search) begin(t *world.Trace, since uint64) {
	*f = search{happening: f.happening, trace: t, since: since, done: since, ids: f.ids, spare: f.spare}
}

// on goes on with the search, until so many records have been found, and tells
// whether it is known who is meant.
func (f *search) on(s *sight, enough uint64) bool {
	t := s.Trace()
	if t == nil {
		return false
	}
	if f.trace != t { // another cluster has been loaded
		f.begin(t, 0)
	}
	if !f.at.isAll() {
		ids, ok := f.at.ids(s, f.spare[:0])
		if f.spare = ids; !slices.Equal(ids, f.ids) {
			f.ids, f.spare = f.spare, f.ids
			f.begin(t, f.since)
		}
		if !ok {
			return false
		}
	}
	if first := t.First(); f.done+1 < first {
		f.lost += first - f.done - 1
		f.done = first - 1
	}
	for f.done < t.Last() && f.found < enough {
		f.done++
		r := t.At(f.done)
		if r.Kind == f.kind && (f.at.isAll() || slices.Contains(f.ids, r.Node)) {
			f.found++
			f.last, f.when = f.done, r.Time
		}
	}
	return true
}

// place says where the newest record is that was found.
func (f *search) place() string {
	return fmt.Sprintf("record %d, at %d ms", f.last, f.when.Milliseconds())
}

// nobody says who is missing that is meant, "" when nobody is.
func (f *search) nobody(s *sight) string {
	for _, m := range f.at.members {
		if _, ok := s.find(m); !ok {
			return m.nobody()
		}
	}
	return ""
}

// searched says what has been looked through.
func (f *search) searched() string {
	if f.done <= f.since {
		return fmt.Sprintf("after record %d", f.since)
	}
	s := fmt.Sprintf("in records %d to %d", f.since+1, f.done)
	if f.lost > 0 {
		s += fmt.Sprintf(", of which the oldest %d are no longer held", f.lost)
	}
	return s
}

// A finder looks for one record. What was found stays found.
type finder struct{ search }

func (f *finder) holds(s *sight) bool { return f.on(s, 1) && f.found > 0 }

func (f *finder) seen(s *sight) string {
	if who := f.nobody(s); who != "" {
		return who
	}
	switch {
	case f.found > 0:
		return f.place()
	case f.done <= f.since:
		return fmt.Sprintf("no record after %d", f.since)
	}
	return "no " + f.what() + " " + f.searched()
}

// A counter counts records.
type counter struct {
	search
	bound bound
}

func (c *counter) holds(s *sight) bool {
	return c.on(s, ^uint64(0)) && c.bound.has(c.found)
}

func (c *counter) seen(s *sight) string {
	if who := c.nobody(s); who != "" {
		return who
	}
	if c.found == 0 {
		return "no " + c.what() + " " + c.searched()
	}
	return fmt.Sprintf("%d of %s %s, the last one is %s", c.found, c.what(), c.searched(), c.place())
}
