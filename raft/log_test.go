package raft

import (
	"fmt"
	"slices"
	"testing"

	"gotest.tools/v3/assert"
)

// A model is a Log without any cleverness.
type model []Entry

func (m model) term(i Index) (Term, bool) {
	switch {
	case i == 0:
		return 0, true
	case i > Index(len(m)):
		return 0, false
	}
	return m[i-1].Term, true
}

func (m model) lastOfTermAtMost(i Index, t Term) (Index, Term) {
	for i = min(i, Index(len(m))); i > 0; i-- {
		if m[i-1].Term <= t {
			return i, m[i-1].Term
		}
	}
	return 0, 0
}

// A lent slice was given out by a log, and must stay as it was.
type lent struct{ slice, copy []Entry }

// compareLog does to a Log and to a model what data says.
func compareLog(t *testing.T, data []byte) {
	r := reader(data)
	l := NewLog()
	var m model
	var out []lent
	type view struct {
		LogView
		copy model
	}
	var views []view
	// Numbers from fuzz data are small; logs are long.
	big := func() int { return r.n(256) * (1 + 4*r.n(3)) }
	command, term := 0, Term(1)
	shared := make([]Entry, 10*r.n(256))
	if r.n(2) == 0 { // begin with entries that another log has too
		for k := range shared {
			command++
			shared[k] = Entry{term, command}
		}
		m = model(slices.Clone(shared))
		l = LogOf(shared[:len(m)])
		views = append(views, view{LogOf(shared).View(), m})
	}
	for len(r) > 0 && len(m) < 20*segmentSize {
		switch r.n(5) {
		case 0, 1:
			entries := make([]Entry, big())
			for k := range entries {
				command++
				entries[k] = Entry{term, command}
			}
			l.Append(entries...)
			m = append(m, entries...)
			term += Term(r.n(2))
		case 2:
			back := Index(big())
			i := Index(len(m)) - min(back, Index(len(m)))
			if r.n(20) == 0 {
				i = Index(len(m)) + back
			}
			removed := l.Truncate(i)
			kept := min(int(i), len(m))
			assert.Assert(t, slices.Equal(removed, m[kept:]))
			m = m[:kept:kept]
			term++
		case 3:
			if len(m) == 0 {
				continue
			}
			i := Index(1 + (r.n(256)*256+r.n(256))%len(m))
			to := i + Index(big())
			s := l.Slice(i, to)
			assert.Assert(t, len(s) >= 1 && len(s) <= segmentSize)
			assert.Assert(t, slices.Equal(s, m[i-1:int(i)-1+len(s)]))
			assert.Assert(t, i+Index(len(s))-1 <= to)
			assert.Equal(t, len(s), cap(s))
			out = append(out, lent{s, slices.Clone(s)})
		case 4:
			views = append(views, view{l.View(), slices.Clone(m)})
		}
		assert.Equal(t, l.LastIndex(), Index(len(m)))
		assert.Equal(t, l.FirstIndex(), Index(1))
		want, _ := m.term(l.LastIndex())
		assert.Equal(t, l.LastTerm(), want)
		for _, i := range []Index{0, 1, Index(len(m)) / 2, Index(len(m)), Index(len(m)) + 1, ^Index(0)} {
			got, ok := l.Term(i)
			want, wantOK := m.term(i)
			assert.Assert(t, got == want && ok == wantOK, "term at %d", i)
			assert.Equal(t, l.Matches(i, want), wantOK)
			assert.Equal(t, l.Matches(i, want+1), false)
			for _, most := range []Term{0, term / 2, term} {
				gotIndex, gotTerm := l.LastOfTermAtMost(i, most)
				wantIndex, wantTerm := m.lastOfTermAtMost(i, most)
				assert.Assert(t, gotIndex == wantIndex && gotTerm == wantTerm, "at most %d at %d", most, i)
			}
		}
	}
	assert.Assert(t, slices.Equal(entriesOf(l), []Entry(m)))
	for _, o := range out {
		assert.Assert(t, slices.Equal(o.slice, o.copy))
	}
	for _, v := range views {
		assert.Equal(t, v.FirstIndex(), Index(1))
		assert.Equal(t, v.LastIndex(), Index(len(v.copy)))
		assert.Assert(t, slices.Equal(v.Entries(), []Entry(v.copy)))
		for _, i := range []Index{0, v.LastIndex() / 2, v.LastIndex(), v.LastIndex() + 1} {
			got, ok := v.Term(i)
			want, wantOK := v.copy.term(i)
			assert.Assert(t, got == want && ok == wantOK, "term at %d", i)
			if i > 0 && wantOK {
				assert.Assert(t, v.Entry(i) == v.copy[i-1] && v.Slice(i, i)[0] == v.copy[i-1])
			}
		}
	}
	for i := range m {
		assert.Assert(t, l.Entry(Index(i+1)) == m[i])
	}
}

