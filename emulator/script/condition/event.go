package condition

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/world"
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

// A search looks through a trace that grows, at each record once. It counts for
// all nodes, so that a name may come to stand for another one at any time, even
// when the trace no longer holds what happened before.
type search struct {
	happening
	trace *world.Trace
	since uint64   // where the search began
	done  uint64   // the last record looked at
	lost  uint64   // records that were gone before they could be looked at
	all   sighting // of whichever node, or none
	nodes []sighting
	ids   []raft.NodeID
}

// A sighting is what has been found: how often, and where last.
type sighting struct {
	count uint64
	last  uint64
	when  time.Duration
}

func (f *sighting) add(r *world.Record) {
	f.count++
	f.last, f.when = r.Seq, r.Time
}

// place says where the newest record is that was found.
func (f *sighting) place() string {
	return fmt.Sprintf("record %d, at %d ms", f.last, f.when.Milliseconds())
}

// begin starts the search behind a record.
func (f *search) begin(t *world.Trace, since uint64) {
	*f = search{happening: f.happening, trace: t, since: since, done: since, ids: f.ids}
}

// on goes on with the search, up to the trace's end.
func (f *search) on(s *sight) {
	t := s.Trace()
	if f.trace != t { // another cluster has been loaded
		f.begin(t, 0)
	}
	if t == nil {
		return
	}
	if first := t.First(); f.done+1 < first {
		f.lost += first - f.done - 1
		f.done = first - 1
	}
	for f.done < t.Last() {
		f.done++
		r := t.At(f.done)
		if r.Kind != f.kind {
			continue
		}
		f.all.add(r)
		if r.Node >= 0 {
			for int(r.Node) >= len(f.nodes) {
				f.nodes = append(f.nodes, sighting{})
			}
			f.nodes[r.Node].add(r)
		}
	}
}

// found gives what was found of the nodes that are meant now, and whether it is
// known who they are.
func (f *search) found(s *sight) (sighting, bool) {
	if f.at.isAll() {
		return f.all, true
	}
	var ok bool
	f.ids, ok = f.at.ids(s, f.ids[:0])
	var sum sighting
	for k, id := range f.ids {
		if int(id) >= len(f.nodes) || slices.Contains(f.ids[:k], id) {
			continue
		}
		of := f.nodes[id]
		of.count += sum.count
		if of.last < sum.last {
			of.last, of.when = sum.last, sum.when
		}
		sum = of
	}
	return sum, ok
}

// nobody says who is missing that is meant.
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

// A finder looks for one record.
type finder struct{ search }

func (f *finder) holds(s *sight) bool {
	f.on(s)
	found, ok := f.found(s)
	return ok && found.count > 0
}

func (f *finder) seen(s *sight) string {
	found, ok := f.found(s)
	switch {
	case !ok:
		return f.nobody(s)
	case found.count > 0:
		return found.place()
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
	c.on(s)
	found, ok := c.found(s)
	return ok && c.bound.has(found.count)
}

func (c *counter) seen(s *sight) string {
	found, ok := c.found(s)
	switch {
	case !ok:
		return c.nobody(s)
	case found.count == 0:
		return "no " + c.what() + " " + c.searched()
	}
	return fmt.Sprintf("%d of %s %s, the last one is %s", found.count, c.what(), c.searched(), found.place())
}
