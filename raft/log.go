package raft

import (
	"slices"
	"sort"
)

// segmentSize is the number of entries in a full segment of a Log, and so the
// most that one AppendEntries carries.
const segmentSize = 1024

// A Log is a sequence of entries, each with its index, that grows at the end
// and can be cut off there (§5.3).
//
// It guarantees:
//
//  1. Entry i is at index i as long as it is in the log.
//  2. An entry once appended is never overwritten in place, so a slice that
//     Slice gave out stays as it is whatever happens to the log.
//  3. Appending costs amortised constant time and never copies more than one
//     segment, however long the log is.
//
// The entries lie in segments of segmentSize. Cutting a segment also cuts its
// capacity, so that the next append moves to new memory: that is guarantee 2.
type Log struct {
	base     Index // the index before the first entry
	baseTerm Term  // the term of the entry at base
	last     Index
	lastTerm Term
	segments [][]Entry // all full but the last
}

// NewLog makes a log of these entries, the first of which has index 1.
func NewLog(entries ...Entry) *Log {
	l := &Log{}
	l.Append(entries...)
	return l
}

// FirstIndex is the index of the first entry, whether or not there is one yet.
func (l *Log) FirstIndex() Index { return l.base + 1 }

// LastIndex is the index of the last entry, or that before the first entry if
// there is none.
func (l *Log) LastIndex() Index { return l.last }

// LastTerm is the term of the entry at LastIndex, 0 when the log is empty.
func (l *Log) LastTerm() Term { return l.lastTerm }

// Term gives the term of the entry at i, and whether the log knows it: it does
// from the index before its first entry up to its last.
func (l *Log) Term(i Index) (Term, bool) {
	switch {
	case i == l.last:
		return l.lastTerm, true
	case i == l.base:
		return l.baseTerm, true
	case i < l.base || i > l.last:
		return 0, false
	}
	return l.entry(i).Term, true
}

// Entry gives the entry at i, which must be in the log.
func (l *Log) Entry(i Index) Entry { return *l.entry(i) }

func (l *Log) entry(i Index) *Entry {
	at := i - l.base - 1
	return &l.segments[at/segmentSize][at%segmentSize]
}

// Append puts entries at the end.
func (l *Log) Append(entries ...Entry) {
	for len(entries) > 0 {
		tail := len(l.segments) - 1
		switch {
		case tail < 0:
			// The first segment grows from small, for the many nodes that never hold much.
			l.segments = append(l.segments, nil)
			tail = 0
		case len(l.segments[tail]) == segmentSize:
			l.segments = append(l.segments, make([]Entry, 0, segmentSize))
			tail++
		}
		k := min(len(entries), segmentSize-len(l.segments[tail]))
		l.segments[tail] = append(l.segments[tail], entries[:k]...)
		l.last += Index(k)
		l.lastTerm = entries[k-1].Term
		entries = entries[k:]
	}
}

// Truncate removes all entries after i and returns them. It does nothing when
// i is the last index or beyond, and an i before the first entry empties the log.
func (l *Log) Truncate(i Index) []Entry {
	i = max(i, l.base)
	if i >= l.last {
		return nil
	}
	var removed []Entry
	for j := i + 1; j <= l.last; {
		s := l.Slice(j, l.last)
		removed = append(removed, s...)
		j += Index(len(s))
	}
	kept := i - l.base
	full, rest := kept/segmentSize, kept%segmentSize
	if rest > 0 {
		l.segments[full] = l.segments[full][:rest:rest]
		full++
	}
	clear(l.segments[full:])
	l.segments = l.segments[:full]
	l.last = i
	l.lastTerm = l.baseTerm
	if i > l.base {
		l.lastTerm = l.entry(i).Term
	}
	return removed
}

// Slice gives entries from index i on, not beyond index to: at least one when
// i is in the log and not beyond to, at most those that lie in one segment.
// The slice is shared and not to be written to.
func (l *Log) Slice(i, to Index) []Entry {
	to = min(to, l.last)
	if i <= l.base || i > to {
		return nil
	}
	at := i - l.base - 1
	segment := l.segments[at/segmentSize]
	lo := at % segmentSize
	hi := min(lo+(to-i)+1, Index(len(segment)))
	return segment[lo:hi:hi]
}

// Matches tells whether the log has an entry of this term at index i: the
// consistency check of AppendEntries (§5.3).
func (l *Log) Matches(i Index, t Term) bool {
	have, ok := l.Term(i)
	return ok && have == t
}

// LastOfTermAtMost gives the highest index, not above i, whose entry has a
// term not above t, and that term. Terms never decrease along a log (§5.3), so
// it takes a binary search; in a log where they do, it gives some index up to i.
func (l *Log) LastOfTermAtMost(i Index, t Term) (Index, Term) {
	i = min(i, l.last)
	if i <= l.base {
		return l.base, l.baseTerm
	}
	n := sort.Search(int(i-l.base), func(k int) bool {
		return l.entry(l.base+1+Index(k)).Term > t
	})
	i = l.base + Index(n)
	term, _ := l.Term(i)
	return i, term
}

// clone copies the log. Both share the entries, and whichever appends first to
// the last segment moves to new memory.
func (l *Log) clone() *Log {
	c := *l
	c.segments = slices.Clone(l.segments)
	if tail := len(c.segments) - 1; tail >= 0 {
		s := l.segments[tail]
		l.segments[tail] = s[:len(s):len(s)]
		c.segments[tail] = l.segments[tail]
	}
	return &c
}