// FuzzLog compares a Log with a plain slice.
//
// Reference: section 5.3, the log.
func FuzzLog(f *testing.F) {
	for s := range 100 {
		d := dice(s)
		data := make([]byte, 1+d.n(300))
		for k := range data {
			data[k] = byte(d.next())
		}
		f.Add(data)
	}
	f.Fuzz(compareLog)
}

// Reference: section 5.3, the log.
func TestLogAtSegmentEnds(t *testing.T) {
	for _, size := range []int{0, 1, segmentSize - 1, segmentSize, segmentSize + 1, 2 * segmentSize, 2*segmentSize + 1} {
		for _, keep := range []int{0, 1, segmentSize - 1, segmentSize, segmentSize + 1, 2 * segmentSize} {
			t.Run(fmt.Sprintf("%d/%d", size, keep), func(t *testing.T) {
				entries := terms(fmt.Sprintf("1*%d", size))
				l := NewLog(entries...)
				before := entriesOf(l)
				lent := l.Slice(max(1, Index(keep)), l.LastIndex())
				was := slices.Clone(lent)
				kept := min(keep, size)
				assert.Equal(t, len(l.Truncate(Index(keep))), size-kept)
				l.Append(Entry{2, "a"}, Entry{2, "b"})
				assert.Equal(t, l.LastIndex(), Index(kept+2))
				assert.Equal(t, l.LastTerm(), Term(2))
				assert.Assert(t, slices.Equal(entriesOf(l)[:kept], before[:kept]))
				assert.Assert(t, slices.Equal(lent, was))
				assert.Assert(t, l.Slice(0, 9) == nil)
				assert.Assert(t, l.Slice(l.LastIndex()+1, ^Index(0)) == nil)
				assert.Assert(t, l.Slice(2, 1) == nil)
			})
		}
	}
}

// A log need not begin at index 1: after compaction it knows the term of the entry before
// its first.
//
// Reference: section 7, last included index and term.
func TestLogWithBase(t *testing.T) {
	l := &Log{base: 100, baseTerm: 3, last: 100, lastTerm: 3}
	check := func(i Index, want Term, wantOK bool) {
		t.Helper()
		got, ok := l.Term(i)
		assert.Equal(t, got, want)
		assert.Equal(t, ok, wantOK)
	}
	check(99, 0, false)
	check(100, 3, true)
	check(101, 0, false)
	assert.Equal(t, l.FirstIndex(), Index(101))
	l.Append(Entry{3, "a"}, Entry{4, "b"})
	check(101, 3, true)
	check(102, 4, true)
	assert.Equal(t, l.Entry(102).Command, "b")
	assert.Equal(t, len(l.Slice(101, 200)), 2)
	i, term := l.LastOfTermAtMost(200, 3)
	assert.Equal(t, i, Index(101))
	assert.Equal(t, term, Term(3))
	i, term = l.LastOfTermAtMost(200, 1)
	assert.Equal(t, i, Index(100))
	assert.Equal(t, term, Term(3))
	assert.Equal(t, len(l.Truncate(7)), 2)
	assert.Equal(t, l.LastIndex(), Index(100))
	assert.Equal(t, l.LastTerm(), Term(3))
	check(100, 3, true)
}

func BenchmarkLogAppend(b *testing.B) {
	l := NewLog()
	e := Entry{Term: 1}
	b.ReportAllocs()
	for b.Loop() {
		l.Append(e)
	}
}
