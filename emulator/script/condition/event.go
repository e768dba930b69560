package condition

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// ParseEvent reads the name of a kind of record, in upper or lower case. The error is
// an ErrInvalid.
func ParseEvent(name string) (trace.Kind, error) {
	kind, wrong := readKind(name)
	if wrong != "" {
		return 0, fmt.Errorf("%w event: %s", ErrInvalid, wrong)
	}
	return kind, nil
}

func readKind(name string) (trace.Kind, string) {
	var all []string
	for k := range trace.NumKinds {
		if strings.EqualFold(k.String(), name) {
			return k, ""
		}
		all = append(all, k.String())
	}
	return 0, "there is no event " + quote(name) + ", " + text.Suggest(name, all)
}

// An eventFilter is EVENT[:NODES], the records that event= and count= are about.
type eventFilter struct {
	kind trace.Kind
	at   selection
}

func (h eventFilter) String() string {
	if h.at.isAll() {
		return h.kind.String()
	}
	return h.kind.String() + ":" + h.at.String()
}

func (h eventFilter) mentions() []member { return h.at.members }

// what names the records.
func (h eventFilter) what() string {
	if h.at.isAll() {
		return h.kind.String()
	}
	return h.kind.String() + " of node " + h.at.String()
}

// event is event=EVENT[:NODES].
type event struct{ eventFilter }

func readEvent(value string) (predicate, string) {
	name, nodes, named := strings.Cut(value, ":")
	kind, wrong := readKind(name)
	if wrong != "" {
		return nil, wrong
	}
	e := event{eventFilter{kind: kind}}
	if named {
		e.at, wrong = readSelection(nodes)
	}
	return e, wrong
}

func (e event) tester() tester { return &finder{search: search{eventFilter: e.eventFilter}} }

// count is count=EVENT[:NODES]:NUMBER.
type count struct {
	eventFilter
	bound bound
}

func readCount(value string) (predicate, string) {
	name, rest, ok := strings.Cut(value, ":")
	kind, wrong := readKind(name)
	switch {
	case wrong != "":
		return nil, wrong
	case !ok:
		return nil, "it does not say how many"
	}
	c := count{eventFilter: eventFilter{kind: kind}}
	if at := strings.LastIndexByte(rest, ':'); at >= 0 {
		if c.at, wrong = readSelection(rest[:at]); wrong != "" {
			return nil, wrong
		}
		rest = rest[at+1:]
	}
	c.bound, wrong = readBound(rest, exactly)
	return c, wrong
}

func (c count) String() string { return c.eventFilter.String() + ":" + c.bound.String() }
func (c count) tester() tester {
	return &counter{search: search{eventFilter: c.eventFilter}, bound: c.bound}
}

// A search reads a growing trace, each record once. It counts for every node, because a
// name may come to stand for another node at any time, even when the trace has dropped
// the older records.
type search struct {
	eventFilter
	trace *trace.Ring
	since uint64      // where the search began
	done  uint64      // the last record that was read
	lost  uint64      // records that the trace had dropped before the search read them
	all   occurrences // of any node, or none
	nodes []occurrences
	ids   []raft.NodeID
}

// occurrences say how often a record was found, and where the last one is.
type occurrences struct {
	count uint64
	last  uint64
	when  time.Duration
}

func (f *occurrences) add(r *trace.Record) {
	f.count++
	f.last, f.when = r.Seq, r.Time
}

// place describes the newest record that was found.
func (f *occurrences) place() string {
	return fmt.Sprintf("record %d, at %d ms", f.last, f.when.Milliseconds())
}

// begin starts the search after a record.
func (f *search) begin(t *trace.Ring, since uint64) {
	*f = search{eventFilter: f.eventFilter, trace: t, since: since, done: since, ids: f.ids}
}

// on continues the search to the end of the trace.
func (f *search) on(s *clusterView) {
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
				f.nodes = append(f.nodes, occurrences{})
			}
			f.nodes[r.Node].add(r)
		}
	}
}

// found returns the occurrences on the nodes that the filter names now; false if a name
// is unresolved.
func (f *search) found(s *clusterView) (occurrences, bool) {
	if f.at.isAll() {
		return f.all, true
	}
	var ok bool
	f.ids, ok = f.at.ids(s, f.ids[:0])
	var sum occurrences
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

// unresolved explains which name stands for no node.
func (f *search) unresolved(s *clusterView) string {
	for _, m := range f.at.members {
		if _, ok := s.find(m); !ok {
			return m.unresolved()
		}
	}
	return ""
}

// searched names the records that were read.
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

func (f *finder) holds(s *clusterView) bool {
	f.on(s)
	found, ok := f.found(s)
	return ok && found.count > 0
}

func (f *finder) seen(s *clusterView) string {
	found, ok := f.found(s)
	switch {
	case !ok:
		return f.unresolved(s)
	case found.count > 0:
		return found.place()
	}
	none := "no " + f.what() + " " + f.searched()
	if f.done <= f.since {
		none = fmt.Sprintf("no record after %d", f.since)
	}
	if earlier := f.before(s); earlier.last > 0 {
		none += "; the newest before is " + earlier.place()
	}
	return none
}

// before finds the newest record that came before the search began.
func (f *finder) before(s *clusterView) occurrences {
	var found occurrences
	if f.trace == nil {
		return found
	}
	f.ids, _ = f.at.ids(s, f.ids[:0])
	for seq := min(f.since, f.trace.Last()); seq > 0 && seq >= f.trace.First(); seq-- {
		r := f.trace.At(seq)
		if r.Kind == f.kind && (f.at.isAll() || slices.Contains(f.ids, r.Node)) {
			found.add(r)
			break
		}
	}
	return found
}

// A counter counts records.
type counter struct {
	search
	bound bound
}

func (c *counter) holds(s *clusterView) bool {
	c.on(s)
	found, ok := c.found(s)
	return ok && c.bound.has(found.count)
}

func (c *counter) seen(s *clusterView) string {
	found, ok := c.found(s)
	switch {
	case !ok:
		return c.unresolved(s)
	case found.count == 0:
		return "no " + c.what() + " " + c.searched()
	}
	return fmt.Sprintf("%d of %s %s, the last one is %s", found.count, c.what(), c.searched(), found.place())
}
